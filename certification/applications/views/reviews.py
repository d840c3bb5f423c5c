from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.applications import services
from certification.applications.access import (
    application_to_review,
    applications_reviewable_by,
    may_review,
    needs_requests_reviewable_by,
)
from certification.applications.evidence_numbers import what_the_number_says
from certification.applications.explanation import explain_kept
from certification.applications.forms import ReviewForm
from certification.applications.history import last_changes, rounds_of
from certification.applications.labels import CATEGORY_LABELS, FIELD_LABELS
from certification.applications.models import Application
from certification.applications.needs import needs_in_words, needs_of
from certification.applications.paging import first_of, moment_key, read_moment_key
from certification.applications.presentation import record_rows, status_chip
from certification.applications.resits import resit_of
from certification.applications.rules import WAITING_STATUSES, Status, Verdict
from certification.applications.rules.accommodations import NeedsStatus
from certification.applications.rules.record import category_of
from certification.applications.selectors import review_queue, reviews_of_round
from certification.plans.access import plan_for
from certification.standards.findings import DIPLOMA_LABELS, RANK_LABELS, level_name
from lms.accounts.http import AuthenticatedHttpRequest
from lms.accounts.services import reveal_number
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted
from lms.core.messages import text_of
from lms.organisations.rules import Role
from lms.organisations.selectors import organisations_where

PAGE = 50


@login_required
@require_safe
def queue(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What waits for this reviewer, longest waiting first."""
    if not organisations_where(request.user, Role.ELIGIBILITY_REVIEWER).exists():
        raise PermissionDenied
    rows = review_queue(applications_reviewable_by(request.user), reviewer=request.user)
    after = read_moment_key(request.GET.get("after", ""))
    if after is not None:
        moment, pk = after
        rows = rows.filter(Q(submitted_at__gt=moment) | Q(submitted_at=moment, pk__gt=pk))
    found = list(first_of(rows, PAGE + 1))
    last = found[PAGE - 1] if len(found) > PAGE else None
    context = {
        "rows": found[:PAGE],
        "next": moment_key(last.submitted_at, last.pk) if last is not None and last.submitted_at else "",
        "further": after is not None,
        "needs": needs_requests_reviewable_by(request.user).filter(status=NeedsStatus.ASKED.value).exists(),
        "today": clock.today(),
    }
    return render(request, "applications/reviews.html", context)


@login_required
@require_safe
def history(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Round by round: what was handed in, the verdicts, and what changed."""
    application = application_to_review(request.user, pk)
    context = {
        "application": application,
        "plan": application.plan,
        "rounds": rounds_of(application),
        "shows_reviewers": True,
        "crumbs": [
            {"title": _("Desk"), "url": "/desk/"},
            {"title": _("Eligibility review"), "url": "/desk/reviews/"},
            {"title": application.candidate.name, "url": f"/desk/reviews/{application.pk}/"},
            {"title": _("What was handed in")},
        ],
    }
    return render(request, "applications/history.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One case beside the verdict: what she claims, what the system found, what proves it."""
    application = application_to_review(request.user, pk)
    form = ReviewForm(posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.review_application(
                application,
                verdict=Verdict(given["verdict"]),
                reasons=given["reasons"],
                seen=request.POST.get("seen", ""),
                actor=request.user,
                now=clock.now(),
            )
        except DomainError as error:
            form.add_error("reasons" if error.code.endswith("reasons_needed") else "verdict", text_of(error))
        else:
            messages.success(request, _("Your verdict is stored: %(verdict)s.") % {"verdict": application.get_status_display()})
            return redirect("applications:reviews")
    return _case(request, application, form, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reveal(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Show the whole document number once; who read it is written into the ledger (I43).

    The verdict being typed comes along and is shown again. A look at this address shows nothing:
    it only leads back, after a reload or a change of the theme.
    """
    application = application_to_review(request.user, pk)
    if request.method != "POST":
        return redirect("applications:review", pk=pk)
    if not may_review(request.user, application) or application.status == Status.WITHDRAWN:
        raise PermissionDenied
    number = reveal_number(
        application.candidate.identity, actor=request.user, purpose=f"eligibility review of application {pk}", now=clock.now()
    )
    typed = {name: request.POST.get(name, "") for name in ReviewForm.base_fields}
    # As initial values, not as a submit: nobody has handed in this verdict, so nothing in it is wrong yet.
    return _case(request, application, ReviewForm(initial=typed), number=number)


def _case(
    request: AuthenticatedHttpRequest, application: Application, form: ReviewForm, *, number: str = "", status: int = 200
) -> HttpResponse:
    reviews, files = reviews_of_round(application), list(application.evidence.all())
    waiting = application.status in [status.value for status in WAITING_STATUSES]
    first = next((row for row in reversed(reviews) if row.step == 1 and row.verdict == Verdict.APPROVE), None)
    second = application.status == Status.FIRST_OK
    mine = second and first is not None and first.reviewer_id == request.user.pk
    context = {
        "application": application,
        "plan": application.plan,
        "identity": getattr(application.candidate, "identity", None),
        "number": number,
        "chip": status_chip(application),
        "explanation": explain_kept(application, attached={file.kind for file in files}),
        "facts": _shown_facts(application),
        "record": [
            {"label": FIELD_LABELS["category"], "value": CATEGORY_LABELS[_category(application)]},
            *record_rows(application.record, application.private_record),
        ],
        "needs": needs_in_words(needs_of([application.candidate_id]).get(application.candidate_id)),
        "changes": last_changes(application),
        "resit": resit_of(application),
        "files": files,
        "reviews": reviews,
        "step": 2 if second else 1,
        "may_decide": waiting and not mine and may_review(request.user, application),
        "mine": mine,
        "form": form,
        "crumbs": [
            {"title": _("Desk"), "url": "/desk/"},
            {"title": _("Eligibility review"), "url": "/desk/reviews/"},
            {"title": application.candidate.name},
        ],
    }
    return render(request, "applications/review.html", context, status=status)


def _category(application: Application) -> str:
    plan = application.plan
    return category_of(plan.level, application.facts.get("certificates", []), plan.scheme.related_occupations)


def _shown_facts(application: Application) -> list[dict[str, object]]:
    """Return each row of the facts with a kind, a line of text and its dates (ISO), ready to be listed."""
    facts = application.facts
    related = set(application.plan.scheme.related_occupations)
    rows: list[dict[str, object]] = [
        {
            "kind": _("Work"),
            "text": f"{row['employer']} · {row['occupation']}",
            "from": row["started_on"],
            "until": row["ended_on"] or pgettext("until", "today"),
            "counts": row["occupation"] in related,
        }
        for row in facts.get("employments", [])
    ]
    rows += [
        {
            "kind": _("Certificate"),
            "text": f"{row['occupation']} · {level_name(row['level'])} · {row['number'] or '—'}",
            "note": what_the_number_says(row),
            "from": row["issued_on"],
            "counts": row["occupation"] in related,
        }
        for row in facts.get("certificates", [])
    ]
    rows += [
        {
            "kind": pgettext("professional", "Title"),
            "text": f"{row['name']} · {RANK_LABELS[row['rank']]}",
            "from": row["issued_on"],
            "counts": row["matched"],
        }
        for row in facts.get("titles", [])
    ]
    rows += [
        {
            "kind": _("Diploma"),
            "text": f"{row['school']} · {DIPLOMA_LABELS[row['kind']]} · {row['major']}",
            "from": row["graduated_on"] or _("final year"),
            "counts": row["major"] in application.plan.scheme.majors,
        }
        for row in facts.get("diplomas", [])
    ]
    return rows


@login_required
@require_POST
def seat(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Seat all approved candidates; the button stands on the plan's page."""
    plan = plan_for(request.user, pk, write=True)
    try:
        seats = services.seat_candidates(plan, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
    else:
        messages.success(request, _("%(count)s admission tickets are issued.") % {"count": len(seats)})
    return redirect("plans:detail", pk=pk)
