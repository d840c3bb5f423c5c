"""The draw of staff, and who invigilates where."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from certification.examday.forms import DrawForm
from certification.examday.models import StaffDraw
from certification.examday.selectors.rooms import room_problems, rooms_on_the_day, without_room
from certification.examday.services import dispatch
from certification.examday.views.seating import crumbs_of
from certification.plans.access import is_officer, plan_for
from certification.plans.rules import STAFFING_STATUSES, StaffRole
from lms.accounts.http import AuthenticatedHttpRequest
from lms.accounts.models import User
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted
from lms.core.messages import text_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draw(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Draw people for a duty; every draw so far stays on the page with its seed and its list."""
    plan = plan_for(request.user, pk, write=request.method == "POST")
    form = DrawForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            row = dispatch.draw_staff(plan, **form.cleaned_data, actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error(None, text_of(error))
        else:
            messages.success(request, _("%(count)s people are drawn and told.") % {"count": len(row.drawn)})
            return redirect("examday:draw", pk=pk)
    draws = list(StaffDraw.objects.filter(plan=plan).select_related("by").order_by("-pk"))
    people = User.objects.in_bulk({key for row in draws for key in (*row.pool, *row.drawn, *map(int, row.recused))})
    may_draw = plan.status in STAFFING_STATUSES and is_officer(request.user, plan)
    pools = [(role, dispatch.pool_for(plan, role)) for role in StaffRole] if may_draw else []
    context = {
        "plan": plan,
        "form": form,
        "may_draw": may_draw,
        "pools": [
            {
                "label": StaffDraw(role=role.value).get_role_display(),
                "free": len(pool.free),
                "recused": [{"name": user.name, "reasons": [row.label for row in why]} for user, why in pool.recused.values()],
            }
            for role, pool in pools
        ],
        "draws": [
            {
                "row": row,
                "pool": [{"key": key, "name": people[key].name} for key in row.pool if key in people],
                "drawn": [{"key": key, "name": people[key].name} for key in row.drawn if key in people],
            }
            for row in draws
        ],
        "rooms": rooms_on_the_day(plan, now=clock.now()),
        "without_room": without_room(plan),
        "obstacles": [text_of(row.error()) for row in room_problems(plan)],
        "crumbs": crumbs_of(plan, {"title": _("Draw of staff")}),
    }
    return render(request, "examday/draw.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def rooms(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Deal the invigilators out over the rooms anew."""
    plan = plan_for(request.user, pk, write=True)
    try:
        dealt = dispatch.deal_invigilators(plan, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
        return redirect("examday:draw", pk=pk)
    if dealt:
        messages.success(request, _("The invigilators have their rooms."))
    else:
        messages.error(request, _("There is nobody to deal out, or no room with seats yet."))
    return redirect("examday:draw", pk=pk)
