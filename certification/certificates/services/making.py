"""The files of certificates that have their number, and the moment from which they count."""

from collections.abc import Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Any

from django.db import transaction

from certification.certificates.keys.errors import SignerUnavailable
from certification.certificates.models import Certificate, IssueItem, SigningKey
from certification.certificates.press import Made, Press, press_for
from certification.certificates.rules import ItemStatus, Status
from certification.certificates.rules.keys import KeyStatus
from certification.certificates.services.notifying import tell_holders
from certification.certificates.services.taking import fail
from lms.core import ledger
from lms.core.bulk import update_many
from lms.core.errors import DomainError
from lms.core.ledger import NewEntry

WAITING = 8


class Presses:
    """The presses of one batch, one per template and key, made when first needed."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, int], Press] = {}

    def __call__(self, certificate: Certificate) -> Press:
        key = (certificate.template_id, certificate.signing_key_id)
        if key not in self._made:
            self._made[key] = press_for(certificate.template, certificate.signing_key)
        return self._made[key]


def make_all(certificates: Sequence[Certificate], *, press_of: Presses, now: datetime) -> None:
    """Make the files, then put all of them into force at once.

    A disk takes about as long to make sure of eight files as of one, and a time-stamp service or a provider answers
    eight questions as fast as one; so several threads wait for them. What nobody has to be waited for is drawn here,
    one after the other: Python's threads would only stand in each other's way.
    """
    presses = [press_of(certificate) for certificate in certificates]
    made: list[tuple[Certificate, Made]] = []
    unavailable: SignerUnavailable | None = None
    with ThreadPoolExecutor(max_workers=WAITING) as pool:
        waiting = [
            (certificate, _begin(press, certificate, pool, now=now))
            for certificate, press in zip(certificates, presses, strict=True)
        ]
        for certificate, file in waiting:
            if unavailable is not None and file.cancel():
                continue
            try:
                made.append((certificate, file.result()))
            except SignerUnavailable as error:
                unavailable = error
            except DomainError as error:
                # The number stays hers: the row waits, numbered, until what is wrong is mended and the batch resumed.
                fail(IssueItem.objects.filter(certificate=certificate), error)
    # What is made comes into force, also when nobody can be signed for any more; the others wait with their numbers.
    _put_into_force(made, now=now)
    if unavailable is not None:
        raise unavailable


def _begin(press: Press, certificate: Certificate, pool: ThreadPoolExecutor, *, now: datetime) -> Future[Made]:
    """Return the file to come; what goes wrong shows when its result is asked for."""
    if press.waits:
        return pool.submit(press.make, certificate, now=now)
    try:
        drawn = press.draw_certificate(certificate, now=now)
    except DomainError as error:
        failed: Future[Made] = Future()
        failed.set_exception(error)
        return failed
    return pool.submit(drawn.keep)


@transaction.atomic
def _put_into_force(made: Collection[tuple[Certificate, Made]], *, now: datetime) -> None:
    _require_keys_in_use({certificate.signing_key_id for certificate, _file in made})
    waiting = set(
        Certificate.objects.select_for_update(of=("self",))
        .filter(pk__in=[certificate.pk for certificate, _file in made], status=Status.NUMBERED.value)
        .values_list("pk", flat=True)
    )
    finished = []
    for certificate, file in made:
        if certificate.pk not in waiting:
            continue  # another worker was faster; this file stays in the store and is nobody's
        certificate.pdf_sha256, certificate.credential_sha256 = file.pdf_sha256, file.credential_sha256
        certificate.engine, certificate.signature_level = file.engine, file.signature_level
        certificate.status = Status.VALID.value
        finished.append(certificate)
    if not finished:
        return
    update_many(finished, "pdf_sha256", "credential_sha256", "engine", "signature_level", "status")
    IssueItem.objects.filter(certificate__in=finished).update(status=ItemStatus.ISSUED.value, reason="")
    ledger.append_many([issue_entry("certificates.issued", certificate) for certificate in finished], now=now)
    tell_holders(finished, now=now)


def _require_keys_in_use(pks: Collection[int]) -> None:
    """Refuse what was signed by a key that was reported while the files were made; held until it counts."""
    for key in SigningKey.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk"):
        if key.state is not KeyStatus.ACTIVE:
            raise DomainError("certificates.key_not_in_use", name=key.name)


def issue_entry(kind: str, certificate: Certificate, **facts: Any) -> NewEntry:
    """Return what the ledger keeps of a certificate that comes into force."""
    return NewEntry(
        kind,
        certificate,
        certificate.issued_by,
        {
            "number": certificate.number,
            "version": certificate.version,
            "decision": certificate.decision_id,
            "pdf_sha256": certificate.pdf_sha256,
            "claims_sha256": certificate.claims_sha256,
            "photo_sha256": certificate.photo_sha256,
            "signing_key": certificate.signing_key_id,
            **facts,
        },
    )
