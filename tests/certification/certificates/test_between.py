"""What happens to a list between two moments: a key is lost, a head reads her own name, the list is dropped."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, connections

from certification.certificates.models import Certificate, IssueBatch
from certification.certificates.services import (
    approve_batch,
    batches,
    cancel_batch,
    drafting,
    making,
    pause_batch,
    prepare_batch,
    run_batch,
)
from certification.certificates.services.keys import report_unsafe
from certification.certificates.services.programmes import prepare_programme
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from tests.held import programme_of
from tests.issued import AFTER, issue


@pytest.fixture
def approved(certified_day, monkeypatch):
    monkeypatch.setattr(batches, "_queue", lambda *args: None)
    batch = prepare_batch(certified_day.plan, actor=certified_day.officer, now=AFTER)
    return approve_batch(batch, actor=certified_day.head, now=AFTER)


@pytest.mark.django_db
def test_nothing_comes_into_force_under_a_key_that_was_reported_while_files_were_made(certified_day, approved, monkeypatch):
    put_into_force = making._put_into_force

    def reported_meanwhile(made, *, now):
        report_unsafe(certified_day.key, reason="令牌遗失", since=AFTER, actor=certified_day.head, now=now)
        put_into_force(made, now=now)

    monkeypatch.setattr(making, "_put_into_force", reported_meanwhile)
    run_batch(approved, now=AFTER)
    assert set(Certificate.objects.values_list("status", flat=True)) == {"numbered"}


@pytest.mark.django_db
def test_what_a_late_worker_signed_after_the_key_was_lost_is_among_what_is_to_be_looked_through(
    certified_day, approved, monkeypatch
):
    """The worker takes the list up two hours after its approval, and the key was lost in between."""
    from certification.certificates import tasks
    from lms.core import clock

    later = AFTER + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    tasks.run_batch.call(approved.pk)
    lost = AFTER + timedelta(hours=1)
    signed = report_unsafe(certified_day.key, reason="令牌遗失", since=lost, actor=certified_day.head, now=later)
    assert signed.count() == Certificate.objects.public().count() > 0


@pytest.mark.django_db
def test_a_head_does_not_approve_a_list_with_her_own_name(certified_day):
    programme = programme_of(certified_day.plan.organisation)
    batch = prepare_programme(programme, people=[certified_day.head], actor=certified_day.officer, now=AFTER)
    with pytest.raises(DomainError) as refused:
        approve_batch(batch, actor=certified_day.head, now=AFTER)
    assert refused.value.code == "certificates.own_name_on_list"


@pytest.mark.django_db
def test_the_photos_checksum_is_frozen_in_the_ledger(certified_day):
    """Else a photo exchanged by SQL would be shown to whoever has a shared link, and nobody would tell."""
    certificate = issue(certified_day.decisions[0], actor=certified_day.head)
    entry = LedgerEntry.objects.get(kind="certificates.issued")
    assert certificate.photo_sha256
    assert entry.facts.get("photo_sha256") == certificate.photo_sha256


@pytest.mark.django_db(transaction=True)
def test_a_list_dropped_while_a_worker_numbers_issues_nobody(certified_day, approved, monkeypatch):
    """The dropping reads no numbers yet, then waits for the items; the worker goes on with certificates that it did not see."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one of them write after the other")
    write, dropping = drafting.update_many, []

    def drop():
        try:
            batch = IssueBatch.objects.get(pk=approved.pk)
            pause_batch(batch, actor=certified_day.officer, now=AFTER)
            cancel_batch(batch, actor=certified_day.officer, now=AFTER)
        finally:
            connections.close_all()

    def slowly(rows, *names):
        write(rows, *names)
        if names == ("certificate",) and not dropping:
            dropping.append(threading.Thread(target=drop))
            dropping[0].start()
            time.sleep(1.5)

    monkeypatch.setattr(drafting, "update_many", slowly)
    run_batch(approved, now=AFTER)
    dropping[0].join()
    approved.refresh_from_db()
    assert approved.status == "cancelled"
    assert set(Certificate.objects.values_list("status", flat=True)) == {"voided"}
