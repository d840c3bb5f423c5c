"""Results at the desk, the public list, and the candidate's own result."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.plans.models import Plan
from certification.results import access, keeping, selectors, services, steps
from certification.results.case_rules import OrderStatus
from certification.results.case_selectors import own_ways, stages_of
from certification.results.forms import AnswerForm, ObjectionForm
from certification.results.involvement import free_to_answer
from certification.results.models import Objection, Publication, PublicationRow
from certification.results.rules import ObjectionStatus, is_running
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import whole_number
from lms.core.messages import text_of
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role

PAGE = 20

STEPS: dict[str, Callable[..., Any]] = {
    "record": services.record_part_results,
    "decide": services.decide_plan,
    "confirm": services.confirm_decisions,
    "prepare": services.prepare_list,
    "publish": services.publish_results,
}


@login_required
@never_cache
@require_safe
def plan(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Marks, decisions and publication of a plan, with the one next step on top."""
    return _plan_page(request, access.plan_with_results(request.user, pk))


@login_required
@require_POST
def act(request: AuthenticatedHttpRequest, pk: int, step: str) -> HttpResponse:
    """Do one step: record, decide, confirm, prepare, publish or close."""
    row = access.plan_with_results(request.user, pk)
    try:
        if step == "close":
            services.close_publication(_publication_of(row), actor=request.user, now=clock.now())
        elif step in STEPS:
            STEPS[step](row, actor=request.user, now=clock.now())
        else:
            raise Http404
    except DomainError as error:
        return _plan_page(request, access.plan_with_results(request.user, pk), error)
    messages.success(request, _("Done. The ledger has an entry for it."))
    return redirect("results:plan", pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Read an objection and answer it with reasons."""
    row = access.objection_to_answer(request.user, pk)
    form = AnswerForm(request.POST or None)
    problem, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.decide_objection(
                    row,
                    upheld=form.cleaned_data["verdict"] == "uphold",
                    answer=form.cleaned_data["answer"],
                    actor=request.user,
                    now=clock.now(),
                )
            except DomainError as error:
                problem, status = text_of(error), error.status
            else:
                messages.success(request, _("The objection is answered."))
                return redirect("results:plan", row.publication.plan_id)
    return _objection_page(request, row, form, problem=problem, status=status)


@login_required
@require_POST
def accept_objection(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Take an objection to look into it."""
    row = access.objection_to_answer(request.user, pk)
    try:
        services.accept_objection(row, actor=request.user, now=clock.now())
    except DomainError as error:
        return _objection_page(request, access.objection_to_answer(request.user, pk), AnswerForm(), error)
    messages.success(request, _("You have taken it."))
    return redirect("results:objection", pk)


@require_safe
def publications(request: HttpRequest) -> HttpResponse:
    """All published result lists, newest first; pages by key, so the thousandth costs what the first does."""
    rows = access.public_publications()
    before = request.GET.get("before", "")
    anchor = Publication.objects.filter(pk=whole_number(before)).first() if before else None
    if anchor is not None:
        rows = rows.filter(opens_on__lte=anchor.opens_on).exclude(opens_on=anchor.opens_on, pk__gte=anchor.pk)
    found = list(rows[: PAGE + 1])
    older = f"?before={found[PAGE - 1].pk}" if len(found) > PAGE else ""
    context = {
        "publications": found[:PAGE],
        "older_url": older,
        "newer_url": request.path if before else "",
        "today": clock.today(),
    }
    return render(request, "results/publications.html", context)


@require_safe
def publication(request: HttpRequest, pk: int) -> HttpResponse:
    """One public list: those who passed, masked, with its last day and how to object."""
    return _publication_page(request, access.public_publication(pk))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def object_to(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """File an objection."""
    row = access.public_publication(pk)
    form = ObjectionForm(
        request.POST or None, request.FILES or None, initial={"ticket_number": request.GET.get("ticket", "")[:32]}
    )
    problem, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.file_objection(row, filer=request.user, now=clock.now(), **form.cleaned_data)
            except DomainError as error:
                problem, status = text_of(error), error.status
            else:
                messages.success(request, _("Your objection is filed. Somebody who had no part in the result will answer it."))
                return redirect("results:publication", pk)
    renewed = selectors.renewed_publications(row, today=clock.today())
    context = {
        "publication": row,
        "plan": row.plan,
        "form": form,
        "problem": problem,
        "open": _is_open(row),
        "renewed": renewed,
    }
    return render(request, "results/object.html", context, status=status)


@login_required
@never_cache
@require_safe
def own(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The candidate's own result, once it is public."""
    seat = access.own_result_seat(request.user, pk)
    line = getattr(seat, "publication_row", None)
    failed = line is not None and not line.passed and not line.withheld
    kept = keeping.kept_from(seat) if failed else []
    context = {
        "seat": seat,
        "plan": seat.plan,
        "line": line,
        "kept": kept,
        "missing": _to_sit_again(line, kept) if failed and line else [],
        "void": list(selectors.voidings_in_force(seat)) if line else [],
        "again": selectors.plans_to_sit_again(seat, today=clock.today()) if failed else [],
        "ways": own_ways(seat, line, user=request.user, today=clock.today()) if line is not None else None,
        "open": line is not None and _is_open(line.publication),
    }
    return render(request, "results/own.html", context)


def _to_sit_again(line: PublicationRow, kept: list[keeping.KeptHere]) -> list[str]:
    kinds = {part.kind for part in kept}
    return [part["kind"] for part in line.parts if part["kind"] not in kinds]


def _objection_page(
    request: AuthenticatedHttpRequest,
    row: Objection,
    form: AnswerForm,
    error: DomainError | None = None,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    plan = row.publication.plan
    line = selectors.published_row(plan, row.ticket_number)
    is_open = row.decided_at is None
    free = free_to_answer(line.seat, appeal=False, but=[row.filer_id]) if line is not None and is_open else []
    context = {
        "objection": row,
        "form": form,
        "line": line,
        "plan": plan,
        "stages": stages_of(row),
        "evidence": list(row.evidence.all()),
        "is_open": is_open,
        "is_free": any(person.pk == request.user.pk for person in free),
        "nobody": is_open and not free,
        "is_head": has_role(request.user, plan.organisation_id, Role.HEAD),
        "may_correct": row.status == ObjectionStatus.UPHELD
        and not row.orders.exclude(status=OrderStatus.REFUSED.value).exists()
        and has_role(request.user, plan.organisation_id, Role.HEAD, Role.EXAM_OFFICER),
        "problem": text_of(error) if error else problem,
    }
    return render(request, "results/objection.html", context, status=error.status if error else status)


def _is_open(row: Publication) -> bool:
    return not row.is_closed and is_running(closes_on=row.closes_on, today=clock.today())


def _publication_of(row: Plan) -> Publication:
    found: Publication | None = getattr(row, "publication", None)
    if found is None:
        raise Http404
    return found


def _publication_page(request: HttpRequest, row: Publication) -> HttpResponse:
    lines = list(selectors.public_rows(row))
    own = Objection.objects.filter(publication=row, filer=request.user) if request.user.is_authenticated else []
    context = {
        "publication": row,
        "plan": row.plan,
        "lines": lines,
        "passed": sum(line.passed for line in lines),
        "renewed": selectors.renewed_publications(row, today=clock.today()),
        "kinds": [part["kind"] for part in lines[0].parts] if lines else [],
        "open": _is_open(row),
        "own_objections": own,
    }
    return render(request, "results/publication.html", context)


def _plan_page(request: AuthenticatedHttpRequest, row: Plan, error: DomainError | None = None) -> HttpResponse:
    required = selectors.required_parts(row)
    rows = selectors.result_rows(row, [part.kind for part in required])
    shown: Publication | None = getattr(row, "publication", None)
    decided = [line.decision for line in rows if line.decision]
    first = decided[0] if decided else None
    recorded = bool(rows) and all(part is not None for line in rows for part in line.parts)
    confirmed = len(decided) == len(rows) and bool(rows) and all(decision.confirmed_at for decision in decided)
    state = steps.state_of(row, request.user, rows)
    context = {
        "plan": row,
        "required": required,
        "rows": rows,
        "publication": shown,
        "objections": list(shown.objections.select_related("filer")) if shown else [],
        "running": shown is not None and is_running(closes_on=shown.closes_on, today=clock.today()),
        "recorded": recorded,
        "recorded_at": rows[0].parts[0].recorded_at if recorded and rows[0].parts[0] else None,
        "decision": first,
        "confirmed": confirmed,
        "passed": sum(decision.passed for decision in decided),
        "publication_days": row.scheme.parameter("publication_days"),
        "next": _next_step(row, recorded=recorded, state=state, confirmed=confirmed, shown=shown),
        "state": state,
        "is_officer": has_role(request.user, row.organisation, Role.EXAM_OFFICER),
        "is_head": has_role(request.user, row.organisation, Role.HEAD),
        "may_lead": has_role(request.user, row.organisation, Role.EXAM_OFFICER, Role.HEAD),
        "problem": text_of(error) if error else "",
    }
    return render(request, "results/plan.html", context, status=error.status if error else 200)


def _next_step(row: Plan, *, recorded: bool, state: steps.State, confirmed: bool, shown: Publication | None) -> str:
    """Return record, check, decide, confirm, prepare, publish, wait, close, issue or nothing (not scored yet)."""
    if shown is not None:
        if shown.is_closed:
            return "issue"
        return "wait" if is_running(closes_on=shown.closes_on, today=clock.today()) else "close"
    if row.status != "scored":
        return ""
    if not recorded:
        return "record"
    if state.undecided:
        return "decide" if state.checked else "check"
    if not confirmed:
        return "confirm"
    return "publish" if state.prepared else "prepare"
