"""Where other rooms say which items they have shown together with the right answers. Empty until one registers."""

from collections.abc import Callable, Collection

Source = Callable[[Collection[int]], set[int]]
"""Given pks of items: those of them that somebody may have seen with their answers."""

_SOURCES: list[Source] = []


def register_showings(source: Source) -> None:
    """Ask this source before a practice item becomes an exam item; call it from `AppConfig.ready`."""
    if source not in _SOURCES:
        _SOURCES.append(source)


def shown_among(items: Collection[int]) -> set[int]:
    return set().union(*(source(items) for source in _SOURCES)) if items else set()
