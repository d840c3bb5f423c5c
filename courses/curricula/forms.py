"""One row of a programme in the editors' admin."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm

from courses.catalogue.functions import choices_with, function_names
from courses.catalogue.rules import AT_CLASSES


class EntryForm(WagtailAdminModelForm):
    """`offered` are the functions of the standards in force, told by the programme's form once for all its rows."""

    functions = forms.MultipleChoiceField(
        label=_("Occupational functions"), choices=[], widget=forms.CheckboxSelectMultiple, required=False
    )
    at_classes = forms.MultipleChoiceField(
        label=_("Classes of assistive products"),
        choices=[(code, f"{code} {name}") for code, name in AT_CLASSES.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, offered: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["functions"].choices = choices_with(offered, self.instance.functions or [])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean()
        if not data.get("course") and not data.get("title") and not self.errors:
            raise ValidationError(_("Choose an online course, or write the name of one that is taught on site."))
        return data


class CurriculumPageForm(WagtailAdminPageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "entries" in self.formsets:
            self.formsets["entries"].form_kwargs["offered"] = function_names()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean()
        rows = self.formsets.get("entries")
        if rows is not None and rows.is_valid() and data.get("terms"):
            kept = [row.cleaned_data for row in rows.forms if not row.cleaned_data.get("DELETE")]
            last = max((row.get("term") or 0 for row in kept), default=0)
            if last > data["terms"]:
                self.add_error("terms", _("A course stands in term %(term)s.") % {"term": last})
        return data
