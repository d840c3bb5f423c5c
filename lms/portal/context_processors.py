"""What every page knows: the person's display preferences, and whether she has a desk."""

import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from lms.core import clock
from lms.organisations.rules import EDITING_ROLES, Role
from lms.organisations.selectors import roles_of

THEMES = ("auto", "light", "dark")
DESK_ROLES = frozenset(Role) - EDITING_ROLES


def interface(request: HttpRequest) -> dict[str, Any]:
    """Return `ui` (theme, care, demo_clock) and what the navigation depends on; one query at most, and only if asked."""
    theme = request.COOKIES.get("theme", "auto")
    moved: datetime.timedelta | None = clock.offset() if settings.DEMO_CLOCK_FILE else None
    roles = SimpleLazyObject(lambda: roles_of(getattr(request, "user", None)))
    return {
        "ui": {
            "theme": theme if theme in THEMES else "auto",
            "care": "1" if request.COOKIES.get("care") == "1" else "0",
            "demo_clock": clock.now() if moved else None,
            "public_url": settings.PUBLIC_URL,
        },
        "nav_has_desk": SimpleLazyObject(lambda: bool(DESK_ROLES & set(roles))),
        "nav_has_cms": SimpleLazyObject(lambda: bool(EDITING_ROLES & set(roles))),
    }
