"""What was read without a network, taken over when the network is back; sent twice, it changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.http import Http404

from courses.learning.access import lesson_for, readings_of
from courses.learning.services import complete_lesson, keep_place
from courses.media.rules.watched import server_moment
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.core.messages import text_of


@dataclass(frozen=True)
class Mark:
    """One thing done on a device: a lesson read ("read"), or the block where reading stopped ("place"). Times: its clock, ms."""

    key: str
    kind: str
    lesson: int
    at: int
    block: str = ""


@dataclass(frozen=True)
class Outcome:
    """Keys of the marks that the device may forget, and a sentence for each that could not be taken."""

    done: list[str]
    refused: list[dict[str, str]]


@transaction.atomic
def take_over(user: User, *, marks: Sequence[Mark], sent: int, now: datetime) -> Outcome:
    """Complete lessons and keep places as they were on the device, dated by how long ago that was."""
    done: list[str] = []
    refused: list[dict[str, str]] = []
    for mark in marks:
        try:
            with transaction.atomic():
                _take(user, mark, sent=sent, now=now)
        except Http404:
            pass  # the lesson is gone, so there is nothing left to mark
        except DomainError as error:
            refused.append({"key": mark.key, "message": text_of(error)})
        done.append(mark.key)
    return Outcome(done, refused)


def _take(user: User, mark: Mark, *, sent: int, now: datetime) -> None:
    lesson, enrolment = lesson_for(user, mark.lesson)
    begun = int(enrolment.enrolled_at.timestamp() * 1000)
    ms = server_moment(happened=mark.at, sent=sent, now=int(now.timestamp() * 1000), earliest=begun)
    moment = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=ms)
    if mark.kind == "read":
        complete_lesson(enrolment, lesson=lesson, now=moment)
    else:
        keep_place(readings_of(user, lesson.pk), lesson=lesson.pk, block=mark.block, now=moment)
