"""Forms of this room."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from courses.tenancy.duties import role_choices
from courses.tenancy.rules import INVITED_KINDS, check_accent, check_slug
from courses.tenancy.services.branding import check_logo
from courses.tenancy.services.invitations import Contact
from lms.accounts.rules import normalise_phone
from lms.core.errors import DomainError
from lms.core.forms import offer_rows
from lms.core.messages import text_of
from lms.organisations.models import KIND_LABELS, Organisation


class ContactField(forms.CharField):
    """A phone number as people write it, or an e-mail; its value is a `Contact`."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = _("The link goes there, and only who has proved this number or address can accept.")
        super().__init__(label=_("Phone or e-mail"), help_text=help_text, max_length=254, **kwargs)

    def clean(self, value: Any) -> Any:
        try:
            return contact_in(super().clean(value))
        except DomainError as error:
            raise ValidationError(text_of(error)) from None


def contact_in(text: str) -> Contact:
    """Return the phone or e-mail in the text; raises `DomainError` (422) "tenancy.bad_email", or what a phone's rule raises."""
    if "@" not in text:
        return Contact(phone=normalise_phone(text))
    try:
        validate_email(text)
    except ValidationError:
        raise DomainError("tenancy.bad_email", status=422) from None
    return Contact(email=text.lower())


class OneOfMineForm(forms.Form):
    """Asks for the organisation only where there is a choice; `mine` is taken otherwise."""

    mine = forms.ModelChoiceField(Organisation.objects.none(), label=_("In the name of"))

    def __init__(self, *args: Any, mine: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list(mine)
        self.only = rows[0] if len(rows) == 1 else None
        if self.only is not None:
            del self.fields["mine"]
        else:
            offer_rows(self, "mine", mine)

    @property
    def organisation(self) -> Organisation:
        chosen: Organisation = self.only or self.cleaned_data["mine"]
        return chosen


class InviteOrganisationForm(OneOfMineForm):
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(kind.value, KIND_LABELS[kind]) for kind in INVITED_KINDS], initial=INVITED_KINDS[0].value
    )
    name = forms.CharField(label=_("Name of the organisation"), max_length=120, help_text=_("The full name, as on its seal."))
    name_en = forms.CharField(label=_("English name"), max_length=160, required=False)
    slug = forms.CharField(
        label=_("Address of its page"), max_length=50, help_text=_("Small letters, digits and hyphens: lingang-college")
    )
    contact = ContactField()

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_slug(self) -> str:
        try:
            return check_slug(self.cleaned_data["slug"])
        except DomainError as error:
            raise ValidationError(text_of(error)) from None


class InviteMemberForm(OneOfMineForm):
    role = forms.ChoiceField(label=_("Role"), choices=list(role_choices()), widget=forms.RadioSelect)
    contact = ContactField()


class BeginCourseForm(forms.Form):
    title = forms.CharField(label=_("Name of the course"), max_length=100)
    summary = forms.CharField(
        label=_("What is it about?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One or two sentences."),
    )
    module = forms.CharField(label=_("First module"), max_length=100)
    lesson = forms.CharField(label=_("First lesson"), max_length=100)


class OfferForm(forms.Form):
    organisation = forms.ModelChoiceField(
        Organisation.objects.filter(college_page__isnull=False).order_by("name"),
        label=_("Organisation"),
        help_text=_("It is asked first; its authors may write in the course once its administrator agrees."),
    )


class BrandForm(forms.Form):
    accent = forms.CharField(
        label=_("Accent colour"),
        required=False,
        max_length=7,
        help_text=_("Like #0e5a4f; it has to be dark enough to be read. Empty: the colour of the house."),
    )
    logo = forms.FileField(
        label=_("Logo (SVG or PNG)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/svg+xml,image/png,.svg,.png"}),
        help_text=_("At most 300 kB; it is shown 48 pixels high."),
    )
    drop_logo = forms.BooleanField(label=_("Remove the logo"), required=False)

    def clean_accent(self) -> str:
        try:
            return check_accent(self.cleaned_data["accent"]) if self.cleaned_data["accent"].strip() else ""
        except DomainError as error:
            raise ValidationError(text_of(error)) from None

    def clean_logo(self) -> Any:
        upload = self.cleaned_data.get("logo")
        if upload is None:
            return None
        try:
            return check_logo(upload)
        except DomainError as error:
            raise ValidationError(text_of(error)) from None
