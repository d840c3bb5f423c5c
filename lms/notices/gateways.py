"""Where SMS go. The settings name the gateway; the console shows codes to whoever runs the demonstration."""

import logging
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)


class SmsGateway(Protocol):
    """What a gateway must do."""

    def send(self, phone: str, text: str) -> None:
        """Hand the text over for delivery; `phone` is E.164."""


class ConsoleSmsGateway:
    """Prints each SMS where the server runs."""

    def send(self, phone: str, text: str) -> None:
        logger.info("SMS to %s: %s", phone, text)


class MemorySmsGateway:
    """Keeps SMS in a list, for tests."""

    outbox: list[tuple[str, str]] = []

    def send(self, phone: str, text: str) -> None:
        self.outbox.append((phone, text))


def send_sms(phone: str, text: str) -> None:
    """Send through the gateway that `SMS_GATEWAY` names."""
    gateway: SmsGateway = import_string(settings.SMS_GATEWAY)()
    gateway.send(phone, text)
