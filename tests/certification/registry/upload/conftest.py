"""A body with two issued certificates, and answers of the authority to what it reports."""

import datetime
import io

import pytest
from openpyxl import Workbook

from certification.registry.upload.rules import Operation
from certification.registry.upload.selectors import Selection
from certification.registry.upload.services import prepare_upload, record_receipt, release_upload
from lms.organisations.rules import Role
from tests.exam_day import exam_day  # noqa: F401
from tests.issued import AFTER, certified_day, demo_authority, issue, key_folder, portrait  # noqa: F401

LATER = AFTER + datetime.timedelta(days=2)


@pytest.fixture
def body(certified_day, make_user, member, employer):
    """`certified_day` with `certificates` (林晓梅 and 陶永福) and people of another body."""
    certified_day.certificates = [issue(decision, actor=certified_day.head) for decision in certified_day.decisions[:2]]
    certified_day.other_head = member(make_user("别家负责人"), employer, Role.HEAD)
    certified_day.other_officer = member(make_user("别家考务"), employer, Role.EXAM_OFFICER)
    certified_day.second_head = member(make_user("副会长"), certified_day.plan.organisation, Role.HEAD)
    return certified_day


def prepare(body, operation=Operation.ADD, *, actor=None, now=AFTER, **selection):
    return prepare_upload(Selection(body.filing, operation, **selection), actor=actor or body.officer, now=now)


def release(body, batch, *, number="PC-2026-001", actor=None, now=AFTER):
    return release_upload(batch, number=number, actor=actor or body.head, now=now)


def answer(rows, *, heading=("证书编号", "处理结果", "原因")):
    """Return an authority's answer as a workbook."""
    book = Workbook()
    book.active.append(list(heading))
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def accept(body, batch, *, refused=None, now=LATER, data=None, number="HZ-1"):
    """Record a receipt that takes everything but the numbers in `refused` (number → reason)."""
    refused = refused or {}
    rows = [
        (record.number, "失败" if record.number in refused else "成功", refused.get(record.number, ""))
        for record in batch.records.all()
    ]
    return record_receipt(
        batch,
        data=data or answer(rows),
        file_name="回执.xlsx",
        number=number,
        dated_on=now.date(),
        actor=body.officer,
        now=now,
    )


def reported(body, operation=Operation.ADD, *, number="PC-2026-001", now=AFTER):
    """Report everything that is due and have it accepted; returns the batch."""
    batch = release(body, prepare(body, operation, now=now), number=number, now=now)
    accept(body, batch, now=now + datetime.timedelta(days=2), number=f"HZ-{number}")
    batch.refresh_from_db()
    return batch
