"""Issuing with keys of every kind, and what becomes of a list when the signer fails in the middle."""

import datetime
import shutil
import subprocess

import pytest
from django.utils import timezone

from certification.certificates.keys import fake_service, http_provider
from certification.certificates.keys.certified import asn1_certificates
from certification.certificates.keys.loading import load_key
from certification.certificates.models import Certificate, IssueItem, SigningKey
from certification.certificates.rules.keys import Algorithm, Backend, KeyEvent
from certification.certificates.services import approve_batch, prepare_batch, resume_batch, run_batch
from certification.certificates.services.ceremonies import (
    Officers,
    hold_ceremony,
    issue_by_demo_authority,
    register_provider_key,
)
from certification.certificates.services.keys import confirm_change, propose_change, report_unsafe, signed_with
from certification.certificates.validation import check_pdf, trusted_roots
from lms.core import ledger, store
from lms.core.errors import DomainError
from tests.issued import AFTER

pytestmark = pytest.mark.django_db
NEXT_DAY = AFTER + datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch):
    monkeypatch.setattr(http_provider, "FIRST_PAUSE_SECONDS", 0.01)


def officers_of(day):
    return Officers(day.officer, day.head)


def exchange(day, key, *, now=AFTER):
    change = propose_change(key, KeyEvent.ACTIVATE, reason="换新密钥", actor=day.officer, now=now)
    return confirm_change(change, actor=day.head, now=now)


def new_key(day, *, backend=Backend.PKCS12, algorithm=Algorithm.ECDSA_P256, **options):
    two = officers_of(day)
    held = hold_ceremony(
        day.plan.organisation, backend=backend, algorithm=algorithm, officers=two, demo=True, now=AFTER, **options
    )
    return issue_by_demo_authority(held, officers=two, now=AFTER)


def provider_key(day, key_id="p256"):
    body = day.plan.organisation
    held = register_provider_key(body, provider="ca", key_id=key_id, officers=officers_of(day), now=AFTER)
    return held.signing_key


def run(day, *, now=AFTER):
    batch = prepare_batch(day.plan, actor=day.officer, now=now)
    approve_batch(batch, actor=day.head, now=now)
    return run_batch(batch, now=now)


def check_all(batch):
    roots = trusted_roots()
    for certificate in Certificate.objects.filter(issue_item__batch=batch):
        report = check_pdf(store.read(certificate.pdf_sha256), roots=roots)
        assert (report.ok, report.number) == (True, certificate.number), report.finding


@pytest.mark.parametrize("algorithm", [Algorithm.RSA_2048, Algorithm.RSA_3072])
def test_k90_a_body_with_an_rsa_key_issues(certified_day, algorithm, tmp_path):
    exchange(certified_day, new_key(certified_day, algorithm=algorithm))
    batch = run(certified_day)
    assert batch.status == "done", batch.problem
    check_all(batch)
    path = tmp_path / "rsa.pdf"
    path.write_bytes(store.read(Certificate.objects.first().pdf_sha256))
    told = subprocess.run([shutil.which("pdfsig"), "-nocert", path], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in told


def test_k91_a_body_with_a_key_in_a_token_issues(certified_day, tokens):
    exchange(certified_day, new_key(certified_day, backend=Backend.PKCS11, token_label="body"))
    batch = run(certified_day)
    assert batch.status == "done", batch.problem
    check_all(batch)


class Failing(fake_service.FakeSealService):
    """Goes down after some signatures, until somebody mends it."""

    left = 1000

    def _sign(self, question):
        if self.left <= 0:
            return 503, {"error": "maintenance"}
        self.left -= 1
        return super()._sign(question)


def test_k92_a_provider_that_fails_in_the_middle_pauses_the_list_and_nobody_is_lost(certified_day, start_provider, monkeypatch):
    monkeypatch.setattr("certification.certificates.services.making.WAITING", 1)
    service = start_provider(Failing).service
    exchange(certified_day, provider_key(certified_day))
    # A certificate takes three signatures: its file, its credential, its QR code.
    service.left = 3
    batch = run(certified_day)
    assert batch.status == "paused"
    assert "ca" in batch.problem
    assert sorted(Certificate.objects.values_list("status", flat=True)) == ["numbered", "valid"]
    assert not IssueItem.objects.filter(batch=batch, status="failed").exists()
    numbers = set(Certificate.objects.values_list("number", flat=True))
    service.left = 1000
    resume_batch(batch, actor=certified_day.officer, now=AFTER)
    batch = run_batch(batch, now=AFTER)
    assert batch.status == "done", batch.problem
    assert set(Certificate.objects.values_list("number", flat=True)) == numbers
    assert Certificate.objects.filter(status="valid").count() == 2
    check_all(batch)
    assert ledger.verify().ok


class Turning(Failing):
    """Signs something else from some moment on."""

    def _sign(self, question):
        if self.left > 0:
            return super()._sign(question)
        return super(Failing, self)._sign({**question, "hashes": ["A" * 43 + "="]})


def test_k93_a_provider_that_gives_wrong_signatures_stops_the_list_and_none_is_used(certified_day, start_provider):
    service = start_provider(Turning).service
    exchange(certified_day, provider_key(certified_day))
    service.left = 0
    batch = run(certified_day)
    assert batch.status == "paused"
    assert "ca" in batch.problem
    assert not Certificate.objects.exclude(status="numbered").exists()


def test_k94_old_certificates_stay_verifiable_after_the_key_was_exchanged(certified_day):
    batch = run(certified_day)
    exchange(certified_day, new_key(certified_day, algorithm=Algorithm.RSA_2048), now=NEXT_DAY)
    assert SigningKey.objects.get(pk=certified_day.key.pk).status == "retired"
    check_all(batch)
    assert signed_with(certified_day.key).count() == 2


def test_k95_the_key_is_not_exchanged_while_a_list_is_worked_on(certified_day):
    batch = prepare_batch(certified_day.plan, actor=certified_day.officer, now=AFTER)
    approve_batch(batch, actor=certified_day.head, now=AFTER)
    key = new_key(certified_day)
    with pytest.raises(DomainError) as caught:
        exchange(certified_day, key)
    assert caught.value.code == "certificates.issue_running"
    run_batch(batch, now=AFTER)
    change = key.changes.get()
    confirm_change(change, actor=certified_day.head, now=AFTER)
    assert SigningKey.objects.in_use().get() == key


def test_k96_a_stopped_key_pauses_the_list_whose_numbers_the_next_key_signs(certified_day, start_provider, monkeypatch):
    monkeypatch.setattr("certification.certificates.services.making.WAITING", 1)
    service = start_provider(Failing).service
    first = exchange(certified_day, provider_key(certified_day))
    service.left = 3
    batch = run(certified_day)
    report_unsafe(first, reason="服务方失密", since=AFTER, actor=certified_day.head, now=AFTER)
    resume_batch(batch, actor=certified_day.officer, now=AFTER)
    batch = run_batch(batch, now=AFTER)
    assert batch.status == "paused", "nobody can sign"
    assert [item.status for item in signed_with(first, since=AFTER)] == ["valid"]
    IssueItem.objects.filter(batch=batch).update(taken_at=timezone.now() - datetime.timedelta(hours=1))
    second = exchange(certified_day, new_key(certified_day))
    assert list(Certificate.objects.filter(status="numbered").values_list("signing_key", flat=True)) == [second.pk]
    resume_batch(batch, actor=certified_day.officer, now=AFTER)
    batch = run_batch(batch, now=AFTER)
    assert batch.status == "done", batch.problem
    assert {item.signing_key_id for item in Certificate.objects.all()} == {first.pk, second.pk}
    assert asn1_certificates(load_key(second).chain)


def test_k97_a_running_list_pauses_when_its_key_is_stopped(certified_day):
    batch = prepare_batch(certified_day.plan, actor=certified_day.officer, now=AFTER)
    approve_batch(batch, actor=certified_day.head, now=AFTER)
    report_unsafe(certified_day.key, reason="失窃", since=AFTER, actor=certified_day.officer, now=AFTER)
    batch.refresh_from_db()
    assert batch.status == "paused"
    assert certified_day.key.name in batch.problem
    run_batch(batch, now=AFTER)
    assert not Certificate.objects.filter(status="valid").exists()
