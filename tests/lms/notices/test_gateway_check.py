"""A gateway that cannot take what it is handed is told before the site runs."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from lms.notices.checks import sms_gateway_takes_messages


class Whole:
    def send(self, phone, text, *, reference=""):
        pass


class WithoutReference:
    def send(self, phone, text):
        pass


class WithoutSend:
    pass


class WithSecret:
    def __init__(self, secret):
        pass

    def send(self, phone, text, *, reference=""):
        pass


@pytest.mark.parametrize("path", [f"{__name__}.Whole", "lms.notices.gateways.ConsoleSmsGateway"])
def test_a_whole_gateway_passes(settings, path):
    settings.SMS_GATEWAY = path
    assert sms_gateway_takes_messages(None) == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"{__name__}.WithoutReference", "notices.E002"),
        (f"{__name__}.WithoutSend", "notices.E001"),
        (f"{__name__}.WithSecret", "notices.E001"),
        ("lms.notices.gateways.NoSuchGateway", "notices.E001"),
        ("no_such_package.Gateway", "notices.E001"),
        ("NoDots", "notices.E001"),
    ],
)
def test_any_other_is_named_with_what_to_do(settings, path, code):
    settings.SMS_GATEWAY = path
    (problem,) = sms_gateway_takes_messages(None)
    assert problem.id == code
    assert path in problem.msg
    assert "reference" in problem.hint


def test_the_site_does_not_start_with_one_that_takes_no_reference(settings):
    settings.SMS_GATEWAY = f"{__name__}.WithoutReference"
    with pytest.raises(SystemCheckError, match="reference"):
        call_command("check")
