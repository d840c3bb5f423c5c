"""Looking at a table line by line: what is wrong with each is written down, and nothing else."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.utils.timezone import localdate

from certification.applications.models import Intake
from certification.applications.people import look_at_people
from certification.applications.rules.intakes import INTAKE_TRANSITIONS, MOST_LINES, IntakeEvent, IntakeStatus
from certification.applications.rules.record import Fault
from certification.applications.rules.sheet import Row, Wanted, numbered, read_row
from certification.applications.selectors import sensitive_fields_of
from certification.plans.models import Plan
from lms.accounts.services import document_index
from lms.core import crypto, jobs
from lms.core.errors import DomainError
from lms.core.jobs import RowOutcome
from lms.core.models import Job
from lms.core.states import move
from lms.core.tables import read_table
from lms.notices.facts import packed

CHUNK = 500
"""Lines that are read, asked about and written at once."""
LONGEST_CELL = 600
Cells = dict[str, str]
Thing = TypeVar("Thing")


def look_at_table(intake: Intake, *, now: datetime) -> Intake:
    """Look at every line of a table and write down what is wrong with it; done once, it may be asked for again.

    Memory stays flat: of each line only the fingerprint of its document is remembered. A file that is no table of
    people is refused as a whole and thrown away.
    """
    if intake.status != IntakeStatus.CHECKING:
        return intake
    try:
        lines = _look(intake, now)
    except DomainError as error:
        refusal = {"code": error.code, "context": packed(error.context)}
        with transaction.atomic():
            move(intake, IntakeStatus.CHECKING, IntakeEvent.REFUSE, INTAKE_TRANSITIONS, refusal=refusal, sealed=b"")
            jobs.finish(intake.check_job, now=now)
        return intake
    with transaction.atomic():
        move(intake, IntakeStatus.CHECKING, IntakeEvent.LOOKED_AT, INTAKE_TRANSITIONS)
        Job.objects.filter(pk=intake.check_job_id).update(total=lines)
        jobs.finish(intake.check_job, now=now)
    return intake


def _look(intake: Intake, now: datetime) -> int:
    plan, today = intake.plan, localdate(now)
    wanted = wanted_of(plan)
    seen: dict[str, int] = {}
    count = 0
    for chunk in chunks(lines_of(intake), CHUNK):
        count += len(chunk)
        if count > MOST_LINES:
            raise DomainError("applications.too_many_lines", status=422, most=MOST_LINES)
        faults: dict[int, list[Fault]] = {}
        rows: dict[int, Row] = {}
        for line, cells in chunk:
            row, faults[line] = read_row(cells, wanted, on=today)
            if row is None:
                continue
            if (first := seen.setdefault(document_index(row.number), line)) != line:
                faults[line] = [Fault("document_number", "applications.stands_already", {"line": first})]
            else:
                rows[line] = row
        for line, fault in look_at_people(plan, rows).faults.items():
            faults[line] = [fault]
        with transaction.atomic():
            jobs.record_many(intake.check_job, [outcome_of(line, found) for line, found in faults.items()])
    if not count:
        raise DomainError("tables.empty", status=422)
    return count


def lines_of(intake: Intake) -> Iterator[tuple[int, Cells]]:
    """Yield the lines of the kept table, one after the other; raises as `tables.read_table` and `sheet.numbered` do."""
    data = crypto.unseal(bytes(intake.sealed))
    yield from numbered((line.number, line.cells) for line in read_table(data, longest=LONGEST_CELL))


def wanted_of(plan: Plan) -> Wanted:
    """Return what the plan asks of each line. Three queries."""
    occupation = plan.scheme.occupation
    return Wanted(
        occupations=frozenset({occupation.name, plan.work_type} - {""}),
        level=plan.level,
        conditions=frozenset(plan.scheme_level.conditions.values_list("code", flat=True)),
        minimum_age=int(plan.scheme.parameter("min_age")),
        sensitive=frozenset(sensitive_fields_of(plan.organisation_id)),
    )


def chunks(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    """Yield the things in lists of at most `size`."""
    kept: list[Thing] = []
    for thing in things:
        kept.append(thing)
        if len(kept) == size:
            yield kept
            kept = []
    if kept:
        yield kept


def outcome_of(line: int, faults: Sequence[Fault]) -> RowOutcome:
    """Return what is written down of a line. Codes, no sentences: the page speaks the reader's language; and no values."""
    told = [{"field": fault.field, "code": fault.code, "context": packed(fault.context)} for fault in faults]
    return RowOutcome(key=str(line), ok=not faults, message=json.dumps(told, ensure_ascii=False) if told else "")
