from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.archives.access import witnesses_for
from certification.archives.labels import KEPT_LABELS, VOLUME_LABELS
from certification.archives.models import Archive
from certification.archives.rules import Kept
from certification.archives.selectors import DESTROYABLE
from lms.accounts.models import User
from lms.core.forms import offer_rows


class OpeningForm(forms.Form):
    """What is to be read, why, and who sits beside."""

    volumes = forms.TypedMultipleChoiceField(
        label=_("What is to be opened"), choices=list(VOLUME_LABELS.items()), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    purpose = forms.CharField(
        label=_("Why"),
        help_text=_("Kept for as long as the archive; the head reads it first."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )
    witness = forms.ModelChoiceField(
        label=_("Second person present"),
        help_text=_("She confirms, signed in herself, that she is there. The head who allows it is a third person."),
        queryset=User.objects.none(),
    )

    def __init__(self, *args: Any, archive: Archive, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "witness", witnesses_for(archive, actor))


class DestructionForm(forms.Form):
    """What is destroyed after its time, and how."""

    kept = forms.TypedChoiceField(
        label=_("What is destroyed"),
        choices=[(kept.value, KEPT_LABELS[kept]) for kept in DESTROYABLE],
        coerce=Kept,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("How and why"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000)
