"""Issuing: two people, a list, numbers without a gap, and what is left when something fails."""

import datetime
import json

import pytest
from django.core.exceptions import PermissionDenied

from certification.certificates.keys.loading import load_key
from certification.certificates.models import Certificate, IssueBatch, NumberSeries
from certification.certificates.rules import ItemStatus, Status
from certification.certificates.services import (
    approve_batch,
    cancel_batch,
    pause_batch,
    prepare_batch,
    reinstate_certificate,
    resume_batch,
    revoke_certificate,
    run_batch,
    suspend_certificate,
)
from certification.certificates.validation import check_pdf, trusted_roots
from lms.core import ledger, store
from lms.core.errors import DomainError, InvalidTransition
from lms.core.models import LedgerEntry
from lms.organisations.rules import Role
from tests.issued import AFTER, LAST_DAY, MONDAY, SHANGHAI, issue

pytestmark = pytest.mark.django_db


def prepared(day, *, now=AFTER, **options) -> IssueBatch:
    return prepare_batch(day.plan, actor=day.officer, now=now, **options)


def run(day, batch=None, *, now=AFTER) -> IssueBatch:
    batch = batch or prepared(day, now=now)
    approve_batch(batch, actor=day.head, now=now)
    return run_batch(batch, now=now)


def statuses(batch) -> list[str]:
    return list(batch.items.order_by("pk").values_list("status", flat=True))


def refused(code, day, *, now=AFTER):
    """Nothing can be put on a list; nothing is left behind."""
    before = LedgerEntry.objects.count()
    with pytest.raises(DomainError) as caught:
        prepared(day, now=now)
    assert caught.value.code == code
    assert not IssueBatch.objects.exists()
    assert LedgerEntry.objects.count() == before
    return caught.value


def test_two_people_issue_a_signed_numbered_certificate(certified_day):
    certificate = issue(certified_day.decisions[0], actor=certified_day.head)
    assert certificate.number == "S000031000123264000001"
    assert (certificate.state, certificate.version, certificate.issued_by) == (Status.VALID, 1, certified_day.head)
    assert certificate.issued_on == AFTER.date()
    assert len(certificate.token) >= 22
    report = check_pdf(store.read(certificate.pdf_sha256), roots=trusted_roots())
    assert (report.ok, report.number) == (True, certificate.number)
    assert report.signer == "演示 Demo 申城康复辅助器具行业协会"
    assert report.signed_at == AFTER
    entry = LedgerEntry.objects.get(kind="certificates.issued")
    assert entry.facts["pdf_sha256"] == certificate.pdf_sha256
    assert entry.facts["number"] == certificate.number
    assert ledger.verify().ok


def test_the_use_of_the_key_stands_in_the_ledger_with_both_people(certified_day):
    issue(certified_day.decisions[0], actor=certified_day.head)
    entry = LedgerEntry.objects.get(kind="certificates.key_use_approved")
    assert entry.actor_id == certified_day.head.pk
    assert entry.facts == {"signing_key": certified_day.key.pk, "by": certified_day.officer.pk}


def test_claims_and_ledger_hold_the_id_number_masked_only(certified_day):
    certificate = issue(certified_day.decisions[0], actor=certified_day.head)
    assert certificate.id_number == "310199190003071235"
    assert "310***********1235" in json.dumps(certificate.claims)
    for text in (json.dumps(certificate.claims), json.dumps(LedgerEntry.objects.get(kind="certificates.issued").facts)):
        assert "310199190003071235" not in text
    assert certificate.claims["work_type"]["zh"] == "--"


def test_who_prepared_the_list_cannot_approve_it(certified_day, member):
    both = member(certified_day.officer, certified_day.plan.organisation, Role.HEAD)
    batch = prepare_batch(certified_day.plan, actor=both, now=AFTER)
    with pytest.raises(DomainError) as caught:
        approve_batch(batch, actor=both, now=AFTER)
    assert caught.value.code == "certificates.same_person"


def test_an_officer_prepares_and_cannot_approve(certified_day):
    batch = prepare_batch(certified_day.plan, actor=certified_day.head, now=AFTER)
    with pytest.raises(PermissionDenied):
        approve_batch(batch, actor=certified_day.officer, now=AFTER)


def test_an_unapproved_list_issues_nothing(certified_day):
    batch = prepared(certified_day)
    run_batch(batch, now=AFTER)
    assert not Certificate.objects.exists()


def test_people_of_another_body_can_neither_prepare_nor_approve(certified_day, make_user, member, employer):
    other = member(make_user("别家负责人"), employer, Role.HEAD)
    with pytest.raises(PermissionDenied):
        prepare_batch(certified_day.plan, actor=other, now=AFTER)
    with pytest.raises(PermissionDenied):
        approve_batch(prepared(certified_day), actor=other, now=AFTER)


def test_a_head_who_assessed_cannot_approve(certified_day, member):
    assessor = member(certified_day.assessors[0], certified_day.plan.organisation, Role.HEAD)
    batch = prepared(certified_day)
    with pytest.raises(DomainError) as caught:
        approve_batch(batch, actor=assessor, now=AFTER)
    assert caught.value.code == "certificates.issuer_took_part"


def test_a_second_list_waits_until_the_first_is_done(certified_day):
    prepared(certified_day)
    with pytest.raises(DomainError) as caught:
        prepared(certified_day)
    assert caught.value.code == "certificates.batch_open"


def test_who_is_left_out_needs_a_reason_and_comes_on_the_next_list(certified_day):
    first, second = certified_day.candidates[:2]
    with pytest.raises(DomainError) as caught:
        prepared(certified_day, exclusions={first.pk: " "})
    assert caught.value.code == "certificates.exclusion_needs_reason"
    batch = run(certified_day, prepared(certified_day, exclusions={first.pk: "照片待换"}))
    assert statuses(batch) == ["excluded", "issued"]
    assert Certificate.objects.get().holder == second
    certified_day.plan.refresh_from_db()
    assert certified_day.plan.status == "in_publication"
    run(certified_day)
    assert set(Certificate.objects.values_list("holder", flat=True)) == {first.pk, second.pk}
    certified_day.plan.refresh_from_db()
    assert certified_day.plan.status == "certified"


def test_serials_run_without_a_gap_also_when_one_person_cannot_be_issued(certified_day):
    application = certified_day.seats[0].application
    application.photo_sha256, kept = "", application.photo_sha256
    application.save()
    batch = run(certified_day)
    assert statuses(batch) == ["failed", "issued"]
    assert batch.items.first().certificate is None
    assert (batch.status, bool(batch.problem)) == ("paused", True)
    application.photo_sha256 = kept
    application.save()
    resume_batch(batch, actor=certified_day.officer, now=AFTER)
    run_batch(batch, now=AFTER)
    assert (statuses(batch), batch.status) == (["issued", "issued"], "done")
    assert sorted(Certificate.objects.values_list("number", flat=True)) == ["S000031000123264000001", "S000031000123264000002"]
    assert Certificate.objects.get(holder=certified_day.candidates[1]).number.endswith("000001")


def test_a_file_that_cannot_be_made_keeps_its_number_until_it_can(certified_day, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("certification.certificates.press.Press.make", missing_glyph)
        batch = run(certified_day)
    assert statuses(batch) == ["failed", "failed"]
    numbered = {row.holder_id: row.number for row in Certificate.objects.filter(status="numbered")}
    assert len(numbered) == 2
    assert not Certificate.objects.public().exists()
    resume_batch(batch, actor=certified_day.officer, now=AFTER)
    run_batch(batch, now=AFTER)
    assert batch.status == "done"
    assert {row.holder_id: row.number for row in Certificate.objects.filter(status="valid")} == numbered


def test_the_number_of_a_dropped_certificate_is_void_and_the_person_gets_the_next(certified_day, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("certification.certificates.press.Press.make", missing_glyph)
        batch = run(certified_day)
    cancel_batch(batch, actor=certified_day.officer, now=AFTER)
    assert set(Certificate.objects.values_list("status", flat=True)) == {"voided"}
    run(certified_day)
    assert sorted(Certificate.objects.filter(status="valid").values_list("number", flat=True)) == [
        "S000031000123264000003",
        "S000031000123264000004",
    ]


def missing_glyph(*args, **kwargs):
    raise DomainError("certificates.glyph_missing", characters="𰻝")


def test_on_the_last_day_of_the_publication_nothing_is_issued(certified_day):
    evening = datetime.datetime.combine(LAST_DAY, datetime.time(23, 59), tzinfo=SHANGHAI)
    error = refused("certificates.publication_running", certified_day, now=evening)
    assert error.context["date"] == LAST_DAY
    midnight = evening + datetime.timedelta(minutes=1)
    assert issue(certified_day.decisions[0], actor=certified_day.head, now=midnight).issued_on > LAST_DAY


def test_a_publication_that_was_not_ended_stops_the_issue(certified_day):
    certified_day.publication.status = "open"
    certified_day.publication.save()
    refused("certificates.publication_not_closed", certified_day)


def test_an_open_objection_stops_the_issue(certified_day):
    certified_day.publication.objections.create(
        ticket_number=certified_day.seats[0].ticket_number, filer=certified_day.candidates[0], text="？", filed_at=MONDAY
    )
    refused("certificates.objections_open", certified_day)


def test_an_objection_after_approval_stops_the_rest(certified_day):
    batch = prepared(certified_day)
    approve_batch(batch, actor=certified_day.head, now=AFTER)
    certified_day.publication.objections.create(
        ticket_number=certified_day.seats[0].ticket_number, filer=certified_day.candidates[0], text="？", filed_at=MONDAY
    )
    run_batch(batch, now=AFTER)
    assert statuses(batch) == ["failed", "failed"]
    assert not Certificate.objects.exists()


def test_who_failed_is_withheld_or_unconfirmed_is_on_no_list(certified_day):
    certified_day.publication.rows.filter(seat=certified_day.seats[0]).update(withheld=True)
    unconfirmed = certified_day.decisions[1]
    # A published decision is guarded by the database (I28), so its line makes room for the moment.
    line = certified_day.publication.rows.get(seat=unconfirmed.seat)
    line.delete()
    unconfirmed.confirmed_by = unconfirmed.confirmed_at = None
    unconfirmed.save()
    line.save(force_insert=True)
    refused("certificates.nobody_due", certified_day)


def test_a_result_withheld_after_approval_gets_no_certificate(certified_day):
    batch = prepared(certified_day)
    approve_batch(batch, actor=certified_day.head, now=AFTER)
    certified_day.publication.rows.filter(seat=certified_day.seats[0]).update(withheld=True)
    run_batch(batch, now=AFTER)
    assert statuses(batch) == ["failed", "issued"]


def test_a_body_without_a_key_cannot_issue(certified_day):
    certified_day.key.status = "retired"
    certified_day.key.save()
    refused("certificates.no_signing_key", certified_day)


@pytest.mark.parametrize("trouble", ["passphrase", "folder"])
def test_a_key_that_does_not_open_stops_the_run_before_anybody_has_a_number(certified_day, settings, tmp_path, trouble):
    if trouble == "passphrase":
        settings.SIGNING_PASSPHRASE = "something else"
    else:
        settings.SIGNING_KEY_DIR = tmp_path / "elsewhere"
    batch = run(certified_day)
    assert (batch.status, statuses(batch)) == ("paused", ["waiting", "waiting"])
    assert batch.problem
    assert not Certificate.objects.exists()
    assert not NumberSeries.objects.exists()


def test_who_holds_the_same_certificate_already_is_told_so(certified_day):
    held = issue(certified_day.decisions[0], actor=certified_day.head)
    Certificate.objects.filter(pk=held.pk).update(decision=None)  # from an earlier plan
    batch = run(certified_day)
    assert statuses(batch) == ["failed", "issued"]
    assert "已" in batch.items.first().reason or "already" in batch.items.first().reason
    assert Certificate.objects.count() == 2


def test_after_serial_999999_nothing_is_issued(certified_day):
    NumberSeries.objects.create(prefix="S000031000123264", last=999_998)
    batch = run(certified_day)
    assert (batch.status, statuses(batch)) == ("paused", ["waiting", "waiting"])
    assert NumberSeries.objects.get().last == 999_998


def test_the_private_key_lies_encrypted_and_only_its_owner_may_read_it(certified_day, settings):
    path = settings.SIGNING_KEY_DIR / certified_day.key.key_reference
    assert path.stat().st_mode & 0o077 == 0
    assert b"PRIVATE KEY" not in path.read_bytes()
    assert load_key(certified_day.key).certificate.not_valid_before_utc.year == 2026


def test_the_work_is_queued_when_the_approval_is_committed(certified_day, django_capture_on_commit_callbacks):
    batch = prepared(certified_day)
    with django_capture_on_commit_callbacks(execute=True):
        approve_batch(batch, actor=certified_day.head, now=AFTER)
        assert not Certificate.objects.exists()
    batch.refresh_from_db()
    assert (batch.status, statuses(batch)) == ("done", ["issued", "issued"])
    certified_day.plan.refresh_from_db()
    assert certified_day.plan.status == "certified"


def test_a_second_run_adds_nothing(certified_day):
    batch = run(certified_day)
    numbers = set(Certificate.objects.values_list("number", "pdf_sha256"))
    run_batch(batch, now=AFTER)
    assert set(Certificate.objects.values_list("number", "pdf_sha256")) == numbers
    assert LedgerEntry.objects.filter(kind="certificates.issued").count() == 2


def test_a_paused_list_goes_on_where_it_stopped(certified_day):
    batch = prepared(certified_day)
    approve_batch(batch, actor=certified_day.head, now=AFTER)
    pause_batch(batch, actor=certified_day.officer, now=AFTER)
    run_batch(batch, now=AFTER)
    assert not Certificate.objects.exists()
    resume_batch(batch, actor=certified_day.officer, now=AFTER)
    run_batch(batch, now=AFTER)
    assert Certificate.objects.count() == 2


def test_what_a_dead_worker_had_taken_is_taken_again(certified_day):
    batch = prepared(certified_day)
    approve_batch(batch, actor=certified_day.head, now=AFTER)
    batch.items.update(status=ItemStatus.TAKEN.value, taken_by="dead", taken_at=datetime.datetime(2026, 1, 1, tzinfo=SHANGHAI))
    run_batch(batch, now=AFTER)
    assert statuses(batch) == ["issued", "issued"]


def test_a_certificate_is_revoked_once_and_for_all_with_a_reason(certified_day):
    certificate = issue(certified_day.decisions[0], actor=certified_day.head)
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
    certificate = issue(certified_day.decisions[0], actor=certified_day.head)
    stale = Certificate.objects.get(pk=certificate.pk)
    suspend_certificate(certificate, reason="调查", actor=certified_day.head, now=AFTER)
    with pytest.raises(InvalidTransition):
        suspend_certificate(stale, reason="调查", actor=certified_day.head, now=AFTER)


def test_a_number_is_never_used_again_after_a_revocation(certified_day):
    certificate = issue(certified_day.decisions[0], actor=certified_day.head)
    revoke_certificate(certificate, reason="等级有误", actor=certified_day.head, now=AFTER)
    following = issue(certified_day.decisions[1], actor=certified_day.head)
    assert following.number == "S000031000123264000002"
