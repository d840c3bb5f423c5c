"""What an officer prepared the head approves, and nothing else."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from certification.results.models import Decision, PreparedList, Publication
from certification.results.services import prepare_list, publish_results
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from lms.organisations.rules import Role
from tests.decided import confirm, decide, hang_out
from tests.exam_day import MONDAY, assess


@pytest.fixture
def day(exam_day: SimpleNamespace) -> SimpleNamespace:
    assess(exam_day)
    confirm(exam_day)
    return exam_day


def refused(act, day: SimpleNamespace, actor) -> str:
    with pytest.raises(DomainError) as refusal:
        act(day.plan, actor=actor, now=MONDAY)
    return refusal.value.code


def test_the_head_publishes_what_the_officer_prepared(day: SimpleNamespace) -> None:
    assert refused(publish_results, day, day.head) == "results.not_prepared"
    prepare_list(day.plan, actor=day.officer, now=MONDAY)
    publication = publish_results(day.plan, actor=day.head, now=MONDAY)
    assert (publication.prepared_by, publication.published_by) == (day.officer, day.head)
    assert publication.content_sha256 == PreparedList.objects.get().content_sha256


def test_nobody_prepares_and_approves(day: SimpleNamespace, association, member) -> None:
    member(day.officer, association, Role.HEAD)
    prepare_list(day.plan, actor=day.officer, now=MONDAY)
    assert refused(publish_results, day, day.officer) == "results.publish_same_person"
    assert not Publication.objects.exists()


def test_the_database_refuses_one_person_as_both(day: SimpleNamespace) -> None:
    publication = hang_out(day)
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.filter(pk=publication.pk).update(prepared_by=day.head)


def test_another_list_than_the_prepared_one_is_not_published(day: SimpleNamespace) -> None:
    prepare_list(day.plan, actor=day.officer, now=MONDAY)
    Decision.objects.filter(seat=day.seats[2]).update(passed=True)
    assert refused(publish_results, day, day.head) == "results.list_changed"
    assert not Publication.objects.exists()


def test_only_an_officer_prepares_and_only_the_head_approves(day: SimpleNamespace) -> None:
    for actor in (day.head, day.supervisor, day.assessors[0], day.candidates[0]):
        with pytest.raises(PermissionDenied):
            prepare_list(day.plan, actor=actor, now=MONDAY)
    prepare_list(day.plan, actor=day.officer, now=MONDAY)
    for actor in (day.officer, day.supervisor, day.candidates[0]):
        with pytest.raises(PermissionDenied):
            publish_results(day.plan, actor=actor, now=MONDAY)


def test_preparing_twice_is_preparing_once(day: SimpleNamespace) -> None:
    for _twice in range(2):
        prepare_list(day.plan, actor=day.officer, now=MONDAY)
    assert PreparedList.objects.count() == 1
    assert LedgerEntry.objects.filter(kind="results.list_prepared").count() == 1


def test_nothing_is_prepared_before_everything_is_confirmed(exam_day: SimpleNamespace) -> None:
    assess(exam_day)
    decide(exam_day)
    assert refused(prepare_list, exam_day, exam_day.officer) == "results.not_confirmed"
