"""The panel's pages: my panels, the candidates by ticket number, the dossier, the defence, my sheet, differences."""

from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.assessment.rules import plain, step_of, stepped
from certification.assessment.views.body import read_json
from certification.panels import access, selectors, services
from certification.panels.forms import EndForm, LookForm, QuestionForm
from certification.panels.models import KIND_LABELS, DefenceSheet, PanelMember, Slot
from certification.panels.rules import DossierKind
from certification.panels.services.shared import setup_for
from certification.plans.rules import StaffRole
from certification.plans.staffing import declaration_for
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.clock import clock_time
from lms.core.errors import DomainError
from lms.core.messages import text_of

SHOWN = 50
BODY_LIMIT = 8192


@login_required
@require_safe
def sittings(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The panels on which I sit, the latest first."""
    return render(request, "panels/sittings.html", {"places": access.places_of(request.user)[:SHOWN]})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sit(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Declare first; then the candidates of my panel in the order of the day, by ticket number only."""
    place = access.own_place(request.user, pk)
    if request.method == "POST":
        services.declare_no_conflict(place, actor=request.user, now=clock.now())
        messages.success(request, _("Your declaration is stored."))
        return redirect("panels:sit", pk)
    rows = selectors.hearing_rows(place) if place.declared_at else []
    context = {
        "place": place,
        "panel": place.panel,
        "plan": place.panel.plan,
        "rows": rows,
        "declaration": declaration_for(StaffRole.ASSESSOR),
        "signed": sum(row.sheet is not None and row.sheet.is_signed for row in rows),
        "due": sum(row.absence is None for row in rows),
    }
    return render(request, "panels/sit.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hearing(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One candidate: the dossier to read, the questions asked; the chair begins and ends."""
    slot, place = access.slot_heard_by(request.user, pk)
    question, end, problem, status = QuestionForm(), EndForm(), "", 200
    if request.method == "POST":
        act = request.POST.get("act", "")
        try:
            question, end = _hear(request, slot, place, act)
        except DomainError as error:
            problem, status = text_of(error), error.status
        else:
            if not question.errors and not end.errors:
                return redirect("panels:hearing", pk)
            status = 422
    defence = access.defence_of(slot)
    dossier = access.released_dossier(slot)
    files = list(dossier.files.all()) if dossier else []
    context = {
        "slot": slot,
        "place": place,
        "plan": slot.panel.plan,
        "files": [{"file": file, "kind": KIND_LABELS[DossierKind(file.kind)]} for file in files],
        "defence": defence,
        "questions": list(defence.questions.all()) if defence else [],
        "sheet": defence and DefenceSheet.objects.filter(defence=defence, member=place).first(),
        "absent": getattr(slot.seat, "review_absence", None),
        "least": selectors.least_minutes(slot.panel.plan),
        "question": question,
        "end": end,
        "problem": problem,
        "may_begin": place.is_chair and clock.now() >= slot.panel.starts_at,
    }
    return render(request, "panels/hearing.html", context, status=status)


def _hear(request: AuthenticatedHttpRequest, slot: Slot, place: PanelMember, act: str) -> tuple[QuestionForm, EndForm]:
    """Do what was asked; the forms come back with what is wrong in them."""
    question, end, now = QuestionForm(), EndForm(), clock.now()
    defence = access.defence_of(slot)
    if act == "begin":
        services.begin_defence(slot, actor=request.user, now=now)
    elif act == "ask" and defence is not None:
        question = QuestionForm(request.POST)
        if question.is_valid():
            services.ask_question(defence, text=question.cleaned_data["text"], actor=request.user, now=now)
    elif act == "end" and defence is not None:
        end = EndForm(request.POST)
        if end.is_valid():
            services.end_defence(defence, short_reason=end.cleaned_data["short_reason"], actor=request.user, now=now)
    else:
        raise PermissionDenied
    return question, end


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """My sheet of one candidate; a submit saves all lines and may go on to signing."""
    paper = access.own_sheet(request.user, pk)
    if request.method == "POST" and not paper.is_signed:
        problems, kept = _save(request, paper)
        if kept:
            words = _("This page was not up to date. What was saved last was kept: %(lines)s. Please look at it once more.")
            messages.warning(request, words % {"lines": "、".join(kept)})
        if problems:
            return _sheet_page(request, access.own_sheet(request.user, pk), problems)
        if not kept and request.POST.get("then") == "sign":
            return redirect("panels:sign", pk)
        if not kept:
            messages.success(request, _("Saved."))
        return redirect("panels:sheet", pk)
    return _sheet_page(request, paper)


@require_POST
def point(request: HttpRequest, pk: int) -> JsonResponse:
    """Save one line or the note, sent by the page's journal; JSON in, JSON out, safe to repeat."""
    if not request.user.is_authenticated:
        return JsonResponse({"code": "assessment.signed_out", "message": _("Please sign in again.")}, status=401)
    paper = access.own_sheet(request.user, pk)
    now = clock.now()
    try:
        sent = read_json(request, limit=BODY_LIMIT)
        if not isinstance(sent, dict):
            raise DomainError("assessment.points_unreadable", status=422)
        if "note" in sent:
            paper = services.annotate_sheet(paper, note=str(sent["note"]), actor=request.user, now=now)
        else:
            key = str(sent.get("point"))
            paper = services.give_points(paper, criterion=key, value=sent.get("value"), actor=request.user, now=now)
    except (ValueError, RecursionError):
        return JsonResponse({"code": "assessment.points_unreadable", "message": ""}, status=422)
    except DomainError as error:
        return JsonResponse({"code": error.code, "message": text_of(error)}, status=error.status)
    return JsonResponse({"total": plain(paper.total), "saved_at": clock_time(now)})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Read the sheet once more, then sign it for good."""
    paper = access.own_sheet(request.user, pk)
    if paper.is_signed:
        return redirect("panels:sheet", pk)
    if request.method == "POST":
        try:
            services.sign_sheet(paper, actor=request.user, now=clock.now())
        except DomainError as error:
            return _sheet_page(request, access.own_sheet(request.user, pk), {"": text_of(error)})
        return redirect("panels:sheet", pk)
    lines = _lines(paper, {})
    if unscored := sum(line["value"] == "" for line in lines):
        return _sheet_page(request, paper, {"": text_of(DomainError("panels.points_missing", count=unscored))})
    if paper.defence.ended_at is None:
        return _sheet_page(request, paper, {"": text_of(DomainError("panels.defence_running"))})
    return render(request, "panels/sign.html", {"sheet": paper, "lines": lines, "total": plain(paper.total)})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The chair sees how far the signed sheets lie apart, without whose is which, and writes what the panel found."""
    row = access.look_for_chair(request.user, pk)
    form = LookForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.rule_on_difference(row, reasons=form.cleaned_data["reasons"], actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error("reasons", text_of(error))
        else:
            messages.success(request, _("The difference is settled; the signed sheets stand."))
            return redirect("panels:sit", row.defence.panel_id)
    sheets = selectors.totals_of([row.defence_id])[row.defence_id]
    context = {
        "look": row,
        "plan": row.defence.panel.plan,
        "totals": [plain(total) for total in sorted(one.total for one in sheets if one.pk != row.extra_id)],
        "form": form,
    }
    return render(request, "panels/look.html", context, status=422 if form.errors else 200)


def _lines(paper: DefenceSheet, problems: Mapping[str, str], sent: Any = None) -> list[dict[str, Any]]:
    lines = []
    for number, line in enumerate(setup_for(paper.defence.panel.plan).lines, start=1):
        stored = paper.scores.get(line.key)
        seen = "" if stored is None else plain(Decimal(stored))
        value = sent.get(f"point-{line.key}", seen) if sent is not None and line.key in problems else seen
        lines.append(
            {
                "line": line,
                "number": number,
                "value": value,
                "seen": seen,
                "maximum": plain(line.maximum),
                "step": plain(step_of(line.maximum)),
                "problem": problems.get(line.key, ""),
            }
        )
    return lines


def _sheet_page(
    request: AuthenticatedHttpRequest, paper: DefenceSheet, problems: Mapping[str, str] | None = None
) -> HttpResponse:
    lines = _lines(paper, problems or {}, request.POST if problems and request.method == "POST" else None)
    context = {
        "sheet": paper,
        "lines": lines,
        "note_seen": _mark(paper.note),
        "unscored": sum(line["value"] == "" for line in lines),
        "problem": (problems or {}).get("", ""),
        "problems": bool(problems),
        "total": plain(paper.total),
    }
    return render(request, "panels/sheet.html", context, status=422 if problems else 200)


def _save(request: AuthenticatedHttpRequest, paper: DefenceSheet) -> tuple[dict[str, str], list[str]]:
    """Save what can be saved; return what is wrong by line, "" for the whole sheet, and what was kept.

    A tab may be older than what was given elsewhere: a line is written only when the page showed what is stored.
    """
    problems: dict[str, str] = {}
    kept: list[str] = []
    now = clock.now()
    for row in _lines(paper, {}):
        key, stored = row["line"].key, row["seen"]
        value = _sent(request, key, row["line"].maximum)
        if value is None or value == stored:
            continue
        if request.POST.get(f"seen-{key}", "") != stored:
            kept.append(row["line"].text)
            continue
        try:
            services.give_points(paper, criterion=key, value=value or None, actor=request.user, now=now)
        except DomainError as error:
            problems[key if error.status == 422 else ""] = text_of(error)
    note = request.POST.get("note")
    if note is None or note.strip().splitlines() == paper.note.splitlines():
        return problems, kept
    if request.POST.get("seen-note", "") != _mark(paper.note):
        return problems, [*kept, pgettext("score sheet", "Note")]
    try:
        services.annotate_sheet(paper, note=note, actor=request.user, now=now)
    except DomainError as error:
        problems[""] = text_of(error)
    return problems, kept


def _sent(request: AuthenticatedHttpRequest, key: str, maximum: Decimal) -> str | None:
    sent = request.POST.get(f"point-{key}")
    if sent is None:
        return None
    for button, change in (("more", 1), ("less", -1)):
        if request.POST.get(button) == key:
            return stepped(sent.strip(), change=change, maximum=maximum)
    return sent.strip()


def _mark(note: str) -> str:
    return sha256(note.encode()).hexdigest()[:16] if note else ""
