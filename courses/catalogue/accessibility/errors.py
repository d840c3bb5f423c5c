"""Puts each finding beside its block in the editors' form, as the error of that block or of the field that mends it."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from wagtail.blocks import (
    ListBlock,
    ListBlockValidationError,
    StreamBlockValidationError,
    StreamValue,
    StructBlock,
    StructBlockValidationError,
)

from courses.catalogue.accessibility.messages import message_of
from courses.catalogue.accessibility.rules import Finding, Path

Found = list[tuple[Path, str]]


def block_errors(body: StreamValue, findings: Iterable[Finding]) -> StreamBlockValidationError:
    """Return the findings as one error of the stream field; those of no block stand above all blocks."""
    places = {str(block.id or ""): place for place, block in enumerate(body)}
    by_place: dict[int, Found] = {}
    above: list[str] = []
    for finding in findings:
        place = places.get(finding.block) if finding.block else None
        if place is None:
            above.append(message_of(finding))
        else:
            by_place.setdefault(place, []).append((finding.path, message_of(finding)))
    errors = {place: _error(body[place].block, found) for place, found in by_place.items()}
    return StreamBlockValidationError(block_errors=errors, non_block_errors=[ValidationError(words) for words in above])


def _error(block: Any, found: Found) -> Any:
    here = [ValidationError(words) for path, words in found if not path]
    below: dict[Any, Found] = {}
    for path, words in found:
        if path:
            below.setdefault(path[0], []).append((path[1:], words))
    if isinstance(block, StructBlock):
        inside = {name: _error(block.child_blocks[name], each) for name, each in below.items()}
        return StructBlockValidationError(block_errors=inside, non_block_errors=here)
    if isinstance(block, ListBlock):
        inside = {place: _error(block.child_block, each) for place, each in below.items()}
        return ListBlockValidationError(block_errors=inside, non_block_errors=here)
    return ValidationError([ValidationError(words) for _path, words in found])
