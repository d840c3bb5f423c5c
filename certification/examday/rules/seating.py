"""Seats inside rooms: wheelchairs first, then so that nobody sits next to somebody of the same employer."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from certification.examday.rules.places import Candidate, Place, RoomSpace, neighbours, rank

BUDGET = 300_000
"""Exchanges that are tried before what is left is reported; a bound, so that a hopeless hall does not take hours."""
PATIENCE = 60
"""Exchanges in a row that help nobody and harm nobody: they lead out of corners where no single exchange helps."""


def seat_room(room: RoomSpace, members: Sequence[Candidate], *, columns: int, seed: str) -> dict[int, Place]:
    """Return a place for each member. There must be room for all, and for each wheelchair an accessible seat.

    The seats are a chessboard. Members are taken employer by employer, the largest first, and sit down on the black
    seats, then on the white ones: two of one colour are never neighbours, so that only an employer whose people need both
    colours can meet. Accessible seats that no wheelchair needs are used last.
    """
    sizes = Counter(name for person in members for name in person.employers)
    ordered = sorted(members, key=lambda person: (*by_employer(person, sizes), rank(seed, person.key)))
    wheelchairs = [person for person in ordered if person.wheelchair]
    others = [person for person in ordered if not person.wheelchair]
    accessible = range(1, room.accessible + 1)
    places = {person.key: Place(room.key, seat) for person, seat in zip(wheelchairs, accessible, strict=False)}
    plain = list(range(room.accessible + 1, room.seats + 1))
    spare = [seat for seat in accessible if seat > len(wheelchairs)]
    usable = plain + spare[: max(0, len(others) - len(plain))]
    usable.sort(key=lambda seat: (_is_white(seat, columns), seat))
    places |= {person.key: Place(room.key, seat) for person, seat in zip(others, usable, strict=False)}
    return places


def by_employer(person: Candidate, sizes: Mapping[str, int]) -> tuple[int, str]:
    """Return a sort key that keeps the people of one employer together, the largest employer first, then who has none."""
    main = max(sorted(person.employers), key=lambda name: sizes[name], default="")
    return (-sizes[main] if main else 0, main)


def _is_white(seat: int, columns: int) -> bool:
    row, column = divmod(seat - 1, columns)
    return (row + column) % 2 == 1


class Repair:
    """Exchanges people until nobody sits next to somebody of her employer, or no exchange helps any more."""

    origin: Place

    def __init__(
        self, people: Mapping[int, Candidate], rooms: Sequence[RoomSpace], places: Mapping[int, Place], *, columns: int
    ) -> None:
        self.people = people
        self.rooms = {room.key: room for room in rooms}
        self.places = dict(places)
        self.taken = {(place.room, place.seat): key for key, place in places.items()}
        self.columns = columns
        self.left = BUDGET
        self._closed = {places[key].room for key in places if people[key].own_room}

    def run(self) -> dict[int, Place]:
        """Return the places after the exchanges; what could not be helped stays as it was."""
        idle = 0
        while self.left > 0 and idle <= PATIENCE:
            waiting = [key for key in self.places if self._clashes(key)]
            if not waiting:
                break
            helped = [self._help(key) for key in waiting if self._clashes(key)]
            if any(helped):
                idle = 0
            elif not self._wander(waiting[idle % len(waiting)], idle):
                break
            else:
                idle += 1
        return self.places

    def _clashes(self, key: int) -> int:
        employers = self.people[key].employers
        if not employers:
            return 0
        place = self.places[key]
        room, taken = place.room, self.taken
        return sum(
            1
            for seat in neighbours(place.seat, seats=self.rooms[room].seats, columns=self.columns)
            if (other := taken.get((room, seat))) is not None and not employers.isdisjoint(self.people[other].employers)
        )

    def _help(self, key: int) -> bool:
        """Exchange her with the first who leaves fewer clashes; tell whether there was one."""
        for target in self._targets(key):
            self.left -= 1
            if self.left <= 0:
                return False
            if self._tried(key, target) < 0:
                return True
            self._exchange(key, target, self.taken.get(self._spot(self.origin)), self.origin)
        return False

    def _wander(self, key: int, turn: int) -> bool:
        """Exchange her inside her room where that makes nothing worse, another way each turn; tell whether there is one."""
        here = self.places[key].room
        even = []
        for target in [target for target in self._targets(key) if target.room == here]:
            self.left -= 1
            if self._tried(key, target) == 0:
                even.append(target)
            self._exchange(key, target, self.taken.get(self._spot(self.origin)), self.origin)
        if not even:
            return False
        self._tried(key, even[turn * 7 % len(even)])
        return True

    def _tried(self, key: int, target: Place) -> int:
        """Exchange her with who sits there; return by how many the clashes of the two rose. `origin` is the way back."""
        other = self.taken.get(self._spot(target))
        before = self._clashes(key) + (self._clashes(other) if other is not None else 0)
        self.origin = self.places[key]
        self._exchange(key, self.origin, other, target)
        return self._clashes(key) + (self._clashes(other) if other is not None else 0) - before

    @staticmethod
    def _spot(place: Place) -> tuple[int, int]:
        return (place.room, place.seat)

    def _exchange(self, key: int, origin: Place, other: int | None, target: Place) -> None:
        self.places[key] = target
        self.taken[(target.room, target.seat)] = key
        if other is None:
            del self.taken[(origin.room, origin.seat)]
        else:
            self.places[other] = origin
            self.taken[(origin.room, origin.seat)] = other

    def _targets(self, key: int) -> Iterator[Place]:
        """Yield where she might sit instead: in her room, then, if nothing ties her to it, in another one's seat."""
        here = self.places[key].room
        if here in self._closed:
            return
        for seat in range(1, self.rooms[here].seats + 1):
            if self._may(key, Place(here, seat)):
                yield Place(here, seat)
        if self.people[key].group is not None:
            return
        for place, other in self._elsewhere(key):
            if place.room != here and place.room not in self._closed and self._may(key, place):
                if other is None or self.people[other].group is None:
                    yield place

    def _elsewhere(self, key: int) -> Iterator[tuple[Place, int | None]]:
        """Yield the seats of other rooms that count: those that are taken, for a wheelchair also accessible ones that are free."""
        for (room, seat), other in list(self.taken.items()):
            yield Place(room, seat), other
        if self.people[key].wheelchair:
            for room in sorted({place.room for place in self.places.values()}):
                for seat in range(1, self.rooms[room].accessible + 1):
                    if (room, seat) not in self.taken:
                        yield Place(room, seat), None

    def _may(self, key: int, target: Place) -> bool:
        """Tell whether both ends of the exchange keep the seat that they need, and whether it changes anything at all.

        Two of the same employers in each other's seats meet whom they met before: in a hall of one employer there is
        nothing to try.
        """
        origin = self.places[key]
        if target == origin:
            return False
        other = self.taken.get((target.room, target.seat))
        if other is not None and self.people[other].employers == self.people[key].employers:
            return False
        return self._fits(key, target) and (other is None or self._fits(other, origin))

    def _fits(self, key: int, place: Place) -> bool:
        return not self.people[key].wheelchair or place.seat <= self.rooms[place.room].accessible
