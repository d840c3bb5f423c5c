"""Settings that contradict each other are told at the start, not on the day of the exam."""

from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def field_keys_are_usable(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Personal numbers cannot be stored without a key that Fernet accepts."""
    if not settings.FIELD_KEYS:
        return [
            Error(
                "FIELD_KEYS is empty: personal numbers cannot be encrypted.",
                hint="Set FIELD_KEYS to one or more Fernet keys, newest first.",
                id="core.E001",
            )
        ]
    for key in settings.FIELD_KEYS:
        try:
            Fernet(key.encode())
        except ValueError:
            return [
                Error(
                    "FIELD_KEYS holds something that is not a Fernet key.",
                    hint="Make one with `manage.py make_field_key`.",
                    id="core.E001",
                )
            ]
    return []


@register()
def only_a_demonstration_moves_the_clock(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A movable clock on a real site would end publication periods early."""
    if settings.DEMO_CLOCK_FILE is not None and settings.SESSION_COOKIE_SECURE:
        return [
            Error(
                "DEMO_CLOCK_FILE is set on a site with secure cookies.",
                hint="Remove it: only `make demo` has a movable clock.",
                id="core.E002",
            )
        ]
    return []
