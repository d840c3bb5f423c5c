"""All that stays the same for the certificates of one batch: template, key, time stamps, engine. Makes their files."""

import datetime
import hashlib
import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import partial

from cryptography.hazmat.primitives import hashes
from django.conf import settings

from certification.certificates.compiled.errors import SlotError
from certification.certificates.compiled.template import CompiledTemplate
from certification.certificates.credential.addresses import Addresses
from certification.certificates.credential.builder import CredentialFacts, build_credential
from certification.certificates.credential.holder import holder_salts
from certification.certificates.credential.qr_token import token_facts, write_token
from certification.certificates.finishing import finish
from certification.certificates.keys.loading import DigestSigner, LoadedKey, asn1_certificates, load_key
from certification.certificates.models import Certificate, SigningKey, TemplateVersion
from certification.certificates.rendering import render_sheet
from certification.certificates.sheet import PrintTemplate, Sheet, SheetFile
from certification.certificates.signing import sign_pdf
from certification.certificates.stamping.material import SigningMaterial, material_for
from certification.certificates.validation import check_pdf, trusted_stamps
from lms.core import clock, store
from lms.core.crypto import derived_secret
from lms.core.errors import DomainError

CREDENTIAL_FILE = SheetFile(
    name="credential.json",
    data=b"",
    media_type="application/vc+ld+json",
    description="Open Badges 3.0 电子凭证 Open Badges 3.0 credential",
    relationship="Data",
)
LOOKED_AT = 50
"""Of the files that the compiled engine makes, the first and every so manieth is checked as a stranger would check it."""
KEPT = datetime.timedelta(minutes=30)
KEPT_PRESSES = 16
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Made:
    """A certificate's file in the store, and how it came about."""

    pdf_sha256: str
    credential_sha256: str
    engine: str
    signature_level: str


@dataclass(frozen=True)
class Drawn:
    """A certificate's signed file, not stored yet."""

    pdf: bytes
    credential: bytes
    engine: str
    signature_level: str

    def keep(self) -> Made:
        """Write file and credential once into the store; returns when both are on the disk."""
        return Made(
            pdf_sha256=store.put(self.pdf, suffix=".pdf"),
            credential_sha256=store.put(self.credential, suffix=".json"),
            engine=self.engine,
            signature_level=self.signature_level,
        )


class Press:
    """Makes files on one template version with one key. Holds no row of any certificate; may serve several threads."""

    def __init__(self, template: PrintTemplate, *, compiled: bool, signer: DigestSigner, slug: str, material: SigningMaterial):
        self.template, self.signer, self.material, self._slug = template, signer, material, slug
        self._finisher = partial(finish, material=material.dss)
        self._compiled = CompiledTemplate(template, finisher=self._finisher) if compiled else None
        self._addresses = Addresses(settings.PUBLIC_URL)
        self._assembled = 0

    @property
    def waits(self) -> bool:
        """Whether each file waits for somebody else: a time-stamp service, a token, a provider."""
        return self.material.time_stamper is not None or not isinstance(self.signer, LoadedKey)

    def make(self, certificate: Certificate, *, now: datetime.datetime) -> Made:
        """Draw the certificate's file and store it; see `draw_certificate`."""
        return self.draw_certificate(certificate, now=now).keep()

    def draw_certificate(self, certificate: Certificate, *, now: datetime.datetime) -> Drawn:
        """Return the certificate's signed file. The row stays as it is.

        Raises `DomainError` for a missing glyph, picture, time stamp or key, and when the fresh signature does not verify.
        """
        credential = self._credential(certificate)
        sheet = Sheet(
            claims=certificate.claims,
            id_number=certificate.id_number,
            photo=store.read(certificate.photo_sha256) if certificate.photo_sha256 else None,
            verify_url=certificate.verify_url,
            qr_text=self._qr_text(certificate),
            issued_at=certificate.issued_at,
            files=(_attached(credential),),
        )
        pdf, engine = self.draw(sheet, now=now)
        return Drawn(pdf, credential, engine, self.material.level.value)

    def draw(self, sheet: Sheet, *, now: datetime.datetime) -> tuple[bytes, str]:
        """Return the signed file and the engine that drew it: the compiled one where the sheet fits its slots."""
        stamper = self.material.time_stamper
        if self._compiled is not None:
            try:
                pdf = self._compiled.assemble(sheet, signer=self.signer, now=now, time_stamp=stamper.token if stamper else None)
            except SlotError as error:
                log.info("Drawn one by one: %s", error)
            else:
                if self._assembled % LOOKED_AT == 0:
                    self._check(pdf, now)
                self._assembled += 1
                return pdf, "compiled"
        unsigned = render_sheet(sheet, self.template, finisher=self._finisher)
        pdf = sign_pdf(unsigned, key=self.signer, now=now, time_stamper=stamper)
        self._check(pdf, now)
        return pdf, "reference"

    def _check(self, pdf: bytes, now: datetime.datetime) -> None:
        """Look at a fresh file as anybody will; a signature that does not verify leaves this house in no file."""
        roots = asn1_certificates(self.signer.chain[:1] or (self.signer.certificate,))
        report = check_pdf(pdf, roots=roots, stamp_roots=trusted_stamps(), moment=now)
        if not report.ok:
            log.error("A freshly signed certificate does not verify: %s", report.finding)
            raise DomainError("certificates.signature_failed", status=500)

    def _credential(self, certificate: Certificate) -> bytes:
        facts = CredentialFacts(
            addresses=self._addresses,
            issuer_slug=self._slug,
            token=certificate.token,
            status_index=certificate.status_index,
            salts=holder_salts(derived_secret("holder-salts"), certificate.token),
            issued_at=certificate.issued_at,
            id_number=certificate.id_number,
        )
        return build_credential(certificate.claims, facts, signer=self.signer)

    def _qr_text(self, certificate: Certificate) -> str:
        facts = token_facts(certificate.claims, issuer=self._slug)
        return write_token(facts, page=certificate.verify_url, signer=self.signer)


def _attached(credential: bytes) -> SheetFile:
    return SheetFile(**{**CREDENTIAL_FILE.__dict__, "data": credential})


@dataclass(frozen=True)
class _Kept:
    press: Press
    made_at: datetime.datetime


_kept: OrderedDict[tuple[str, ...], _Kept] = OrderedDict()
_lock = threading.Lock()


def press_for(template: TemplateVersion, signing_key: SigningKey) -> Press:
    """Return the press for this template version and key; a process keeps it, compiled, for half an hour.

    By the installation's clock, because the revocation lists in it are of that moment. Raises what `load_key` and `material_for` raise, before anybody is given a number.
    """
    now = clock.now()
    signer = load_key(signing_key)
    printed = template.as_print_template()
    fingerprint = signer.certificate.fingerprint(hashes.SHA256()).hex()
    # Two versions that look and say the same are the same to an engine, whatever they are called.
    words = hashlib.sha256(repr(replace(printed, key="")).encode()).hexdigest()
    name = (fingerprint, words, str(template.is_compiled), settings.TSA_URL, settings.SIGNATURE_LEVEL, settings.PUBLIC_URL)
    with _lock:
        kept = _kept.get(name)
        if kept is not None and abs(now - kept.made_at) < KEPT:
            _kept.move_to_end(name)
            return kept.press
    press = Press(
        printed,
        compiled=template.is_compiled,
        signer=signer,
        slug=signing_key.organisation.slug,
        material=material_for(signing_key),
    )
    with _lock:
        _kept[name] = _Kept(press, now)
        while len(_kept) > KEPT_PRESSES:
            _kept.popitem(last=False)
    return press
