"""Blocks that explain in words: a word, a table, devices side by side."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from courses.catalogue.blocks.samples import TERM

MOST_DEVICES = 4


def _cells() -> TypedTableBlock:
    return TypedTableBlock(
        [("text", blocks.TextBlock(required=False, rows=2, label=_("Words")))],
        label=_("Table"),
        help_text=_("The first column names its row; each column needs a heading."),
    )


def _example(head: list[Any], rows: list[list[Any]]) -> dict[str, Any]:
    return {
        "columns": [{"type": "text", "heading": heading} for heading in head],
        "rows": [{"values": values} for values in rows],
        "caption": "",
    }


class TermBlock(blocks.StructBlock):
    term = SnippetChooserBlock("catalogue.GlossaryTerm", label=_("Word"))

    class Meta:
        icon = "openquote"
        label = _("Explain: a word")
        description = _("A word of the trade from the glossary, explained where it is first met.")
        template = "catalogue/blocks/term.html"
        preview_value = {"term": TERM}


class TableBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"))
    table = _cells()
    note = blocks.TextBlock(required=False, rows=2, label=_("Note below the table"))

    class Meta:
        icon = "table"
        label = _("Explain: a table")
        description = _("Facts to look up, each row named by its first cell.")
        template = "catalogue/blocks/table.html"
        preview_value = {
            "title": _("Height of the cane"),
            "table": _example([_("Where"), _("How high")], [[_("Handle"), _("At the crease of the wrist")]]),
        }


class ComparisonBlock(blocks.StructBlock):
    """Its table has one column for what is compared and one for each of two to four devices."""

    title = blocks.CharBlock(label=_("Title"))
    table = _cells()
    advice = blocks.TextBlock(required=False, rows=3, label=_("How to choose"))

    class Meta:
        icon = "duplicate"
        label = _("Explain: devices compared")
        description = _("Two to four devices side by side, and how to choose between them.")
        template = "catalogue/blocks/comparison.html"
        preview_value = {
            "title": _("Cane or walker?"),
            "table": _example(
                [_("Compared"), _("Cane"), _("Walker")],
                [[_("Support"), _("A little, on one side"), _("Much, on both sides")]],
            ),
            "advice": _("Who leans hard on a cane needs a walker."),
        }

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not 2 <= len(cleaned["table"].columns) - 1 <= MOST_DEVICES:
            error = ValidationError(_("Compare two to four devices: one column for each, after the first."))
            raise blocks.StructBlockValidationError(block_errors={"table": error})
        return cleaned
