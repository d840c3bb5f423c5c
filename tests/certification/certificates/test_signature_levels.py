"""B-B, B-T, B-LT and B-LTA: what each level proves, to us and to readers that are not ours. No database."""

import asyncio
import datetime
import io
import shutil
import subprocess

import pikepdf
import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import DocumentSecurityStore, validate_pdf_signature
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec, SignatureValidationSpec
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule
from pyhanko_certvalidator.registry import SimpleTrustManager

from certification.certificates import authority, envelope, signing
from certification.certificates.finishing import ARCHIVE_FIELD, ARCHIVE_LABEL
from certification.certificates.keys.loading import asn1_certificates
from certification.certificates.signed_bytes import content_in, signatures_in
from certification.certificates.stamping.archive import last_stamp, lift_to_lta, needs_new_stamp
from certification.certificates.stamping.levels import Level
from certification.certificates.stamping.revocation import RevocationMaterial, fetch_material
from certification.certificates.validation import Finding, check_pdf, trusted_roots, trusted_stamps
from lms.core.errors import DomainError
from tests.signed_file import NOW
from tests.stamped_file import ARCHIVED_AT, STAMPED_AT, YEARS, drawn, material_of, rsa_key, service_key, stamper

SOON = NOW + datetime.timedelta(days=1)


def judged(data, stamped, moment=SOON, **trust):
    return check_pdf(data, roots=trust.pop("roots", stamped.roots), moment=moment, **trust)


def cms_of(data):
    return content_in(signatures_in(data)[0].raw(data))[1]["content"]


@pytest.mark.parametrize(
    ("name", "level", "moment"),
    [("b", Level.B, SOON), ("t", Level.T, SOON), ("lt", Level.LT, SOON), ("lta", Level.LTA, ARCHIVED_AT + YEARS / 2)],
)
def test_each_level_is_told(stamped, name, level, moment):
    report = judged(getattr(stamped, name), stamped, moment)
    assert (report.finding, report.level) == (Finding.INTACT, level)
    assert report.stamped_at == (None if level is Level.B else STAMPED_AT)
    assert report.archived_at == (ARCHIVED_AT if level is Level.LTA else None)
    assert report.as_json()["level"] == level.value


@pytest.mark.parametrize("bits", [2048, 3072])
def test_a_body_may_sign_with_rsa(stamped, bits):
    key = rsa_key(stamped.root, bits)
    service = stamper(stamped.service, STAMPED_AT)
    plain = signing.sign_pdf(stamped.unsigned, key=key, now=NOW)
    with_stamp = signing.sign_pdf(stamped.unsigned, key=key, now=NOW, time_stamper=service)
    assert judged(plain, stamped).level == Level.B
    assert judged(with_stamp, stamped).ok
    assert cms_of(with_stamp)["signer_infos"][0]["signature_algorithm"]["algorithm"].native == "sha256_rsa"
    # The file's own list says nothing about this key's certificate? It does: one list speaks for all of its issuer.
    assert judged(with_stamp, stamped).level == Level.LT


def test_a_short_rsa_key_signs_nothing(stamped):
    with pytest.raises(ValueError, match="too short"):
        signing.sign_pdf(stamped.unsigned, key=rsa_key(stamped.root, 1024), now=NOW)


def test_the_cms_that_pyhanko_carries_is_the_one_form(stamped):
    for data in (stamped.b, stamped.t, stamped.lt):
        place = signatures_in(data)[0]
        signed = cms_of(data)
        assert envelope.has_our_form(place.raw(data), signed, envelope.signer_of(signed))
        assert len(place.raw(data)) == envelope.contents_bytes(stamped=data is not stamped.b)


def test_a_certificate_outlives_the_signers_certificate_by_its_time_stamp(stamped):
    short = service_key(stamped.root, common_name="短 Short", stamps=False, not_after=NOW + datetime.timedelta(days=30))
    plain = signing.sign_pdf(stamped.unsigned, key=short, now=NOW)
    with_stamp = signing.sign_pdf(stamped.unsigned, key=short, now=NOW, time_stamper=stamper(stamped.service, STAMPED_AT))
    later = NOW + 3 * YEARS
    assert judged(plain, stamped).ok
    assert judged(plain, stamped, later).finding is Finding.UNKNOWN_SIGNER
    assert judged(with_stamp, stamped, later).ok


def test_a_time_stamp_from_after_the_end_of_the_signers_certificate_proves_nothing(stamped):
    short = service_key(stamped.root, common_name="短 Short", stamps=False, not_after=NOW + datetime.timedelta(days=30))
    late = signing.sign_pdf(stamped.unsigned, key=short, now=NOW, time_stamper=stamper(stamped.service, NOW + YEARS))
    assert judged(late, stamped, NOW + 2 * YEARS).finding is Finding.UNKNOWN_SIGNER


def test_a_time_stamp_whose_own_certificate_ended_is_told_and_an_archive_stamp_carries_it_on(stamped):
    after = stamped.service.certificate.not_valid_after_utc + datetime.timedelta(days=1)
    assert judged(stamped.lt, stamped, after).finding is Finding.UNKNOWN_STAMP
    assert judged(stamped.lta, stamped, after).ok


def test_a_time_stamp_of_an_unknown_service_is_told(stamped, tmp_path):
    stranger = service_key(authority.make_demo_authority(directory=tmp_path))
    data = signing.sign_pdf(stamped.unsigned, key=stamped.key, now=NOW, time_stamper=stamper(stranger, STAMPED_AT))
    report = judged(data, stamped)
    assert (report.finding, report.level, report.stamped_at) == (Finding.UNKNOWN_STAMP, "", None)


def test_who_may_issue_signers_need_not_be_believed_about_time(stamped, tmp_path):
    other = asn1_certificates((authority.make_demo_authority(directory=tmp_path).certificate,))
    assert judged(stamped.lt, stamped, stamp_roots=other).finding is Finding.UNKNOWN_STAMP
    assert judged(stamped.lt, stamped, roots=other, stamp_roots=stamped.roots).finding is Finding.UNKNOWN_SIGNER


def test_trust_in_services_is_a_file_of_its_own_or_that_of_the_roots(settings, tmp_path):
    settings.SIGNING_KEY_DIR = tmp_path
    authority.make_demo_authority()
    assert [item.dump() for item in trusted_stamps()] == [item.dump() for item in trusted_roots()]
    (tmp_path / "trusted-stamps.pem").unlink()
    assert [item.dump() for item in trusted_stamps()] == [item.dump() for item in trusted_roots()]


def test_lists_that_do_not_speak_of_the_time_of_signing_prove_no_lt(stamped, portrait, tmp_path):
    old = material_of(stamped.root, stamped.key, stamped.service, now=NOW - datetime.timedelta(days=90), directory=tmp_path)
    data = signing.sign_pdf(drawn(portrait, old), key=stamped.key, now=NOW, time_stamper=stamper(stamped.service, STAMPED_AT))
    assert judged(data, stamped).level == Level.T


def test_a_signer_on_the_files_own_revocation_list_is_not_believed(stamped, portrait, tmp_path):
    authority.revoke(
        stamped.root, stamped.key.certificate.serial_number, now=NOW - datetime.timedelta(days=1), directory=tmp_path
    )
    told = material_of(stamped.root, stamped.key, stamped.service, now=NOW, directory=tmp_path)
    data = signing.sign_pdf(drawn(portrait, told), key=stamped.key, now=NOW, time_stamper=stamper(stamped.service, STAMPED_AT))
    assert judged(data, stamped).finding is Finding.UNKNOWN_SIGNER


def test_a_service_on_the_files_own_revocation_list_is_not_believed_about_time(stamped, portrait, tmp_path):
    serial = stamped.service.certificate.serial_number
    authority.revoke(stamped.root, serial, now=NOW - datetime.timedelta(days=1), directory=tmp_path)
    told = material_of(stamped.root, stamped.key, stamped.service, now=NOW, directory=tmp_path)
    data = signing.sign_pdf(drawn(portrait, told), key=stamped.key, now=NOW, time_stamper=stamper(stamped.service, STAMPED_AT))
    report = judged(data, stamped)
    assert (report.finding, report.level, report.stamped_at) == (Finding.UNKNOWN_STAMP, "", None)


def test_a_service_that_was_revoked_after_the_stamp_had_stamped_rightly(stamped, portrait, tmp_path):
    after = STAMPED_AT + datetime.timedelta(days=1)
    authority.revoke(stamped.root, stamped.service.certificate.serial_number, now=after, directory=tmp_path)
    told = material_of(stamped.root, stamped.key, stamped.service, now=after, directory=tmp_path)
    data = signing.sign_pdf(drawn(portrait, told), key=stamped.key, now=NOW, time_stamper=stamper(stamped.service, STAMPED_AT))
    assert judged(data, stamped, after).finding is Finding.INTACT


def test_b_lt_validates_offline_from_its_own_dss_alone_with_hard_fail_revocation(stamped):
    """By pyHanko's own code, and not without the DSS."""
    policy = {
        "trust_roots": stamped.roots,
        "allow_fetching": False,
        "revocation_mode": "require",
        "moment": STAMPED_AT + datetime.timedelta(days=3),
    }

    def status(data, context):
        signature = PdfFileReader(io.BytesIO(data)).embedded_signatures[0]
        return validate_pdf_signature(signature, context, ts_validation_context=context, skip_diff=True)

    context = DocumentSecurityStore.read_dss(PdfFileReader(io.BytesIO(stamped.lt))).as_validation_context(policy)
    found = status(stamped.lt, context)
    assert found.bottom_line
    assert found.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert found.timestamp_validity.trusted
    assert not status(stamped.t, ValidationContext(**policy, crls=[], ocsps=[])).bottom_line


@pytest.mark.parametrize(
    ("name", "moment"),
    [("lt", STAMPED_AT + datetime.timedelta(days=3)), ("lta", ARCHIVED_AT + datetime.timedelta(days=3))],
)
def test_pyhankos_own_long_term_validation_agrees(stamped, name, moment):
    """ETSI EN 319 102-1 5.6.3, offline, with every modification between the revisions looked at."""
    revocation = CertRevTrustPolicy(
        RevocationCheckingPolicy(
            ee_certificate_rule=RevocationCheckingRule.CRL_REQUIRED, intermediate_ca_cert_rule=RevocationCheckingRule.CRL_REQUIRED
        )
    )
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=stamped.roots), revinfo_policy=revocation
    )
    spec = PdfSignatureValidationSpec(SignatureValidationSpec(cert_validation_policy=policy))
    signature = PdfFileReader(io.BytesIO(getattr(stamped, name))).embedded_regular_signatures[0]
    with time_machine.travel(moment, tick=False):
        found = asyncio.run(ades_lta_validation(signature, spec))
    assert found.ades_subindic is AdESPassed.OK, found.failure_msg
    assert found.best_signature_time == STAMPED_AT


@pytest.mark.parametrize("name", ["b", "t", "lt"])
def test_files_of_every_level_conform_to_pdf_a_3a_and_pdf_ua_1(stamped, name):
    page = pytest.importorskip("page", reason="page-validation is a development tool")
    for profile in ("3a", "ua1"):
        report = page.validate_pdf_bytes(getattr(stamped, name), profile=profile)
        assert report.is_compliant, [(failure.rule_id, failure) for failure in report.failures]


def test_an_archived_file_still_conforms_to_pdf_ua_1_and_its_original_to_both(stamped):
    page = pytest.importorskip("page", reason="page-validation is a development tool")
    assert page.validate_pdf_bytes(stamped.lta, profile="ua1").is_compliant
    # An earlier signature can only cover the file as it was: that is what an archive stamp is, and all it says.
    told = {failure.rule_id for failure in page.validate_pdf_bytes(stamped.lta, profile="3a").failures}
    assert told <= {"PDFA3A-SIGNATURE-BYTERANGE-001"}
    assert stamped.lta.startswith(stamped.lt)


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler-utils is not installed")
@pytest.mark.parametrize("name", ["b", "t", "lt", "lta"])
def test_poppler_finds_the_signature_valid(stamped, name, tmp_path):
    (tmp_path / "c.pdf").write_bytes(getattr(stamped, name))
    said = subprocess.run(["pdfsig", str(tmp_path / "c.pdf")], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
@pytest.mark.parametrize("name", ["b", "t", "lt", "lta"])
def test_qpdf_finds_nothing_wrong(stamped, name, tmp_path):
    (tmp_path / "c.pdf").write_bytes(getattr(stamped, name))
    checked = subprocess.run(["qpdf", "--check", str(tmp_path / "c.pdf")], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_archives_field_stands_ready_tagged_and_described(stamped):
    with pikepdf.open(io.BytesIO(stamped.lt)) as pdf:
        field = pdf.Root.AcroForm.Fields[1]
        assert (str(field.T), str(field.TU)) == (ARCHIVE_FIELD, ARCHIVE_LABEL)
        assert "/V" not in field
        numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
        element = numbers[list(numbers)[::2].index(int(field.StructParent)) * 2 + 1]
        assert str(element.S) == "/Form"
        assert element.K.Obj.objgen == field.objgen


def test_the_proof_in_the_file_is_certificates_and_lists(stamped):
    with pikepdf.open(io.BytesIO(stamped.lt)) as pdf:
        store = pdf.Root.DSS
        assert tuple(item.read_bytes() for item in store.Certs) == stamped.material.certificates
        assert tuple(item.read_bytes() for item in store.CRLs) == stamped.material.crls
        assert "/OCSPs" not in store


# --- the archive's stamp -------------------------------------------------------------------------------------------


def test_the_metadata_is_not_touched_by_an_archive_stamp(stamped):
    with pikepdf.open(io.BytesIO(stamped.lt)) as before, pikepdf.open(io.BytesIO(stamped.lta)) as after:
        assert before.Root.Metadata.objgen == after.Root.Metadata.objgen
        assert before.Root.Metadata.read_bytes() == after.Root.Metadata.read_bytes()


def test_the_same_stamp_makes_the_same_file(stamped):
    token = last_stamp(stamped.lta).token

    class Again:
        def token(self, digest):
            return token

    with pikepdf.open(io.BytesIO(stamped.lta)) as pdf:
        lists = [item.read_bytes() for item in pdf.Root.DSS.CRLs][1:]
        certificates = [item.read_bytes() for item in pdf.Root.DSS.Certs][len(stamped.material.certificates) :]
    added = RevocationMaterial(tuple(certificates), tuple(lists))
    assert lift_to_lta(stamped.lt, time_stamper=Again(), material=added) == stamped.lta


def test_stamps_can_be_renewed_again_and_again_and_the_file_stays_accessible(stamped):
    page = pytest.importorskip("page", reason="page-validation is a development tool")
    long = {"not_before": NOW - YEARS, "not_after": NOW + 40 * YEARS}
    data, moment = stamped.lt, STAMPED_AT
    for number in range(1, 5):
        moment += YEARS
        data = lift_to_lta(data, time_stamper=stamper(service_key(stamped.root, common_name=f"演示 {number}", **long), moment))
        report = judged(data, stamped, moment + YEARS)
        assert (report.finding, report.level, report.archived_at) == (Finding.INTACT, Level.LTA, moment)
        assert report.stamped_at == STAMPED_AT
        assert page.validate_pdf_bytes(data, profile="ua1").is_compliant
        assert len(PdfFileReader(io.BytesIO(data)).embedded_timestamp_signatures) == number
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert [str(field.T) for field in pdf.Root.AcroForm.Fields] == ["Sig1", "Stamp1", "Stamp2", "Stamp3", "Stamp4"]


def test_when_a_new_stamp_is_needed(stamped):
    ends = stamped.service.certificate.not_valid_after_utc
    assert not needs_new_stamp(stamped.lt, now=ends - datetime.timedelta(days=200))
    assert needs_new_stamp(stamped.lt, now=ends - datetime.timedelta(days=100))
    assert not needs_new_stamp(stamped.lta, now=ends - datetime.timedelta(days=184))
    assert not needs_new_stamp(stamped.b, now=ends)


# --- lists of real authorities ------------------------------------------------------------------------------------


def published(root, *, address="http://crl.example/root.crl"):
    """A key whose certificate says where the list of its issuer lies."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    private = ec.generate_private_key(ec.SECP256R1())
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(address)], None, None, None)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Real")]))
        .issuer_name(root.certificate.subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(authority.NOT_BEFORE)
        .not_valid_after(authority.NOT_AFTER)
        .add_extension(x509.CRLDistributionPoints([point]), critical=False)
        .sign(root.private_key, hashes.SHA256())
    )


def test_a_real_authoritys_list_is_fetched_once_from_where_the_certificate_says(root, tmp_path):
    listed = authority.issue_list(root, now=NOW, directory=tmp_path).public_bytes(Encoding.DER)
    asked = []

    def fetch(url, question):
        asked.append(url)
        return listed

    certificate = published(root)
    found = fetch_material([(certificate, root.certificate)], fetch=fetch)
    assert asked == ["http://crl.example/root.crl"]
    assert found.crls == (listed,)
    assert found.certificates == (certificate.public_bytes(Encoding.DER), root.certificate.public_bytes(Encoding.DER))


def test_a_list_that_is_missing_forged_or_names_the_certificate_stops_the_batch(root, tmp_path):
    certificate = published(root)
    (tmp_path / "other").mkdir()
    stranger = authority.make_demo_authority(directory=tmp_path / "other")
    forged = authority.issue_list(stranger, now=NOW, directory=tmp_path / "other").public_bytes(Encoding.DER)
    authority.revoke(root, certificate.serial_number, now=NOW, directory=tmp_path)
    revoked = (tmp_path / authority.LIST_FILE).read_bytes()

    def missing(url, question):
        raise OSError("404")

    for fetch in (missing, lambda url, question: forged, lambda url, question: revoked, lambda url, question: b"x"):
        with pytest.raises(DomainError) as caught:
            fetch_material([(certificate, root.certificate)], fetch=fetch)
        assert caught.value.code == "certificates.revocation_unknown"


def test_the_list_of_the_demonstration_remembers_whom_it_named(root, tmp_path):
    authority.revoke(root, 5, now=NOW, directory=tmp_path)
    authority.revoke(root, 6, now=NOW, directory=tmp_path)
    later = authority.issue_list(root, now=NOW + YEARS, directory=tmp_path)
    assert {entry.serial_number for entry in later} == {5, 6}
    assert authority.current_list(root, now=NOW + YEARS, directory=tmp_path) == later
    assert authority.current_list(root, now=NOW + 2 * YEARS, directory=tmp_path) != later
