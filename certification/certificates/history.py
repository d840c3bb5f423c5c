"""What happened to a certificate, version by version, as the ledger tells it. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.certificates.models import Certificate
from lms.accounts.models import User
from lms.core.ledger import subject_of
from lms.core.models import LedgerEntry

HAPPENED: dict[str, str | Promise] = {
    "certificates.issued": _("Issued"),
    "certificates.corrected": _("Corrected: new version"),
    "certificates.reissued": _("Issued again: new version"),
    "certificates.renewed": _("Renewed: new version"),
    "certificates.replaced": _("Replaced by the next version"),
    "certificates.suspend": pgettext_lazy("certificate", "Suspended"),
    "certificates.reinstate": _("Made valid again"),
    "certificates.revoke": pgettext_lazy("certificate", "Revoked"),
    "certificates.expired": pgettext_lazy("certificate", "Expired"),
}
FACTS: dict[str, str | Promise] = {
    "name": _("Name"),
    "id_number": _("ID number"),
    "photo": _("Photo"),
    "valid_until": _("Valid until"),
}


@dataclass(frozen=True)
class Happening:
    """One entry of the ledger about one version. `reason` where the version's row keeps it: for its last change of state."""

    at: datetime
    version: int
    what: str | Promise
    person: str
    reason: str


@dataclass(frozen=True)
class ChangedFact:
    """One fact that a version says otherwise than the one before. A photo's values are fingerprints, shown as such."""

    label: str | Promise
    old: str
    new: str
    is_photo: bool


def versions_of(certificate: Certificate) -> list[Certificate]:
    """Return all issued versions of the number, newest first. One query."""
    versions = Certificate.objects.public().filter(number=certificate.number, organisation=certificate.organisation_id)
    return list(versions.select_related("issued_by", "signing_key").order_by("-version"))


def changed_facts(certificate: Certificate) -> list[ChangedFact]:
    """Return what this version says otherwise than the one it replaces."""
    return [
        ChangedFact(label=FACTS.get(name, name), old=str(row["old"]), new=str(row["new"]), is_photo=name == "photo")
        for name, row in certificate.changed_facts.items()
    ]


def history_of(versions: Sequence[Certificate]) -> list[Happening]:
    """Return what the ledger tells of these versions, newest first. Two queries."""
    by_subject = {subject_of(version): version for version in versions}
    entries = list(LedgerEntry.objects.filter(subject__in=by_subject, kind__in=HAPPENED).order_by("-sequence"))
    people = User.objects.in_bulk({entry.actor_id for entry in entries if entry.actor_id is not None})
    told: set[str] = set()
    happenings = []
    for entry in entries:
        version = by_subject[entry.subject]
        # The row keeps the reason of its last change; the ledger keeps no reasons, for they may name people.
        is_last = entry.subject not in told
        told.add(entry.subject)
        person = people.get(entry.actor_id) if entry.actor_id is not None else None
        happenings.append(
            Happening(
                at=entry.at,
                version=version.version,
                what=HAPPENED[entry.kind],
                person=person.get_full_name() if person else "",
                reason=version.status_reason if is_last else "",
            )
        )
    return happenings
