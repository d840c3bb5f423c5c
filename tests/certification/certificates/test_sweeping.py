"""What nobody came back for is found: interrupted batches, people decided and not issued, terms that are over."""

import datetime

import pytest

from certification.certificates.models import Certificate
from certification.certificates.rules import ItemStatus
from certification.certificates.services import approve_batch, prepare_batch
from certification.certificates.services.sweeping import decided_but_unissued, sweep
from tests.issued import AFTER, SHANGHAI, issue

pytestmark = pytest.mark.django_db
LONG_AGO = datetime.datetime(2026, 1, 1, tzinfo=SHANGHAI)


def test_people_who_are_decided_and_on_no_list_are_counted(certified_day):
    number = certified_day.plan.number
    assert decided_but_unissued() == {number: 2}
    issue(certified_day.decisions[0], actor=certified_day.head)
    assert decided_but_unissued() == {number: 1}
    prepare_batch(certified_day.plan, actor=certified_day.officer, now=AFTER)
    assert decided_but_unissued() == {}


def test_a_batch_whose_worker_died_is_taken_up_again(certified_day, django_capture_on_commit_callbacks):
    batch = prepare_batch(certified_day.plan, actor=certified_day.officer, now=AFTER)
    approve_batch(batch, actor=certified_day.head, now=AFTER)
    type(batch).objects.filter(pk=batch.pk).update(approved_at=LONG_AGO)
    batch.items.update(status=ItemStatus.TAKEN.value, taken_by="dead", taken_at=LONG_AGO)
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep(today=AFTER.date(), now=AFTER).taken_up == 1
    assert Certificate.objects.filter(status="valid").count() == 2


def test_a_batch_that_somebody_works_on_is_left_alone(certified_day, django_capture_on_commit_callbacks):
    from django.utils import timezone

    batch = prepare_batch(certified_day.plan, actor=certified_day.officer, now=AFTER)
    approve_batch(batch, actor=certified_day.head, now=AFTER)
    type(batch).objects.filter(pk=batch.pk).update(approved_at=LONG_AGO)
    batch.items.update(status=ItemStatus.TAKEN.value, taken_by="alive", taken_at=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep(today=AFTER.date(), now=AFTER).taken_up == 0
    assert not Certificate.objects.exists()


def test_a_sweep_may_be_repeated(certified_day, django_capture_on_commit_callbacks):
    issue(certified_day.decisions[0], actor=certified_day.head)
    before = list(Certificate.objects.values_list("pk", "status"))
    for _again in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            sweep(today=AFTER.date(), now=AFTER)
    assert list(Certificate.objects.values_list("pk", "status")) == before
