"""The invigilator's phone: who is expected, scan or type a ticket, look at the person, sign her in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from certification.applications import needs
from certification.applications.needs import Needs
from certification.examday import access
from certification.examday.forms import ReasonForm, TicketNumberForm
from certification.examday.models import RoomDuty, SignIn
from certification.examday.presentation import needs_in_words
from certification.examday.rules.arrivals import door
from certification.examday.selectors.rooms import RoomDay, late_limit, rooms_on_the_day
from certification.examday.services.door import DOOR_STATUSES, check_room, sign_in, withdraw_sign_in
from certification.plans.models import Plan, Seat
from certification.plans.ticket_tokens import read_ticket_token, ticket_token
from lms.accounts.http import AuthenticatedHttpRequest
from lms.accounts.models import User
from lms.core import clock, store
from lms.core.crypto import mask_name
from lms.core.errors import DomainError
from lms.core.forms import posted
from lms.core.messages import text_of

SHORT = 3
"""So many last digits of a ticket number name a seat of one plan."""


def own_rooms(user: User, plan: Plan, rooms: list[RoomDay]) -> list[RoomDay]:
    """Return the rooms in which the invigilator stands; all of them where nobody was given one."""
    mine = set(RoomDuty.objects.filter(assignment__plan=plan, assignment__user=user).values_list("plan_room_id", flat=True))
    return [room for room in rooms if room.plan_room in mine] if mine else rooms


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """My room: how many came, who is missing, and the field for the next ticket."""
    plan = access.plan_watched_by(request.user, pk)
    form = TicketNumberForm(posted(request))
    if request.method == "POST" and form.is_valid():
        found = _seats_named(plan, form.cleaned_data["ticket"])
        if len(found) == 1:
            return redirect("examday:arrival", token=ticket_token(found[0]))
        form.add_error("ticket", text_of(DomainError("examday.ticket_of_several" if found else "examday.unknown_ticket")))
    now = clock.now()
    rooms = own_rooms(request.user, plan, rooms_on_the_day(plan, now=now))
    context = {
        "plan": plan,
        "form": form,
        "state": door(starts_at=plan.theory_starts_at, now=now, late_limit=late_limit(plan)).value,
        "rooms": [
            {
                "room": room,
                "rows": [
                    {
                        "row": row,
                        "name": mask_name(row.seat.candidate.name),
                        # What somebody needs tells of her health: it is for the day, and nobody reads it here afterwards.
                        "needs": needs_in_words(row.needs) if plan.status in DOOR_STATUSES else [],
                    }
                    for row in room.rows
                ],
            }
            for room in rooms
        ],
        "crumbs": [{"title": _("My duties"), "url": "/desk/duties/"}, {"title": _("Sign-in")}],
    }
    return render(request, "examday/door.html", context, status=422 if form.errors else 200)


def _seats_named(plan: Plan, text: str) -> list[Seat]:
    """Return the seat of a typed number or of a code that some scanner typed as an address; of last digits all that fit.

    From the thousandth candidate on, three digits name several: nobody is shown another person's page by chance.
    """
    word = text.strip().rstrip("/").rpartition("/")[2]
    if (read := read_ticket_token(word)) is not None:
        key, number = read
        return list(plan.seats.filter(pk=key, ticket_number=number))
    digits = "".join(filter(str.isdigit, word))
    if len(digits) == SHORT:
        return list(plan.seats.filter(ticket_number__endswith=digits)[:2])
    return list(plan.seats.filter(ticket_number=digits)) if digits else []


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def arrival(request: AuthenticatedHttpRequest, token: str) -> HttpResponse:
    """The person of this ticket: photo, masked name, seat, what she needs. The button says that it is she."""
    seat = access.seat_of_token(request.user, token)
    plan, now, problem, status = seat.plan, clock.now(), "", 200
    if request.method == "POST":
        try:
            row = sign_in(seat, actor=request.user, now=now)
        except DomainError as error:
            problem, status = text_of(error), error.status
        else:
            words = {"name": mask_name(seat.candidate.name), "seat": seat.number, "minutes": row.late_minutes}
            told = (
                _("%(name)s, seat %(seat)s: signed in.")
                if not row.late_minutes
                else _("%(name)s, seat %(seat)s: signed in, %(minutes)s minutes late.")
            )
            messages.success(request, told % words)
            return redirect("examday:door", pk=plan.pk)
    else:
        try:
            check_room(seat, actor=request.user)
        except DomainError as error:
            problem = text_of(error)
    identity = getattr(seat.candidate, "identity", None)
    earlier = SignIn.objects.filter(seat=seat).select_related("by").first()
    context = {
        "plan": plan,
        "seat": seat,
        "token": token,
        "name": mask_name(seat.candidate.name),
        "identity": identity,
        "has_photo": bool(getattr(getattr(seat, "application", None), "photo_sha256", "")),
        "needs": needs_in_words(needs.needs_of([seat.candidate_id], on=seat.plan.exam_date).get(seat.candidate_id, Needs())),
        "earlier": earlier,
        "problem": problem,
        "wrong_room": bool(problem) and request.method != "POST",
        "state": door(starts_at=plan.theory_starts_at, now=now, late_limit=late_limit(plan)).value,
        "crumbs": [{"title": _("Sign-in"), "url": f"/desk/plans/{plan.pk}/door/"}, {"title": seat.ticket_number}],
    }
    return render(request, "examday/arrival.html", context, status=status)


@login_required
@require_safe
@cache_control(private=True, no_store=True)
def photo(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    seat = access.seat_at_door(request.user, pk)
    sha256 = getattr(getattr(seat, "application", None), "photo_sha256", "")
    if not sha256:
        raise Http404
    response = HttpResponse(store.read(sha256), content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Take back a sign-in that was a mistake."""
    seat = access.seat_at_door(request.user, pk)
    row = SignIn.objects.filter(seat=seat).select_related("seat__plan").first()
    if row is None:
        return redirect("examday:door", pk=seat.plan_id)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_sign_in(row, reason=form.cleaned_data["reason"], actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error("reason", text_of(error))
        else:
            messages.success(request, _("The sign-in is taken back."))
            return redirect("examday:door", pk=seat.plan_id)
    context = {
        "plan": seat.plan,
        "seat": seat,
        "name": mask_name(seat.candidate.name),
        "form": form,
        "crumbs": [{"title": _("Sign-in"), "url": f"/desk/plans/{seat.plan_id}/door/"}, {"title": seat.ticket_number}],
    }
    return render(request, "examday/withdraw.html", context, status=422 if form.errors else 200)
