"""Which certificates are due in an upload of each kind. Numbers are followed, not versions: the authority knows numbers.

A certificate is reported as new when it holds and its number was never reported. A correction follows when personal data
changed after what the authority accepted; a revocation when the authority has accepted a number that is now revoked.
"""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from certification.bodies.models import Filing
from certification.certificates.models import Certificate
from certification.certificates.rules import Kind, Status
from certification.registry.upload.models import UploadRecord
from certification.registry.upload.rules import LIVE_RECORDS, Operation, RecordStatus

REPORTED_FACTS = ["name", "id_number"]
"""Facts of a correction that the sheet shows; a new photo alone is no news to the authority."""
LIVE = [status.value for status in LIVE_RECORDS]


def due(operation: Operation, filings: Collection[Filing] | QuerySet[Filing]) -> QuerySet[Certificate]:
    """Return the certificates of these filings that a batch of this kind would report, by date of issue and number."""
    reported = Certificate.objects.filter(kind=Kind.SKILL_LEVEL.value, filing__in=filings).order_by("issued_on", "number")
    return {Operation.ADD: _new, Operation.CORRECT: corrected, Operation.REVOKE: _revoked}[operation](reported)


def being_made(filings: Collection[Filing] | QuerySet[Filing]) -> QuerySet[Certificate]:
    """Return those that have a number and no file yet, and so are no certificates that could be reported."""
    return Certificate.objects.filter(kind=Kind.SKILL_LEVEL.value, filing__in=filings, status=Status.NUMBERED.value)


def fits(operation: Operation, certificate: Certificate) -> bool:
    """Tell whether a certificate that is on a list still is what the list says: in force, or revoked."""
    wanted = Status.REVOKED if operation is Operation.REVOKE else Status.VALID
    return certificate.state is wanted


def _new(certificates: QuerySet[Certificate]) -> QuerySet[Certificate]:
    return certificates.filter(~Exists(_records(Operation.ADD, LIVE)), status=Status.VALID.value)


def corrected(certificates: QuerySet[Certificate]) -> QuerySet[Certificate]:
    """Return those in force whose reported data changed after what was accepted or is on its way."""
    told = UploadRecord.objects.filter(number=OuterRef("number"), certificate__version__gte=OuterRef("version"), status__in=LIVE)
    change = Certificate.objects.filter(
        ~Exists(told), number=OuterRef("number"), change="correction", changed_facts__has_any_keys=REPORTED_FACTS
    )
    on_the_way = UploadRecord.objects.filter(
        number=OuterRef("number"), operation=Operation.CORRECT.value, status__in=LIVE, certificate=OuterRef("pk")
    )
    return certificates.filter(
        Exists(_records(Operation.ADD, [RecordStatus.ACCEPTED.value])),
        Exists(change),
        ~Exists(on_the_way),
        status=Status.VALID.value,
        version__gt=1,
    )


def _revoked(certificates: QuerySet[Certificate]) -> QuerySet[Certificate]:
    return certificates.filter(
        Exists(_records(Operation.ADD, [RecordStatus.ACCEPTED.value])),
        ~Exists(_records(Operation.REVOKE, LIVE)),
        status=Status.REVOKED.value,
    )


def _records(operation: Operation, statuses: Collection[str]) -> QuerySet[UploadRecord]:
    return UploadRecord.objects.filter(number=OuterRef("number"), operation=operation.value, status__in=statuses)
