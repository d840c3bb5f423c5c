"""Pages of a learner: my courses, quizzes, statements."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.catalogue.selectors import published_courses, with_colleges
from courses.learning import access, services
from courses.learning.models import Enrolment
from courses.learning.queues import OWN_COURSES
from courses.learning.rules import StepKind
from courses.learning.selectors.classes import announcements_for, teaches_anywhere
from courses.learning.selectors.comparing import newer_versions
from courses.learning.selectors.progress import CourseProgress, next_url_of, outline_for, progress_in_all, progress_of
from courses.questionbank.access import attempts_visible_to, quiz_attempt_for
from courses.questionbank.rules import is_pass
from courses.questionbank.selectors import open_attempt, questions_of
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import whole_number
from lms.core.messages import text_of
from lms.core.queues import own_rows

SUGGESTIONS = 3
ATTEMPTS_SHOWN = 5
ANNOUNCEMENTS_SHOWN = 3
COURSES_A_PAGE = 8
FINISHED_A_PAGE = 20


@login_required
@require_safe
def home(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What to do now, the courses with their ladders, and what else waits for this person."""
    user = request.user
    courses = progress_in_all(user)
    taken = {progress.course.pk for progress in courses}
    running = [progress for progress in courses if progress.statement is None]
    finished = [progress for progress in courses if progress.statement is not None]
    shown = Paginator(running, COURSES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "running": shown,
        "finished": Paginator(finished, FINISHED_A_PAGE).get_page(request.GET.get("done")),
        "newer": newer_versions(shown),
        "announcements": announcements_for(running)[:ANNOUNCEMENTS_SHOWN],
        "teaches": teaches_anywhere(user),
        "now_step": _now(running),
        "other_rows": [row for row in own_rows(user, clock.now()) if row.queue is not OWN_COURSES],
        "suggestions": with_colleges(published_courses().exclude(pk__in=taken)[:SUGGESTIONS]),
        "today": clock.today(),
    }
    return render(request, "learning/home.html", context)


def _now(running: list[CourseProgress]) -> CourseProgress | None:
    """The course that she read last, else the one begun last."""
    open_ones = [progress for progress in running if progress.next.kind is not StepKind.NONE]
    lately = [progress for progress in open_ones if progress.enrolment.last_at is not None]
    # `open_ones` stands in the order of beginning.
    return max(lately, key=lambda progress: str(progress.enrolment.last_at), default=open_ones[0] if open_ones else None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Enrol and go to the first lesson. A GET (somebody comes back from signing in) leads to the course."""
    user = request.user
    course = access.course_open_to(user, pk)
    if request.method != "POST":
        return redirect(course.url)
    progress = progress_of(services.enrol(course, user=user, now=clock.now()))
    messages.success(request, _("You are enrolled. Read at your own pace; your place is kept."))
    return redirect(progress.next_url)


@login_required
@require_POST
def complete_lesson(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Mark the lesson as read and go to what comes next in the course."""
    try:
        enrolment = services.complete_lesson(access.readings_of(request.user, pk), lesson=pk, now=clock.now())
    except Enrolment.DoesNotExist:
        _lesson, enrolment = access.lesson_for(request.user, pk)
        enrolment = services.complete_lesson(enrolment, lesson=pk, now=clock.now())
    return redirect(next_url_of(enrolment))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def quiz(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What the quiz is like and how it went so far; POST begins or goes on."""
    user = request.user
    module, enrolment = access.module_for(user, pk)
    if request.method == "POST":
        attempt = services.start_quiz(enrolment, module=module, now=clock.now())
        return redirect("learning:attempt", pk=attempt.pk)
    part = outline_for(enrolment).module(module.pk)
    blueprint = part.module.blueprint if part else None
    if part is None or blueprint is None:
        raise DomainError("learning.no_quiz", status=404)
    tried = attempts_visible_to(user).filter(paper__blueprint=blueprint.pk).exclude(submitted_at=None)
    context = {
        "module": part.module,
        "course": enrolment.course,
        "blueprint": blueprint,
        "attempts": tried.order_by("-submitted_at")[:ATTEMPTS_SHOWN],
        "open_attempt": open_attempt(user, blueprint.pk),
        "progress": progress_of(enrolment),
    }
    return render(request, "learning/quiz.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attempt(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """All questions of the quiz on one page; POST saves them and hands in unless some are empty."""
    taken = quiz_attempt_for(request.user, pk)
    if not taken.is_open:
        return redirect("learning:result", pk=taken.pk)
    missing: list[int] = []
    error = ""
    if request.method == "POST":
        try:
            missing = services.answer_quiz(taken, answers=_answers(request), now=clock.now())
            if not missing or "anyway" in request.POST:
                services.hand_in_quiz(taken, now=clock.now())
                return redirect("learning:result", pk=taken.pk)
        except DomainError as problem:
            if problem.code == "questionbank.time_is_up":
                services.hand_in_quiz(taken, now=clock.now())
                return redirect("learning:result", pk=taken.pk)
            error = text_of(problem)
    context = {"attempt": taken, "questions": questions_of(taken), "missing": missing, "error": error}
    context |= access.place_of_attempt(request.user, taken)
    return render(request, "learning/attempt.html", context, status=422 if missing or error else 200)


def _answers(request: AuthenticatedHttpRequest) -> dict[int, list[str]]:
    return {
        position: request.POST.getlist(name)
        for name in request.POST
        if name.startswith("answer-") and (position := whole_number(name.removeprefix("answer-")))
    }


@login_required
@require_safe
def result(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The mark, and each question with the right answer and why."""
    taken = quiz_attempt_for(request.user, pk)
    if taken.is_open:
        return redirect("learning:attempt", pk=taken.pk)
    questions = questions_of(taken)
    place = access.place_of_attempt(request.user, taken)
    # Her version says what is passed; the blueprint itself where no course of hers has the quiz any more.
    blueprint = place["module"].blueprint if place["module"] else taken.paper.blueprint
    context = {
        "attempt": taken,
        "questions": questions,
        "right": sum(bool(question.right) for question in questions),
        "name": taken.paper.blueprint.name,
        "pass_mark": blueprint.pass_mark,
        "passed": is_pass(taken.mark, blueprint.pass_mark),
        **place,
    }
    return render(request, "learning/result.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def issue_statement(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Issue the completion statement, or say on the course page what is missing."""
    user = request.user
    course = access.course_open_to(user, pk)
    if request.method != "POST":
        return redirect(course.url)
    enrolment = access.enrolment_for(user, course)
    try:
        statement = services.issue_statement(enrolment, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
        return redirect("learning:home")
    return redirect(statement)


@login_required
@require_safe
def statement(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The statement as a page to print; it says only what was frozen at issue."""
    issued = access.statement_for(request.user, pk)
    days = {name: date.fromisoformat(issued.statement[name]) for name in ("enrolled_on", "completed_on", "issued_on")}
    context = {"statement": issued, "words": {**issued.statement, **days}, "sha256": services.statement_hash(issued.statement)}
    return render(request, "learning/statement.html", context)
