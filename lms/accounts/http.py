"""The request of somebody who has signed in, and where any request came from."""

from functools import cache

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from lms.accounts.models import User


class AuthenticatedHttpRequest(HttpRequest):
    """What a view behind `login_required` gets: `user` is a person, never the anonymous one."""

    user: User


def client_address(request: HttpRequest) -> str:
    """Return the IP address that limits count by: the one before the trusted proxies (`TRUSTED_PROXY_COUNT`)."""
    return str(_adapter().get_client_ip(request))


_adapter = cache(get_adapter)  # it keeps nothing of a request, and is looked up anew each time otherwise
