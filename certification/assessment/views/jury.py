"""The team's pages beside the sheet: what the leader sees, the second signature, the arbitrator's sheet."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.assessment import access, jury, rules, selectors, services
from certification.assessment.models import Arbitration, ScorePoint
from certification.assessment.rules import ArbitrationWay
from certification.assessment.services.arbitrating import DECLARATION, JOINT_DECLARATION
from certification.assessment.views.scoring import counted_in, faults_of, grouped
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import whole_number
from lms.core.messages import text_of


@login_required
@never_cache
@require_safe
def lead(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What the leader of the team has to see to: single signatures and cases; no colleague's points, no name."""
    return _lead_page(request, pk)


@login_required
@require_POST
def ask(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Ask the team for a second signature under a fatal act."""
    plan = access.led_team(request.user, pk)
    waiting = {(act.seat.pk, act.point.pk): act for act in jury.waiting_acts(plan)}.get(
        (whole_number(request.POST.get("seat")), whole_number(request.POST.get("point")))
    )
    if waiting is not None:
        try:
            services.ask_second_signatures(waiting.seat, point=waiting.point, actor=request.user, now=clock.now())
        except DomainError as error:
            return _lead_page(request, pk, error)
        messages.success(request, _("The team has been asked."))
    return redirect("assessment:lead", pk)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Say whether I saw this fatal act too, and sign."""
    row, problem, status = access.asked_signature(request.user, pk), "", 200
    if request.method == "POST":
        seen, note = request.POST.get("seen") == "1", request.POST.get("note", "")
        try:
            services.answer_second_signature(row, seen=seen, note=note, actor=request.user, now=clock.now())
        except DomainError as error:
            problem, status = text_of(error), error.status
        else:
            return redirect("assessment:second", pk)
    context = {"row": row, "problem": problem, "note": request.POST.get("note", "")}
    return render(request, "assessment/second.html", context, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def arbitrate(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Score a case anew and sign, all at once; the team's points are not shown."""
    row, problem, status = access.arbitration_to_score(request.user, pk), "", 200
    lines = list(selectors.lines_at(row.station, seat_id=row.seat_id))
    if request.method == "POST":
        try:
            services.sign_arbitration(
                row,
                values={str(line.pk): _given(request, line) for line in lines},
                reason=request.POST.get("reason", ""),
                declared=request.POST.get("declared") == "1",
                actor=request.user,
                now=clock.now(),
            )
        except DomainError as error:
            problem, status = text_of(error), error.status
        else:
            return redirect("assessment:arbitrate", pk)
    sheet = getattr(row, "sheet", None)
    joint = selectors.arbitration_way(row.station.plan) is ArbitrationWay.JOINT
    context = {
        "row": row,
        "sheet": sheet,
        "groups": grouped([_line(request, row, number, line) for number, line in enumerate(lines, start=1)]),
        "maximum": rules.plain(sum((line.max for line in lines), Decimal(0))),
        "total": rules.plain(sheet.total) if sheet else "",
        "declaration": JOINT_DECLARATION if joint else DECLARATION,
        "declared": request.POST.get("declared") == "1",
        "reason": request.POST.get("reason", ""),
        "problem": problem,
    }
    return render(request, "assessment/arbitrate.html", context, status=status)


def _lead_page(request: AuthenticatedHttpRequest, pk: int, error: DomainError | None = None) -> HttpResponse:
    plan = access.led_team(request.user, pk)
    context = {
        "plan": plan,
        "acts": jury.waiting_acts(plan),
        "cases": jury.cases_of(plan),
        "joint": selectors.arbitration_way(plan) is ArbitrationWay.JOINT,
        "problem": text_of(error) if error else "",
    }
    return render(request, "assessment/lead.html", context, status=error.status if error else 200)


def _given(request: AuthenticatedHttpRequest, line: ScorePoint) -> Any:
    """Return the value that the form gives a line: deductions where some are counted, points otherwise."""
    if counted := counted_in(request.POST, line):
        return counted
    return (request.POST.get(f"point-{line.pk}") or "").strip() or None


def _line(request: AuthenticatedHttpRequest, row: Arbitration, number: int, line: ScorePoint) -> dict[str, Any]:
    """Return a line as the page shows it: what was signed, or what was typed and is not signed yet."""
    sheet, key = getattr(row, "sheet", None), str(line.pk)
    counted = sheet.deductions.get(key, {}) if sheet else counted_in(request.POST, line)
    signed = rules.plain(rules.sheet_total({key: sheet.scores[key]})) if sheet and key in sheet.scores else ""
    return {
        "point": line,
        "number": number,
        "value": signed if sheet else request.POST.get(f"point-{line.pk}", ""),
        "maximum": rules.plain(line.max),
        "grid": rules.plain(line.step),
        "ticked": key in sheet.fatal if sheet else bool(request.POST.get(f"point-{line.pk}")),
        "faults": faults_of(line, counted),
    }
