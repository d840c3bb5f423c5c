"""Where the rooms of recordings and packages say how much of each a person has watched or done. Empty until one registers."""

from collections.abc import Callable, Mapping

from courses.learning.rules import Film
from lms.accounts.models import User

Source = Callable[[User, Mapping[int, int]], list[Film]]
"""Given a person and {pk of a lesson: pk of its revision}: every film or package in them, with the per cent that she has watched or done."""

_SOURCES: list[Source] = []


def register_films(source: Source) -> None:
    """Ask this source at the end of every course that wants its films watched; call it from `AppConfig.ready`."""
    if source not in _SOURCES:
        _SOURCES.append(source)


def films_of(user: User, lessons: Mapping[int, int]) -> list[Film]:
    return [film for source in _SOURCES for film in source(user, lessons)]
