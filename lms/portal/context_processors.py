"""What every page knows: the person's display preferences, and whether she has a desk."""

import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from lms.core import clock
from lms.core.display import care_of, theme_of
from lms.notices.selectors import standing_of
from lms.organisations.rules import EDITING_ROLES, Role

ROOMS = frozenset({"courses", "apply", "verify", "learn", "desk"})
"""Rooms that the main navigation names, by the first part of their addresses."""
DESK_ROLES = frozenset(Role) - EDITING_ROLES | {Role.COLLEGE_ADMIN}
"""Who has a desk: work waits for her outside of Wagtail. An administrator edits, but also leads classes and keeps venues."""


def interface(request: HttpRequest) -> dict[str, Any]:
    """Return `ui` (theme, care, demo_clock) and what the navigation depends on; one query at most, and only if asked."""
    moved: datetime.timedelta | None = clock.offset() if settings.DEMO_CLOCK_FILE else None
    standing = SimpleLazyObject(lambda: standing_of(getattr(request, "user", None)))
    return {
        "ui": {
            "theme": theme_of(request),
            "care": care_of(request),
            "demo_clock": clock.now() if moved else None,
            "public_url": settings.PUBLIC_URL,
        },
        "nav_room": room if (room := request.path.split("/", 2)[1]) in ROOMS else "",
        "nav_has_desk": SimpleLazyObject(lambda: bool(DESK_ROLES & standing.roles)),
        "nav_has_cms": SimpleLazyObject(lambda: bool(EDITING_ROLES & standing.roles)),
        "nav_unread": SimpleLazyObject(lambda: standing.unread),
    }
