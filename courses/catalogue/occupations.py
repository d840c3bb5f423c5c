"""Which occupations a course may be for. The standards, of which this package knows nothing, tell them when they are ready."""

from collections.abc import Callable, Mapping

Source = Callable[[], Mapping[str, str]]
_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Let `source()` tell occupations as code → name in the reader's language."""
    _sources[name] = source


def occupation_names() -> dict[str, str]:
    """Return the occupations as code → name; one query for each source."""
    return {code: name for source in _sources.values() for code, name in source().items()}
