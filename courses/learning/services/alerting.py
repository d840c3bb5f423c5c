"""Telling those who lead that somebody waits for them, without ringing at each of thirty questions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.learning import notice_kinds
from courses.learning.models import JoinRequest, Question
from courses.learning.rules.classes import RequestStatus
from lms.accounts.models import User
from lms.notices.kinds import Kind
from lms.notices.services import news, tell_many
from lms.organisations.models import Organisation
from lms.organisations.rules import TEACHING_ROLES
from lms.organisations.selectors import people_with


@transaction.atomic
def tell_of_question(question: Question, *, now: datetime) -> None:
    """Tell whoever leads classes in the college that was asked, who has the question on her desk, too.

    As long as an older question of the class (without a class: of the college) waits, one notice a day is enough: who
    opens it finds them all.
    """
    waiting = Question.objects.filter(organisation=question.organisation_id, run=question.run_id, answered_at=None)
    # Locked, so that two who ask at once are told of one after the other and `once` holds.
    oldest = waiting.select_for_update().order_by("pk").first() or question
    place = question.run.title if question.run else question.enrolment.course.title
    facts, url = {"lesson": question.lesson.title, "place": place}, f"/teach/questions/{question.pk}/"
    _tell(notice_kinds.ASKED, question.organisation_id, question.enrolment.user, facts, url, oldest=oldest.pk, now=now)


@transaction.atomic
def tell_of_request(request: JoinRequest, *, now: datetime) -> None:
    """Tell whoever leads the class that somebody asks to join; at most once a day while an older request waits."""
    waiting = JoinRequest.objects.filter(run=request.run_id, status=RequestStatus.ASKED.value)
    oldest = waiting.select_for_update().order_by("pk").first() or request
    run, url = request.run, f"/teach/classes/{request.run_id}/"
    _tell(notice_kinds.ASKS_TO_JOIN, run.organisation_id, request.user, {"title": run.title}, url, oldest=oldest.pk, now=now)


def _tell(
    kind: Kind, college: Organisation | int, learner: User, facts: Mapping[str, Any], url: str, *, oldest: int, now: datetime
) -> None:
    people = people_with(college, *TEACHING_ROLES).filter(is_active=True).exclude(pk=learner.pk)
    once = f"{kind.key}:{oldest}:{timezone.localdate(now)}"
    tell_many([news(kind, person, facts=facts, url=url, organisation=college, once=once, now=now) for person in people])
