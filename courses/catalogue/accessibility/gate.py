"""Holds up a lesson that shuts somebody out, whichever door it goes through: form, bulk action, approval or API."""

from collections.abc import Iterable
from typing import Any

from courses.catalogue.accessibility.facts import parts_of
from courses.catalogue.accessibility.messages import message_of
from courses.catalogue.accessibility.rules import Finding, blocking, examine
from lms.core.errors import DomainError


def findings_in(body: Iterable[Any], easy_read: str = "") -> list[Finding]:
    """Return what the rules find in a lesson's body (a stream value) and its easy-read version."""
    return examine(parts_of(body), easy_read=[line.strip() for line in easy_read.splitlines() if line.strip()])


def findings_of(lesson: Any) -> list[Finding]:
    """Return what the rules find in a lesson page as it stands."""
    return findings_in(lesson.body, lesson.easy_read)


def require_accessible(lesson: Any) -> None:
    """Raise `DomainError` "catalogue.lesson_shuts_out" (422) for a lesson that may be neither submitted nor published."""
    found = blocking(findings_of(lesson))
    if found:
        raise DomainError(
            "catalogue.lesson_shuts_out", status=422, title=lesson.title, count=len(found), first=message_of(found[0])
        )
