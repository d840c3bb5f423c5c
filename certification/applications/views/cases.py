"""All cases of one plan for its reviewers and exam officers: who applied, and where each case stands."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from certification.applications.access import cases_of_plan
from certification.applications.models import ApplicationQuerySet
from certification.applications.paging import first_of, moment_key, read_moment_key
from certification.applications.presentation import status_chip
from certification.applications.rules import Status
from lms.accounts.http import AuthenticatedHttpRequest

PAGE = 50
STATES = {
    "waiting": (pgettext_lazy("cases", "Wait for a verdict"), (Status.SUBMITTED, Status.FIRST_OK)),
    "returned": (pgettext_lazy("cases", "Returned"), (Status.RETURNED,)),
    "approved": (pgettext_lazy("cases", "Approved"), (Status.APPROVED, Status.SEATED)),
    "gone": (pgettext_lazy("cases", "Rejected or withdrawn"), (Status.REJECTED, Status.WITHDRAWN)),
}
"""How cases can be narrowed: the word in the address, its label, the statuses."""


@login_required
@require_safe
def cases(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Who applied for the plan, the latest handed in first; by where the case stands, name or ticket number."""
    plan, found = cases_of_plan(request.user, pk)
    counted = dict(found.order_by().values_list("status").annotate(count=Count("pk")))
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()[:60]
    rows, following = _page(found, state=state, words=words, after=request.GET.get("after", ""))
    context = {
        "plan": plan,
        "rows": [{"case": case, "chip": status_chip(case)} for case in rows],
        "next": following,
        "state": state if state in STATES else "",
        "words": words,
        "states": [
            {"key": "", "label": _("All"), "count": sum(counted.values())},
            *(
                {"key": key, "label": label, "count": sum(counted.get(status.value, 0) for status in statuses)}
                for key, (label, statuses) in STATES.items()
            ),
        ],
        "crumbs": [
            {"title": _("Desk"), "url": "/desk/"},
            {"title": plan.title, "url": plan.get_absolute_url()},
            {"title": _("Applications")},
        ],
    }
    return render(request, "applications/cases.html", context)


def _page(found: ApplicationQuerySet, *, state: str, words: str, after: str) -> tuple[list[Any], str]:
    """Return one page and where the next begins ("" for the last). One query."""
    if state in STATES:
        found = found.filter(status__in=[status.value for status in STATES[state][1]])
    if words:
        found = found.filter(Q(candidate__name__icontains=words) | Q(seat__ticket_number__endswith=words))
    place = read_moment_key(after)
    if place is not None:
        moment, key = place
        found = found.filter(Q(submitted_at__lt=moment) | Q(submitted_at=moment, pk__lt=key))
    rows = list(first_of(found.order_by("-submitted_at", "-pk"), PAGE + 1))
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return rows[:PAGE], moment_key(last.submitted_at, last.pk) if last is not None and last.submitted_at else ""
