"""Who may put together, seal, open and destroy; each with those who may not."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from certification.archives.models import Archive, OpeningApproval, OpeningView
from certification.archives.rules import Kept
from certification.archives.selectors import over_retention
from certification.archives.services import (
    approve_destruction,
    approve_opening,
    confirm_presence,
    prepare_archive,
    propose_destruction,
    read_package,
    read_volume,
    request_opening,
    seal_archive,
)
from lms.core.errors import DomainError
from lms.core.ledger import entries_about
from lms.core.models import LedgerEntry
from lms.organisations.rules import Role
from tests.conftest import join
from tests.issued import AFTER

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)
LATE = datetime.datetime(2029, 9, 22, 9, 0, tzinfo=AFTER.tzinfo)


@pytest.fixture
def asked(sealed: SimpleNamespace, make_user: Any) -> SimpleNamespace:
    """The officer asks to open volumes 4 and 5, the supervisor beside her."""
    sealed.other_head = join(make_user("副会长"), sealed.plan.organisation, Role.HEAD)
    sealed.opening = request_opening(
        sealed.archive, volumes=[5, 4], purpose="上级抽查", witness=sealed.supervisor, actor=sealed.officer, now=AFTER
    )
    return sealed


def allowed(day: SimpleNamespace) -> SimpleNamespace:
    approve_opening(day.opening, actor=day.head, now=AFTER)
    day.opening = type(day.opening).objects.get(pk=day.opening.pk)
    return day


def opened(day: SimpleNamespace) -> SimpleNamespace:
    allowed(day)
    confirm_presence(day.opening, actor=day.officer, now=AFTER)
    confirm_presence(day.opening, actor=day.supervisor, now=AFTER + HOUR)
    return day


def refused(code: str, act: Any, *args: Any, **kwargs: Any) -> None:
    with pytest.raises(DomainError) as error:
        act(*args, **kwargs)
    assert error.value.code == code


def test_only_an_officer_has_a_plan_put_together(finished_day):
    for person in (finished_day.head, finished_day.supervisor, finished_day.assessors[0], finished_day.candidates[0]):
        with pytest.raises(PermissionDenied):
            prepare_archive(finished_day.plan, actor=person, now=AFTER)


def test_a_plan_whose_certificates_are_not_issued_is_not_archived(certified_day):
    refused("archives.not_certified", prepare_archive, certified_day.plan, actor=certified_day.officer, now=AFTER)


def test_an_open_objection_is_told(finished_day):
    from certification.results.models import Objection

    seat = finished_day.seats[0]
    Objection.objects.create(
        publication=finished_day.publication,
        ticket_number=seat.ticket_number,
        filer=seat.candidate,
        text="请复核",
        filed_at=AFTER,
    )
    refused("archives.objections_open", prepare_archive, finished_day.plan, actor=finished_day.officer, now=AFTER)


def test_i41_whoever_put_it_together_does_not_seal_it(built):
    join(built.officer, built.plan.organisation, Role.HEAD)
    refused("archives.same_person", seal_archive, built.archive, actor=built.officer, now=AFTER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Archive.objects.filter(pk=built.archive.pk).update(sealed_by=built.officer)


def test_only_a_head_seals_and_only_once(built):
    with pytest.raises(PermissionDenied):
        seal_archive(built.archive, actor=built.supervisor, now=AFTER)
    seal_archive(built.archive, actor=built.head, now=AFTER)
    refused("archives.sealed_already", seal_archive, built.archive, actor=built.head, now=AFTER)
    refused("archives.sealed_already", prepare_archive, built.plan, actor=built.officer, now=AFTER)
    assert [entry.kind for entry in entries_about(built.archive)] == [
        "archives.prepared", "archives.built", "archives.sealed", "archives.packed",
    ]  # fmt: skip


def test_a_body_without_a_key_seals_without_a_signature(built, tmp_path):
    from certification.archives.verifying import verify_package
    from certification.certificates.models import SigningKey
    from lms.core import store

    SigningKey.objects.filter(pk=built.key.pk).update(status="retired", retired_at=AFTER)
    archive = seal_archive(built.archive, actor=built.head, now=AFTER)
    path = tmp_path / "a.zip"
    path.write_bytes(store.read(archive.package_sha256))
    report = verify_package(path)
    assert report.ok
    assert not report.signer
    assert "not signed" in report.not_proven[0]


def test_i41_i43_two_people_read_after_the_head_allowed_it_and_each_look_is_written_down(asked):
    day = opened(asked)
    assert read_volume(day.opening, 4, actor=day.officer, now=AFTER + HOUR).startswith(b"%PDF")
    read_volume(day.opening, 5, actor=day.supervisor, now=AFTER + 2 * HOUR)
    assert list(OpeningView.objects.values_list("user", "volume")) == [(day.officer.pk, 4), (day.supervisor.pk, 5)]
    read = LedgerEntry.objects.filter(kind="archives.read").order_by("sequence")
    assert [(entry.actor_id, entry.facts["volume"]) for entry in read] == [(day.officer.pk, 4), (day.supervisor.pk, 5)]


def test_i41_nothing_is_read_before_both_confirmed_nor_after_two_hours(asked):
    day = asked
    refused("archives.not_approved", confirm_presence, day.opening, actor=day.officer, now=AFTER)
    allowed(day)
    confirm_presence(day.opening, actor=day.officer, now=AFTER)
    refused("archives.not_open", read_volume, day.opening, 4, actor=day.officer, now=AFTER)
    refused("archives.answered_already", confirm_presence, day.opening, actor=day.officer, now=AFTER)
    confirm_presence(day.opening, actor=day.supervisor, now=AFTER)
    refused("archives.not_open", read_volume, day.opening, 4, actor=day.officer, now=AFTER + 2 * HOUR)
    assert not OpeningView.objects.exists()


def test_i41_what_was_not_asked_for_stays_closed_and_others_see_nothing(asked):
    day = opened(asked)
    refused("archives.volume_not_opened", read_volume, day.opening, 1, actor=day.officer, now=AFTER + HOUR)
    refused("archives.volume_not_opened", read_package, day.opening, actor=day.officer, now=AFTER + HOUR)
    for person in (day.head, day.assessors[0], day.candidates[0]):
        with pytest.raises(PermissionDenied):
            read_volume(day.opening, 4, actor=person, now=AFTER + HOUR)


def test_i41_the_head_who_allows_it_is_a_third_person(sealed, make_user):
    join(make_user("副会长"), sealed.plan.organisation, Role.HEAD)
    own = request_opening(sealed.archive, volumes=[1], purpose="抽查", witness=sealed.officer, actor=sealed.head, now=AFTER)
    refused("archives.third_person", approve_opening, own, actor=sealed.head, now=AFTER)
    with pytest.raises(IntegrityError), transaction.atomic():
        OpeningApproval.objects.create(
            opening=own, requested_by=sealed.head, witness=sealed.officer, approved_by=sealed.head, approved_at=AFTER
        )


def test_a_request_names_another_person_of_the_body_who_did_not_sit(sealed):
    for witness in (sealed.officer, sealed.candidates[0], sealed.assessors[0]):
        refused(
            "archives.witness_unfit", request_opening, sealed.archive,
            volumes=[1], purpose="抽查", witness=witness, actor=sealed.officer, now=AFTER,
        )  # fmt: skip


def test_i41_a_candidate_never_reads_even_as_an_officer(sealed):
    candidate = join(sealed.candidates[0], sealed.plan.organisation, Role.EXAM_OFFICER)
    with pytest.raises(PermissionDenied):
        request_opening(sealed.archive, volumes=[1], purpose="看看", witness=sealed.supervisor, actor=candidate, now=AFTER)


def test_a_request_lapses_and_is_not_allowed_twice(asked):
    late = AFTER + datetime.timedelta(days=7)
    refused("archives.opening_lapsed", approve_opening, asked.opening, actor=asked.head, now=late)
    allowed(asked)
    refused("archives.answered_already", approve_opening, asked.opening, actor=asked.other_head, now=AFTER)


def test_i41_the_records_of_an_opening_are_frozen(asked):
    opened(asked)
    for table, column in (("opening", "purpose"), ("presence", "at"), ("openingapproval", "approved_at")):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE archives_{table} SET {column} = {column}")  # noqa: S608


def test_i40_nothing_is_destroyed_before_its_time_and_then_by_two(sealed, make_user):
    day = sealed
    papers = {"kept": Kept.PAPER, "reason": "碎纸", "actor": day.officer}
    assert day.archive.paper_until == datetime.date(2029, 9, 21)
    refused("archives.retention_running", propose_destruction, day.archive, **papers, now=AFTER)
    assert over_retention(Archive.objects.all(), now=LATE - datetime.timedelta(days=1)) == []
    assert [kept for _archive, kept, _last in over_retention(Archive.objects.all(), now=LATE)] == [Kept.PAPER, Kept.VIDEO]
    row = propose_destruction(day.archive, **papers, now=LATE)
    refused("archives.destroyed_already", propose_destruction, day.archive, **papers, now=LATE)
    join(day.officer, day.plan.organisation, Role.HEAD)
    refused("archives.destruction_same_person", approve_destruction, row, actor=day.officer, now=LATE)
    approve_destruction(row, actor=day.head, now=LATE)
    assert [kept for _archive, kept, _last in over_retention(Archive.objects.all(), now=LATE)] == [Kept.VIDEO]
    assert Archive.objects.filter(pk=day.archive.pk).exists()


def test_i40_the_electronic_volumes_stay(sealed):
    later = datetime.datetime(2040, 1, 1, tzinfo=AFTER.tzinfo)
    refused(
        "archives.electronic_kept", propose_destruction, sealed.archive,
        kept=Kept.ELECTRONIC, reason="删除", actor=sealed.officer, now=later,
    )  # fmt: skip
