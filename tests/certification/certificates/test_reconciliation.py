"""Rows laid beside the ledger: whatever somebody writes past the services is named, and what the services write agrees."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from certification.certificates.models import Certificate
from certification.certificates.reconciliation import Reconciliation
from certification.certificates.services import (
    approve_batch,
    cancel_batch,
    correct_certificate,
    expire_certificates,
    prepare_batch,
    reinstate_certificate,
    reissue_certificate,
    revoke_certificate,
    run_batch,
    suspend_certificate,
)
from certification.certificates.services.programmes import prepare_programme
from lms.core import ledger
from lms.core.crypto import encrypt
from lms.core.errors import DomainError
from tests.held import programme_of
from tests.issued import AFTER, issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(certified_day):
    return issue(certified_day.decisions[0], actor=certified_day.head)


def wrong():
    return [(one.certificate, one.reason) for one in Reconciliation().disagreements()]


def by_sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_what_the_services_did_agrees_with_the_ledger(certified_day, issued):
    head, other = certified_day.head, issue(certified_day.decisions[1], actor=certified_day.head)
    assert wrong() == []
    suspend_certificate(other, reason="核查", actor=head, now=AFTER)
    assert wrong() == []
    reinstate_certificate(other, reason="查清", actor=head, now=AFTER)
    corrected = correct_certificate(issued, changes={"name": "林小梅"}, reason="录入有误", actor=head, now=AFTER)
    again = reissue_certificate(corrected, reason="遗失", actor=head, now=AFTER)
    revoke_certificate(again, reason="材料不实", actor=head, now=AFTER)
    assert wrong() == []
    assert Certificate.objects.count() == 4


def test_a_revoked_certificate_that_somebody_made_valid_by_sql_is_named(certified_day, issued):
    revoke_certificate(issued, reason="材料不实", actor=certified_day.head, now=AFTER)
    by_sql("UPDATE certificates_certificate SET status = 'valid' WHERE id = %s", issued.pk)
    assert ledger.verify().ok
    assert wrong() == [(issued.pk, "the register says valid, the ledger revoked")]


def test_claims_changed_by_sql_are_named_with_and_without_their_fingerprint(issued):
    claims = json.dumps({**issued.claims, "level": {"code": 1, "zh": "一级", "en": "Level 1"}})
    by_sql("UPDATE certificates_certificate SET claims = %s WHERE id = %s", claims, issued.pk)
    assert wrong() == [(issued.pk, "the claims were changed after they were frozen")]
    by_sql("UPDATE certificates_certificate SET claims_sha256 = %s WHERE id = %s", "0" * 64, issued.pk)
    assert wrong() == [(issued.pk, "another fingerprint of the claims than the ledger recorded")]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("number", "S000031000123264999999", "another number than the ledger recorded"),
        ("pdf_sha256", "a" * 64, "another file than the ledger recorded"),
        ("level", 1, "level is not what the claims say"),
        ("issued_on", "2020-01-01", "issued_on is not what the claims say"),
        ("valid_until", "2036-01-01", "valid_until is not what the claims say"),
        ("id_number", encrypt("110105194912310029"), "id_number is not what the claims say"),
    ],
)
def test_a_column_changed_by_sql_is_named(issued, column, value, reason):
    by_sql(f"UPDATE certificates_certificate SET {column} = %s WHERE id = %s", value, issued.pk)  # noqa: S608
    assert wrong() == [(issued.pk, reason)]


def test_a_certificate_that_nobody_issued_is_named(issued):
    forged = Certificate.objects.get(pk=issued.pk)
    forged.pk, forged.number, forged.token, forged.status_index = None, "S000031000123264000777", "x" * 32, 777
    forged.pdf_sha256, forged.decision, forged.level, forged.work_type = "b" * 64, None, 4, "另一工种"
    forged.save(force_insert=True)
    assert wrong() == [(forged.pk, "the ledger records no act that issued it")]


def test_an_act_whose_row_is_gone_is_named(issued):
    issued.issue_item.delete()
    by_sql("DELETE FROM certificates_certificate WHERE id = %s", issued.pk)
    assert wrong() == [(issued.pk, "the row is gone")]


def test_a_void_number_and_one_in_work_agree(certified_day, monkeypatch):
    batch = prepare_batch(certified_day.plan, actor=certified_day.officer, now=AFTER)
    approve_batch(batch, actor=certified_day.head, now=AFTER)

    def fails(*args, **kwargs):
        raise DomainError("certificates.signature_failed", status=500)

    monkeypatch.setattr("certification.certificates.press.Press.make", fails)
    run_batch(batch, now=AFTER)
    assert set(Certificate.objects.values_list("status", flat=True)) == {"numbered"}
    assert wrong() == []
    batch.refresh_from_db()
    assert batch.status == "paused"
    cancel_batch(batch, actor=certified_day.officer, now=AFTER)
    assert set(Certificate.objects.values_list("status", flat=True)) == {"voided"}
    assert wrong() == []


def test_one_that_has_run_out_agrees(certified_day):
    programme = programme_of(certified_day.plan.organisation, valid_months=1)
    batch = prepare_programme(programme, people=[certified_day.candidates[0]], actor=certified_day.officer, now=AFTER)
    run_batch(approve_batch(batch, actor=certified_day.head, now=AFTER), now=AFTER)
    assert expire_certificates(today=AFTER.date().replace(year=2027), now=AFTER) == 1
    assert Certificate.objects.get().status == "expired"
    assert wrong() == []


def test_the_command_tells_and_fails(certified_day, issued, capsys):
    call_command("verify_register", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["certificates"], told["acts"], told["wrong"]) == (True, 1, 1, [])
    by_sql("UPDATE certificates_certificate SET status = 'revoked' WHERE id = %s", issued.pk)
    with pytest.raises(CommandError, match=f"{issued.number}: the register says revoked, the ledger valid"):
        call_command("verify_register")
