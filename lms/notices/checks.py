"""A gateway for SMS that cannot take what it is handed is told at the start, not at the first code."""

import inspect
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string


@register()
def sms_gateway_takes_messages(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """`SMS_GATEWAY` names a class that can be loaded, and whose `send` takes a reference beside phone and text."""
    path = settings.SMS_GATEWAY
    try:
        send = import_string(path)().send
        signature = inspect.signature(send)
    except (ImportError, AttributeError, TypeError) as error:
        hint = "Name a class that needs no arguments and has `send(phone, text, *, reference)`."
        return [Error(f"SMS_GATEWAY {path!r} is no gateway: {error}", hint=hint, id="notices.E001")]
    try:
        signature.bind("+8613800000000", "text", reference="1")
    except TypeError:
        hint = "See `SmsGateway` in lms/notices/gateways.py: one reference is to be sent once."
        problem = f"The gateway {path} cannot be called as `send(phone, text, reference=…)`."
        return [Error(problem, hint=hint, id="notices.E002")]
    return []
