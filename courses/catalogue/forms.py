"""Forms of the editors' admin."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.permissions import policy_registry

from courses.catalogue.rules import AT_CLASSES, FUNCTIONS, MAX_SVG_BYTES, check_svg
from lms.core.errors import DomainError
from lms.core.messages import text_of


def _at_classes_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Classes of assistive products"),
        choices=[(code, f"{code} {name}") for code, name in AT_CLASSES.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class CoursePageForm(WagtailAdminPageForm):
    at_classes = _at_classes_field()


class LessonPageForm(WagtailAdminPageForm):
    at_classes = _at_classes_field()
    functions = forms.MultipleChoiceField(
        label=_("Occupational functions"),
        choices=[(name, name) for name in FUNCTIONS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class FigureForm(WagtailAdminModelForm):
    """Takes an SVG file and keeps only its checked, re-written text; offers only one's own collections."""

    file = forms.FileField(
        label=_("Drawing (SVG)"), required=False, widget=forms.FileInput(attrs={"accept": "image/svg+xml,.svg"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "collection" in self.fields and self.for_user is not None:
            policy = policy_registry.get_by_type(self._meta.model)
            own = policy.collections_user_has_permission_for(self.for_user, "add")
            self.fields["collection"].queryset = own
            if not self.instance.pk:
                self.initial["collection"] = own.order_by("-path").first()

    def clean_file(self) -> Any:
        upload = self.cleaned_data.get("file")
        if upload is None:
            if not self.instance.svg:
                raise ValidationError(_("Please choose the SVG file of the drawing."))
            return None
        try:
            return check_svg(upload.read(MAX_SVG_BYTES + 1))
        except DomainError as error:
            raise ValidationError(text_of(error)) from None

    def save(self, commit: bool = True) -> Any:
        drawing = self.cleaned_data.get("file")
        if drawing is not None:
            self.instance.set_svg(drawing.text, width=drawing.width, height=drawing.height)
        return super().save(commit=commit)
