"""The assessor's pages: my plans, one station's candidates, the score sheet, signing."""

from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.assessment import access, rules, selectors, services
from certification.assessment.jury import leader_of
from certification.assessment.models import ScorePoint, ScoreSheet
from certification.assessment.views.body import read_json
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.clock import clock_time
from lms.core.errors import DomainError
from lms.core.forms import whole_number
from lms.core.messages import text_of

BODY_LIMIT = 8192


@login_required
@require_safe
def score(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The plans in which I score."""
    return render(request, "assessment/score.html", {"assignments": selectors.assignments_to_score(request.user)})


@login_required
@never_cache
@require_safe
def score_plan(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The stations of a plan with how many of my sheets are signed."""
    assignment = access.assignment_to_score(request.user, pk)
    plan = assignment.plan
    signed = selectors.signed_counts(plan, assessor=request.user)
    stations = [{"station": station, "signed": signed.get(station.pk, 0)} for station in selectors.stations_of(plan)]
    context = {
        "assignment": assignment,
        "plan": plan,
        "leads": leader_of(plan) == request.user,
        "stations": stations,
        "due": selectors.sheets_due(plan),
        "now": clock.now(),
    }
    return render(request, "assessment/score_plan.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def station(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The candidates at one station, by ticket number only; POST opens a sheet."""
    place = access.station_to_score(request.user, pk)
    if request.method == "POST":
        seat = access.seat_at(place, whole_number(request.POST.get("seat")))
        try:
            sheet = services.open_sheet(place, seat, assessor=request.user, now=clock.now())
        except DomainError as error:
            return _station_page(request, place, error)
        return redirect("assessment:sheet", sheet.pk)
    return _station_page(request, place)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The score sheet. A plain POST saves all lines; with JavaScript each is saved as it is given."""
    paper = access.own_sheet(request.user, pk)
    if request.method == "POST" and not paper.is_signed:
        problems, kept = _save_form(request, paper)
        if kept:
            words = _("This page was not up to date. What was saved last was kept: %(lines)s. Please look at it once more.")
            messages.warning(request, words % {"lines": "、".join(kept)})
        if problems:
            return _sheet_page(request, access.own_sheet(request.user, pk), problems)
        if not kept and request.POST.get("then") == "sign":
            return redirect("assessment:sign", pk)
        if not kept:
            messages.success(request, _("Saved."))
        return redirect("assessment:sheet", pk)
    return _sheet_page(request, paper)


@require_POST
def point(request: HttpRequest, pk: int) -> JsonResponse:
    """Save one line or the note, sent by the page's journal; JSON in, JSON out, safe to repeat."""
    if not request.user.is_authenticated:
        return JsonResponse({"code": "assessment.signed_out", "message": _("Please sign in again.")}, status=401)
    paper = access.own_sheet(request.user, pk)
    try:
        sent = read_json(request, limit=BODY_LIMIT)
        if not isinstance(sent, dict):
            raise DomainError("assessment.points_unreadable", status=422)
        now = clock.now()
        if "note" in sent:
            paper = services.annotate_sheet(paper, note=str(sent["note"]), actor=request.user, now=now)
        else:
            key = sent.get("point")
            line = key if type(key) is int else 0
            paper = services.score_point(paper, point=line, value=sent.get("value"), actor=request.user, now=now)
    except (ValueError, RecursionError):
        return JsonResponse({"code": "assessment.points_unreadable", "message": ""}, status=422)
    except DomainError as error:
        return JsonResponse({"code": error.code, "message": text_of(error)}, status=error.status)
    return JsonResponse({"total": rules.plain(paper.total), "saved_at": clock_time(now)})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Read the sheet once more, then sign it for good."""
    paper = access.own_sheet(request.user, pk)
    if paper.is_signed:
        return redirect("assessment:sheet", pk)
    if request.method == "POST":
        try:
            services.sign_sheet(paper, actor=request.user, now=clock.now())
        except DomainError as error:
            return _sheet_page(request, access.own_sheet(request.user, pk), {None: text_of(error)})
        return redirect("assessment:sheet", pk)
    lines = _lines(paper, {})
    if missing := _unscored(lines):
        unfinished = DomainError("assessment.points_missing", count=missing, status=422)
        return _sheet_page(request, paper, {None: text_of(unfinished)})
    context = {
        "sheet": paper,
        "groups": grouped(lines),
        "maximum": _maximum(lines),
        "total": rules.plain(paper.total),
    }
    return render(request, "assessment/sign.html", context)


def _station_page(request: AuthenticatedHttpRequest, place: Any, error: DomainError | None = None) -> HttpResponse:
    rows = selectors.score_rows(place, assessor=request.user)
    context = {
        "station": place,
        "stations": selectors.stations_of(place.plan),
        "plan": place.plan,
        "rows": rows,
        "signed": sum(row.sheet is not None and row.sheet.is_signed for row in rows),
        "due": sum(not row.absent for row in rows),
        "problem": text_of(error) if error else "",
    }
    return render(request, "assessment/station.html", context, status=error.status if error else 200)


def _sheet_page(
    request: AuthenticatedHttpRequest, paper: ScoreSheet, problems: dict[int | None, str] | None = None
) -> HttpResponse:
    lines = _lines(paper, problems or {}, request.POST if problems and request.method == "POST" else None)
    following = selectors.next_due(paper, assessor=request.user) if paper.is_signed else None
    context = {
        "sheet": paper,
        "groups": grouped(lines),
        "note_seen": _note_mark(paper.note),
        "maximum": _maximum(lines),
        "unscored": _unscored(lines),
        "problem": (problems or {}).get(None, ""),
        "problems": bool(problems),
        "following": following,
        "readable_total": rules.plain(paper.total),
    }
    return render(request, "assessment/sheet.html", context, status=422 if problems else 200)


def _lines(paper: ScoreSheet, problems: dict[int | None, str], sent: Any = None) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    for line in selectors.points_of(paper):
        value = _stored(paper, line)
        if sent is not None and line.pk in problems:
            value = sent.get(f"point-{line.pk}", value)
        lines.append(
            {
                "point": line,
                "number": 1 + sum(not earlier["point"].fatal for earlier in lines),
                "value": value,
                "seen": _seen(paper, line),
                "maximum": rules.plain(line.max),
                "step": rules.plain(rules.step_of(line.max, line.step)),
                "grid": rules.plain(line.step),
                "ticked": str(line.pk) in paper.fatal,
                "faults": faults_of(line, paper.deductions.get(str(line.pk), {})),
                "problem": problems.get(line.pk, ""),
            }
        )
    return lines


def faults_of(line: ScorePoint, counted: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the deduction rules of a line as pages show them, each with how often it was counted."""
    return [
        {**fault, "number": number, "times": counted.get(str(number), 0), "choices": range(fault["most"] + 1)}
        for number, fault in enumerate(line.deductions, start=1)
    ]


def grouped(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines by item, in order; a station that is one item needs no heading."""
    groups: dict[int, dict[str, Any]] = {}
    for line in lines:
        group = groups.setdefault(line["point"].item_id, {"item": line["point"].item, "lines": []})
        group["lines"].append(line)
    for group in groups.values():
        group["titled"] = len(groups) > 1
        group["maximum"] = _maximum(group["lines"])
    return list(groups.values())


def _maximum(lines: list[dict[str, Any]]) -> str:
    return rules.plain(sum((line["point"].max for line in lines), Decimal(0)))


def _unscored(lines: list[dict[str, Any]]) -> int:
    return sum(not line["point"].fatal and line["value"] == "" for line in lines)


def _save_form(request: AuthenticatedHttpRequest, paper: ScoreSheet) -> tuple[dict[int | None, str], list[str]]:
    """Save what can be saved; return what is wrong by line, None for the whole sheet, and what was kept.

    The network may have brought only a part of the page, and a tab may be older than what was given
    elsewhere. Neither takes a stored line back: it is written only when the page showed what is stored.
    """
    problems: dict[int | None, str] = {}
    kept: list[str] = []
    now = clock.now()
    for line in selectors.points_of(paper):
        value = _sent_value(request, paper, line)
        if value is None or value == _stored(paper, line):
            continue
        if request.POST.get(f"seen-{line.pk}", "") != _seen(paper, line):
            kept.append(line.text)
            continue
        try:
            given = value if isinstance(value, dict) else value or None
            services.score_point(paper, point=line, value=given, actor=request.user, now=now)
        except DomainError as error:
            problems[line.pk if error.status == 422 else None] = text_of(error)
    note = request.POST.get("note")
    if note is None or note.strip().splitlines() == paper.note.splitlines():
        return problems, kept
    if request.POST.get("seen-note", "") != _note_mark(paper.note):
        return problems, [*kept, pgettext("score sheet", "Note")]
    try:
        services.annotate_sheet(paper, note=note, actor=request.user, now=now)
    except DomainError as error:
        problems[None] = text_of(error)
    return problems, kept


def _stored(paper: ScoreSheet, line: ScorePoint) -> str:
    """Return what is stored for the line, as its field sends it."""
    if line.fatal:
        return "1" if str(line.pk) in paper.fatal else ""
    points = paper.scores.get(str(line.pk))
    return "" if points is None else rules.plain(Decimal(points))


def _seen(paper: ScoreSheet, line: ScorePoint) -> str:
    """Return what a page that is up to date shows of the line, deductions included."""
    counted = sorted(paper.deductions.get(str(line.pk), {}).items())
    return ";".join([_stored(paper, line), *(f"{number}:{times}" for number, times in counted)])


def _sent_value(request: AuthenticatedHttpRequest, paper: ScoreSheet, line: ScorePoint) -> str | dict[str, int] | None:
    """Return what the form says of the line, or None when the line did not come."""
    if line.deductions and f"seen-{line.pk}" in request.POST:
        counted = counted_in(request.POST, line)
        if counted != paper.deductions.get(str(line.pk), {}):
            return counted
    sent = request.POST.get(f"point-{line.pk}")
    if line.fatal:
        # An empty box sends nothing; the marker behind it says that it came.
        return "1" if sent else "" if f"seen-{line.pk}" in request.POST else None
    if sent is None:
        return None
    for button, change in (("more", 1), ("less", -1)):
        if request.POST.get(button) == str(line.pk):
            return rules.stepped(sent.strip(), change=change, maximum=line.max, step=line.step)
    return sent.strip()


def counted_in(sent: Mapping[str, Any], line: ScorePoint) -> dict[str, int]:
    """Return how often a form counts each deduction of the line."""
    times = {str(number): whole_number(sent.get(f"cut-{line.pk}-{number}")) for number in range(1, len(line.deductions) + 1)}
    return {number: count for number, count in times.items() if count}


def _note_mark(note: str) -> str:
    return sha256(note.encode()).hexdigest()[:16] if note else ""
