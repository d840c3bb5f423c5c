"""Who acts in a plan: the team of assessors, who watches over the session, conflicts, and each one's own duties."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.bodies.access import require_head
from certification.bodies.selectors import assessors_available
from certification.plans import services
from certification.plans.access import own_assignment, plan_for, plans_open_to_staff
from certification.plans.conflicts import blocking, conflicts_of, findings_in, writers_who_taught
from certification.plans.forms import RulingForm, SessionStaffForm, TeamForm
from certification.plans.invigilation import SESSION_ROLES, needed_for, offers_for, proposed
from certification.plans.models import Plan
from certification.plans.presentation import crumbs_of, warnings_of
from certification.plans.rules import STAFFING_STATUSES, StaffRole
from certification.plans.selectors import assessors_of
from certification.plans.staffing import declaration_for
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted
from lms.core.messages import text_of
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def assessors(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Choose the team among those whose card covers the level; who must stand back is told, not hidden."""
    plan = plan_for(request.user, pk, write=True)
    cards = assessors_available(
        plan.organisation,
        occupation=plan.scheme.occupation,
        level=plan.level,
        on=plan.exam_date,
        senior_levels=plan.scheme.parameter("senior_assessor_levels"),
    )
    candidates = set(plan.seats.values_list("candidate_id", flat=True))
    found = conflicts_of([card.user for card in cards], candidate_ids=candidates, plan=plan)
    options = [{"card": card, "conflicts": found[card.user_id], "blocked": bool(blocking(found[card.user_id]))} for card in cards]
    form = TeamForm(posted(request), choices=[(str(card.user_id), card.user.name) for card in cards])
    if request.method == "POST" and form.is_valid():
        wanted = set(form.cleaned_data["assessors"])
        users = [card.user for card in cards if str(card.user_id) in wanted]
        try:
            team = services.assign_assessors(plan, users=users, actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error("assessors", text_of(error))
        else:
            messages.success(request, _("The team is named. Each assessor now declares that there is no conflict."))
            for text in warnings_of(team):
                messages.warning(request, text)
            return redirect("plans:detail", pk=pk)
    chosen = set(request.POST.getlist("assessors")) if form.is_bound else {str(row.user_id) for row in assessors_of(plan)}
    context = {
        "plan": plan,
        "form": form,
        "options": options,
        "chosen": chosen,
        "minimum": plan.scheme.parameter("min_assessors"),
        "crumbs": crumbs_of(plan, _("Assessors")),
    }
    return render(request, "plans/assessors.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Who invigilates and who supervises; before anybody is named, who served least lately is ticked."""
    plan = plan_for(request.user, pk, write=True)
    offers, needed = offers_for(plan), needed_for(plan)
    people = {str(offer.user.pk): offer.user for offer in offers}
    form = SessionStaffForm(posted(request), people=people)
    if request.method == "POST" and form.is_valid():
        chosen = {name: [people[key] for key in form.cleaned_data[name]] for name in ("invigilators", "supervisors")}
        try:
            services.assign_session_staff(plan, **chosen, actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error("supervisors" if "supervisor" in error.code else "invigilators", text_of(error))
        else:
            messages.success(request, _("Invigilators and supervisor are named."))
            return redirect("plans:detail", pk=pk)
    ticked = _ticked(plan, form)
    fresh = not form.is_bound and not any(ticked)
    watching, supervising = proposed(offers, needed=needed) if fresh else ticked
    context = {
        "plan": plan,
        "form": form,
        "rows": [
            {"offer": offer, "invigilates": offer.user.pk in watching, "supervises": offer.user.pk in supervising}
            for offer in offers
        ],
        "needed": needed,
        "minimum": plan.scheme.parameter("min_invigilators"),
        "ratio": plan.scheme.parameter("invigilator_ratio"),
        "is_proposal": fresh and bool(watching or supervising),
        "may_name": plan.status in STAFFING_STATUSES,
        "crumbs": crumbs_of(plan, _("Invigilators and supervisor")),
    }
    return render(request, "plans/session.html", context, status=422 if form.errors else 200)


def _ticked(plan: Plan, form: SessionStaffForm) -> tuple[set[int], set[int]]:
    """Return who is ticked: what was just sent, else who is named."""
    if form.is_bound:
        return form.sent("invigilators"), form.sent("supervisors")
    named = plan.assignments.filter(role__in=[role.value for role in SESSION_ROLES]).values_list("role", "user_id")
    rows = list(named)
    return (
        {user for role, user in rows if role == StaffRole.INVIGILATOR},
        {user for role, user in rows if role == StaffRole.SUPERVISOR},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def conflicts(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What is known about the team today; after the exam the head rules on what came to light since."""
    plan = plan_for(request.user, pk)
    form = RulingForm(posted(request))
    if request.method == "POST":
        require_head(request.user, plan.organisation)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        assignment = get_object_or_404(plan.assignments.select_related("user"), pk=facts.pop("assignment"))
        try:
            services.settle_conflict(plan, assignment=assignment, **facts, actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error("reason", text_of(error))
        else:
            messages.success(request, _("Your ruling is stored."))
            return redirect("plans:conflicts", pk=pk)
    context = {
        "plan": plan,
        "form": form,
        "rows": findings_in(plan),
        "writers": writers_who_taught(plan),
        "may_rule": has_role(request.user, plan.organisation, Role.HEAD) and plan.status not in STAFFING_STATUSES,
        "crumbs": crumbs_of(plan, _("Conflicts of interest")),
    }
    return render(request, "plans/conflicts.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def duties(request: AuthenticatedHttpRequest) -> HttpResponse:
    """My coming exam days, and what I have to declare before I see who is examined."""
    rows = plans_open_to_staff(request.user, clock.today()).order_by("plan__exam_date", "pk")
    shown = [{"assignment": row, "declaration": declaration_for(StaffRole(row.role))} for row in rows[:50]]
    return render(request, "plans/duties.html", {"rows": shown})


@login_required
@require_POST
def declare(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    services.declare_no_conflict(own_assignment(request.user, pk), actor=request.user, now=clock.now())
    messages.success(request, _("Your declaration is stored."))
    return redirect("plans:duties")
