"""The draw of staff 随机派遣: whoever has the seed and the list can repeat it. Source: domain.md §1.5."""

import hashlib
from collections.abc import Iterable

from certification.examday.rules.places import rank
from lms.core.errors import DomainError


def seed_of(*, ledger_hash: str, plan_number: str, role: str, turn: int) -> str:
    """Return the seed (64 hex) of a draw: SHA-256 over the last ledger entry's hash, the plan, the duty and the turn.

    House rule: nobody types a seed, so nobody picks a person by it; a second draw has another one, and is told.
    """
    return hashlib.sha256(f"{ledger_hash}:{plan_number}:{role}:{turn}".encode()).hexdigest()


def draw(pool: Iterable[int], *, seed: str, count: int) -> list[int]:
    """Return `count` of these people: those whose SHA-256 over "seed:number" is smallest, smallest first.

    Raises `DomainError("examday.pool_too_small")` when there are fewer.
    """
    order = sorted(set(pool), key=lambda key: rank(seed, key))
    if count < 1 or len(order) < count:
        raise DomainError("examday.pool_too_small", status=422, count=len(order), wanted=count)
    return order[:count]


def deal(people: Iterable[int], needs: dict[int, int], *, seed: str) -> dict[int, list[int]]:
    """Return who invigilates which room: dealt out in the order of the draw, each room up to its need, the first room first.

    Keys are rooms; whoever is left over when all needs are met goes to the rooms one by one. A room that stays short is
    simply short: the caller tells it.
    """
    order = sorted(set(people), key=lambda key: rank(seed, key))
    dealt: dict[int, list[int]] = {room: [] for room in needs}
    rooms = [room for room, need in needs.items() if need]
    for room in rooms:
        take, order = order[: needs[room]], order[needs[room] :]
        dealt[room].extend(take)
    for at, person in enumerate(order):
        if rooms:
            dealt[rooms[at % len(rooms)]].append(person)
    return dealt
