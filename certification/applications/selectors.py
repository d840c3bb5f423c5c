from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.applications.labels import FIELD_LABELS
from certification.applications.models import EVIDENCE_LABELS, Application, ApplicationQuerySet, RecordSettings, Review
from certification.applications.rules import Status, Verdict
from certification.applications.rules.record import SENSITIVE_FIELDS, missing_fields
from certification.plans.models import Plan
from certification.plans.rules import sessions_overlap
from certification.standards.models import EligibilityCondition
from certification.standards.rules import Evaluation, Facts, evaluate, missing_evidence
from lms.accounts.models import User


@dataclass(frozen=True)
class MissingItem:
    step: str
    """The step of the application page that mends it: identity, condition, evidence, photo, record or undertaking."""
    label: str | Promise


def facts_of(application: Application) -> Facts:
    scheme = application.plan.scheme
    return Facts.from_json(application.facts, occupations=scheme.related_occupations, majors=scheme.majors)


def evaluate_condition(condition: EligibilityCondition, application: Application, *, on: date) -> Evaluation:
    """Return how the candidate's facts stand against one condition on the day `on`."""
    return evaluate(condition.requirement, facts_of(application), on)


def missing_for_submission(application: Application) -> list[MissingItem]:
    """Return everything that is not there yet, in the order of the page; whether the condition is met is another question."""
    missing: list[MissingItem] = []
    if getattr(application.candidate, "identity", None) is None:
        missing.append(MissingItem("identity", _("identity document")))
    if application.condition is None:
        missing.append(MissingItem("condition", pgettext_lazy("missing", "eligibility condition")))
        missing_kinds: list[tuple[str, ...]] = []
    else:
        # Not `values_list`: pages of many cases fetch the files beforehand.
        present = {row.kind for row in application.evidence.all()}
        missing_kinds = missing_evidence(application.condition.evidence, present)
    missing += [MissingItem("evidence", evidence_label(kinds)) for kinds in missing_kinds]
    if not application.photo_sha256:
        missing.append(MissingItem("photo", pgettext_lazy("missing", "photo")))
    # Asked of who fills in: a case that was handed in before the form existed can still be decided.
    if application.is_editable:
        missing += [MissingItem("record", FIELD_LABELS[name]) for name in missing_fields(application.record)]
    if application.undertaking_at is None:
        missing.append(MissingItem("undertaking", pgettext_lazy("missing", "undertaking")))
    return missing


def evidence_label(kinds: Iterable[str]) -> str:
    """Return "Diploma or Proof of enrolment" for alternatives."""
    either = pgettext_lazy("between alternatives", " or ")
    return str(either).join(str(EVIDENCE_LABELS[kind]) for kind in kinds)


def overlapping_case(plan: Plan, candidate: User) -> Application | None:
    """Return a live case that forbids this one: same occupation and level, or an overlapping session (I9)."""
    others = (
        Application.objects.live().filter(candidate=candidate).exclude(plan=plan).select_related("plan__scheme").order_by("pk")
    )
    return next((case for case in others if forbids(case, plan)), None)


def forbids(case: Application, plan: Plan) -> bool:
    """Return whether a live case of another plan keeps its candidate from this one (I9). No query once `plan.scheme` is there."""
    same_level = case.plan.level == plan.level and case.plan.scheme.occupation_id == plan.scheme.occupation_id
    return same_level or sessions_overlap(case.plan.session, plan.session)


def sensitive_fields_of(organisation: int) -> list[str]:
    """Return the sensitive columns that a body asks for. One query."""
    settings = RecordSettings.objects.filter(organisation=organisation).first()
    return [name for name in SENSITIVE_FIELDS if getattr(settings, name, False)]


def review_queue(cases: ApplicationQuerySet, *, reviewer: User) -> ApplicationQuerySet:
    """Return the cases that wait for this reviewer, longest waiting first; never a second step after her own first."""
    # Of her own verdicts, not of each waiting case: a desk counts all of them.
    own_first = Review.objects.filter(
        reviewer=reviewer, step=1, verdict=Verdict.APPROVE.value, at__gte=F("application__submitted_at")
    )
    waiting = cases.waiting().exclude(status=Status.FIRST_OK.value, pk__in=own_first.values("application"))
    return waiting.order_by("submitted_at", "pk")


def reviews_of_round(application: Application) -> list[Review]:
    return list(application.reviews.select_related("reviewer").order_by("at", "pk"))


def live_case(user: Any, plan: Plan) -> Application | None:
    if not user.is_authenticated:
        return None
    return Application.objects.live().filter(candidate=user, plan=plan).first()
