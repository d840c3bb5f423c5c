"""The candidate's pages: my exams, the rules and the door, the paper, handing in."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.applications.needs import needs_of
from certification.assessment import access, selectors, services
from certification.assessment.models import Absence, TheorySitting
from certification.assessment.rules import Door, Part, door, is_over
from certification.assessment.services.sittings import late_limit, theory_ends_at
from certification.assessment.views.body import read_json
from certification.examday.selectors.admission import is_admitted, is_stopped
from certification.plans.kept import keeps
from certification.plans.models import Seat
from courses.questionbank.models import Attempt
from courses.questionbank.selectors import Question, late_answers, questions_of, unanswered_positions
from courses.questionbank.services import keep_late_answer, save_answer
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.clock import clock_time
from lms.core.errors import DomainError
from lms.core.forms import whole_number
from lms.core.messages import text_of

BODY_LIMIT = 4096
SEQ_LIMIT = 2**53
"""The largest whole number a browser counts exactly."""
CLOSED = {"questionbank.time_is_up", "questionbank.already_submitted"}


@login_required
@require_safe
def exams(request: AuthenticatedHttpRequest) -> HttpResponse:
    """My theory exams, the nearest first."""
    now = clock.now()
    seats = [{"seat": seat, "state": _state(seat, now)} for seat in selectors.exams_of(request.user, now=now)]
    return render(request, "assessment/exams.html", {"exams": seats})


@login_required
@never_cache
@require_safe
def exam(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The rules, and what I can do now: wait, begin, go on, or read that I am done."""
    return _exam_page(request, access.own_seat(request.user, pk))


@login_required
@require_POST
def start(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Begin, or go on where I was."""
    seat = access.own_seat(request.user, pk)
    try:
        services.start_sitting(seat, candidate=request.user, now=clock.now())
    except DomainError as error:
        return _exam_page(request, access.own_seat(request.user, pk), error=error)
    return redirect("assessment:paper", pk)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """All questions in one page, so that turning from one to the next needs no network.

    A plain POST saves every answer on the page (`_save_form`); with JavaScript each is saved as it is
    given. One that arrives after the end is kept beside the mark.
    """
    seat = access.own_seat(request.user, pk)
    sitting, now = _sitting(seat), clock.now()
    if sitting is None:
        return redirect("assessment:exam", pk)
    if _is_closed(sitting, now):
        if request.method == "POST":
            _keep_form(request, sitting, now)
        return redirect("assessment:exam", pk) if sitting.is_submitted else _time_is_up(request, sitting, now)
    if request.method == "POST":
        try:
            kept = _save_form(request, sitting, now)
        except DomainError as error:
            if error.code in CLOSED:
                _keep_form(request, sitting, now)
                return _time_is_up(request, sitting, now)
            messages.error(request, text_of(error))
            return redirect("assessment:paper", pk)
        return _after_saving(request, pk, kept)
    questions = questions_of(sitting.attempt)
    context = {
        "seat": seat,
        "sitting": sitting,
        "questions": questions,
        "answered": sum(question.is_answered for question in questions),
        "last_seq": max((question.seq for question in questions), default=0),
        "left": _seconds_left(sitting, now),
        "large_print": _large_print(seat),
    }
    return render(request, "assessment/paper.html", context)


@require_POST
def answer(request: HttpRequest, pk: int) -> JsonResponse:
    """Save one answer, sent by the page's journal; JSON in, JSON out, safe to repeat.

    An answer that the network held up until after the end gets 202: it is kept as evidence and the
    mark stays what it was. The server's clock decides; what the page tells of its time is only noted.
    """
    if not request.user.is_authenticated:
        return JsonResponse({"code": "assessment.signed_out", "message": _("Please sign in again.")}, status=401)
    try:
        sitting = _sitting(access.own_seat(request.user, pk))
        if sitting is None:
            raise DomainError("assessment.not_running")
        position, chosen, seq, told_at = _read_answer(request)
        now = clock.now()
        try:
            response = save_answer(sitting.attempt, position=position, answer=chosen, seq=seq, now=now)
        except DomainError as error:
            if error.code not in CLOSED:
                raise
            keep_late_answer(
                sitting.attempt, user=request.user, position=position, answer=chosen, seq=seq, told_at=told_at, now=now
            )
            return _kept_late(position, chosen, seq, now)
    except DomainError as error:
        return JsonResponse({"code": error.code, "message": text_of(error)}, status=error.status)
    return JsonResponse(
        {
            "position": position,
            "answer": response.answer,
            "seq": response.seq,
            "left": _seconds_left(sitting, now),
            "saved_at": clock_time(now),
        }
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Ask once more, naming what is unanswered; then hand in."""
    seat = access.own_seat(request.user, pk)
    sitting, now = _sitting(seat), clock.now()
    if sitting is None or sitting.is_submitted:
        return redirect("assessment:exam", pk)
    if is_over(deadline=sitting.attempt.deadline_at, now=now):
        return _time_is_up(request, sitting, now)
    if request.method == "POST":
        services.submit_sitting(sitting, actor=request.user, now=now)
        return redirect("assessment:exam", pk)
    context = {"seat": seat, "sitting": sitting, "unanswered": unanswered_positions(sitting.attempt), "now": now}
    return render(request, "assessment/submit.html", context)


def _exam_page(request: AuthenticatedHttpRequest, seat: Seat, *, error: DomainError | None = None) -> HttpResponse:
    now = clock.now()
    sitting = _sitting(seat)
    if sitting is not None and not sitting.is_submitted and is_over(deadline=sitting.attempt.deadline_at, now=now):
        services.submit_sitting(sitting, actor=None, now=now)
    context: dict[str, Any] = {
        "seat": seat,
        "plan": seat.plan,
        "state": _state(seat, now),
        "sitting": sitting,
        "late_until": seat.plan.theory_starts_at + late_limit(seat),
        "ends_at": theory_ends_at(seat),
        "large_print": _large_print(seat),
        "problem": text_of(error) if error else "",
    }
    if sitting is not None and sitting.is_submitted:
        context["answered"] = selectors.answered_count(sitting.attempt)
        context["total"] = sitting.attempt.paper.items.count()
        context["late"] = len(late_answers(sitting.attempt))
    return render(request, "assessment/exam.html", context, status=error.status if error else 200)


def _state(seat: Seat, now: datetime) -> str:
    """Return early, unsigned, open, closed, running, submitted, stopped, kept or absent."""
    sitting = _sitting(seat)
    if sitting is not None:
        over = sitting.is_submitted or is_over(deadline=sitting.attempt.deadline_at, now=now)
        return "running" if not over else "stopped" if sitting.is_submitted and is_stopped(seat) else "submitted"
    if keeps(seat, Part.THEORY.value):
        return "kept"
    if Absence.objects.filter(seat=seat, part=Part.THEORY.value).exists():
        return "absent"
    state: Door = door(starts_at=seat.plan.theory_starts_at, now=now, late_limit=late_limit(seat))
    if is_stopped(seat):
        return "stopped"
    return "unsigned" if state is Door.OPEN and not is_admitted(seat) else state.value


def _large_print(seat: Seat) -> bool:
    """Tell whether her pages of the exam are set in large type, whatever she chose elsewhere. One query."""
    needs = needs_of([seat.candidate_id], on=seat.plan.exam_date).get(seat.candidate_id)
    return needs is not None and needs.large_print


def _sitting(seat: Seat) -> TheorySitting | None:
    return getattr(seat, "sitting", None)


def _seconds_left(sitting: TheorySitting, now: datetime) -> int | None:
    deadline = sitting.attempt.deadline_at
    return None if deadline is None else max(0, int((deadline - now).total_seconds()))


def _is_closed(sitting: TheorySitting, now: datetime) -> bool:
    return sitting.is_submitted or is_over(deadline=sitting.attempt.deadline_at, now=now)


def _kept_late(position: int, chosen: list[str], seq: int, now: datetime) -> JsonResponse:
    message = _("This answer arrived after the end. It is kept for the invigilator and does not change the mark.")
    body = {
        "position": position,
        "answer": chosen,
        "seq": seq,
        "left": 0,
        "late": True,
        "saved_at": clock_time(now),
        "message": message,
    }
    return JsonResponse(body, status=202)


def _time_is_up(request: AuthenticatedHttpRequest, sitting: TheorySitting, now: datetime) -> HttpResponse:
    services.submit_sitting(sitting, actor=None, now=now)
    messages.info(request, _("The time is up. Everything saved until then counts."))
    return redirect("assessment:exam", sitting.seat_id)


def _read_answer(request: HttpRequest) -> tuple[int, list[str], int, datetime | None]:
    unreadable = DomainError("assessment.answer_unreadable", status=422)
    try:
        sent = read_json(request, limit=BODY_LIMIT)
        position, chosen, seq = sent["position"], sent["answer"], sent["seq"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise unreadable from None
    whole = type(position) is int and type(seq) is int and 0 < seq < SEQ_LIMIT and 0 < position < 10_000
    if not whole or not isinstance(chosen, list) or not all(isinstance(key, str) for key in chosen):
        raise unreadable
    return position, chosen, seq, _told_time(sent.get("at"))


def _told_time(millis: object) -> datetime | None:
    """Return the moment the page names, or nothing when it makes no sense: it is never a reason to refuse."""
    if type(millis) is not int or not 0 < millis < SEQ_LIMIT:
        return None
    try:
        return datetime.fromtimestamp(millis / 1000, tz=UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _save_form(request: AuthenticatedHttpRequest, sitting: TheorySitting, now: datetime) -> list[int]:
    """Save what a plain form brought; return the questions whose stored answer was kept against it.

    The network may have brought only a part of the page, and a tab may be older than an answer given
    elsewhere. Neither takes a stored answer back.
    """
    kept = []
    for question, chosen in _changed(request, sitting.attempt):
        if not _is_current(request, question):
            kept.append(question.position)
            continue
        # The next number, and no higher one: an answer that came in between stays.
        stored = save_answer(sitting.attempt, position=question.position, answer=chosen, seq=question.seq + 1, now=now)
        if sorted(stored.answer) != chosen:
            kept.append(question.position)
    return kept


def _after_saving(request: AuthenticatedHttpRequest, pk: int, kept: list[int]) -> HttpResponse:
    place = request.POST.get("then", "")
    if kept:
        words = _(
            "Question %(numbers)s: this page was not up to date, so the answer saved last was kept."
            " Please look at it once more. Your other answers are saved."
        )
        messages.warning(request, words % {"numbers": "、".join(str(position) for position in kept)})
        place = str(kept[0])
    elif place == "submit":
        return redirect("assessment:submit", pk)
    else:
        messages.success(request, _("Your answers are saved."))
    return redirect(f"{request.path}#q-{place}" if place.isdigit() else request.path)


def _keep_form(request: AuthenticatedHttpRequest, sitting: TheorySitting, now: datetime) -> None:
    """Keep what a plain form brought after the end; the same form twice is kept once."""
    attempt, kept = sitting.attempt, late_answers(sitting.attempt)
    seq = int(now.timestamp() * 1000)
    for question, chosen in _changed(request, attempt):
        # What an old tab still shows was not chosen late.
        if not _is_current(request, question) or kept.get(question.position) == tuple(chosen):
            continue
        try:
            keep_late_answer(
                attempt, user=request.user, position=question.position, answer=chosen, seq=seq, told_at=None, now=now
            )
        except DomainError as error:
            messages.error(request, text_of(error))
            return


def _changed(request: HttpRequest, attempt: Attempt) -> Iterator[tuple[Question, list[str]]]:
    """Yield the questions that the form brought and whose answer in it differs from the saved one."""
    for question in questions_of(attempt):
        chosen = sorted(set(request.POST.getlist(f"answer-{question.position}")))
        came = bool(chosen) or _marker(question) in request.POST
        if came and chosen != sorted(question.chosen) and not _radio_left_alone(question, chosen):
            yield question, chosen


def _is_current(request: HttpRequest, question: Question) -> bool:
    """Tell whether the page showed what is stored. Without its marker it can have shown nothing stored."""
    return whole_number(request.POST.get(_marker(question))) == question.seq


def _marker(question: Question) -> str:
    """Return the hidden field behind each question: it has come whole, with the answer of this `seq`."""
    return f"seen-{question.position}"


def _radio_left_alone(question: Question, chosen: list[str]) -> bool:
    """A radio group cannot be emptied: nothing sent for it means that it was not touched."""
    return not chosen and question.frozen["kind"] != "multiple"
