"""How allauth reaches people here: by phone first, through the SMS gateway of the settings.

Nobody opens or holds an account by a phone number or an e-mail address that she has not proved, see
docs/decisions/0008-proving-a-contact.md.
"""

import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.utils.translation import gettext as _

from lms.accounts import services
from lms.accounts.fields import PhoneField
from lms.accounts.models import User
from lms.notices.gateways import send_sms


class AccountAdapter(DefaultAccountAdapter):
    """Phone numbers live on `User`; a code proves them."""

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        return PhoneField(**kwargs)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified) if isinstance(user, User) and user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        if verified:
            services.free_unproved_phone(phone, for_user=user)
        User.objects.filter(pk=user.pk).update(phone=phone, phone_verified=verified)
        user.phone, user.phone_verified = phone, verified

    def set_phone_verified(self, user: User, phone: str) -> None:
        self.set_phone(user, phone, True)

    def get_user_by_phone(self, phone: str) -> User | None:
        """Return who has proved the number. A number that was only typed in belongs to nobody."""
        return User.objects.filter(phone=phone, phone_verified=True).first()

    def confirm_email(self, request: Any, email_address: Any) -> bool:
        """Take the link in a mail from the person who added the address, and from nobody else.

        Else a stranger adds your address to his account, you follow the link, and it is his.
        """
        if request.user.pk != email_address.user_id:
            messages.error(request, _("Please sign in to the account to which you added this address, then open the link again."))
            return False
        services.free_unproved_email(email_address.email, for_user=email_address.user)
        return bool(super().confirm_email(request, email_address))

    def is_login_by_code_required(self, login: Any) -> bool:
        """An e-mail address is proved at sign-up by the code sent to it; a phone has its own stage."""
        user = login.user
        if login.signup and user is not None and not user.phone:
            return True
        return bool(super().is_login_by_code_required(login))

    def generate_login_code(self) -> str:
        return self._six_digits()

    def generate_phone_verification_code(self, *, user: User, phone: str) -> str:
        return self._six_digits()

    def _six_digits(self) -> str:
        # Digits only: quick to read off an SMS and to type on a phone's number pad.
        return f"{secrets.randbelow(1_000_000):06d}"

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        send_sms(phone, _("%(code)s is your Funeng code. It is valid for 10 minutes. Give it to nobody.") % {"code": code})

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        send_sms(phone, _("Somebody asked for a Funeng code for this number, but it has no account. You can sign up with it."))

    def send_account_already_exists_sms(self, phone: str) -> None:
        send_sms(phone, _("This number already has a Funeng account. Please sign in instead of signing up."))
