"""The page of the second person: what was recorded, what changed, what stands out; she signs it or sends it back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from certification.plans.models import Plan
from certification.results import access, selectors, services
from certification.results.part_forms import ANOMALY_LABELS, SendBackForm
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Look at the recorded marks; sign them as the second person, or send them back."""
    plan = access.plan_with_results(request.user, pk)
    if request.method != "POST":
        return _page(request, plan, SendBackForm())
    back = "back" in request.POST
    form = SendBackForm(request.POST) if back else SendBackForm()
    if back and not form.is_valid():
        return _page(request, plan, form, status=422)
    try:
        if back:
            services.send_back(plan, reason=form.cleaned_data["reason"], actor=request.user, now=clock.now())
            messages.success(request, _("Sent back. The marks have to be computed and checked again."))
        else:
            services.check_part_results(plan, actor=request.user, now=clock.now())
            messages.success(request, _("Checked. The results can be decided now."))
    except DomainError as error:
        return _page(request, plan, form, problem=text_of(error), status=error.status)
    return redirect("results:plan", pk)


def _page(
    request: AuthenticatedHttpRequest, plan: Plan, form: SendBackForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    recordings = selectors.last_recordings(plan)
    present = selectors.has_marks(plan)
    recording = recordings[0] if recordings and present else None
    check_row = getattr(recording, "check_row", None)
    rows = selectors.rows_to_check(plan) if recording else []
    may_lead = has_role(request.user, plan.organisation, Role.HEAD, Role.EXAM_OFFICER)
    context: dict[str, Any] = {
        "plan": plan,
        "recording": recording,
        "check": check_row,
        "rows": [{"row": row, "labels": [ANOMALY_LABELS[anomaly] for anomaly in row.anomalies]} for row in rows],
        "before": recordings[1] if recording and len(recordings) > 1 else None,
        "changes": selectors.changes_between(recordings[1], recordings[0]) if recording and len(recordings) > 1 else [],
        "stops": selectors.open_stops(plan),
        "voidings": list(selectors.open_voidings(plan)),
        "recorded_by_me": recording is not None and recording.recorded_by_id == request.user.pk,
        "may_check": may_lead and plan.status == "scored" and check_row is None,
        "may_send_back": may_lead and plan.status == "scored" and recording is not None and not selectors.is_confirmed(plan),
        "form": form,
        "problem": problem,
    }
    return render(request, "results/check.html", context, status=status)
