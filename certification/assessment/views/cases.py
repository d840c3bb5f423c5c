"""The office's pages about the team: its leader, optional items, cases that differ too much, and how far assessors agree."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.assessment import access, agreement, jury, selectors, services
from certification.assessment.rules import ArbitrationWay
from lms.accounts.http import AuthenticatedHttpRequest
from lms.accounts.models import User
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import whole_number
from lms.core.messages import text_of
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role


@login_required
@require_POST
def leader(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Name the leader of the team."""
    plan = access.led_plan(request.user, pk)
    person = next((user for user in selectors.team(plan) if user.pk == whole_number(request.POST.get("user"))), None)
    try:
        if person is None:
            raise DomainError("assessment.leader_not_of_team", status=422)
        services.name_leader(plan, user=person, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
    else:
        messages.success(request, _("%(name)s leads the team.") % {"name": person.get_full_name()})
    return redirect("assessment:progress", pk)


@login_required
@require_POST
def options(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Draw the optional items of every candidate who has none yet."""
    plan = access.led_plan(request.user, pk)
    access.require_officer(request.user, plan)
    try:
        services.draw_options(plan, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
    else:
        messages.success(request, _("The optional items are drawn."))
    return redirect("assessment:progress", pk)


@login_required
@never_cache
@require_safe
def cases(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The cases in which the team differs too much, and the fatal acts that wait for a second signature."""
    plan = access.led_plan(request.user, pk)
    context = {
        "plan": plan,
        "cases": jury.cases_of(plan),
        "acts": jury.waiting_acts(plan),
        "leader": jury.leader_of(plan),
        "joint": selectors.arbitration_way(plan) is ArbitrationWay.JOINT,
    }
    return render(request, "assessment/cases.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One case: how far apart the totals are, and who scores anew."""
    row, problem, status = access.arbitration_to_name(request.user, pk), "", 200
    plan = row.station.plan
    joint = selectors.arbitration_way(plan) is ArbitrationWay.JOINT
    if request.method == "POST":
        person = User.objects.filter(pk=whole_number(request.POST.get("user"))).first()
        try:
            if person is None:
                raise DomainError("assessment.arbitrator_unfit", name=_("Nobody"), status=422)
            services.name_arbitrator(row, user=person, actor=request.user, now=clock.now())
        except DomainError as error:
            problem, status = text_of(error), error.status
        else:
            messages.success(request, _("%(name)s scores this case anew.") % {"name": person.get_full_name()})
            return redirect("assessment:case", pk)
    names = row.is_open and not joint
    leads = jury.leader_of(plan)
    context = {
        "row": row,
        "plan": plan,
        "joint": joint,
        "leader": leads,
        "leads": leads == request.user,
        "may_name": names and (leads == request.user or has_role(request.user, plan.organisation, Role.HEAD)),
        "people": jury.eligible_arbitrators(row) if names else [],
        "problem": problem,
    }
    return render(request, "assessment/case.html", context, status=status)


@login_required
@never_cache
@require_safe
def agreed(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """How far the assessors of a closed assessment agree; before that nobody sees anybody's points."""
    plan = access.watched_plan(request.user, pk)
    context = {
        "plan": plan,
        "closed": agreement.is_closed(plan),
        "problem": "",
        "leads_back": access.may_lead(request.user, plan),
    }
    if context["closed"]:
        context["report"] = agreement.report_of(plan)
    return render(request, "assessment/agreement.html", context)
