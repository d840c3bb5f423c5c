from django import forms
from django.utils.translation import gettext_lazy as _

from certification.results.case_forms import EvidenceField


class ObjectionForm(forms.Form):
    """Which result, and what is wrong with it."""

    ticket_number = forms.CharField(
        label=_("Ticket number"), max_length=32, help_text=_("As printed on the admission ticket or in the list.")
    )
    text = forms.CharField(
        label=_("What is wrong?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Say what you saw or know, and how it can be checked."),
    )
    evidence = EvidenceField()


class AnswerForm(forms.Form):
    """The answer to an objection with its reasons."""

    verdict = forms.ChoiceField(
        label=_("Your decision"),
        choices=[
            ("dismiss", _("Dismiss: the result stands")),
            ("uphold", _("Uphold: no certificate until the result is corrected")),
        ],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Reasons"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}), help_text=_("The filer reads this.")
    )
