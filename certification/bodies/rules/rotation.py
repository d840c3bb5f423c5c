"""How long one may serve without a break, and how much of a team must be new (I19).

Source: domain.md §1.5: not more than three times in a row for one body; a third or a half of a team is new.
"""

from collections.abc import Collection, Sequence


def in_a_row(person: int, teams: Sequence[Collection[int]]) -> int:
    """Return in how many of the body's latest teams, the latest first, the person served without a break."""
    for count, team in enumerate(teams):
        if person not in team:
            return count
    return len(teams)


def newcomers_missing(team: Collection[int], *, before: Collection[int], one_in: int) -> int:
    """Return how many more members must be new against the team before; 0 without an earlier team or a limit.

    One in three of three or of two is one; of five it is two: the share is rounded up.
    """
    if not one_in or not before:
        return 0
    needed = -(-len(set(team)) // one_in)
    return max(0, needed - len(set(team) - set(before)))
