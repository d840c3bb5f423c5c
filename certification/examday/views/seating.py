"""The officer's pages: propose, look at it room by room, move by hand, confirm."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.examday.forms import MoveForm, ProposalForm
from certification.examday.models import Arrangement
from certification.examday.presentation import finding_in_words, needs_in_words
from certification.examday.selectors.rooms import room_problems, rooms_on_the_day, without_room
from certification.examday.selectors.seating import Seating, helped_since, not_in_proposal, seating_of
from certification.examday.services import arranging
from certification.plans.access import is_officer, plan_for
from certification.plans.models import Plan
from certification.plans.rules import Status
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted
from lms.core.messages import text_of


def crumbs_of(plan: Plan, *rest: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the way from the desk to a page of the plan."""
    return [{"title": _("Desk"), "url": "/desk/"}, {"title": plan.title, "url": plan.get_desk_url()}, *rest]


def _arrangement(plan: Plan) -> Arrangement | None:
    return Arrangement.objects.filter(plan=plan).select_related("plan__organisation", "plan__scheme").first()


@login_required
@require_safe
def overview(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """All rooms of the plan: what is proposed or confirmed, and what is wrong with it."""
    return _overview(request, plan_for(request.user, pk))


def _overview(request: AuthenticatedHttpRequest, plan: Plan, error: DomainError | None = None) -> HttpResponse:
    arrangement = _arrangement(plan)
    seating = seating_of(arrangement) if arrangement else None
    issued = plan.seats.exists()
    context = {
        "plan": plan,
        "officer": is_officer(request.user, plan),
        "problem": text_of(error) if error else "",
        "arrangement": arrangement,
        "seating": seating,
        "rooms": [{"room": room, "told": _told(seating, room.findings)} for room in seating.rooms] if seating else [],
        "blocking": _told(seating, [row for row in seating.findings if row.blocks]) if seating else [],
        "remarks": _told(seating, [row for row in seating.findings if not row.blocks]) if seating else [],
        "newcomers": not_in_proposal(arrangement, arranging.waiting_for_seats(plan)) if arrangement and not issued else 0,
        "helped": _helped(arrangement, seating),
        "may_arrange": plan.status in arranging.ARRANGING_STATUSES,
        "form": ProposalForm(initial={"columns": arrangement.columns if arrangement else None}),
        "plan_rooms": list(plan.rooms.select_related("room")),
        "issued": issued,
        "day": rooms_on_the_day(plan, now=clock.now()) if issued else [],
        "without_room": without_room(plan) if issued else [],
        "obstacles": [text_of(row.error()) for row in room_problems(plan)] if plan.status == Status.ARRANGED else [],
        "crumbs": crumbs_of(plan, {"title": _("Rooms and seats")}),
    }
    return render(request, "examday/seating.html", context, status=error.status if error else 200)


def _helped(arrangement: Arrangement | None, seating: Seating | None) -> list[dict[str, Any]]:
    """Return who was granted help after the seats were confirmed, what it is, and whether her seat still fits."""
    if arrangement is None or seating is None or not (keys := helped_since(arrangement)):
        return []
    sitters = [sitter for room in seating.rooms for sitter in room.sitters] + seating.waiting
    return [
        {"name": sitter.candidate.name, "needs": needs_in_words(sitter.needs), "told": _told(seating, list(sitter.findings))}
        for sitter in sitters
        if sitter.candidate.pk in keys
    ]


def _told(seating: Seating | None, findings: list[Any]) -> list[str]:
    return [finding_in_words(finding, seating.names) for finding in findings] if seating else []


@login_required
@require_POST
def propose(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    plan = plan_for(request.user, pk, write=True)
    form = ProposalForm(request.POST)
    columns = form.cleaned_data["columns"] if form.is_valid() else None
    try:
        arranging.propose_seats(plan, columns=columns, actor=request.user, now=clock.now())
    except DomainError as error:
        return _overview(request, plan, error)
    return redirect("examday:seating", pk=pk)


@login_required
@require_POST
def confirm(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    plan = plan_for(request.user, pk, write=True)
    again = plan.status == Status.ARRANGED
    try:
        knowing, seen = bool(request.POST.get("knowing")), request.POST.get("seen")
        seats = arranging.confirm_seats(plan, knowing=knowing, seen=seen, actor=request.user, now=clock.now())
    except DomainError as error:
        return _overview(request, plan, error)
    told = _("%(count)s candidates were told their new seat.") if again else _("%(count)s admission tickets are issued.")
    messages.success(request, told % {"count": len(seats)})
    return redirect("examday:seating", pk=pk)


@login_required
@require_safe
def room(request: AuthenticatedHttpRequest, pk: int, room_pk: int) -> HttpResponse:
    """One room, seat by seat, as one stands before it."""
    plan = plan_for(request.user, pk)
    arrangement = _arrangement(plan)
    if arrangement is None:
        raise DomainError("examday.nothing_proposed")
    seating = seating_of(arrangement)
    chosen = next((row for row in seating.rooms if row.plan_room.pk == room_pk), None)
    if chosen is None:
        raise Http404
    rows = [
        [
            {
                "number": number,
                "sitter": sitter,
                "needs": needs_in_words(sitter.needs) if sitter else [],
                "accessible": number <= chosen.plan_room.accessible_seats,
            }
            for number, sitter in line
        ]
        for line in chosen.rows(arrangement.columns)
    ]
    context = {
        "plan": plan,
        "officer": is_officer(request.user, plan),
        "arrangement": arrangement,
        "room": chosen,
        "rows": rows,
        "columns": range(1, min(arrangement.columns, chosen.plan_room.seats) + 1),
        "told": _told(seating, chosen.findings),
        "may_arrange": plan.status in arranging.ARRANGING_STATUSES,
        "crumbs": crumbs_of(
            plan,
            {"title": _("Rooms and seats"), "url": reverse("examday:seating", args=[plan.pk])},
            {"title": chosen.plan_room.room.name},
        ),
    }
    return render(request, "examday/room.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Put one candidate elsewhere; what is wrong afterwards is shown."""
    plan = plan_for(request.user, pk, write=True)
    arrangement = _arrangement(plan)
    if arrangement is None:
        raise DomainError("examday.nothing_proposed")
    places = arrangement.places.select_related("candidate", "plan_room__room").order_by("plan_room__order", "number")
    people = [(str(row.candidate_id), _placed(row)) for row in places]
    rooms = [(str(row.pk), row.room.name) for row in plan.rooms.select_related("room")]
    chosen = {name: request.GET.get(name) for name in ("candidate", "room") if request.GET.get(name)}
    form = MoveForm(posted(request), candidates=people, rooms=rooms, initial=chosen)
    if request.method == "POST" and form.is_valid():
        facts = {name: int(form.cleaned_data[name]) for name in ("candidate", "room", "number")}
        try:
            arranging.move_candidate(plan, **facts, actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error("number", text_of(error))
        else:
            messages.success(request, _("The seat is changed. What is wrong now is shown on this page."))
            return redirect("examday:room", pk=pk, room_pk=facts["room"])
    context = {
        "plan": plan,
        "form": form,
        "crumbs": crumbs_of(
            plan,
            {"title": _("Rooms and seats"), "url": reverse("examday:seating", args=[plan.pk])},
            {"title": _("Move a candidate")},
        ),
    }
    return render(request, "examday/move.html", context, status=422 if form.errors else 200)


def _placed(row: Any) -> str:
    if row.plan_room is None:
        return _("%(name)s – no seat yet") % {"name": row.candidate.name}
    words = {"name": row.candidate.name, "room": row.plan_room.room.name, "number": row.number}
    return _("%(name)s – %(room)s, seat %(number)s") % words
