"""Signing up with a phone number or an e-mail, and signing in with either, by password or by code."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.fields import PasswordField
from allauth.account.forms import LoginForm, RequestLoginCodeForm, ResetPasswordForm, SignupForm
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import EmailAddress, Login
from allauth.account.utils import get_next_redirect_url
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from lms.accounts import services
from lms.accounts.models import User
from lms.accounts.rules import normalise_phone
from lms.core.errors import DomainError
from lms.core.messages import text_of


class SignUpForm(SignupForm):
    """Name, and a phone number or an e-mail; the words say that one is enough, and one is what an account begins with."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].label = _("Phone")
        self.fields["phone"].help_text = _("Phone or e-mail: one of them is enough.")
        self.fields["email"].label = _("E-mail")
        self.fields["email"].help_text = _("If you enter both, your account begins with the phone; you can add the e-mail later.")
        self.fields["email"].widget.attrs.pop("placeholder", None)
        for name in ("phone", "email"):
            self.fields[name].one_of_several = True

    def validate_unique_email(self, value: str) -> str:
        """An address is taken once it was proved. Who only typed it in, here or in her account, does not hold it."""
        if EmailAddress.objects.is_verified(value):
            raise get_adapter().validation_error("email_taken")
        return value

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean()
        if data.get("phone"):
            # Only the phone is proved now. An e-mail kept beside it would open the account to whoever owns that one.
            data["email"] = ""
        return data

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        if self.account_already_exists:
            refused: tuple[User | None, HttpResponse | None] = super().try_save(request)
            return refused
        email = self.cleaned_data.get("email") or None
        person = services.begin_sign_up(name=self.cleaned_data["name"], phone=self.cleaned_data.get("phone") or None)
        if email is None:
            return person, None
        # The address waits in the session until its code is typed in; no row carries it before.
        login = Login(user=person, email=email, signup=True, redirect_url=get_next_redirect_url(request))
        return person, perform_login(request, login)


class SignInForm(LoginForm):
    """A phone number as people write it, or an e-mail; without a password a code is sent."""

    def _setup_password_field(self) -> None:
        self.fields["login"].label = _("Phone or e-mail")
        self.fields["login"].widget.attrs.update(autocomplete="username", inputmode="email", placeholder="")
        self.fields["password"] = PasswordField(
            label=_("Password"),
            required=False,
            autocomplete="current-password",
            help_text=_("No password? Leave this empty and we send you a code."),
        )
        self.fields["password"].widget.attrs.pop("placeholder", None)

    def clean_login(self) -> str:
        login: str = super().clean_login()
        if "@" in login:
            return login.lower()
        try:
            return normalise_phone(login)
        except DomainError as error:
            raise forms.ValidationError(text_of(error)) from None

    def _clean_without_password(self, email: str | None, phone: str | None) -> dict[str, Any]:
        data: dict[str, Any] = super()._clean_without_password(email, phone)
        if email:
            self.user = services.person_by_proved_email(email)
        return data


class CodeRequestForm(RequestLoginCodeForm):
    """A code goes to whom the address is proved for; to everybody else the mail says that there is no account."""

    def clean_email(self) -> str:
        email: str = super().clean_email()
        if email:
            self._user = services.person_by_proved_email(email)
        return email


class PasswordResetForm(ResetPasswordForm):
    """A link goes to whom the address is proved for: it opens the account just as a code does."""

    def clean_email(self) -> str:
        email: str = super().clean_email()
        person = services.person_by_proved_email(email)
        self.users = [person] if person is not None else []
        return email
