"""What the editor's page posts for a lesson: the form of a stream field, written from its value."""

import json

from wagtail.blocks import ListBlock, StructBlock
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock


def lesson_form(page, **more):
    """Return the data of the lesson's editing form as it stands, with `more` in its place."""
    data = {
        "title": page.title,
        "slug": page.slug,
        "summary": page.summary,
        "minutes": str(page.minutes),
        "easy_read": page.easy_read,
        "sign_film": str(page.sign_film_id or ""),
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        **stream("body", page.body),
    }
    return data | more


def stream(name, body):
    data = {f"{name}-count": str(len(body))}
    for place, child in enumerate(body):
        data |= _row(f"{name}-{place}", place, child.id) | {f"{name}-{place}-type": child.block_type}
        data |= _posted(child.block, child.value, f"{name}-{place}-value")
    return data


def _row(prefix, place, key):
    return {f"{prefix}-deleted": "", f"{prefix}-order": str(place), f"{prefix}-id": key or ""}


def _posted(block, value, prefix):
    if isinstance(block, StructBlock):
        return {
            key: posted
            for name, child in block.child_blocks.items()
            for key, posted in _posted(child, value[name], f"{prefix}-{name}").items()
        }
    if isinstance(block, ListBlock):
        data = {f"{prefix}-count": str(len(value))}
        for place, child in enumerate(value.bound_blocks):
            data |= _row(f"{prefix}-{place}", place, child.id) | _posted(
                block.child_block, child.value, f"{prefix}-{place}-value"
            )
        return data
    if isinstance(block, TypedTableBlock):
        return _table(value, prefix)
    shown = block.field.widget.format_value(block.value_for_form(value)) if not hasattr(value, "pk") else value.pk
    return {prefix: "" if shown is None else shown if isinstance(shown, str | int) else json.dumps(shown)}


def _table(table, prefix):
    data = {
        f"{prefix}-caption": "",
        f"{prefix}-column-count": str(len(table.columns)),
        f"{prefix}-row-count": str(len(table.row_data)),
    }
    for place, column in enumerate(table.columns):
        where = f"{prefix}-column-{place}"
        data |= {
            f"{where}-type": "text",
            f"{where}-heading": column["heading"],
            f"{where}-order": str(place),
            f"{where}-deleted": "",
        }
    for number, row in enumerate(table.row_data):
        data |= {f"{prefix}-row-{number}-order": str(number), f"{prefix}-row-{number}-deleted": ""}
        data |= {f"{prefix}-cell-{number}-{place}": cell for place, cell in enumerate(row["values"])}
    return data
