"""What forms of every room need: the data of a submit, and choices that depend on who asks."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.forms import BaseForm, ChoiceField, FileField, FileInput, ModelChoiceField
from django.http import HttpRequest, QueryDict

KEY_DIGITS = 18
"""A key of the database has at most nineteen digits; a longer one names nothing."""


def whole_number(text: str | None) -> int:
    """Return the number that somebody's browser sent in ASCII digits; 0, which is no key, for anything else."""
    sent = text or ""
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) <= KEY_DIGITS else 0


def posted(request: HttpRequest) -> QueryDict | None:
    """Return the data of a submit, even an empty one, or None for a look."""
    return request.POST if request.method == "POST" else None


def offer_choices(form: BaseForm, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Let the choice field `name` of this one form offer `choices`."""
    field = form.fields[name]
    assert isinstance(field, ChoiceField)
    field.choices = list(choices)


def offer_rows(form: BaseForm, name: str, rows: QuerySet[Any]) -> None:
    """Let the field `name` of this one form choose among `rows`."""
    field = form.fields[name]
    assert isinstance(field, ModelChoiceField)
    field.queryset = rows


class FilesInput(FileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(FileField):
    """A list of uploads, possibly empty; what is in them is checked by the form."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[Any]"]:
        given = data if isinstance(data, list) else [data]
        files = [super(FilesField, self).clean(file, initial) for file in given if file]
        if self.required and not files:
            raise ValidationError(self.error_messages["required"], code="required")
        return files
