"""Correction orders at the desk: asked for, looked at with all that follows, approved, in force, public again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.results import case_access, effects, services
from certification.results.case_forms import CorrectionForm, OrderRefusalForm
from certification.results.case_rules import OrderStatus
from certification.results.case_selectors import orders_about, stages_of_order
from certification.results.case_views import parts_of
from certification.results.models import CorrectionOrder, Objection
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted, whole_number
from lms.core.messages import text_of
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_order(request: AuthenticatedHttpRequest, seat_pk: int) -> HttpResponse:
    """Ask for a correction of one part, after something was upheld or by one's own finding."""
    seat = case_access.seat_to_correct(request.user, seat_pk)
    named = {name: whole_number(request.GET.get(name)) for name in ("objection", "case")}
    source = case_access.source_of(request.user, seat, **named)
    form = CorrectionForm(posted(request), request.FILES or None, parts=parts_of(seat), needs_evidence=source is None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                order = services.request_correction(seat, **form.cleaned_data, source=source, actor=request.user, now=clock.now())
            except DomainError as error:
                form.add_error(None, text_of(error))
                status = error.status
            else:
                messages.success(request, _("The correction is asked for. A head who did not ask for it looks at its effect."))
                return redirect("results:order", pk=order.pk)
    context = {
        "seat": seat,
        "plan": seat.plan,
        "line": seat.publication_row,
        "source": source,
        "source_is_objection": isinstance(source, Objection),
        "orders": orders_about(seat),
        "form": form,
    }
    return render(request, "results/new_order.html", context, status=status)


@login_required
@never_cache
@require_safe
def order(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Show a correction with all that follows from it, and the one next step."""
    return _order_page(request, case_access.order_of_body(request.user, pk))


def _end(order: CorrectionOrder, **by: Any) -> None:
    renewed = getattr(order, "republication", None)
    if renewed is None:
        raise Http404
    services.close_republication(renewed, **by)


STEPS: dict[str, Callable[..., Any]] = {"approve": services.approve_correction, "apply": services.apply_correction, "end": _end}


@login_required
@require_POST
def order_act(request: AuthenticatedHttpRequest, pk: int, step: str) -> HttpResponse:
    """Approve a correction, put it into force, refuse it, or end the renewed publication."""
    found = case_access.order_of_body(request.user, pk)
    form = OrderRefusalForm(request.POST if step == "refuse" else None)
    if step == "refuse" and not form.is_valid():
        return _order_page(request, found, form=form, status=422)
    if step not in STEPS and step != "refuse":
        raise Http404
    try:
        if step == "refuse":
            services.refuse_correction(found, **form.cleaned_data, actor=request.user, now=clock.now())
        else:
            STEPS[step](found, actor=request.user, now=clock.now())
        if step == "approve":
            services.apply_correction(found, actor=request.user, now=clock.now())
    except DomainError as error:
        return _order_page(request, case_access.order_of_body(request.user, pk), error)
    messages.success(request, _("Done. The ledger has an entry for it."))
    return redirect("results:order", pk=pk)


def _order_page(
    request: AuthenticatedHttpRequest,
    found: CorrectionOrder,
    error: DomainError | None = None,
    *,
    form: OrderRefusalForm | None = None,
    status: int = 200,
) -> HttpResponse:
    renewed = getattr(found, "republication", None)
    body = found.seat.plan.organisation_id
    is_head = has_role(request.user, body, Role.HEAD)
    asked = found.requested_by_id == request.user.pk
    context = {
        "order": found,
        "seat": found.seat,
        "plan": found.seat.plan,
        "stages": stages_of_order(found),
        "effects": effects.told(found) if found.is_open else [],
        "pairs": list(zip(found.old_parts, found.new_parts, strict=True)),
        "evidence": list(found.evidence.all()),
        "renewed": renewed,
        "can_approve": found.state is OrderStatus.REQUESTED and is_head and not asked,
        "can_apply": found.state is OrderStatus.APPROVED and is_head and not asked,
        "can_refuse": found.is_open and (is_head or asked),
        "asked": asked,
        "can_end": renewed is not None
        and not renewed.is_closed
        and clock.today() > renewed.closes_on
        and has_role(request.user, body, Role.HEAD, Role.EXAM_OFFICER),
        "form": form or OrderRefusalForm(),
        "problem": text_of(error) if error else "",
    }
    return render(request, "results/order.html", context, status=error.status if error else status)
