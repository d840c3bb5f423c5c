"""Which occupational functions are offered to a writer of items. Other rooms, of which this one knows nothing, tell them."""

from collections.abc import Callable, Iterable

Source = Callable[[], Iterable[str]]

_SOURCES: list[Source] = []


def register_functions(source: Source) -> None:
    """Offer what this source names; call it from `AppConfig.ready`."""
    if source not in _SOURCES:
        _SOURCES.append(source)


def function_names() -> list[str]:
    """Return each function once, in the order in which the sources name them."""
    return list(dict.fromkeys(name for source in _SOURCES for name in source()))
