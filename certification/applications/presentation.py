"""What the candidate has to do now, in one sentence, and how far each step of the form is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from certification.applications.labels import CHOICE_LABELS, FIELD_LABELS
from certification.applications.models import Application
from certification.applications.outcome import Outcome, certificate_of, outcome_of
from certification.applications.rules import Status, Verdict
from certification.applications.selectors import MissingItem
from certification.plans.models import Plan
from certification.plans.rules import Status as PlanStatus
from certification.plans.selectors import nodes_of

STATUS_CHIPS = {
    Status.DRAFT: "wait",
    Status.SUBMITTED: "wait",
    Status.RETURNED: "warn",
    Status.FIRST_OK: "wait",
    Status.APPROVED: "good",
    Status.REJECTED: "bad",
    Status.SEATED: "good",
    Status.WITHDRAWN: "neutral",
}
OUTCOME_CHIPS = {
    Outcome.PASSED: ("good", gettext_lazy("Passed")),
    Outcome.FAILED: ("neutral", gettext_lazy("Not passed")),
    Outcome.WITHHELD: ("warn", gettext_lazy("Result being looked into")),
    Outcome.CERTIFIED: ("official", gettext_lazy("Certificate issued")),
}
STEP_TITLES = {
    "identity": gettext_lazy("Identity document"),
    "facts": gettext_lazy("Work, certificates, education"),
    "condition": gettext_lazy("Eligibility condition"),
    "evidence": gettext_lazy("Evidence"),
    "photo": pgettext_lazy("step", "Photo"),
    "record": pgettext_lazy("step", "Registration form"),
    "submit": gettext_lazy("Undertaking and handing in"),
}


@dataclass(frozen=True)
class Step:
    key: str
    title: str | Promise
    done: bool
    note: str
    url: str


@dataclass(frozen=True)
class Correction:
    """What the reviewers sent a case back for, and until when."""

    reasons: str
    deadline: str


@dataclass(frozen=True)
class NextThing:
    title: str
    text: str = ""
    url: str = ""
    label: str | Promise = ""


def steps_of(application: Application, missing: list[MissingItem]) -> list[Step]:
    """Return the seven steps of the form with what each still lacks."""
    lacking = {item.step for item in missing}
    notes = {
        "identity": getattr(getattr(application.candidate, "identity", None), "masked", ""),
        "facts": _("%(count)s employers") % {"count": len(application.facts.get("employments", []))} if application.facts else "",
        "condition": application.condition.code if application.condition else "",
        "evidence": "、".join(str(item.label) for item in missing if item.step == "evidence"),
        "record": "、".join(str(item.label) for item in missing if item.step == "record"),
    }
    done = {
        "identity": "identity" not in lacking,
        "facts": bool(set(application.facts) - {"birth_date"}),
        "condition": bool(application.condition and application.evaluation.get("met")),
        "evidence": application.condition is not None and "evidence" not in lacking,
        "photo": "photo" not in lacking,
        "record": "record" not in lacking and bool(application.record),
        "submit": application.submitted_at is not None and not application.is_editable,
    }
    if application.condition and not application.evaluation.get("met"):
        notes["condition"] = _("%(code)s is not met") % {"code": application.condition.code}
    return [
        Step(key, title, done[key], notes.get(key, ""), reverse(f"applications:{key}", args=[application.pk]))
        for key, title in STEP_TITLES.items()
    ]


def next_thing(application: Application, steps: list[Step], *, today: date) -> NextThing:
    """Return the one thing to do now."""
    plan, status = application.plan, Status(application.status)
    if application.is_editable:
        if not application.window_is_open(today):
            return NextThing(
                _("Applications for this plan are closed."),
                _("You can apply for another plan."),
                reverse("applications:home"),
                _("Open plans"),
            )
        step = next(step for step in steps if not step.done)
        if status is Status.RETURNED:
            return _after_return(application, step, today=today)
        title = _("Next: %(step)s") % {"step": step.title}
        return NextThing(title, _hand_in_by(plan, today), step.url, _("Go on"))
    if status is Status.SEATED:
        return _after_seating(application)
    sentences = {
        Status.SUBMITTED: NextThing(
            _("Nothing to do for you now."),
            _lines(_("Two reviewers look at your application, one after the other."), _told_by(due_day(plan, "reviews"))),
        ),
        Status.FIRST_OK: NextThing(
            _("Nothing to do for you now."),
            _lines(_("The first reviewer agreed; the second one looks at it."), _told_by(due_day(plan, "reviews"))),
        ),
        Status.APPROVED: NextThing(
            _("You are admitted."),
            _lines(
                _("Seats are arranged after registration has closed; then your ticket appears here."),
                _told_by(due_day(plan, "arrange")),
            ),
        ),
        Status.REJECTED: NextThing(
            _("This application was rejected."),
            _("The reasons are written below. You can apply for another plan."),
            reverse("applications:home"),
            _("Open plans"),
        ),
        Status.WITHDRAWN: NextThing(_("You withdrew this application."), "", reverse("applications:home"), _("Open plans")),
    }
    return sentences[status]


def due_day(plan: Plan, node: str) -> date | None:
    """Return by when a node of the plan is due; None where nobody can say. "reviews" end with registration."""
    if node == "reviews":
        return plan.registration_closes
    return next((found.due for found in nodes_of(plan) if found.key == node), None)


def _told_by(day: date | None) -> str:
    return _("You will be told by %(date)s.") % {"date": date_format(day, "DATE_FORMAT")} if day else ""


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _after_return(application: Application, step: Step, *, today: date) -> NextThing:
    """Lead to what she has to change, never past it: handing in is the last step again."""
    correction = correction_of(application, today=today)
    told = [correction.reasons, correction.deadline] if correction else []
    steps_list = f"{application.get_absolute_url()}#form"
    return NextThing(
        _("The reviewers ask you to correct something."),
        "\n".join(line for line in told if line),
        steps_list if step.key == "submit" else step.url,
        _("Make the correction"),
    )


def correction_of(application: Application, *, today: date) -> Correction | None:
    """Return what the last return asks for; None unless the case is returned now."""
    if application.status != Status.RETURNED:
        return None
    last = application.reviews.filter(verdict=Verdict.RETURN.value).order_by("-at", "-pk").first()
    return Correction(last.reasons if last else "", _hand_in_by(application.plan, today))


def _hand_in_by(plan: Plan, today: date) -> str:
    """A returned case may be late: it can be handed in until the officer closes registration."""
    if today > plan.registration_closes:
        return _(
            "Registration has ended. Hand in as soon as you can: once the assessment body closes it, nothing can be changed."
        )
    return _("Hand in by %(date)s.") % {"date": date_format(plan.registration_closes, "DATE_FORMAT")}


def _after_seating(application: Application) -> NextThing:
    """What is told after the last verdict of the reviewers: the exam, then her own result."""
    outcome = outcome_of(application)
    if outcome is not Outcome.OPEN:
        return _after_results(application, outcome)
    plan = application.plan
    ticket = reverse("applications:ticket", args=[application.pk])
    when = {"date": date_format(plan.exam_date, "DATE_FORMAT"), "place": plan.site_name}
    exam = NextThing(
        _("Come to your exam on %(date)s at %(place)s.") % when,
        _("Bring your identity document and your ticket."),
        ticket,
        _("Show the ticket"),
    )
    running = NextThing(_("Your exam is running."), "", "/exam/", _("To the exam"))
    scored = NextThing(
        _("Your exam is over."),
        _lines(_("The results are made public within a few working days."), _told_by(due_day(plan, "publication"))),
    )
    public = NextThing(_("The results are public."), "", result_url(application), _("My results"))
    done = NextThing(_("This assessment is complete."), "", result_url(application), _("My results"))
    by_status: dict[str, NextThing] = {
        PlanStatus.ARRANGED: exam,
        PlanStatus.IN_EXAM: running,
        PlanStatus.SCORED: scored,
        PlanStatus.IN_PUBLICATION: public,
    }
    return by_status.get(plan.status, done)


def _after_results(application: Application, outcome: Outcome) -> NextThing:
    result, result_label = result_url(application), _("My results")
    certificates, certificates_label = "/learn/certificates/", _("My certificates")
    if outcome is Outcome.CERTIFIED:
        return NextThing(_("Your certificate is issued."), "", certificates, certificates_label)
    if outcome is Outcome.VOIDED:
        status = certificate_of(application).get_status_display()
        return NextThing(_("Your certificate: %(status)s.") % {"status": status}, "", certificates, certificates_label)
    if outcome is Outcome.WITHHELD:
        text = _("It is checked or being corrected; no certificate is issued until then. Your result page tells how far it is.")
        return NextThing(_("Your result is being looked into."), text, result, result_label)
    if outcome is Outcome.PASSED:
        text = _("Your certificate is issued when the publication is over and all objections are answered.")
        return NextThing(_("You have passed."), text, result, result_label)
    text = _("Your marks stand on your result page. You can apply for another plan.")
    if application.plan.status == PlanStatus.IN_PUBLICATION:
        text = _("Your marks stand on your result page; while the results are public you can object there.")
    return NextThing(_("Not passed this time."), text, result, result_label)


def result_url(application: Application) -> str:
    """A later room by its fixed address: imports only look back."""
    return f"/exam/{application.seat_id}/result/"


def status_chip(application: Application) -> dict[str, Any]:
    """The chip of the case itself, as reviewers see it."""
    return {"kind": STATUS_CHIPS[Status(application.status)], "label": application.get_status_display()}


def candidate_chip(application: Application) -> dict[str, Any]:
    """The chip for the candidate: from the exam on how far the plan is, then her own result."""
    plan = application.plan
    if application.status != Status.SEATED or plan.status == PlanStatus.ARRANGED:
        return status_chip(application)
    outcome = outcome_of(application)
    if outcome is Outcome.VOIDED:
        return {"kind": "warn", "label": certificate_of(application).get_status_display()}
    if outcome is not Outcome.OPEN:
        kind, label = OUTCOME_CHIPS[outcome]
        return {"kind": kind, "label": label}
    if plan.status == PlanStatus.SCORED:
        return {"kind": "wait", "label": _("Waiting for the results")}
    return {"kind": "wait", "label": plan.get_status_display()}


def map_url(plan: Plan) -> str:
    """Return the address of a map that looks for the site. A plain link: nothing is fetched, and nobody's place is asked for."""
    return str(settings.MAP_SEARCH_URL).format(address=quote(f"{plan.address} {plan.site_name}"))


def record_rows(record: Mapping[str, Any], private: Mapping[str, str] | None = None) -> list[dict[str, str]]:
    """Return label and value of each filled field of a registration form, in the order of the table's columns."""
    values = {**record, **(private or {})}
    return [
        {"label": str(FIELD_LABELS[name]), "value": _shown_value(name, values[name])} for name in FIELD_LABELS if values.get(name)
    ]


def _shown_value(name: str, value: Any) -> str:
    if name in CHOICE_LABELS:
        return str(CHOICE_LABELS[name].get(str(value), value))
    if name == "work_started_on":
        return date_format(date.fromisoformat(str(value)), "DATE_FORMAT")
    return str(value)
