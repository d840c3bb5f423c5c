"""A further version of a certificate: the number stays, the old version says that it was replaced, nothing is lost."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from certification.certificates.models import Certificate, Programme
from certification.certificates.rules import Kind, Status, months_later
from certification.certificates.services import (
    approve_batch,
    correct_certificate,
    expire_certificates,
    prepare_batch,
    reissue_certificate,
    renew_certificate,
    revoke_certificate,
    run_batch,
    suspend_certificate,
)
from certification.certificates.validation import check_pdf, trusted_roots, trusted_stamps
from lms.core import ledger, store
from lms.core.errors import DomainError, InvalidTransition
from lms.core.models import LedgerEntry
from tests.issued import AFTER, issue

pytestmark = pytest.mark.django_db
LATER = AFTER + datetime.timedelta(days=40)


@pytest.fixture
def certificate(certified_day):
    return issue(certified_day.decisions[0], actor=certified_day.head)


def test_a_reissue_keeps_the_number_and_replaces_the_old_version(certified_day, certificate):
    new = reissue_certificate(certificate, reason="遗失", actor=certified_day.head, now=LATER)
    old = Certificate.objects.get(pk=certificate.pk)
    assert (new.number, new.version, new.replaces, new.state) == (old.number, 2, old, Status.VALID)
    assert (old.state, old.status_reason, old.status_at) == (Status.REPLACED, "遗失", LATER)
    assert new.token != old.token
    assert new.issued_on == old.issued_on
    assert new.claims["note"]["zh"].startswith("本证书为补发")


def test_both_files_stay_and_both_verify(certified_day, certificate):
    new = reissue_certificate(certificate, reason="遗失", actor=certified_day.head, now=LATER)
    for version in (certificate, new):
        report = check_pdf(store.read(version.pdf_sha256), roots=trusted_roots(), stamp_roots=trusted_stamps())
        assert (report.ok, report.number) == (True, certificate.number)
    assert certificate.pdf_sha256 != new.pdf_sha256


def test_a_correction_records_old_and_new_values_and_the_old_claims_stay_frozen(certified_day, certificate):
    before = Certificate.objects.get(pk=certificate.pk).claims
    new = correct_certificate(certificate, changes={"name": "王晓芳"}, reason="姓名有误", actor=certified_day.head, now=LATER)
    assert new.claims["holder"]["name"] == "王晓芳"
    assert new.changed_facts == {"name": {"old": before["holder"]["name"], "new": "王晓芳"}}
    assert Certificate.objects.get(pk=certificate.pk).claims == before


def test_a_corrected_id_number_stands_masked_in_claims_and_record(certified_day, certificate):
    new = correct_certificate(
        certificate, changes={"id_number": "11010519491231002X"}, reason="证号有误", actor=certified_day.head, now=LATER
    )
    assert Certificate.objects.get(pk=new.pk).id_number == "11010519491231002X"
    assert new.claims["holder"]["id_number_masked"] == "110***********002X"
    assert "11010519491231002X" not in str(new.changed_facts) + str(new.claims)


def test_the_ledger_names_the_facts_that_changed_and_not_their_values(certified_day, certificate):
    correct_certificate(certificate, changes={"name": "王晓芳"}, reason="姓名有误", actor=certified_day.head, now=LATER)
    entry = LedgerEntry.objects.get(kind="certificates.corrected")
    assert entry.facts["changed"] == ["name"]
    assert "王晓芳" not in str(entry.facts)
    assert LedgerEntry.objects.filter(kind="certificates.replaced").count() == 1
    assert ledger.verify().ok


@pytest.mark.parametrize("changes", [{}, {"name": "  "}])
def test_a_correction_that_changes_nothing_is_refused(certified_day, certificate, changes):
    changes = {"name": certificate.claims["holder"]["name"]} if changes else {}
    with pytest.raises(DomainError) as caught:
        correct_certificate(certificate, changes=changes, reason="？", actor=certified_day.head, now=LATER)
    assert caught.value.code == "certificates.nothing_to_correct"
    assert Certificate.objects.count() == 1


@pytest.mark.parametrize("fact", ["level", "occupation", "issued_on", "number"])
def test_a_wrong_level_or_occupation_is_not_corrected_but_revoked(certified_day, certificate, fact):
    with pytest.raises(DomainError) as caught:
        correct_certificate(certificate, changes={fact: "3"}, reason="？", actor=certified_day.head, now=LATER)
    assert caught.value.code == "certificates.not_correctable"


def test_only_the_head_of_the_body_makes_a_new_version(certified_day, certificate):
    for stranger in (certified_day.officer, certified_day.candidates[0]):
        with pytest.raises(PermissionDenied):
            reissue_certificate(certificate, reason="遗失", actor=stranger, now=LATER)


def test_a_reason_is_needed(certified_day, certificate):
    with pytest.raises(DomainError) as caught:
        reissue_certificate(certificate, reason=" ", actor=certified_day.head, now=LATER)
    assert caught.value.code == "certificates.reason_needed"


def test_what_is_revoked_suspended_or_replaced_gets_no_new_version(certified_day, certificate):
    stale = Certificate.objects.get(pk=certificate.pk)
    new = reissue_certificate(certificate, reason="遗失", actor=certified_day.head, now=LATER)
    with pytest.raises(InvalidTransition):
        reissue_certificate(stale, reason="遗失", actor=certified_day.head, now=LATER)
    suspend_certificate(new, reason="调查", actor=certified_day.head, now=LATER)
    with pytest.raises(InvalidTransition):
        reissue_certificate(new, reason="遗失", actor=certified_day.head, now=LATER)
    revoke_certificate(new, reason="申报材料不实", actor=certified_day.head, now=LATER)
    with pytest.raises(InvalidTransition):
        reissue_certificate(new, reason="遗失", actor=certified_day.head, now=LATER)


def test_a_version_that_cannot_be_made_leaves_the_old_one_valid(certified_day, certificate, monkeypatch):
    def fails(*args, **kwargs):
        raise DomainError("certificates.glyph_missing", characters="𰻝")

    monkeypatch.setattr("certification.certificates.press.Press.make", fails)
    with pytest.raises(DomainError):
        reissue_certificate(certificate, reason="遗失", actor=certified_day.head, now=LATER)
    assert Certificate.objects.get().state is Status.VALID


@pytest.fixture
def programme(certified_day):
    return Programme.objects.create(
        organisation=certified_day.plan.organisation,
        kind=Kind.ACHIEVEMENT.value,
        title="轮椅适配专项能力",
        title_en="Wheelchair fitting",
        valid_months=24,
        renewal_credits=Decimal(10),
    )


def give(programme, person, day, *, now=AFTER) -> Certificate:
    batch = prepare_batch(programme, people=[person], actor=day.officer, now=now)
    approve_batch(batch, actor=day.head, now=now)
    run_batch(batch, now=now)
    item = batch.items.get()
    assert item.certificate is not None, item.reason
    return Certificate.objects.get(pk=item.certificate_id)


def test_a_certificate_with_a_term_expires_after_its_last_day(certified_day, programme):
    held = give(programme, certified_day.candidates[0], certified_day)
    assert held.number.startswith("NL")
    assert held.valid_until == datetime.date(2028, 9, 20)
    assert held.state_on(held.valid_until) is Status.VALID
    assert held.state_on(held.valid_until + datetime.timedelta(days=1)) is Status.EXPIRED
    assert expire_certificates(today=held.valid_until, now=LATER) == 0
    assert expire_certificates(today=held.valid_until + datetime.timedelta(days=1), now=LATER) == 1
    assert expire_certificates(today=held.valid_until + datetime.timedelta(days=1), now=LATER) == 0
    held.refresh_from_db()
    assert held.state is Status.EXPIRED


def test_a_renewal_asks_for_the_credits_and_adds_a_term(certified_day, programme):
    person = certified_day.candidates[0]
    held = give(programme, person, certified_day)
    with pytest.raises(DomainError) as caught:
        renew_certificate(held, reason="再认定", actor=certified_day.head, now=LATER)
    assert caught.value.code == "certificates.credits_missing"
    credits = Programme.objects.create(
        organisation=certified_day.plan.organisation, kind=Kind.CREDITS.value, title="继续教育", credits=Decimal("12.5")
    )
    give(credits, person, certified_day, now=LATER)
    new = renew_certificate(held, reason="再认定", actor=certified_day.head, now=LATER)
    assert (new.number, new.version) == (held.number, 2)
    assert new.valid_until == datetime.date(2030, 9, 20)
    assert new.claims["valid_until"] == "2030-09-20"


def test_a_certificate_without_a_term_is_not_renewed(certified_day, certificate):
    with pytest.raises(DomainError) as caught:
        renew_certificate(certificate, reason="再认定", actor=certified_day.head, now=LATER)
    assert caught.value.code == "certificates.not_renewable"


def test_a_revoked_certificate_of_credits_counts_for_nothing(certified_day, programme):
    person = certified_day.candidates[0]
    held = give(programme, person, certified_day)
    credits = Programme.objects.create(
        organisation=certified_day.plan.organisation, kind=Kind.CREDITS.value, title="继续教育", credits=Decimal(12)
    )
    revoke_certificate(give(credits, person, certified_day), reason="学分有误", actor=certified_day.head, now=LATER)
    with pytest.raises(DomainError) as caught:
        renew_certificate(held, reason="再认定", actor=certified_day.head, now=LATER)
    assert caught.value.code == "certificates.credits_missing"


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ((2026, 1, 31), 1, (2026, 2, 28)),
        ((2028, 1, 31), 1, (2028, 2, 29)),
        ((2024, 2, 29), 12, (2025, 2, 28)),
        ((2026, 12, 15), 1, (2027, 1, 15)),
        ((2026, 9, 21), 24, (2028, 9, 21)),
        ((2026, 9, 21), 0, (2026, 9, 21)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_the_month(day, months, later):
    assert months_later(datetime.date(*day), months) == datetime.date(*later)
