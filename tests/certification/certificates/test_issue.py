"""Issuing: who may, when, with which number, and what is left when it fails."""

import datetime
import json

import pytest
from django.core.exceptions import PermissionDenied

from certification.certificates.models import Certificate, NumberCounter
from certification.certificates.rules import Status
from certification.certificates.services import (
    issue_certificate,
    issue_plan,
    reinstate_certificate,
    revoke_certificate,
    run_issue_job,
    suspend_certificate,
)
from certification.certificates.signing import load_key
from certification.certificates.validation import check_pdf, trusted_roots
from lms.core import ledger, store
from lms.core.errors import DomainError, InvalidTransition
from lms.core.models import LedgerEntry
from lms.organisations.rules import Role
from tests.issued import AFTER, LAST_DAY, MONDAY, SHANGHAI

pytestmark = pytest.mark.django_db


def refused(code, decision, *, actor, now=AFTER):
    before = LedgerEntry.objects.count()
    with pytest.raises(DomainError) as caught:
        issue_certificate(decision, actor=actor, now=now)
    assert caught.value.code == code
    assert not Certificate.objects.exists()
    assert NumberCounter.objects.filter(last__gt=0).count() == 0
    assert LedgerEntry.objects.count() == before
    return caught.value


def test_the_head_issues_a_signed_numbered_certificate(certified_day):
    certificate = issue_certificate(certified_day.decisions[0], actor=certified_day.head, now=AFTER)
    assert certificate.number == "S000031000123264000001"
    assert certificate.issued_on == AFTER.date()
    assert len(certificate.token) >= 22
    data = store.read(certificate.pdf_sha256)
    report = check_pdf(data, roots=trusted_roots())
    assert (report.ok, report.number) == (True, certificate.number)
    assert report.signer == "演示 Demo 申城康复辅助器具行业协会"
    assert report.signed_at == AFTER
    entry = LedgerEntry.objects.get(kind="certificates.issued")
    assert entry.facts["pdf_sha256"] == certificate.pdf_sha256
    assert entry.facts["number"] == certificate.number
    assert ledger.verify().ok


def test_claims_and_ledger_hold_the_id_number_masked_only(certified_day):
    certificate = issue_certificate(certified_day.decisions[0], actor=certified_day.head, now=AFTER)
    certificate.refresh_from_db()
    assert certificate.id_number == "310199190003071235"
    assert "310***********1235" in json.dumps(certificate.claims)
    for text in (json.dumps(certificate.claims), json.dumps(LedgerEntry.objects.get(kind="certificates.issued").facts)):
        assert "310199190003071235" not in text
    assert certificate.claims["work_type"]["zh"] == "--"


def test_serials_run_without_a_gap_even_after_a_failure(certified_day):
    failed_first = certified_day.decisions[0]
    application = failed_first.seat.application
    application.photo_sha256, kept = "", application.photo_sha256
    application.save()
    refused("certificates.no_photo", failed_first, actor=certified_day.head)
    application.photo_sha256 = kept
    application.save()
    numbers = [
        issue_certificate(decision, actor=certified_day.head, now=AFTER).number for decision in certified_day.decisions[:2]
    ]
    assert [number[-6:] for number in numbers] == ["000001", "000002"]


def test_a_rendering_that_fails_takes_its_number_back(certified_day, monkeypatch):
    def fails(*args, **kwargs):
        raise DomainError("certificates.glyph_missing", characters="𰻝")

    monkeypatch.setattr("certification.certificates.services.render_certificate", fails)
    refused("certificates.glyph_missing", certified_day.decisions[0], actor=certified_day.head)


def test_an_officer_cannot_issue(certified_day):
    with pytest.raises(PermissionDenied):
        issue_certificate(certified_day.decisions[0], actor=certified_day.officer, now=AFTER)
    with pytest.raises(PermissionDenied):
        issue_plan(certified_day.plan, actor=certified_day.officer, now=AFTER)


def test_the_head_of_another_body_cannot_issue(certified_day, make_user, member, employer):
    other = member(make_user("别家负责人"), employer, Role.HEAD)
    with pytest.raises(PermissionDenied):
        issue_certificate(certified_day.decisions[0], actor=other, now=AFTER)


def test_a_head_who_assessed_cannot_issue(certified_day, member):
    assessor = member(certified_day.assessors[0], certified_day.plan.organisation, Role.HEAD)
    refused("certificates.issuer_took_part", certified_day.decisions[0], actor=assessor)


def test_on_the_last_day_of_the_publication_nothing_is_issued(certified_day):
    evening = datetime.datetime.combine(LAST_DAY, datetime.time(23, 59), tzinfo=SHANGHAI)
    error = refused("certificates.publication_running", certified_day.decisions[0], actor=certified_day.head, now=evening)
    assert error.context["date"] == LAST_DAY
    midnight = evening + datetime.timedelta(minutes=1)
    assert issue_certificate(certified_day.decisions[0], actor=certified_day.head, now=midnight).issued_on > LAST_DAY


def test_a_publication_that_was_not_ended_stops_the_issue(certified_day):
    certified_day.publication.status = "open"
    certified_day.publication.save()
    refused("certificates.publication_not_closed", certified_day.decisions[0], actor=certified_day.head)


def test_an_open_objection_stops_the_issue(certified_day):
    certified_day.publication.objections.create(
        ticket_number=certified_day.seats[0].ticket_number, filer=certified_day.candidates[0], text="？", filed_at=MONDAY
    )
    refused("certificates.objections_open", certified_day.decisions[0], actor=certified_day.head)


def test_a_withheld_result_gets_no_certificate(certified_day):
    certified_day.publication.rows.filter(seat=certified_day.seats[0]).update(withheld=True)
    refused("certificates.result_withheld", certified_day.decisions[0], actor=certified_day.head)


def test_who_failed_gets_no_certificate(certified_day):
    refused("certificates.not_passed", certified_day.decisions[2], actor=certified_day.head)


def test_an_unconfirmed_decision_gets_no_certificate(certified_day):
    decision = certified_day.decisions[0]
    decision.confirmed_by = decision.confirmed_at = None
    decision.save()
    refused("certificates.not_confirmed", decision, actor=certified_day.head)


def test_a_body_without_a_key_cannot_issue(certified_day):
    certified_day.key.active = False
    certified_day.key.save()
    refused("certificates.no_signing_key", certified_day.decisions[0], actor=certified_day.head)


def test_a_wrong_passphrase_is_told_and_nothing_is_issued(certified_day, settings):
    settings.SIGNING_PASSPHRASE = "something else"
    refused("certificates.key_locked", certified_day.decisions[0], actor=certified_day.head)


def test_a_missing_key_file_is_told(certified_day, settings, tmp_path):
    settings.SIGNING_KEY_DIR = tmp_path / "elsewhere"
    refused("certificates.key_missing", certified_day.decisions[0], actor=certified_day.head)


def test_a_second_certificate_for_the_same_decision_is_refused(certified_day):
    issue_certificate(certified_day.decisions[0], actor=certified_day.head, now=AFTER)
    with pytest.raises(DomainError) as caught:
        issue_certificate(certified_day.decisions[0], actor=certified_day.head, now=AFTER)
    assert caught.value.code == "certificates.already_holds"
    assert NumberCounter.objects.get().last == 1


def test_after_serial_999999_nothing_is_issued(certified_day):
    NumberCounter.objects.create(filing=certified_day.filing, year=2026, level=4, last=999_999)
    with pytest.raises(DomainError) as caught:
        issue_certificate(certified_day.decisions[0], actor=certified_day.head, now=AFTER)
    assert caught.value.code == "certificates.serials_exhausted"


def test_the_private_key_lies_encrypted_and_only_its_owner_may_read_it(certified_day, settings):
    path = settings.SIGNING_KEY_DIR / certified_day.key.key_reference
    assert path.stat().st_mode & 0o077 == 0
    assert b"PRIVATE KEY" not in path.read_bytes()
    assert load_key(certified_day.key).certificate.not_valid_before_utc.year == 2026


def test_a_whole_plan_is_issued_and_closed_and_a_second_run_adds_nothing(certified_day, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = issue_plan(certified_day.plan, actor=certified_day.head, now=AFTER)
    job.refresh_from_db()
    assert (job.total, job.done, job.failed) == (2, 2, 0)
    assert job.finished_at is not None
    certified_day.plan.refresh_from_db()
    assert certified_day.plan.status == "certified"
    numbers = set(Certificate.objects.values_list("number", flat=True))
    run_issue_job(job, now=AFTER)
    with django_capture_on_commit_callbacks(execute=True):
        assert issue_plan(certified_day.plan, actor=certified_day.head, now=AFTER).total == 0
    assert set(Certificate.objects.values_list("number", flat=True)) == numbers


def test_one_candidate_without_a_photo_does_not_stop_the_others(certified_day, django_capture_on_commit_callbacks):
    application = certified_day.seats[0].application
    application.photo_sha256 = ""
    application.save()
    with django_capture_on_commit_callbacks(execute=True):
        job = issue_plan(certified_day.plan, actor=certified_day.head, now=AFTER)
    assert (job.done, job.failed) == (2, 1)
    certified_day.plan.refresh_from_db()
    assert certified_day.plan.status == "in_publication"
    assert Certificate.objects.get().holder == certified_day.candidates[1]


def test_a_certificate_is_revoked_once_and_for_all_with_a_reason(certified_day):
    certificate = issue_certificate(certified_day.decisions[0], actor=certified_day.head, now=AFTER)
    with pytest.raises(DomainError) as caught:
        revoke_certificate(certificate, reason="  ", actor=certified_day.head, now=AFTER)
    assert caught.value.code == "certificates.reason_needed"
    with pytest.raises(PermissionDenied):
        revoke_certificate(certificate, reason="申报材料不实", actor=certified_day.officer, now=AFTER)
    revoke_certificate(certificate, reason="申报材料不实", actor=certified_day.head, now=AFTER)
    assert certificate.state is Status.REVOKED
    with pytest.raises(InvalidTransition):
        reinstate_certificate(certificate, reason="改主意", actor=certified_day.head, now=AFTER)
    assert LedgerEntry.objects.filter(kind="certificates.revoke").count() == 1


def test_of_two_heads_who_act_on_the_same_certificate_one_is_told_to_reload(certified_day):
    certificate = issue_certificate(certified_day.decisions[0], actor=certified_day.head, now=AFTER)
    stale = Certificate.objects.get(pk=certificate.pk)
    suspend_certificate(certificate, reason="调查", actor=certified_day.head, now=AFTER)
    with pytest.raises(InvalidTransition):
        suspend_certificate(stale, reason="调查", actor=certified_day.head, now=AFTER)


def test_a_revoked_certificate_does_not_block_a_new_one_but_its_number_is_never_used_again(certified_day):
    from certification.certificates.selectors import issue_facts

    certificate = issue_certificate(certified_day.decisions[0], actor=certified_day.head, now=AFTER)
    assert issue_facts(certified_day.decisions[0], actor=certified_day.head).has_certificate
    revoke_certificate(certificate, reason="等级有误", actor=certified_day.head, now=AFTER)
    assert not issue_facts(certified_day.decisions[0], actor=certified_day.head).has_certificate
    following = issue_certificate(certified_day.decisions[1], actor=certified_day.head, now=AFTER)
    assert following.number != certificate.number
