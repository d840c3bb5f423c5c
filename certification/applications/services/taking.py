"""Taking a table in: known people get an application that they complete, the others an entry that waits for them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from certification.applications import notice_kinds
from certification.applications.models import Application, Entry, Intake
from certification.applications.people import People, look_at_people
from certification.applications.rules import Status, check_facts
from certification.applications.rules.intakes import INTAKE_TRANSITIONS, EntryStatus, IntakeEvent, IntakeStatus
from certification.applications.rules.record import Fault
from certification.applications.rules.sheet import Row, Wanted, read_row
from certification.applications.selectors import evaluate_condition
from certification.applications.services.cases import packed_private
from certification.applications.services.looking import CHUNK, Cells, chunks, lines_of, outcome_of, wanted_of
from certification.plans.models import Plan
from certification.standards.models import EligibilityCondition
from lms.accounts.models import User
from lms.accounts.services import document_index
from lms.core import jobs, ledger
from lms.core.ledger import NewEntry
from lms.core.models import JobRow
from lms.core.states import move
from lms.notices.services import Guest, news, tell_guests, tell_many

OTHER = "其他"
"""An occupation that is not on the standard's list; it never counts."""


def take_table(intake: Intake, *, now: datetime) -> Intake:
    """Take in the right lines of a table, a few hundred in each transaction, and close it.

    A line and its outcome are written together, so that a run after a kill finds what is done and leaves it alone; two
    runs at the same time wait for each other. Nobody is entered after the last day to apply (I12): lines that are
    left then are told so.
    """
    if intake.status != IntakeStatus.TAKING:
        return intake
    wanted = wanted_of(intake.plan)
    right = set(intake.check_job.rows.filter(ok=True).values_list("key", flat=True))
    for chunk in chunks(((line, cells) for line, cells in lines_of(intake) if str(line) in right), CHUNK):
        if not _take_chunk(intake.pk, chunk, wanted, now):
            break
    _finish(intake, now)
    return intake


@transaction.atomic
def _take_chunk(intake_pk: int, chunk: Sequence[tuple[int, Cells]], wanted: Wanted, now: datetime) -> bool:
    """Take in some lines; False when somebody else has closed the table meanwhile."""
    intake = Intake.objects.select_related("plan__scheme__occupation", "organisation", "take_job").get(pk=intake_pk)
    # The plan's row is the lock: of two tables, or two workers, one at a time enters people.
    Plan.objects.select_for_update().get(pk=intake.plan_id)
    intake.refresh_from_db(fields=["status"])
    if intake.status != IntakeStatus.TAKING or intake.take_job is None:
        return False
    job, today = intake.take_job, localdate(now)
    keys = [str(line) for line, _cells in chunk]
    done = set(JobRow.objects.filter(job=job, key__in=keys).values_list("key", flat=True))
    faults: dict[int, list[Fault]] = {}
    rows: dict[int, Row] = {}
    for line, cells in chunk:
        if str(line) in done:
            continue
        row, faults[line] = read_row(cells, wanted, on=today)
        if row is not None:
            rows[line] = row
    if not intake.plan.is_open_on(today):
        context = {"date": intake.plan.registration_closes}
        faults, rows = {line: [Fault("serial", "plans.registration_closed", context)] for line in faults}, {}
    people = look_at_people(intake.plan, rows)
    for line, fault in people.faults.items():
        faults[line] = [fault]
        rows.pop(line)
    _enter(intake, rows, people, now)
    jobs.record_many(job, [outcome_of(line, found) for line, found in faults.items()])
    return True


def _enter(intake: Intake, rows: Mapping[int, Row], people: People, now: datetime) -> None:
    """Write entries, applications of those who are known, the ledger's lines, and tell everybody."""
    plan = intake.plan
    conditions = {row.code: row for row in plan.scheme_level.conditions.all()}
    cases = {
        line: _case(plan, person, conditions[rows[line].condition], rows[line], now)
        for line, person in people.known.items()
        if line in rows
    }
    # Written in the order of the table; both databases give the keys back in that order.
    for case, made in zip(cases.values(), Application.objects.bulk_create(cases.values()), strict=True):
        case.pk = made.pk
    entries = [_entry(intake, line, row, conditions[row.condition], cases.get(line), now) for line, row in rows.items()]
    for entry in entries:
        if entry.line in people.documented:
            # It stands with her own document; what is kept once cannot be lost twice.
            entry.number = ""
    Entry.objects.bulk_create(entries)
    facts = {"plan": plan.pk, "intake": intake.pk}
    ledger.append_many([NewEntry("applications.started", case, intake.actor, facts) for case in cases.values()], now=now)
    tell_many([_notice(intake, case, now) for case in cases.values()])
    tell_guests(
        notice_kinds.INVITED,
        [_guest(intake, row) for line, row in rows.items() if line not in cases],
        language="zh-hans",
        organisation=intake.organisation_id,
        now=now,
    )


def _facts(plan: Plan, row: Row, on: date) -> dict[str, Any]:
    """Return the periods of the line as facts; an occupation that the standard does not list is "another one"."""
    listed = plan.scheme.related_occupations
    periods = [
        {**period, "occupation": period["occupation"] if period["occupation"] in listed else OTHER} for period in row.employments
    ]
    return check_facts({"employments": periods}, on=on)


def _record(row: Row) -> dict[str, Any]:
    if row.certificate is None:
        return dict(row.record)
    level, number = row.certificate
    return {**row.record, "stated_certificate": {"level": level, "number": number}}


def _case(plan: Plan, person: User, condition: EligibilityCondition, row: Row, now: datetime) -> Application:
    today = localdate(now)
    case = Application(
        plan=plan,
        candidate=person,
        condition=condition,
        facts={**_facts(plan, row, today), "birth_date": row.birth_date.isoformat()},
        record=_record(row),
        private=packed_private(row.private),
        status=Status.DRAFT.value,
        started_at=now,
        evaluated_on=today,
    )
    case.evaluation = evaluate_condition(condition, case, on=today).to_json()
    return case


def _entry(
    intake: Intake, line: int, row: Row, condition: EligibilityCondition, case: Application | None, now: datetime
) -> Entry:
    waits = case is None
    return Entry(
        intake=intake,
        plan_id=intake.plan_id,
        line=line,
        name=row.name,
        phone=row.phone,
        kind=row.kind.value,
        # Who has no document yet confirms this one.
        number=row.number,
        number_index=document_index(row.number),
        birth_date=row.birth_date,
        sex=row.sex,
        condition=condition,
        facts=_facts(intake.plan, row, localdate(now)) if waits else {},
        record=_record(row) if waits else {},
        private=packed_private(row.private) if waits else "",
        status=(EntryStatus.WAITING if waits else EntryStatus.ACCEPTED).value,
        application=case,
        at=now,
    )


def _notice(intake: Intake, case: Application, now: datetime) -> Any:
    return news(
        notice_kinds.ENTERED,
        case.candidate,
        facts={"body": intake.organisation.name, "plan": intake.plan.title, "date": intake.plan.registration_closes},
        url=reverse("applications:case", args=[case.pk]),
        organisation=intake.organisation_id,
        now=now,
    )


def _guest(intake: Intake, row: Row) -> Guest:
    facts = {"body": intake.organisation.name, "plan": intake.plan.title, "date": intake.plan.registration_closes}
    once = f"applications.entered:{intake.plan_id}:{row.phone}"
    return Guest(phone=row.phone, facts=facts, url=reverse("applications:home"), once=once)


@transaction.atomic
def _finish(intake: Intake, now: datetime) -> None:
    """Close the table once every line has its outcome; its file is thrown away."""
    intake.refresh_from_db()
    if intake.status != IntakeStatus.TAKING or intake.take_job is None:
        return
    move(intake, IntakeStatus.TAKING, IntakeEvent.FINISH, INTAKE_TRANSITIONS, sealed=b"")
    jobs.finish(intake.take_job, now=now)
    entries = intake.entries.count()
    ledger.append(
        "applications.table_finished", subject=intake, actor=intake.actor, now=now, plan=intake.plan_id, entered=entries
    )
