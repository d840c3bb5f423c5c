"""The room's record: what happened, and the second name under it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.examday import access
from certification.examday.forms import IncidentForm
from certification.examday.models import Incident
from certification.examday.selectors.record import lines_page
from certification.examday.selectors.rooms import rooms_on_the_day
from certification.examday.services import record as services
from certification.examday.views.door import own_rooms
from certification.examday.views.seating import crumbs_of
from certification.plans.access import plan_for
from certification.plans.models import Seat
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.crypto import mask_name
from lms.core.errors import DomainError
from lms.core.forms import posted, whole_number
from lms.core.messages import text_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The lines of the rooms in which I stand, and a form for the next one."""
    plan = access.plan_watched_by(request.user, pk)
    rooms = own_rooms(request.user, plan, rooms_on_the_day(plan, now=clock.now()))
    seats: dict[str, Seat] = {str(row.seat.pk): row.seat for room in rooms for row in room.rows}
    options = [(key, f"{seat.number} · {seat.ticket_number} · {mask_name(seat.candidate.name)}") for key, seat in seats.items()]
    form = IncidentForm(posted(request), seats=options)
    if request.method == "POST" and form.is_valid():
        facts = {"kind": form.cleaned_data["kind"], "text": form.cleaned_data["text"]}
        seat, where = seats.get(form.cleaned_data["seat"]), rooms[0].name if rooms else plan.room
        try:
            services.record_incident(plan, **facts, seat=seat, room=where, actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error("seat" if "candidate" in error.code else "text", text_of(error))
        else:
            messages.success(request, _("Written down. Now the second invigilator signs it on her own phone."))
            return redirect("examday:record", pk=pk)
    lines = Incident.objects.filter(plan=plan, room__in=[room.name for room in rooms])
    shown, older = lines_page(lines, before=whole_number(request.GET.get("before")))
    context = {
        "plan": plan,
        "form": form,
        "lines": shown,
        "older": older,
        "crumbs": [{"title": _("Sign-in"), "url": f"/desk/plans/{plan.pk}/door/"}, {"title": _("Record of the room")}],
    }
    return render(request, "examday/record.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def whole(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """All rooms' lines for the officer and the head of the body, who read them and change nothing."""
    plan = plan_for(request.user, pk)
    shown, older = lines_page(Incident.objects.filter(plan=plan), before=whole_number(request.GET.get("before")))
    context = {
        "plan": plan,
        "lines": shown,
        "older": older,
        "crumbs": crumbs_of(
            plan,
            {"title": _("Rooms and seats"), "url": reverse("examday:seating", args=[plan.pk])},
            {"title": _("Record of the rooms")},
        ),
    }
    return render(request, "examday/whole_record.html", context)


@login_required
@require_POST
def absent(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Write down everybody of my rooms who did not come."""
    plan = access.plan_watched_by(request.user, pk)
    now = clock.now()
    written = 0
    try:
        for room in own_rooms(request.user, plan, rooms_on_the_day(plan, now=now)):
            written += len(services.record_absent(plan, room=room.name, actor=request.user, now=now))
    except DomainError as error:
        messages.error(request, text_of(error))
        return redirect("examday:door", pk=pk)
    messages.success(request, _("%(count)s absences are written down. The second invigilator signs them.") % {"count": written})
    return redirect("examday:record", pk=pk)


@login_required
@require_POST
def sign(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Put my name under a line that another invigilator wrote."""
    incident = access.incident_to_sign(request.user, pk)
    try:
        services.countersign(incident, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
    else:
        messages.success(request, _("Signed."))
    return redirect("examday:record", pk=incident.plan_id)
