"""A trainee's way through the demo course, by the services of the course rooms."""

import datetime

from courses.catalogue.models import CoursePage, LessonPage, ModulePage
from courses.learning import services as learning
from courses.learning.models import CompletionStatement
from courses.questionbank import services as questionbank
from courses.questionbank.models import Blueprint
from lms.accounts.models import User

COURSE = "at-service-basics"


def pass_quiz(blueprint: Blueprint, person: User, *, now: datetime.datetime) -> None:
    """Draw the module's quiz and answer it rightly."""
    paper = questionbank.draw_paper(blueprint, seed=f"{person.pk}:{now.isoformat()}", now=now)
    attempt = questionbank.start_attempt(paper, user=person, now=now, minutes=blueprint.minutes)
    for number, item in enumerate(paper.items.order_by("position"), start=1):
        questionbank.save_answer(attempt, position=item.position, answer=list(item.frozen["answer"]), seq=number, now=now)
    questionbank.submit_attempt(attempt, now=now)


def take_course(person: User, *, now: datetime.datetime) -> CompletionStatement:
    """Enrol, read each lesson, pass each quiz, and get the completion statement."""
    course = CoursePage.objects.live().get(slug=COURSE)
    enrolment = learning.enrol(course, user=person, now=now)
    for lesson in LessonPage.objects.live().descendant_of(course).order_by("path"):
        learning.complete_lesson(enrolment, lesson=lesson, now=now)
    for module in ModulePage.objects.live().child_of(course).select_related("blueprint"):
        if module.blueprint is not None:
            pass_quiz(module.blueprint, person, now=now)
    return learning.issue_statement(enrolment, now=now)
