"""Which course comes before which. Knows no framework."""

from collections.abc import Collection, Mapping

from lms.core.errors import DomainError


def check_no_circle(needs: Mapping[int, Collection[int]], *, start: int) -> None:
    """Raise `DomainError` "learning.prerequisite_circle" (422) when following `needs` from `start` leads back to it."""
    waiting, seen = list(needs.get(start, ())), set[int]()
    while waiting:
        course = waiting.pop()
        if course == start:
            raise DomainError("learning.prerequisite_circle", status=422)
        if course not in seen:
            seen.add(course)
            waiting += needs.get(course, ())
