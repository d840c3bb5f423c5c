"""From what is due to the authority's receipt: two people, a frozen sheet, and nothing published without an answer."""

import datetime
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from openpyxl import load_workbook

from certification.certificates.models import Certificate
from certification.certificates.services import correct_certificate, reissue_certificate, revoke_certificate, suspend_certificate
from certification.registry.models import UploadBatch, UploadDownload, UploadReceipt, UploadRecord
from certification.registry.rules import Operation, UploadState, UploadStatus
from certification.registry.upload import services
from certification.registry.upload.due import due
from certification.registry.upload.selectors import Selection, backlog, upload_state
from certification.registry.upload.services import download_upload, drop_upload, record_receipt
from lms.core import ledger, store
from lms.core.errors import DomainError, InvalidTransition
from lms.core.models import LedgerEntry
from lms.organisations.models import Organisation
from tests.certification.registry.upload.conftest import LATER, accept, answer, prepare, release, reported
from tests.issued import AFTER

pytestmark = pytest.mark.django_db


def state(certificate):
    return upload_state(Certificate.objects.get(pk=certificate.pk)).state


def due_numbers(body, operation):
    return [certificate.number for certificate in due(operation, [body.filing])]


def statuses(batch):
    return list(UploadRecord.objects.filter(batch=batch).values_list("status", flat=True))


def refused(code, act, *args, **options):
    with pytest.raises(DomainError) as caught, transaction.atomic():
        act(*args, **options)
    assert caught.value.code == f"registry.{code}"
    return caught.value


def sheet_of(batch):
    return [
        [cell.value for cell in row] for row in load_workbook(io.BytesIO(store.read(batch.file_sha256)))["证书数据"].iter_rows()
    ]


# --- prepared ---


def test_what_was_issued_is_put_on_a_list_and_nothing_leaves_the_house(body):
    batch = prepare(body)
    assert (batch.count, batch.state, batch.file_sha256) == (2, UploadStatus.DRAFT, "")
    assert statuses(batch) == ["queued", "queued"]
    assert [state(certificate) for certificate in body.certificates] == [UploadState.QUEUED] * 2
    entry = LedgerEntry.objects.get(kind="registry.upload_prepared")
    assert entry.facts["records"] == 2
    assert ledger.verify().ok


def test_the_same_certificates_are_not_put_on_a_second_list(body):
    prepare(body)
    refused("upload_nobody_due", prepare, body)
    assert UploadBatch.objects.count() == 1


def test_the_database_refuses_a_number_that_is_on_two_live_lists(body):
    record = prepare(body).records.first()
    other = UploadBatch.objects.create(
        filing=body.filing, pack_key="osta", pack_version=2021, operation="add", prepared_by=body.officer, prepared_at=AFTER
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        UploadRecord.objects.create(batch=other, certificate=record.certificate, row=1, number=record.number, operation="add")


def test_of_two_who_prepare_at_once_the_second_is_told(body, monkeypatch):
    both = list(due(Operation.ADD, [body.filing]))
    prepare(body)
    monkeypatch.setattr(Selection, "certificates", lambda self: Certificate.objects.filter(pk__in=[row.pk for row in both]))
    refused("upload_taken", prepare, body)
    assert UploadBatch.objects.count() == 1


def test_a_certificate_that_is_not_made_yet_is_left_out_with_the_reason(body):
    Certificate.objects.filter(pk=body.certificates[1].pk).update(status="numbered")
    batch = prepare(body)
    assert batch.count == 1
    assert batch.exclusions.get().certificate == body.certificates[1]
    assert batch.exclusions.get().reason


def test_a_name_that_is_a_formula_is_left_out_and_never_reaches_the_sheet(body):
    certificate = body.certificates[0]
    certificate.claims["holder"]["name"] = "=cmd|' /C calc'!A0"
    certificate.save()
    batch = release(body, prepare(body))
    assert batch.exclusions.get().certificate == certificate
    assert "cmd" not in str(sheet_of(batch))


def test_a_list_may_be_of_one_plan_or_of_a_period(body):
    assert prepare(body, plan=body.plan).count == 2
    drop_upload(UploadBatch.objects.get(), actor=body.officer, now=AFTER)
    day = datetime.date(2026, 9, 21)
    refused("upload_nobody_due", prepare, body, since=day + datetime.timedelta(days=1))
    refused("upload_nobody_due", prepare, body, until=day - datetime.timedelta(days=1))
    assert prepare(body, since=day, until=day).count == 2


def test_people_of_another_body_or_without_the_role_prepare_nothing(body):
    for person in (body.other_head, body.other_officer, body.assessors[0], body.candidates[0]):
        with pytest.raises(PermissionDenied):
            prepare(body, actor=person)
    assert not UploadBatch.objects.exists()


# --- released ---


def test_the_head_freezes_the_sheet_under_the_authoritys_number(body):
    batch = release(body, prepare(body))
    rows = sheet_of(batch)
    assert rows[1][0] == "林晓梅"
    assert rows[1][2] == "310199190003071235"
    assert [row[7] for row in rows[1:]] == [certificate.number for certificate in body.certificates]
    assert batch.file_name == "PC-2026-001_新增_申城康复辅助器具行业协会.xlsx"
    assert batch.summary == [["康复辅助技术咨询师", "--", "4", 2]]
    assert statuses(batch) == ["sent", "sent"]
    assert [state(certificate) for certificate in body.certificates] == [UploadState.SENT] * 2
    facts = LedgerEntry.objects.get(kind="registry.upload_released").facts
    assert (facts["file_sha256"], facts["by"]) == (batch.file_sha256, body.officer.pk)
    assert "310199190003071235" not in str(facts)


def test_the_employer_is_where_she_worked_when_she_applied(body):
    application = body.decisions[0].seat.application
    application.facts = {
        "employments": [
            {"employer": "旧单位", "occupation": "x", "started_on": "2015-01-01", "ended_on": "2018-01-01"},
            {"employer": "徐汇福利院", "occupation": "x", "started_on": "2019-01-01", "ended_on": None},
        ]
    }
    application.save()
    rows = sheet_of(release(body, prepare(body)))
    assert [row[3] for row in rows[1:]] == ["徐汇福利院", "其他"]


def test_who_prepared_cannot_release(body):
    batch = prepare(body, actor=body.head)
    refused("same_person", release, body, batch)
    assert release(body, batch, actor=body.second_head).state is UploadStatus.SUBMITTED


def test_an_officer_or_another_bodys_head_cannot_release(body):
    batch = prepare(body, actor=body.head)
    for person in (body.officer, body.other_head):
        with pytest.raises(PermissionDenied):
            release(body, batch, actor=person)


@pytest.mark.parametrize("number", ["", "   ", "9" * 41, "a\nb"])
def test_a_batch_needs_the_authoritys_number(body, number):
    refused("upload_number_needed", release, body, prepare(body), number=number)


def test_a_number_that_another_list_got_while_the_sheet_was_written_is_told(body, monkeypatch):
    batch = prepare(body)
    written = services._frozen

    def meanwhile(batch, **kwargs):
        frozen = written(batch, **kwargs)
        other = UploadBatch.objects.get(pk=batch.pk)
        other.pk, other.number = None, kwargs["number"]
        other.save()
        return frozen

    monkeypatch.setattr(services, "_frozen", meanwhile)
    refused("upload_number_taken", release, body, batch)
    batch.refresh_from_db()
    assert batch.status == "draft"


def test_a_number_of_the_authority_is_used_once(body):
    reported(body)
    revoke_certificate(body.certificates[0], reason="材料不实", actor=body.head, now=LATER)
    refused("upload_number_taken", release, body, prepare(body, Operation.REVOKE, now=LATER), now=LATER)


def test_pressed_twice_it_is_released_once(body):
    batch = prepare(body)
    stale = UploadBatch.objects.get(pk=batch.pk)
    first = release(body, batch).file_sha256
    with pytest.raises(InvalidTransition):
        release(body, stale, number="PC-2026-002")
    batch.refresh_from_db()
    assert (batch.number, batch.file_sha256) == ("PC-2026-001", first)


def test_a_certificate_revoked_since_stops_the_release(body):
    batch = prepare(body)
    revoke_certificate(body.certificates[0], reason="材料不实", actor=body.head, now=AFTER)
    assert refused("upload_changed", release, body, batch).context["number"] == body.certificates[0].number
    batch.refresh_from_db()
    assert (batch.state, batch.file_sha256) == (UploadStatus.DRAFT, "")


def test_a_dropped_list_lets_its_certificates_be_due_again(body):
    batch = prepare(body)
    drop_upload(batch, actor=body.officer, now=AFTER)
    assert statuses(batch) == ["dropped", "dropped"]
    assert state(body.certificates[0]) is UploadState.NOT_UPLOADED
    assert prepare(body).count == 2


def test_what_was_released_cannot_be_dropped(body):
    batch = release(body, prepare(body))
    with pytest.raises(InvalidTransition):
        drop_upload(batch, actor=body.officer, now=AFTER)


# --- downloaded ---


def test_only_the_head_takes_the_sheet_and_each_time_is_written_down(body):
    batch = release(body, prepare(body))
    data = download_upload(batch, purpose="上报省平台", actor=body.head, now=AFTER)
    assert data == store.read(batch.file_sha256)
    assert UploadDownload.objects.get().purpose == "上报省平台"
    entry = LedgerEntry.objects.get(kind="registry.upload_downloaded")
    assert (entry.actor_id, entry.facts["file_sha256"]) == (body.head.pk, batch.file_sha256)
    for person in (body.officer, body.other_head, body.candidates[0]):
        with pytest.raises(PermissionDenied):
            download_upload(batch, purpose="上报省平台", actor=person, now=AFTER)
    assert UploadDownload.objects.count() == 1


def test_without_a_purpose_nothing_is_handed_out(body):
    refused("purpose_needed", download_upload, release(body, prepare(body)), purpose=" x ", actor=body.head, now=AFTER)
    assert not UploadDownload.objects.exists()


def test_before_the_release_there_is_no_sheet(body):
    refused("upload_not_released", download_upload, prepare(body), purpose="上报省平台", actor=body.head, now=AFTER)


def test_a_frozen_sheet_that_was_changed_is_not_handed_out(body):
    from lms.core.store import _name, _storage

    batch = release(body, prepare(body))
    with open(_storage().path(_name(batch.file_sha256)), "r+b") as file:
        file.seek(200)
        byte = file.read(1)
        file.seek(200)
        file.write(bytes([byte[0] ^ 1]))
    try:
        with pytest.raises(DomainError) as caught, transaction.atomic():
            download_upload(batch, purpose="上报省平台", actor=body.head, now=AFTER)
        assert caught.value.code == "store.damaged"
    finally:
        with open(_storage().path(_name(batch.file_sha256)), "r+b") as file:
            file.seek(200)
            file.write(byte)


# --- answered ---


def test_i37_a_certificate_is_published_only_with_the_receipt(body):
    assert state(body.certificates[0]) is UploadState.NOT_UPLOADED
    batch = release(body, prepare(body))
    assert state(body.certificates[0]) is UploadState.SENT
    accept(body, batch)
    assert state(body.certificates[0]) is UploadState.PUBLISHED
    assert upload_state(body.certificates[0]).on == LATER.date()
    batch.refresh_from_db()
    assert batch.state is UploadStatus.APPROVED
    assert LedgerEntry.objects.get(kind="registry.upload_answered").facts["accepted"] == 2
    assert store.exists(UploadReceipt.objects.get().file_sha256)


def test_i37_a_sent_batch_has_its_fingerprint_and_two_people_in_the_database(body):
    batch = release(body, prepare(body))
    for wrong in ({"file_sha256": ""}, {"number": ""}, {"released_by": body.officer}, {"released_by": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            UploadBatch.objects.filter(pk=batch.pk).update(**wrong)


def test_a_rejected_record_keeps_its_reason_and_is_due_again(body):
    first, second = body.certificates
    batch = release(body, prepare(body))
    receipt = accept(body, batch, refused={first.number: "证件号码不一致"})
    assert (receipt.accepted, receipt.rejected) == (1, 1)
    assert batch.records.get(number=first.number).reason == "证件号码不一致"
    assert (state(first), state(second)) == (UploadState.REJECTED, UploadState.PUBLISHED)
    assert due_numbers(body, Operation.ADD) == [first.number]


def test_a_batch_of_which_nothing_was_taken_is_rejected(body):
    batch = release(body, prepare(body))
    accept(body, batch, refused={certificate.number: "模板错误" for certificate in body.certificates})
    batch.refresh_from_db()
    assert batch.state is UploadStatus.REJECTED
    assert len(due_numbers(body, Operation.ADD)) == 2


def rows_of(body):
    return [(certificate.number, "成功", "") for certificate in body.certificates]


HEADING = ("证书编号", "处理结果", "原因")


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda rows: answer(rows[:1]), "receipt_not_sound"),
        (lambda rows: answer([*rows, ("S000031000123264000999", "成功", "")]), "receipt_not_sound"),
        (lambda rows: answer([*rows, rows[0]]), "receipt_not_sound"),
        (lambda rows: answer([(rows[0][0], "大概", ""), rows[1]]), "receipt_not_sound"),
        (
            lambda rows: answer([(*row[:2], "PC-2026-777") for row in rows], heading=("证书编号", "处理结果", "批次号")),
            "receipt_not_sound",
        ),
        (lambda rows: answer(rows, heading=("证书编号", "颜色", "形状")), "receipt_columns"),
        (lambda rows: answer(rows, heading=("姓名", "处理结果", "原因")), "receipt_columns"),
        (lambda rows: b"%PDF-1.7 a scan", "receipt_columns"),
    ],
    ids=["one missing", "a stranger", "twice", "no known word", "another batch", "no result", "no number", "a scan"],
)
def test_a_receipt_that_does_not_fit_records_nothing(body, make, code):
    batch = release(body, prepare(body))
    refused(code, accept, body, batch, data=make(rows_of(body)))
    assert statuses(batch) == ["sent", "sent"]
    assert not UploadReceipt.objects.exists()
    assert state(body.certificates[0]) is UploadState.SENT


def test_the_receipts_batch_number_is_compared_when_it_is_there(body):
    rows = [(certificate.number, "通过", "PC-2026-001") for certificate in body.certificates]
    receipt = accept(body, release(body, prepare(body)), data=answer(rows, heading=("证书编号", "结果", "批次号")))
    assert receipt.accepted == 2


def test_the_receipt_of_another_batch_is_refused(body):
    first = release(body, prepare(body))
    data = answer(rows_of(body))
    accept(body, first, data=data)
    revoke_certificate(body.certificates[0], reason="材料不实", actor=body.head, now=LATER)
    second = release(body, prepare(body, Operation.REVOKE, now=LATER), number="PC-2026-002", now=LATER)
    refused("receipt_known", accept, body, second, data=data)
    refused("receipt_not_sound", accept, body, second, data=answer([*rows_of(body)], heading=("证书编号", "结果", "原因")))
    assert statuses(second) == ["sent"]


def test_the_sheet_itself_is_no_receipt(body):
    batch = release(body, prepare(body))
    refused("receipt_is_the_sheet", accept, body, batch, data=store.read(batch.file_sha256))


def test_a_second_receipt_is_refused(body):
    batch = release(body, prepare(body))
    accept(body, batch)
    refused("upload_not_waiting", accept, body, batch, data=answer(rows_of(body), heading=("证书编号", "结果", "原因")))


def test_a_list_that_was_not_released_takes_no_receipt(body):
    refused("upload_not_waiting", accept, body, prepare(body))


def test_a_receipt_is_dated_between_release_and_today(body):
    batch = release(body, prepare(body))
    for day in (AFTER.date() - datetime.timedelta(days=1), LATER.date() + datetime.timedelta(days=1)):
        with pytest.raises(DomainError) as caught:
            record_receipt(
                batch, data=answer(rows_of(body)), file_name="x", number="1", dated_on=day, actor=body.officer, now=LATER
            )
        assert caught.value.code == "registry.receipt_date"


def test_another_bodys_people_record_no_receipt(body):
    batch = release(body, prepare(body))
    with pytest.raises(PermissionDenied):
        record_receipt(
            batch,
            data=answer(rows_of(body)),
            file_name="x",
            number="1",
            dated_on=LATER.date(),
            actor=body.other_officer,
            now=LATER,
        )


# --- corrected and revoked ---


def correct(body, certificate, **changes):
    return correct_certificate(certificate, changes=changes or {"name": "林小梅"}, reason="姓名有误", actor=body.head, now=LATER)


def test_a_correction_of_what_was_accepted_is_due_by_itself(body):
    reported(body)
    new = correct(body, body.certificates[0])
    assert due_numbers(body, Operation.CORRECT) == [new.number]
    assert state(new) is UploadState.CORRECTION_DUE
    batch = reported(body, Operation.CORRECT, number="PC-2026-002", now=LATER)
    assert sheet_of(batch)[1][0] == "林小梅"
    assert state(new) is UploadState.PUBLISHED
    assert due_numbers(body, Operation.CORRECT) == []


def test_two_corrections_in_a_row_are_reported_once_as_the_newest_says(body):
    reported(body)
    second = correct(body, correct(body, body.certificates[0]), name="林小美")
    batch = reported(body, Operation.CORRECT, number="PC-2026-002", now=LATER)
    assert [row[0] for row in sheet_of(batch)[1:]] == ["林小美"]
    third = correct(body, second, name="林晓美")
    assert due_numbers(body, Operation.CORRECT) == [third.number]


def test_a_reissue_or_a_new_photo_is_no_news_to_the_authority(body, portrait):
    reported(body)
    reissue_certificate(body.certificates[0], reason="遗失", actor=body.head, now=LATER)
    correct(body, body.certificates[1], photo=store.put(portrait + b" "))
    assert due_numbers(body, Operation.CORRECT) == []
    assert due_numbers(body, Operation.ADD) == []


def test_a_correction_made_before_the_first_report_is_simply_reported_as_new(body):
    new = correct(body, body.certificates[0])
    assert due_numbers(body, Operation.CORRECT) == []
    assert new.number in due_numbers(body, Operation.ADD)
    assert "林小梅" in [row[0] for row in sheet_of(reported(body, now=LATER))]
    assert due_numbers(body, Operation.CORRECT) == []


def test_a_correction_while_the_first_report_is_on_its_way_waits_for_the_receipt(body):
    batch = release(body, prepare(body))
    new = correct(body, body.certificates[0])
    assert due_numbers(body, Operation.CORRECT) == []
    assert due_numbers(body, Operation.ADD) == []
    accept(body, batch)
    assert due_numbers(body, Operation.CORRECT) == [new.number]


def test_a_revocation_of_what_was_accepted_is_due_by_itself(body):
    reported(body)
    revoke_certificate(body.certificates[0], reason="材料不实", actor=body.head, now=LATER)
    assert due_numbers(body, Operation.REVOKE) == [body.certificates[0].number]
    assert state(body.certificates[0]) is UploadState.WITHDRAWAL_DUE
    reported(body, Operation.REVOKE, number="PC-2026-002", now=LATER)
    assert state(body.certificates[0]) is UploadState.WITHDRAWN
    assert due_numbers(body, Operation.REVOKE) == []
    assert state(body.certificates[1]) is UploadState.PUBLISHED


def test_a_certificate_revoked_before_it_was_reported_is_never_reported(body):
    revoke_certificate(body.certificates[0], reason="材料不实", actor=body.head, now=AFTER)
    assert due_numbers(body, Operation.REVOKE) == []
    assert due_numbers(body, Operation.ADD) == [body.certificates[1].number]
    assert state(body.certificates[0]) is UploadState.NOT_DUE


def test_a_suspended_certificate_waits(body):
    suspend_certificate(body.certificates[0], reason="复核", actor=body.head, now=AFTER)
    assert due_numbers(body, Operation.ADD) == [body.certificates[1].number]


def test_the_backlog_counts_by_filing_and_kind_in_four_queries(body, django_assert_num_queries):
    reported(body)
    revoke_certificate(body.certificates[0], reason="材料不实", actor=body.head, now=LATER)
    correct(body, body.certificates[1])
    with django_assert_num_queries(4):
        rows = backlog(Organisation.objects.filter(pk=body.plan.organisation_id))
    assert [(row.operation, row.count) for row in rows] == [(Operation.CORRECT, 1), (Operation.REVOKE, 1)]
    assert backlog(Organisation.objects.filter(pk=body.other_head.memberships.get().organisation_id)) == []


def test_other_kinds_of_certificate_are_never_reported(body):
    certificate = body.certificates[0]
    Certificate.objects.filter(pk=certificate.pk).update(kind="completion")
    assert due_numbers(body, Operation.ADD) == [body.certificates[1].number]
    assert state(certificate) is UploadState.NOT_DUE
