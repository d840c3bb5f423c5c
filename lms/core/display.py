"""How a person wants pages to look; kept in cookies, so that it needs no account."""

from django.http import HttpRequest

THEMES = ("auto", "light", "dark")
CARE = ("0", "1")


def theme_of(request: HttpRequest) -> str:
    """Return one of `THEMES`, whatever the cookie says."""
    theme = request.COOKIES.get("theme", "auto")
    return theme if theme in THEMES else "auto"


def care_of(request: HttpRequest) -> str:
    """Return "1" in care mode (large type and targets), else "0"."""
    return "1" if request.COOKIES.get("care") == "1" else "0"
