"""Who sits on a panel: named by the officer, or drawn by lot."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from certification.panels import access, selectors, services
from certification.panels.forms import MembersForm, PanelForm
from certification.plans.models import Plan
from lms.accounts.http import AuthenticatedHttpRequest
from lms.accounts.models import User
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted
from lms.core.messages import text_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Name a panel, or have it drawn."""
    plan = access.plan_with_review(request.user, pk, write=True)
    offers = selectors.offers_for(plan, on=plan.exam_date)
    begins = localtime(plan.session[1]) + timedelta(minutes=30)
    initial = {"day": plan.exam_date, "hour": begins.time(), "place": "", "count": plan.scheme.parameter("review_panel_min")}
    form = PanelForm(posted(request), people=_choices(offers), initial=initial)
    if request.method == "POST" and form.is_valid():
        where = {"place": form.cleaned_data["place"], "starts_at": form.starts_at}
        try:
            if request.POST.get("way") == "draw":
                count = form.cleaned_data["count"] or 0
                services.draw_panel(plan, count=count, **where, actor=request.user, now=clock.now())
            else:
                people, chair = _chosen(offers, form)
                services.name_panel(plan, users=people, chair=chair, **where, actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error(_field(error), text_of(error))
        else:
            messages.success(request, _("The panel is named. Each member now declares that there is no conflict."))
            return redirect("panels:plan", pk)
    return _page(request, plan, form, offers, ticked=set(request.POST.getlist("members")), is_new=True)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Name the members of a panel anew, on the day itself as well."""
    panel = access.panel_kept_by(request.user, pk)
    plan = panel.plan
    offers = selectors.offers_for(plan, on=localtime(panel.starts_at).date())
    now_on = list(panel.members.filter(left_at=None, is_extra=False))
    chair = next((str(member.user_id) for member in now_on if member.is_chair), "")
    form = MembersForm(posted(request), people=_choices(offers), initial={"chair": chair})
    if request.method == "POST" and form.is_valid():
        try:
            people, leads = _chosen(offers, form)
            services.change_members(panel, users=people, chair=leads, actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error(_field(error), text_of(error))
        else:
            messages.success(request, _("The panel is named. Each member now declares that there is no conflict."))
            return redirect("panels:plan", plan.pk)
    ticked = set(request.POST.getlist("members")) if form.is_bound else {str(member.user_id) for member in now_on}
    return _page(request, plan, form, offers, ticked=ticked, panel=panel)


def _choices(offers: list[selectors.Offer]) -> list[tuple[str, str]]:
    return [(str(offer.user.pk), offer.user.name) for offer in offers]


def _chosen(offers: list[selectors.Offer], form: MembersForm) -> tuple[list[User], User]:
    """Return the members and the chair; without a chair the service is asked with nobody of the panel."""
    wanted = set(form.cleaned_data["members"])
    people = [offer.user for offer in offers if str(offer.user.pk) in wanted]
    chair = next((person for person in people if str(person.pk) == form.cleaned_data["chair"]), None)
    if chair is None and people:
        raise DomainError("panels.chair_not_member", status=422)
    return people, chair or User()


def _field(error: DomainError) -> str | None:
    fields = {"panels.place_missing": "place", "panels.too_early": "hour", "panels.too_late": "hour"}
    if error.code == "panels.chair_not_member":
        return "chair"
    return fields.get(error.code, "members")


def _page(
    request: AuthenticatedHttpRequest,
    plan: Plan,
    form: Any,
    offers: list[selectors.Offer],
    *,
    ticked: set[str],
    panel: Any = None,
    is_new: bool = False,
) -> HttpResponse:
    context = {
        "plan": plan,
        "panel": panel,
        "form": form,
        "is_new": is_new,
        "options": [
            {
                "offer": offer,
                "key": str(offer.user.pk),
                "against": [text_of(error) for error in offer.against],
                "ticked": str(offer.user.pk) in ticked,
            }
            for offer in offers
        ],
        "minimum": plan.scheme.parameter("review_panel_min"),
        "day": _day(plan, panel),
    }
    return render(request, "panels/members.html", context, status=422 if form.errors else 200)


def _day(plan: Plan, panel: Any) -> date:
    return localtime(panel.starts_at).date() if panel else plan.exam_date
