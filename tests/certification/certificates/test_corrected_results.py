"""What a corrected result does to a certificate: told before it is confirmed, done when it takes effect (I28, I35)."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from certification.certificates import queues
from certification.certificates.models import Certificate
from certification.certificates.rules import PublicReason
from certification.results import effects, services
from certification.results.models import CorrectionOrder, Decision, PublicationRow
from certification.results.selectors import decided_for_issue
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from tests.certification.results.corrections import PROOF
from tests.issued import AFTER, issue

LATER = AFTER + datetime.timedelta(days=30)


def finding(kind: str, value: str) -> dict[str, Any]:
    return {"kind": kind, "outcome": "scored", "value": value, "pass_mark": "60", "met": float(value) >= 60}


@pytest.fixture
def day(certified_day: SimpleNamespace) -> SimpleNamespace:
    """The day with findings as the decisions really have them, before anything is guarded by its publication."""
    rows = {row.seat_id: row for row in PublicationRow.objects.all()}
    for number, decision in enumerate(certified_day.decisions):
        row = rows[decision.seat_id]
        parts = [finding("theory", "80.00"), finding("skill", "80.00" if number < 2 else "59.50")]
        row_facts = {name: getattr(row, name) for name in ("publication", "seat", "ticket_number", "masked_name", "masked_id")}
        PublicationRow.objects.filter(pk=row.pk).delete()
        Decision.objects.filter(pk=decision.pk).update(parts=parts)
        PublicationRow.objects.create(**row_facts, passed=decision.passed, parts=parts)
        decision.refresh_from_db()
        decision.seat.refresh_from_db()
    return certified_day


def asked(day: SimpleNamespace, n: int, value: str, **given: Any) -> CorrectionOrder:
    facts: dict[str, Any] = {"part": "skill", "outcome": "scored", "reason": "评分表合计有误", "evidence": [PROOF]}
    facts |= {"actor": day.officer, "now": AFTER} | given
    return services.request_correction(day.decisions[n].seat, value=value, **facts)


def into_force(day: SimpleNamespace, order: CorrectionOrder, *, now: datetime.datetime = AFTER) -> Any:
    services.approve_correction(order, actor=day.head, now=now)
    return services.apply_correction(order, actor=day.head, now=now)


def about_certificates(order: CorrectionOrder) -> str:
    (told,) = [effect.text for effect in effects.told(order) if str(effect.about) == "证书"]
    return told


def test_i28_the_certificate_of_who_fails_now_is_revoked_and_its_number_stays(day: SimpleNamespace) -> None:
    certificate = issue(day.decisions[0], actor=day.head)
    order = asked(day, 0, "59.5")
    assert certificate.number in about_certificates(order)
    certificate.refresh_from_db()
    assert certificate.status == "valid"
    into_force(day, order)
    certificate.refresh_from_db()
    assert (certificate.status, certificate.public_reason) == ("revoked", PublicReason.ERROR.value)
    revoked = LedgerEntry.objects.get(kind="certificates.revoke")
    assert (revoked.actor_id, revoked.facts["number"]) == (day.head.pk, certificate.number)


def test_i28_a_certificate_is_not_revoked_by_one_person_alone(day: SimpleNamespace) -> None:
    certificate = issue(day.decisions[0], actor=day.head)
    order = asked(day, 0, "59.5", actor=day.head)
    with pytest.raises(DomainError), transaction.atomic():
        services.approve_correction(order, actor=day.head, now=AFTER)
    certificate.refresh_from_db()
    assert certificate.status == "valid"


def test_a_mark_that_stays_above_the_pass_mark_leaves_the_certificate_alone(day: SimpleNamespace) -> None:
    certificate = issue(day.decisions[0], actor=day.head)
    order = asked(day, 0, "60")
    assert certificate.number in about_certificates(order)
    into_force(day, order)
    certificate.refresh_from_db()
    assert certificate.status == "valid"


def test_who_passes_now_is_issued_a_certificate_after_her_renewed_publication(day: SimpleNamespace) -> None:
    renewed = into_force(day, asked(day, 2, "60"))
    assert day.decisions[2] not in decided_for_issue(day.plan)
    services.close_republication(renewed, actor=day.officer, now=LATER)
    certificate = issue(Decision.objects.get(pk=day.decisions[2].pk), actor=day.head, now=LATER)
    assert certificate.status == "valid"


def test_a_certificate_in_the_making_makes_the_correction_wait(day: SimpleNamespace) -> None:
    certificate = issue(day.decisions[0], actor=day.head)
    Certificate.objects.filter(pk=certificate.pk).update(status="numbered")
    order = asked(day, 0, "59.5")
    services.approve_correction(order, actor=day.head, now=AFTER)
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        services.apply_correction(order, actor=day.head, now=AFTER)
    assert refusal.value.code == "certificates.in_the_making"
    assert Decision.objects.get(pk=day.decisions[0].pk).passed
    order.refresh_from_db()
    assert order.status == "approved"


def test_who_passes_again_after_a_revocation_gets_a_new_number(day: SimpleNamespace) -> None:
    first = issue(day.decisions[0], actor=day.head)
    into_force(day, asked(day, 0, "59.5"))
    renewed = into_force(day, asked(day, 0, "61"))
    services.close_republication(renewed, actor=day.officer, now=LATER)
    second = issue(Decision.objects.get(pk=day.decisions[0].pk), actor=day.head, now=LATER)
    first.refresh_from_db()
    assert (first.status, second.status) == ("revoked", "valid")
    assert first.number != second.number


def test_a_plan_that_was_ended_comes_back_to_the_desk_when_somebody_passes_afterwards(day: SimpleNamespace) -> None:
    for decision in day.decisions[:2]:
        issue(decision, actor=day.head)
    day.plan.refresh_from_db()
    assert day.plan.status == "certified"

    def prepared() -> list[Any]:
        return [row for row in queues.desk(day.officer, LATER) if row.plan == day.plan.pk]

    assert prepared() == []
    renewed = into_force(day, asked(day, 2, "60"))
    assert prepared() == []
    services.close_republication(renewed, actor=day.officer, now=LATER)
    assert len(prepared()) == 1
