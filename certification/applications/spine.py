"""The one spine of a case: what happened, what is now, what comes, as the page draws it."""

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from certification.applications.models import Application, Review
from certification.applications.outcome import AFTER_EXAM, AFTER_PUBLICATION, Outcome, certificate_of, outcome_of
from certification.applications.presentation import result_url
from certification.applications.rules import Status, Verdict
from certification.plans.models import Plan
from certification.plans.selectors import nodes_of

ORDER = ("filled", "submitted", "first", "second", "ticket", "exam", "results", "certificate")


def stages_of(application: Application, reviews: list[Review]) -> list[dict[str, Any]]:
    """Return the stages for `components/spine.html`, in order; `reviews` are those of the case, oldest first."""
    plan, status = application.plan, Status(application.status)
    verdicts = {
        review.step: review
        for review in reviews
        if application.submitted_at is None or review.at >= application.submitted_at or status is Status.RETURNED
    }
    body = plan.organisation.name
    stages = {
        "filled": {"title": _("Application filled in"), "date": _day(application.started_at)},
        "submitted": {"title": pgettext("application", "Handed in"), "date": _day(application.submitted_at)},
        "first": {"title": _("First review"), "person": body, **_verdict(verdicts.get(1))},
        "second": {"title": _("Second review"), "person": body, **_verdict(verdicts.get(2))},
        "ticket": {"title": _("Admission ticket"), "person": application.seat.room if application.seat else ""},
        "exam": {
            "title": _("Theory exam and skill test"),
            "date": date_format(localtime(plan.theory_starts_at), "DATETIME_FORMAT"),
            "person": plan.site_name,
        },
        "results": {"title": _("Results made public"), "text": _("Every part needs 60 points; parts are not averaged.")},
        "certificate": {"title": _("Certificate")},
    }
    if application.seat is not None:
        stages["ticket"] |= {
            "text": _("Ticket %(number)s, seat %(seat)s")
            % {"number": application.seat.ticket_number, "seat": application.seat.number},
            "url": reverse("applications:ticket", args=[application.pk]),
            "link_label": _("Show the ticket"),
        }
        if plan.status in AFTER_EXAM:
            stages["results"] |= {"url": result_url(application), "link_label": _("My results")} | _result(application)
    if (certificate := certificate_of(application)) is not None:
        stages["certificate"] |= {
            "date": date_format(certificate.issued_on, "DATE_FORMAT"),
            "url": "/learn/certificates/",
            "link_label": _("My certificates"),
        }
    now = _present(status, plan.status, application)
    here = _state_here(status, plan.status, application)
    if here != "stopped":
        _add_due_days(stages, plan, now)
    return [{**stages[key], "state": _state(key, now, here)} for key in ORDER]


def _add_due_days(stages: dict[str, dict[str, Any]], plan: Plan, now: str) -> None:
    """Say of each stage that is still to come by when it is due."""
    due = {node.key: node.due for node in nodes_of(plan)}
    days = {
        "submitted": plan.registration_closes,
        "first": plan.registration_closes,
        "second": plan.registration_closes,
        "ticket": due.get("arrange"),
        "results": due.get("publication"),
        "certificate": due.get("certify"),
    }
    for key, day in days.items():
        if day and ORDER.index(key) >= ORDER.index(now) and not stages[key].get("date"):
            stages[key]["date"] = _("by %(date)s") % {"date": date_format(day, "DATE_FORMAT")}


def _present(status: Status, plan_status: str, application: Application) -> str:
    """Return the stage at which the case stands."""
    at = {
        Status.DRAFT: "filled",
        Status.RETURNED: "filled",
        Status.SUBMITTED: "first",
        Status.FIRST_OK: "second",
        Status.APPROVED: "ticket",
        Status.REJECTED: "second",
        Status.WITHDRAWN: "submitted",
    }
    if status is Status.REJECTED and not application.reviews.filter(step=2).exists():
        return "first"
    if status is not Status.SEATED:
        return at[status]
    outcome = outcome_of(application)
    if outcome in (Outcome.CERTIFIED, Outcome.VOIDED) or (outcome is Outcome.PASSED and plan_status in AFTER_PUBLICATION):
        return "certificate"
    return "results" if plan_status in AFTER_EXAM else "exam"


def _state_here(status: Status, plan_status: str, application: Application) -> str:
    """Return how the stage looks at which the case stands; the seal only where a certificate holds."""
    if status in (Status.REJECTED, Status.WITHDRAWN):
        return "stopped"
    outcome = outcome_of(application)
    if outcome is Outcome.VOIDED or (outcome is Outcome.FAILED and plan_status in AFTER_PUBLICATION):
        return "stopped"
    return "official" if outcome is Outcome.CERTIFIED else "now"


def _state(key: str, now: str, here: str) -> str:
    place, present = ORDER.index(key), ORDER.index(now)
    if place < present:
        return "done"
    if place > present:
        return "todo"
    return here


def _result(application: Application) -> dict[str, str]:
    words = {
        Outcome.PASSED: _("You have passed."),
        Outcome.CERTIFIED: _("You have passed."),
        Outcome.VOIDED: _("You have passed."),
        Outcome.FAILED: _("Not passed this time."),
        Outcome.WITHHELD: _("Your result is being looked into."),
    }
    outcome = outcome_of(application)
    return {"text": words[outcome]} if outcome in words else {}


def _verdict(review: Review | None) -> dict[str, str]:
    if review is None:
        return {}
    words = {Verdict.APPROVE: _("Approved"), Verdict.RETURN: _("Returned"), Verdict.REJECT: _("Rejected")}
    text = words[Verdict(review.verdict)]
    if review.reasons:
        text = _("%(verdict)s: %(reasons)s") % {"verdict": text, "reasons": review.reasons}
    return {"date": _day(review.at), "text": text}


def _day(moment: Any) -> str:
    return date_format(localtime(moment), "DATE_FORMAT") if moment else ""
