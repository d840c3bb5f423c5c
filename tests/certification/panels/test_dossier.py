from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from certification.applications.models import Application
from certification.panels.models import Dossier, DossierFile
from certification.panels.services import (
    attach_file,
    cover_names,
    hand_in_dossier,
    open_dossier,
    release_dossier,
    remove_file,
    return_dossier,
    take_back_dossier,
)
from lms.core.errors import DomainError, InvalidTransition
from lms.core.models import LedgerEntry
from lms.organisations.rules import Role
from tests.conftest import NOW, join
from tests.exam_day import SHANGHAI
from tests.open_plan import pdf, picture
from tests.review_day import CLOSES, handed_in, named

LAST_MINUTE = datetime(2026, 9, 10, 23, 59, tzinfo=SHANGHAI)
AFTER = LAST_MINUTE + timedelta(minutes=1)


@pytest.fixture
def dossier(day: SimpleNamespace) -> Dossier:
    return open_dossier(day.cases[0], actor=day.candidates[0], now=NOW)


def code_of(call, *args, **kwargs) -> str:
    with pytest.raises(DomainError) as refusal:
        call(*args, **kwargs)
    return refusal.value.code


def test_a_dossier_begins_with_a_handed_in_application(day: SimpleNamespace) -> None:
    Application.objects.filter(pk=day.cases[0].pk).update(status="draft")
    day.cases[0].refresh_from_db()
    assert code_of(open_dossier, day.cases[0], actor=day.candidates[0], now=NOW) == "panels.not_applied"
    assert code_of(open_dossier, day.cases[1], actor=day.candidates[0], now=NOW) == "panels.not_yours"


def test_the_last_day_belongs_to_the_time_wholly(day: SimpleNamespace, dossier: Dossier) -> None:
    who = day.candidates[0]
    attach_file(dossier, kind="summary", upload=pdf(), actor=who, now=LAST_MINUTE)
    assert code_of(attach_file, dossier, kind="case", upload=pdf("b"), actor=who, now=AFTER) == "panels.dossier_closed"


def test_a_file_is_what_its_bytes_say(day: SimpleNamespace, dossier: Dossier) -> None:
    who = day.candidates[0]
    fake = SimpleUploadedFile("论文.pdf", b"MZ\x90\x00", content_type="application/pdf")
    assert code_of(attach_file, dossier, kind="summary", upload=fake, actor=who, now=NOW) == "uploads.unknown_type"
    file = attach_file(dossier, kind="case", upload=picture(), actor=who, now=NOW)
    assert file.content_type == "image/jpeg"
    assert code_of(attach_file, dossier, kind="passport", upload=pdf(), actor=who, now=NOW) == "panels.kind_unknown"


def test_handing_in_needs_what_is_asked_and_the_word_that_no_name_stands_in_it(day: SimpleNamespace, dossier: Dossier) -> None:
    who = day.candidates[0]
    attach_file(dossier, kind="summary", upload=pdf(), actor=who, now=NOW)
    assert code_of(hand_in_dossier, dossier, anonymous=True, actor=who, now=NOW) == "panels.dossier_incomplete"
    attach_file(dossier, kind="performance", upload=pdf("b"), actor=who, now=NOW)
    assert code_of(hand_in_dossier, dossier, anonymous=False, actor=who, now=NOW) == "panels.say_anonymous"
    assert hand_in_dossier(dossier, anonymous=True, actor=who, now=NOW).status == "handed_in"


def test_what_is_handed_in_changes_only_after_taking_it_back(day: SimpleNamespace) -> None:
    dossier, who = handed_in(day), day.candidates[0]
    file = dossier.files.first()
    assert code_of(remove_file, file, actor=who, now=NOW) == "panels.dossier_fixed"
    take_back_dossier(dossier, actor=who, now=NOW)
    remove_file(file, actor=who, now=NOW)
    assert dossier.files.count() == 1


def test_the_officer_sends_it_back_with_reasons_and_a_later_day(day: SimpleNamespace) -> None:
    dossier, who = handed_in(day), day.candidates[0]
    due = CLOSES + timedelta(days=1)
    assert code_of(return_dossier, dossier, reasons=" ", due_on=due, actor=day.officer, now=NOW) == "panels.reasons_needed"
    on_exam_day = {"reasons": "封面有姓名", "due_on": date(2026, 9, 12), "actor": day.officer, "now": NOW}
    assert code_of(return_dossier, dossier, **on_exam_day) == "panels.return_day"
    return_dossier(dossier, reasons="封面有姓名", due_on=due, actor=day.officer, now=NOW)
    assert who.notices.latest("pk").kind == "panels.dossier_returned"
    dossier.refresh_from_db()
    attach_file(dossier, kind="case", upload=pdf("later"), actor=who, now=AFTER)


def test_the_panel_sees_the_copy_in_which_names_are_covered(day: SimpleNamespace) -> None:
    file = handed_in(day).files.first()
    original = file.sha256
    cover_names(file, upload=pdf("covered"), actor=day.officer, now=NOW)
    file.refresh_from_db()
    assert file.sha256 == original != file.shown_sha256
    assert "证明" not in file.shown_name


def test_only_the_officer_releases_and_nobody_who_sits_on_the_panel(day: SimpleNamespace) -> None:
    dossier = handed_in(day)
    panel = named(day)
    for who in (day.head, day.candidates[0], day.seniors[0]):
        with pytest.raises(PermissionDenied):
            release_dossier(dossier, actor=who, now=NOW)
    # A member who was made an officer after she was named.
    both = join(panel.members.first().user, day.plan.organisation, Role.EXAM_OFFICER)
    assert code_of(release_dossier, dossier, actor=both, now=NOW) == "panels.officer_on_panel"


def test_what_the_panel_sees_is_sealed_in_the_ledger(day: SimpleNamespace) -> None:
    dossier = release_dossier(handed_in(day), actor=day.officer, now=NOW)
    entry = LedgerEntry.objects.get(kind="panels.dossier_released")
    assert entry.facts["content_sha256"] == dossier.content_sha256
    assert [row[2] for row in entry.facts["files"]] == list(dossier.files.order_by("pk").values_list("sha256", flat=True))
    with pytest.raises(InvalidTransition):
        release_dossier(dossier, actor=day.officer, now=NOW)


def test_the_database_keeps_a_released_dossier(day: SimpleNamespace) -> None:
    dossier = handed_in(day)
    DossierFile.objects.filter(dossier=dossier).update(name="a.pdf")
    release_dossier(dossier, actor=day.officer, now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        DossierFile.objects.filter(dossier=dossier).update(sha256="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(due_on=CLOSES)
