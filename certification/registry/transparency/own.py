"""This installation's own log as a source, for an export without a server."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from certification.registry.transparency.api import entry_facts, head_facts, key_facts
from certification.registry.transparency.models import LogKey, TreeHead
from certification.registry.transparency.selectors import leaves_between


class OwnLog:
    """Reads the rows, and gives what the public interface would."""

    def keys(self) -> Any:
        return {"keys": [_plain(key_facts(row)) for row in LogKey.objects.select_related("endorsed_by").order_by("pk")]}

    def heads(self) -> Iterator[Any]:
        for head in TreeHead.objects.select_related("key").order_by("number").iterator():
            yield _plain(head_facts(head))

    def entries(self, start: int, end: int) -> Iterator[Any]:
        for leaf in leaves_between(start, end).iterator():
            yield entry_facts(leaf)

    def consistency(self, first: int, second: int) -> None:
        return None

    def inclusion(self, leaf: str, size: int) -> None:
        return None


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the facts as JSON has them: moments as text."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()}
