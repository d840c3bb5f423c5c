"""I18: no session ends without the record of its supervisor."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from certification.assessment.services import close_assessment
from certification.bodies.models import StaffCard
from certification.plans.models import Plan, StaffAssignment
from certification.plans.services import declare_no_conflict
from certification.supervision.models import Addendum, SupervisorRecord
from certification.supervision.rules import Question
from certification.supervision.services import add_to_record, name_supervisor_late, write_record
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from tests.exam_day import EVENING, SKILL, lay_out, make_exam_day, sign_all, write_theory

pytestmark = pytest.mark.django_db
SEEN = {
    "answers": {question.value: "yes" for question in Question},
    "remarks": {},
    "conclusion": "orderly",
    "finding": "",
}


@pytest.fixture
def day(make_user):
    """The exam day at its end, all scored, a supervisor named who has written nothing."""
    day = make_exam_day(make_user, recorded=False)
    stations = lay_out(day)
    for seat in day.seats:
        write_theory(seat, right=8)
        sign_all(seat, stations, day.assessors)
    day.plan.refresh_from_db()
    return day


def named(day, *, declared=True):
    return StaffAssignment.objects.create(
        plan=day.plan, user=day.supervisor, role="supervisor", assigned_at=SKILL, declared_at=SKILL if declared else None
    )


def card_for(day, user):
    return StaffCard.objects.create(
        user=user,
        organisation=day.plan.organisation,
        kind="supervisor",
        occupation=day.scheme.occupation,
        levels=[5, 4, 3],
        number=f"DD-{user.pk}",
        valid_from=day.plan.exam_date - timedelta(days=30),
        valid_until=day.plan.exam_date + timedelta(days=30),
    )


def closed(day):
    return close_assessment(day.plan, actor=day.officer, now=EVENING)


def test_i18_the_assessment_stays_open_until_the_supervisor_wrote(day):
    named(day)
    with pytest.raises(DomainError, match="record_missing") as refused:
        closed(day)
    assert refused.value.context["names"] == day.supervisor.name
    write_record(day.plan, **SEEN, actor=day.supervisor, now=EVENING)
    assert closed(day).status == "scored"


def test_i18_a_session_that_nobody_watched_stays_open_until_the_head_names_who_did(day, make_user):
    with pytest.raises(DomainError, match="nobody_named"):
        closed(day)
    card_for(day, day.supervisor)
    late = {"user": day.supervisor, "reason": "派遣单漏了督导员，当天由他在场督导。"}
    with pytest.raises(PermissionDenied):
        name_supervisor_late(day.plan, **late, actor=day.officer, now=EVENING)
    assignment = name_supervisor_late(day.plan, **late, actor=day.head, now=EVENING)
    with pytest.raises(DomainError, match="declaration_missing"):
        write_record(day.plan, **SEEN, actor=day.supervisor, now=EVENING)
    declare_no_conflict(assignment, actor=day.supervisor, now=EVENING)
    write_record(day.plan, **SEEN, actor=day.supervisor, now=EVENING)
    assert closed(day).status == "scored"
    with pytest.raises(DomainError, match="not_in_exam"):
        name_supervisor_late(Plan.objects.get(pk=day.plan.pk), **late, actor=day.head, now=EVENING)


def test_i18_who_is_named_late_holds_a_card_and_has_nothing_else_to_do_there(day):
    reason = {"reason": "漏了", "actor": day.head, "now": EVENING}
    with pytest.raises(DomainError, match="card_missing"):
        name_supervisor_late(day.plan, user=day.supervisor, **reason)
    for person in (day.assessors[0], day.candidates[0]):
        card_for(day, person)
        with pytest.raises(DomainError, match="role_taken"):
            name_supervisor_late(day.plan, user=person, **reason)
    card_for(day, day.supervisor)
    with pytest.raises(DomainError, match="reason_missing"):
        name_supervisor_late(day.plan, user=day.supervisor, reason=" ", actor=day.head, now=EVENING)
    name_supervisor_late(day.plan, user=day.supervisor, **reason)
    with pytest.raises(DomainError, match="named_already"):
        name_supervisor_late(day.plan, user=day.supervisor, **reason)


def test_only_the_named_supervisor_writes_and_only_once(day):
    named(day)
    for person in (day.head, day.officer, day.assessors[0]):
        with pytest.raises(DomainError, match="not_the_supervisor"):
            write_record(day.plan, **SEEN, actor=person, now=EVENING)
    write_record(day.plan, **SEEN, actor=day.supervisor, now=EVENING)
    with pytest.raises(DomainError, match="recorded_already"):
        write_record(day.plan, **SEEN, actor=day.supervisor, now=EVENING)
    assert SupervisorRecord.objects.get().content_sha256 == LedgerEntry.objects.get(kind="supervision.recorded").facts["sha256"]


def test_nothing_is_written_before_the_exam_or_after_its_end(day):
    named(day)
    for status in ("arranged", "scored"):
        Plan.objects.filter(pk=day.plan.pk).update(status=status)
        with pytest.raises(DomainError, match="not_in_exam"):
            write_record(day.plan, **SEEN, actor=day.supervisor, now=EVENING)


def test_a_record_is_added_to_and_never_changed(day):
    named(day)
    record = write_record(day.plan, **SEEN, actor=day.supervisor, now=EVENING)
    add_to_record(record, text="监控录像已封存。", actor=day.supervisor, now=EVENING)
    with pytest.raises(DomainError, match="addition_empty"):
        add_to_record(record, text="\0 ", actor=day.supervisor, now=EVENING)
    with pytest.raises(DomainError, match="not_the_supervisor"):
        add_to_record(record, text="我来补", actor=day.head, now=EVENING)
    for model, words in ((SupervisorRecord, "finding"), (Addendum, "text")):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            model.objects.update(**{words: "一切正常"})
    assert [row.text for row in record.addenda.all()] == ["监控录像已封存。"]
    assert ledger.verify().ok
