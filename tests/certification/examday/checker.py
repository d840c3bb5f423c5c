"""Checks a seating from scratch: shares no line with the rules, works on coordinates, and knows only what was asked for."""

import itertools
import math
from collections import Counter, defaultdict
from typing import Any


def faults(candidates: list[Any], rooms: list[Any], places: dict[int, Any], *, columns: int) -> dict[str, set[Any]]:
    """Return what is wrong: kind → the candidates, pairs or groups concerned. Empty kinds are left out."""
    found: dict[str, set[Any]] = defaultdict(set)
    by_key = {person.key: person for person in candidates}
    size = {room.key: (room.seats, room.accessible) for room in rooms}
    crowd: dict[int, list[int]] = defaultdict(list)
    for key in by_key:
        if key not in places:
            found["unplaced"].add(key)
            continue
        room, seat = places[key].room, places[key].seat
        crowd[room].append(key)
        if room not in size or seat < 1 or seat > size[room][0]:
            found["no_such_seat"].add(key)
        elif by_key[key].wheelchair and seat > size[room][1]:
            found["not_accessible"].add(key)
    for keys in crowd.values():
        seats = Counter(places[key].seat for key in keys)
        doubled = {seat for seat, count in seats.items() if count > 1}
        if doubled:
            found["taken_twice"] |= {key for key in keys if places[key].seat in doubled}
        if len(keys) > 1 and any(by_key[key].own_room for key in keys):
            found["not_alone"] |= {key for key in keys if by_key[key].own_room}
        found["neighbours"] |= _neighbours(keys, by_key, places, columns)
    for name, belongs in GROUPS.items():
        members = [key for key, person in by_key.items() if belongs(person) and key in places]
        if len({places[key].room for key in members}) > 1:
            found["group_split"].add((name, *sorted(members)))
    return {kind: what for kind, what in found.items() if what}


GROUPS = {
    "sign": lambda person: person.sign_interpreter and not person.own_room,
    "extra_time": lambda person: person.extra_time > 0 and not person.sign_interpreter and not person.own_room,
}


def _neighbours(keys: list[int], by_key: dict[int, Any], places: dict[int, Any], columns: int) -> set[tuple[int, int]]:
    spot = {key: ((places[key].seat - 1) % columns, (places[key].seat - 1) // columns) for key in keys}
    at = {xy: key for key, xy in spot.items()}
    pairs = set()
    for key, (x, y) in spot.items():
        for xy in ((x + 1, y), (x, y + 1)):
            other = at.get(xy)
            if other is not None and set(by_key[key].employers) & set(by_key[other].employers):
                pairs.add((min(key, other), max(key, other)))
    return pairs


def told(findings: Any) -> dict[str, set[Any]]:
    """Return findings of the rules in the form of `faults`, so that the two can be compared."""
    found: dict[str, set[Any]] = defaultdict(set)
    for finding in findings:
        kind = finding.kind.value
        if kind == "neighbours":
            found[kind].add(finding.candidates)
        elif kind == "group_split":
            found[kind].add(finding.candidates)
        else:
            found[kind] |= set(finding.candidates)
    return dict(found)


def bare(found: dict[str, set[Any]]) -> dict[str, set[Any]]:
    """Return the faults with groups named by their members alone, as the rules name them."""
    return {kind: {row[1:] for row in rows} if kind == "group_split" else rows for kind, rows in found.items()}


def invigilators(count: int) -> int:
    """Return max(2, ⌈n/15⌉) of I13, counted in another way: one for each begun fifteen."""
    return max(2, len(list(itertools.islice(range(0, count, 15), math.ceil(count / 15) + 1)))) if count else 0
