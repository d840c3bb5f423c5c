"""Settings of signatures that contradict each other are told at the start, not on the day of issue."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from certification.certificates.stamping.levels import Level

# What `TSA_URL` says where the demonstration's own service stamps, in this process.
DEMO_SERVICE = "demo:"


@register()
def level_can_be_reached(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A level above B-B needs a time-stamp service, and a real site one of its own."""
    problems: list[CheckMessage] = []
    wanted = settings.SIGNATURE_LEVEL
    if wanted and wanted not in {Level.B, Level.T, Level.LT}:
        hint = f"Choose {Level.B}, {Level.T} or {Level.LT}; B-LTA is reached later, by `manage.py renew_time_stamps`."
        problems.append(
            Error(f"SIGNATURE_LEVEL is {wanted!r}, at which nothing can be issued.", hint=hint, id="certificates.E001")
        )
    if wanted in {Level.T, Level.LT} and not settings.TSA_URL:
        hint = "Set TSA_URL to the address of an RFC 3161 service."
        problems.append(Error(f"SIGNATURE_LEVEL {wanted} needs a time-stamp service.", hint=hint, id="certificates.E002"))
    if settings.TSA_URL == DEMO_SERVICE and settings.SESSION_COOKIE_SECURE:
        hint = "Set TSA_URL to the address of a service that others believe too."
        problems.append(Error("The demonstration's time stamps are used on a real site.", hint=hint, id="certificates.E003"))
    return problems
