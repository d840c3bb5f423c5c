"""The exam officer's pages: set-up, schedule, dossiers to check, differences, absences, and how far the review is."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.panels import access, selectors, services
from certification.panels.closing import lacking
from certification.panels.forms import AbsenceForm, CoverForm, ExtraForm, ReturnForm, SetupForm, setup_initial
from certification.panels.models import Dossier, ReviewAbsence
from certification.plans.access import is_officer
from certification.plans.models import Plan
from certification.plans.rules import STAFFING_STATUSES, Status
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted
from lms.core.messages import text_of


@login_required
@never_cache
@require_safe
def progress(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Panels, and for each candidate: dossier, slot, how many sheets are signed; never a point."""
    return _progress_page(request, access.plan_with_review(request.user, pk))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What the review asks for and scores by."""
    plan = access.plan_with_review(request.user, pk, write=True)
    present = selectors.setup_of(plan)
    initial = setup_initial(present, minutes=selectors.least_minutes(plan), closes=plan.exam_date - timedelta(days=7))
    form = SetupForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_up_review(plan, **form.facts(), actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error("criteria" if "criteri" in error.code else None, text_of(error))
        else:
            messages.success(request, _("The review is set up."))
            return redirect("panels:plan", pk)
    may_change = plan.status == Status.DRAFT or (present is None and plan.status in STAFFING_STATUSES)
    context = {"plan": plan, "form": form, "present": present, "may_change": may_change}
    return render(request, "panels/setup.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def schedule(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Give each candidate a slot, by an order that the plan's number decides."""
    plan = access.plan_with_review(request.user, pk, write=True)
    try:
        services.schedule_review(plan, actor=request.user, now=clock.now())
    except DomainError as error:
        return _progress_page(request, plan, error)
    messages.success(request, _("Each candidate has a slot and was told of it."))
    return redirect("panels:plan", pk)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def dossier(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Look a dossier through for names, cover them, return it, or give it to the panel."""
    row = access.dossier_for_officer(request.user, pk)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    form = ReturnForm(request.POST if act == "return" else None, initial={"due_on": _next_day(row)})
    if request.method == "POST":
        try:
            if act == "release":
                services.release_dossier(row, actor=request.user, now=clock.now())
                messages.success(request, _("The panel sees this dossier now, under the ticket number."))
                return redirect("panels:plan", row.plan_id)
            if act == "return" and form.is_valid():
                services.return_dossier(row, **form.cleaned_data, actor=request.user, now=clock.now())
                messages.success(request, _("The dossier went back with your reasons."))
                return redirect("panels:plan", row.plan_id)
        except DomainError as error:
            return _dossier_page(request, access.dossier_for_officer(request.user, pk), form, error)
    return _dossier_page(request, row, form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cover(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Put a copy with the names covered in the place of a file."""
    file = access.file_for_officer(request.user, pk)
    form = CoverForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.cover_names(file, upload=form.cleaned_data["file"], actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error("file", text_of(error))
        else:
            messages.success(request, _("The panel will see the copy."))
            return redirect("panels:check", file.dossier_id)
    context = {"file": file, "form": form, "plan": file.dossier.plan}
    return render(request, "panels/cover.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def difference(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Call an additional member for a candidate whose sheets lie too far apart; the points stay hidden here."""
    look = access.look_for_officer(request.user, pk)
    panel = look.defence.panel
    seated = {member.user_id for member in panel.members.filter(is_extra=False)}
    offers = selectors.offers_for(panel.plan, on=localtime(panel.starts_at).date())
    free = [offer for offer in offers if not offer.against and offer.user.pk not in seated]
    form = ExtraForm(posted(request), people=[(str(offer.user.pk), offer.user.name) for offer in free])
    if request.method == "POST" and form.is_valid():
        user = next(offer.user for offer in free if str(offer.user.pk) == form.cleaned_data["person"])
        try:
            services.call_additional_member(look, user=user, actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error("person", text_of(error))
        else:
            messages.success(request, _("The additional member is told, declares, and scores alone."))
            return redirect("panels:plan", panel.plan_id)
    context = {"look": look, "plan": panel.plan, "form": form, "free": free}
    return render(request, "panels/difference.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Record that a candidate was not reviewed, sign it as the second person, or take it back; for officers and the panel."""
    seat = access.seat_for_witness(request.user, pk)
    row = ReviewAbsence.objects.filter(seat=seat).select_related("recorded_by", "confirmed_by").first()
    act = request.POST.get("act", "")
    form = AbsenceForm(request.POST if act == "record" else None)
    problem, status = "", 200
    if request.method == "POST":
        try:
            if act == "record" and form.is_valid():
                services.record_absence(seat, reason=form.cleaned_data["reason"], actor=request.user, now=clock.now())
            elif act == "confirm" and row is not None:
                services.confirm_absence(row, actor=request.user, now=clock.now())
            elif act == "withdraw" and row is not None:
                services.withdraw_absence(row, actor=request.user, now=clock.now())
            else:
                raise Http404
        except DomainError as error:
            problem, status = text_of(error), error.status
        else:
            return redirect("panels:absence", pk)
    context = {
        "seat": seat,
        "plan": seat.plan,
        "absence": row,
        "form": form,
        "problem": problem,
        "is_officer": is_officer(request.user, seat.plan),
        "slot": getattr(seat, "review_slot", None),
    }
    return render(request, "panels/absence.html", context, status=status)


def _progress_page(request: AuthenticatedHttpRequest, plan: Plan, error: DomainError | None = None) -> HttpResponse:
    if not selectors.requires_review(plan):
        raise Http404
    rows = selectors.review_rows(plan)
    members = selectors.members_of(plan)
    panels = [{"panel": panel, "members": members[panel.pk]} for panel in selectors.panels_of(plan)]
    officer = is_officer(request.user, plan)
    scheduled = sum(row.slot is not None for row in rows)
    begun = any(row.defence is not None or row.absence is not None for row in rows)
    context = {
        "plan": plan,
        "setup": selectors.setup_of(plan),
        "panels": panels,
        "rows": [{"row": row, "lacking": "" if row.done else lacking(row)} for row in rows],
        "waiting": list(_waiting(plan)) if officer else [],
        "done": sum(row.done for row in rows),
        "released": sum(row.dossier is not None and row.dossier.released_at is not None for row in rows),
        "scheduled": scheduled,
        "silent": [member.user.name for team in members.values() for member in team if member.declared_at is None],
        "may_schedule": officer and bool(panels) and bool(rows) and not begun and plan.status in ("arranged", "in_exam"),
        "may_name": officer and plan.status in (*STAFFING_STATUSES, Status.IN_EXAM),
        "is_officer": officer,
        "problem": text_of(error) if error else "",
    }
    return render(request, "panels/plan.html", context, status=error.status if error else 200)


def _waiting(plan: Plan) -> list[Dossier]:
    return list(Dossier.objects.filter(plan=plan, status="handed_in").select_related("candidate").order_by("handed_in_at"))


def _dossier_page(
    request: AuthenticatedHttpRequest, row: Dossier, form: ReturnForm, error: DomainError | None = None
) -> HttpResponse:
    context = {
        "dossier": row,
        "plan": row.plan,
        "files": list(row.files.select_related("redacted_by")),
        "form": form,
        "problem": text_of(error) if error else "",
    }
    status = error.status if error else 422 if form.errors else 200
    return render(request, "panels/check.html", context, status=status)


def _next_day(row: Dossier) -> object:
    return max(row.due_on, clock.today())
