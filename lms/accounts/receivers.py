"""What follows from allauth's signals."""

from typing import Any

from allauth.account.signals import authentication_step_completed
from django.dispatch import receiver

from lms.accounts import services
from lms.accounts.models import User


@receiver(authentication_step_completed)
def take_email_of_code(sender: type[User], user: User, method: str, email: str | None = None, **kwargs: Any) -> None:
    """Who types in a mailed code has proved the address; at sign-up this is when her account first gets it."""
    if method == "code" and email:
        services.take_email_of_code(user, email)
