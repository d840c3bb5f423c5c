"""Forms of this room."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.sharing.models import KIND_LABELS
from courses.sharing.rules import Kind
from lms.core.forms import offer_choices, offer_rows
from lms.organisations.models import Organisation


class ShareForm(forms.Form):
    with_all = forms.BooleanField(label=_("With all who teach here"), required=False)
    organisations = forms.ModelMultipleChoiceField(
        Organisation.objects.none(), label=_("Or only with these"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, owner: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Organisation.objects.filter(college_page__isnull=False).exclude(pk=owner.pk).order_by("name")
        offer_rows(self, "organisations", others)


class TakeForm(forms.Form):
    module = forms.TypedChoiceField(label=_("Into which module"), coerce=int)
    kind = forms.ChoiceField(
        label=_("How"), choices=[(kind.value, label) for kind, label in KIND_LABELS.items()], widget=forms.RadioSelect,
        initial=Kind.SUBSCRIPTION.value,
        help_text=_("A copy goes its own way. A subscription tells you when the source changes, and you decide."),
    )  # fmt: skip

    def __init__(self, *args: Any, modules: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "module", [(m.pk, f"{m.course_title} · {m.draft_title or m.title}") for m in modules])
