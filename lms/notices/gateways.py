"""Where SMS go. The settings name the gateway; the console shows codes to whoever runs the demonstration."""

import logging
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)


class SmsGateway(Protocol):
    """What a gateway must do."""

    def send(self, phone: str, text: str, *, reference: str = "") -> None:
        """Hand the text over for delivery; `phone` is E.164.

        Whoever was interrupted between handing over and writing it down hands over again, under the same
        `reference`: a gateway passes it on to its provider as the message's own number, and sends one number once.
        """


class ConsoleSmsGateway:
    """Prints each SMS where the server runs."""

    def send(self, phone: str, text: str, *, reference: str = "") -> None:
        logger.info("SMS to %s: %s", phone, text)


class MemorySmsGateway:
    """Keeps SMS in a list, for tests."""

    outbox: list[tuple[str, str]] = []

    def send(self, phone: str, text: str, *, reference: str = "") -> None:
        self.outbox.append((phone, text))


def send_sms(phone: str, text: str, *, reference: str = "") -> None:
    """Send through the gateway that `SMS_GATEWAY` names."""
    gateway: SmsGateway = import_string(settings.SMS_GATEWAY)()
    gateway.send(phone, text, reference=reference)
