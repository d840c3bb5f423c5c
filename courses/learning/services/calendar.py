"""The secret address of a person's due dates."""

import secrets
from datetime import datetime

from django.db import transaction

from courses.learning.models import CalendarKey
from lms.accounts.models import User


@transaction.atomic
def renew_calendar(user: User, *, now: datetime) -> CalendarKey:
    """Give the person an address for her calendar, or a new one; the old one opens nothing any more."""
    key, _created = CalendarKey.objects.update_or_create(user=user, defaults={"token": secrets.token_urlsafe(32), "made_at": now})
    return key


@transaction.atomic
def close_calendar(user: User) -> None:
    """Take the address away."""
    CalendarKey.objects.filter(user=user).delete()
