"""Questions to the teacher, and their answers."""

from datetime import datetime

from django.db import transaction

from courses.catalogue.models import CollegePage, CoursePage, LessonPage
from courses.learning import notice_kinds
from courses.learning.models import Enrolment, Question
from courses.learning.rules.notes import check_question
from courses.learning.services.alerting import tell_of_question
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.notices.services import news, tell_many
from lms.organisations.models import Organisation


@transaction.atomic
def ask(enrolment: Enrolment, *, lesson: LessonPage, text: str, now: datetime) -> Question:
    """Ask the teachers of her class, or of the course's college when she learns on her own, and tell them.

    Raises `DomainError` (422) "learning.question_empty", "learning.question_too_long".
    """
    run = enrolment.run
    question = Question.objects.create(
        enrolment=enrolment,
        lesson=lesson,
        run=run,
        organisation_id=run.organisation_id if run else college_of(enrolment.course).pk,
        text=check_question(text),
        asked_at=now,
    )
    tell_of_question(question, now=now)
    return question


def college_of(course: CoursePage) -> Organisation:
    """Return the organisation in whose tree the course stands; one query."""
    page = CollegePage.objects.select_related("organisation").get(path=course.path[: -CoursePage.steplen])
    organisation: Organisation = page.organisation
    return organisation


@transaction.atomic
def answer_question(question: Question, *, text: str, shared: bool, actor: User, now: datetime) -> Question:
    """Answer, or better an answer; who asked is told. `shared` lets everybody in the class read both, without her name.

    Raises `DomainError` (422) "learning.question_empty", "learning.question_too_long".
    """
    first = question.answered_at is None
    question.answer, question.shared = check_question(text), shared
    question.answered_by, question.answered_at = actor, now
    question.save(update_fields=["answer", "shared", "answered_by", "answered_at"])
    facts = {"teacher": actor.name, "lesson": question.lesson.title, "first": first}
    url = f"/learn/lessons/{question.lesson_id}/questions/"
    tell_many([news(notice_kinds.ANSWERED, question.enrolment.user, facts=facts, url=url, now=now)])
    return question


@transaction.atomic
def take_back(question: Question) -> None:
    """Take back a question that nobody has answered. Raises `DomainError` "learning.question_answered" afterwards."""
    if not Question.objects.filter(pk=question.pk, answered_at=None).delete()[0]:
        raise DomainError("learning.question_answered")
