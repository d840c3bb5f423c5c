"""Forms of the editors' admin."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.models import Page
from wagtail.permissions import policy_registry

from courses.catalogue.accessibility.errors import block_errors
from courses.catalogue.accessibility.gate import findings_in
from courses.catalogue.accessibility.rules import Finding, blocking
from courses.catalogue.functions import choices_with, function_names
from courses.catalogue.occupations import occupation_names
from courses.catalogue.rules import AT_CLASSES
from lms.core.templatetags.ui import SKILL_LEVELS


def _at_classes_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Classes of assistive products"),
        choices=[(code, f"{code} {name}") for code, name in AT_CLASSES.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class CoursePageForm(WagtailAdminPageForm):
    """A course and where it is found; the occupations are those of the standards in force and what it names already."""

    at_classes = _at_classes_field()
    levels = forms.MultipleChoiceField(
        label=_("Skill levels"),
        choices=[(key, full) for key, _short, full in SKILL_LEVELS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("For which steps of the ladder the course prepares; its place on the pathways."),
    )
    occupations = forms.MultipleChoiceField(
        label=_("Occupations"), choices=[], widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "occupations" in self.fields:
            names = {**{code: code for code in self.instance.occupations}, **occupation_names()}
            self.fields["occupations"].choices = [(code, f"{name} {code}") for code, name in sorted(names.items())]


class LessonPageForm(WagtailAdminPageForm):
    """A lesson; the functions are those of the standards in force and what it names already."""

    at_classes = _at_classes_field()
    functions = forms.MultipleChoiceField(
        label=_("Occupational functions"), choices=[], widget=forms.CheckboxSelectMultiple, required=False
    )
    findings: list[Finding] | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "functions" in self.fields:
            self.fields["functions"].choices = choices_with(function_names(), self.instance.functions)

    def clean_sign_film(self) -> Any:
        film = self.cleaned_data.get("sign_film")
        if film is not None and not film.is_video:
            raise ValidationError(_("This is a sound; please choose a video."))
        return film

    def clean(self) -> dict[str, Any]:
        """On the way to review, refuse what shuts somebody out; drafts may. What the form chooses the guard has seen."""
        cleaned: dict[str, Any] = super().clean()
        body = cleaned.get("body")
        if body is None:
            return cleaned
        self.findings = findings_in(body, cleaned.get("easy_read", ""))
        held_up = blocking(self.findings)
        if held_up and not self.is_deferred_validation:
            self.add_error("body", block_errors(body, held_up))
        return cleaned


def offer_own_collections(form: Any) -> None:
    """Let the form offer the collections to which the person may add, the deepest first."""
    if "collection" in form.fields and form.for_user is not None:
        policy = policy_registry.get_by_type(form._meta.model)
        own = policy.collections_user_has_permission_for(form.for_user, "add")
        form.fields["collection"].queryset = own
        if not form.instance.pk:
            form.initial["collection"] = own.order_by("-path").first()


class GlossaryTermForm(WagtailAdminModelForm):
    """Offers only one's own collections and courses."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_own_collections(self)
        if "course" in self.fields and self.for_user is not None:
            own = policy_registry.get_by_type(Page).instances_user_has_permission_for(self.for_user, "change")
            self.fields["course"].queryset = self.fields["course"].queryset.filter(pk__in=own.values("pk"))
