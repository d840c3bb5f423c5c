"""What supervisors and authorities do. Each act stands in the ledger."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from certification.bodies.selectors import is_supervisor
from certification.plans.conflicts import blocking, conflicts_of
from certification.plans.models import Plan, StaffAssignment
from certification.plans.rules import StaffRole
from certification.plans.rules import Status as PlanStatus
from certification.supervision import rules, selectors
from certification.supervision.models import Addendum, Sampling, SupervisorRecord
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from lms.organisations.models import Organisation
from lms.organisations.rules import Kind, Role
from lms.organisations.selectors import has_role


@transaction.atomic
def write_record(
    plan: Plan,
    *,
    answers: Mapping[str, str],
    remarks: Mapping[str, str],
    conclusion: str,
    finding: str,
    actor: User,
    now: datetime,
) -> SupervisorRecord:
    """Sign what was seen in a session; afterwards it is added to, never changed.

    Raises `DomainError` "supervision.not_the_supervisor" (403), "supervision.declaration_missing",
    "supervision.not_in_exam", "supervision.recorded_already", or what `rules.read_report` finds (422).
    """
    assignment = StaffAssignment.objects.filter(plan=plan, user=actor, role=StaffRole.SUPERVISOR.value).first()
    if assignment is None:
        raise DomainError("supervision.not_the_supervisor", status=403)
    if assignment.declared_at is None:
        raise DomainError("supervision.declaration_missing")
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    if PlanStatus(plan.status) is not PlanStatus.IN_EXAM:
        raise DomainError("supervision.not_in_exam")
    report = rules.read_report(answers, remarks, conclusion=conclusion, finding=finding)
    facts = {
        "answers": {question.value: answer.value for question, answer in report.answers.items()},
        "remarks": {question.value: text for question, text in report.remarks.items()},
        "conclusion": report.conclusion.value,
        "finding": report.finding,
    }
    sealed = fingerprint(plan.pk, actor.pk, facts, now)
    try:
        with transaction.atomic():
            record = SupervisorRecord.objects.create(plan=plan, supervisor=actor, written_at=now, content_sha256=sealed, **facts)
    except IntegrityError:
        raise DomainError("supervision.recorded_already") from None
    ledger.append(
        "supervision.recorded", subject=plan, actor=actor, now=now, record=record.pk, conclusion=record.conclusion, sha256=sealed
    )
    return record


def fingerprint(plan: int, supervisor: int, facts: Mapping[str, object], at: datetime) -> str:
    """Return the SHA-256 over all that the supervisor signs."""
    content = {"plan": plan, "supervisor": supervisor, "written_at": at.isoformat(), **facts}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def add_to_record(record: SupervisorRecord, *, text: str, actor: User, now: datetime) -> Addendum:
    """Add to an own record, whenever something comes to mind or to light.

    Raises `DomainError` "supervision.not_the_supervisor" (403) or "supervision.addition_empty" (422).
    """
    if record.supervisor_id != actor.pk:
        raise DomainError("supervision.not_the_supervisor", status=403)
    words = text.replace("\0", "").strip()[: rules.LONGEST]
    if not words:
        raise DomainError("supervision.addition_empty", status=422)
    addendum = Addendum.objects.create(record=record, text=words, at=now)
    sealed = hashlib.sha256(words.encode()).hexdigest()
    ledger.append("supervision.added", subject=record.plan, actor=actor, now=now, record=record.pk, sha256=sealed)
    return addendum


@transaction.atomic
def name_supervisor_late(plan: Plan, *, user: User, reason: str, actor: User, now: datetime) -> StaffAssignment:
    """Name, during the exam, who watched over a session for which nobody was named; the head's act.

    Raises `PermissionDenied` for anybody but a head, `DomainError` "supervision.not_in_exam",
    "supervision.named_already", "supervision.card_missing", "supervision.role_taken", "plans.assessor_conflict" or
    "supervision.reason_missing" (422).
    """
    if not has_role(actor, plan.organisation, Role.HEAD):
        raise PermissionDenied
    plan = Plan.objects.select_for_update(of=("self",)).select_related("organisation", "scheme__occupation").get(pk=plan.pk)
    if PlanStatus(plan.status) is not PlanStatus.IN_EXAM:
        raise DomainError("supervision.not_in_exam")
    if selectors.supervisors_of(plan):
        raise DomainError("supervision.named_already")
    if not is_supervisor(user, occupation=plan.scheme.occupation, on=plan.exam_date):
        raise DomainError("supervision.card_missing", status=422, name=user.name, date=plan.exam_date)
    candidates = set(plan.seats.values_list("candidate_id", flat=True))
    if user.pk in candidates or plan.assignments.filter(user=user).exists():
        raise DomainError("supervision.role_taken", status=422, name=user.name)
    found = conflicts_of([user], candidate_ids=candidates, plan=plan)[user.pk]
    if against := blocking(found):
        raise DomainError("plans.assessor_conflict", status=422, name=user.name, reasons=against[0].label)
    words = reason.replace("\0", "").strip()[: rules.LONGEST]
    if not words:
        raise DomainError("supervision.reason_missing", status=422)
    recusal = {"checked_at": now.isoformat(), "conflicts": [conflict.kind for conflict in found], "late": words}
    assignment = StaffAssignment.objects.create(
        plan=plan, user=user, role=StaffRole.SUPERVISOR.value, assigned_at=now, recusal=recusal
    )
    ledger.append("supervision.named_late", subject=plan, actor=actor, now=now, user=user.pk)
    return assignment


def require_records(plan: Plan) -> None:
    """Raise unless each named supervisor wrote a record, and one was named at all (I18).

    `DomainError` "supervision.nobody_named" or "supervision.record_missing" naming whose is missing.
    """
    named = selectors.supervisors_of(plan)
    if not named:
        raise DomainError("supervision.nobody_named")
    written = set(SupervisorRecord.objects.filter(plan=plan).values_list("supervisor_id", flat=True))
    if missing := [row.user.name for row in named if row.user_id not in written]:
        raise DomainError("supervision.record_missing", names="、".join(missing))


@transaction.atomic
def draw_sample(authority: Organisation, *, since: date, until: date, wanted: int, actor: User, now: datetime) -> Sampling:
    """Draw sessions of all bodies in that time for inspection, by the ledger's last hash.

    Raises `PermissionDenied` for anybody but head, officer or watcher of an authority, `DomainError`
    "supervision.days_wrong" or "supervision.too_few_to_draw" (422).
    """
    if authority.kind != Kind.AUTHORITY or not has_role(actor, authority, Role.HEAD, Role.EXAM_OFFICER, Role.WATCHER):
        raise PermissionDenied
    if since > until:
        raise DomainError("supervision.days_wrong", status=422)
    # The row is the lock: two draws of one authority take turns.
    Organisation.objects.select_for_update().get(pk=authority.pk)
    turn = Sampling.objects.filter(authority=authority).count() + 1
    pool = sorted(selectors.sessions_held(since, until).values_list("pk", flat=True))
    last = LedgerEntry.objects.order_by("-sequence").values_list("hash", flat=True).first() or ledger.GENESIS
    seed = rules.seed_of(last, turn=turn)
    drawn = rules.draw(pool, wanted=wanted, seed=seed)
    facts = {"turn": turn, "ledger_hash": last, "seed": seed, "pool": pool, "drawn": drawn}
    row = Sampling.objects.create(authority=authority, since=since, until=until, by=actor, at=now, **facts)
    days = {"since": since.isoformat(), "until": until.isoformat()}
    ledger.append("supervision.drawn", subject=row, actor=actor, now=now, **days, **facts)
    return row
