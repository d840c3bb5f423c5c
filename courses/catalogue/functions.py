"""Which occupational functions a lesson may be for. The standards, of which this package knows nothing, tell them."""

from collections.abc import Callable, Iterable

from courses.catalogue.rules import FUNCTIONS

Source = Callable[[], Iterable[str]]
_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Let `source()` tell the names of functions, in the order in which they are offered."""
    _sources[name] = source


def function_names() -> list[str]:
    """Return each function once; one query for each source. While no standard is published, those of the sample scheme."""
    return list(dict.fromkeys(name for source in _sources.values() for name in source())) or list(FUNCTIONS)


def choices_with(names: Iterable[str], chosen: Iterable[str]) -> list[tuple[str, str]]:
    """Return the choices of a form: what is offered, and after it what stands there already."""
    return [(name, name) for name in dict.fromkeys([*names, *chosen])]
