"""Files whose time stamp is near its end get another one; the old bytes stay, and everything is written down."""

import datetime
import json
from io import StringIO

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management import CommandError, call_command

from certification.certificates import authority
from certification.certificates.models import Certificate
from certification.certificates.stamping import renewal
from certification.certificates.stamping.archive import AHEAD, last_stamp
from certification.certificates.stamping.local import LocalTimeStamper
from certification.certificates.stamping.material import StampService, material_for, wanted_level
from certification.certificates.stamping.models import ArchivedFile
from certification.certificates.validation import check_pdf, trusted_roots
from lms.core import clock, ledger, store
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from tests.issued import issue
from tests.stamped_file import YEARS, service_key, stamper

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(certified_day):
    return issue(certified_day.decisions[0], actor=certified_day.head)


@pytest.fixture
def years_later(issued, demo_authority, monkeypatch):
    """The moment when the stamp of the day of issue is near its end, with a younger service at work."""
    ends = last_stamp(store.read(issued.pdf_sha256)).provable_until
    now = ends - datetime.timedelta(days=100)
    younger = service_key(demo_authority, common_name="演示 Demo 时间戳 2", not_before=now - YEARS, not_after=now + 20 * YEARS)
    chain = (younger.certificate, demo_authority.certificate)
    monkeypatch.setattr(renewal, "time_stamp_service", lambda: StampService(stamper(younger, now), chain))
    return now


def test_a_certificate_is_issued_at_b_lt_by_the_demonstrations_service(issued):
    report = check_pdf(store.read(issued.pdf_sha256), roots=trusted_roots())
    assert (report.ok, report.level, issued.signature_level) == (True, "PAdES-B-LT", "PAdES-B-LT")
    assert "Demo" in report.stamped_by


def test_a_young_file_is_left_alone(issued):
    done = renewal.renew_time_stamps(now=clock.now())
    assert (done.seen, done.stamped, done.failed) == (1, 0, 0)
    assert renewal.newest_file(issued) == issued.pdf_sha256


def test_a_file_near_its_end_is_stamped_kept_and_written_down(issued, years_later):
    original = issued.pdf_sha256
    done = renewal.renew_time_stamps(now=years_later)
    assert (done.seen, done.stamped, done.failed) == (1, 1, 0)
    archived = ArchivedFile.objects.get()
    assert (archived.certificate, archived.before_sha256, archived.level) == (issued, original, "PAdES-B-LTA")
    assert archived.provable_until > years_later + AHEAD
    # The old bytes stay, and the new ones begin with them.
    assert store.read(archived.pdf_sha256).startswith(store.read(original))
    assert renewal.newest_file(issued) == archived.pdf_sha256
    assert Certificate.objects.get().pdf_sha256 == original
    assert renewal.certificate_of_file(original) == renewal.certificate_of_file(archived.pdf_sha256) == issued
    assert renewal.certificate_of_file("0" * 64) is None
    entry = LedgerEntry.objects.filter(kind="certificates.time_stamp_renewed").get()
    assert entry.facts["before_sha256"] == original
    assert ledger.verify().ok


def test_a_second_run_finds_nothing_to_do(issued, years_later):
    renewal.renew_time_stamps(now=years_later)
    assert renewal.renew_time_stamps(now=years_later).stamped == 0
    assert ArchivedFile.objects.count() == 1


def test_a_dry_run_only_counts(issued, years_later):
    assert renewal.renew_time_stamps(now=years_later, dry_run=True).stamped == 1
    assert not ArchivedFile.objects.exists()


def test_a_run_that_another_one_overtook_changes_nothing(issued, years_later, monkeypatch):
    renewal.renew_time_stamps(now=years_later)
    # The slower run had read the list of files before the faster one wrote its row.
    monkeypatch.setattr(renewal, "newest_file", lambda certificate: certificate.pdf_sha256)
    renewal.renew_time_stamps(now=years_later)
    assert ArchivedFile.objects.count() == 1


def test_a_file_that_is_damaged_in_the_store_is_reported_and_not_stamped(issued, years_later):
    from django.core.files.storage import storages

    sha256 = issued.pdf_sha256
    path = storages["write_once"].path(f"{sha256[:2]}/{sha256[2:4]}/{sha256}")
    with open(path, "r+b") as file:
        file.seek(5000)
        file.write(b"XX")
    done = renewal.renew_time_stamps(now=years_later)
    assert (done.stamped, done.failed) == (0, 1)
    assert "store.damaged" in done.job.rows.get().message
    assert not ArchivedFile.objects.exists()


def test_a_stamp_that_has_ended_already_cannot_be_carried_on(issued, years_later):
    done = renewal.renew_time_stamps(now=years_later + YEARS)
    assert (done.stamped, done.failed) == (0, 1)
    assert "unknown_time_stamp" in done.job.rows.get().message


def test_the_command_says_what_it_did(issued):
    out = StringIO()
    call_command("renew_time_stamps", "--json", stdout=out)
    assert json.loads(out.getvalue())["seen"] == 1


def test_without_a_service_nothing_is_renewed_and_nothing_issued_above_b_b(certified_day, settings):
    settings.TSA_URL = ""
    assert wanted_level().value == "PAdES-B-B"
    assert material_for(certified_day.key).time_stamper is None
    with pytest.raises(CommandError, match="no_time_stamps"):
        call_command("renew_time_stamps")
    settings.SIGNATURE_LEVEL = "PAdES-B-LT"
    with pytest.raises(DomainError) as caught:
        material_for(certified_day.key)
    assert caught.value.code == "certificates.no_time_stamps"


def test_a_level_that_does_not_exist_is_told(settings):
    settings.SIGNATURE_LEVEL = "PAdES-B-XL"
    with pytest.raises(DomainError) as caught:
        wanted_level()
    assert caught.value.code == "certificates.level_unknown"


@pytest.mark.parametrize(
    ("level", "url", "secure", "code"),
    [
        ("PAdES-B-XL", "", False, "certificates.E001"),
        ("PAdES-B-LTA", "demo:", False, "certificates.E001"),
        ("PAdES-B-LT", "", False, "certificates.E002"),
        ("", "demo:", True, "certificates.E003"),
    ],
)
def test_settings_that_contradict_each_other_are_told_at_the_start(level, url, secure, code, settings):
    from certification.certificates.checks import level_can_be_reached

    settings.SIGNATURE_LEVEL, settings.TSA_URL, settings.SESSION_COOKIE_SECURE = level, url, secure
    assert [problem.id for problem in level_can_be_reached(None)] == [code]
    settings.SIGNATURE_LEVEL, settings.TSA_URL, settings.SESSION_COOKIE_SECURE = "PAdES-B-LT", "https://tsa.example/", True
    assert level_can_be_reached(None) == []


def test_one_batch_gets_one_list_and_one_service(certified_day):
    first, second = material_for(certified_day.key), material_for(certified_day.key)
    assert first.dss == second.dss
    assert isinstance(first.time_stamper, LocalTimeStamper)
    assert len(first.dss.crls) == 1
    signer, service, root = first.dss.certificates[0], first.dss.certificates[2], first.dss.certificates[1]
    assert signer == _der(certified_day.key.certificate_pem)
    assert root == _der(certified_day.key.chain_pem)
    assert service == authority.make_demo_stamps().certificate.public_bytes(Encoding.DER)


def _der(pem):
    from cryptography import x509

    return x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER)


def test_a_body_whose_certificate_was_revoked_gets_no_material(certified_day):
    call_command("revoke_demo_certificate", str(certified_day.key.pk), stdout=StringIO())
    with pytest.raises(DomainError) as caught:
        material_for(certified_day.key)
    assert caught.value.code == "certificates.revocation_unknown"
