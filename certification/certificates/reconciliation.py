"""Does the register say what the ledger recorded? The chain proves its own entries; this lays every row beside them.

A row that was altered, put in or removed past the services (by raw SQL, by a restored backup) answers the public like
any other: the chain stays whole, and only the comparison tells. Reads only; memory does not grow with the register.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from certification.certificates.claims import fingerprint
from certification.certificates.models import Certificate
from certification.certificates.rules import PUBLIC, Status
from lms.core.crypto import mask_id_number
from lms.core.ledger import subject_of
from lms.core.models import LedgerEntry

READ_AT_ONCE = 500
BEGINNINGS = ("certificates.issued", "certificates.corrected", "certificates.reissued", "certificates.renewed")
ENDINGS = ("suspend", "reinstate", "revoke", "replaced", "expired", "void")
ACTS = (*BEGINNINGS, *(f"certificates.{name}" for name in ENDINGS))
SEALED = {
    "number": "number",
    "version": "version",
    "pdf_sha256": "file",
    "claims_sha256": "fingerprint of the claims",
    "photo_sha256": "photo",
    "signing_key": "signing key",
}
"""Facts of the act of issue that stand in the row as well, and what to call them."""


@dataclass(frozen=True)
class Disagreement:
    """One row, named by its key and number ("" when it is gone), and the first thing in which it differs."""

    certificate: int
    number: str
    reason: str


@dataclass
class Reconciliation:
    """What was compared so far, and what did not agree."""

    certificates: int = 0
    acts: int = 0

    def disagreements(self) -> Iterator[Disagreement]:
        """Yield each row that says something else than the ledger, then each act of issue whose row is gone."""
        last = 0
        while rows := list(Certificate.objects.filter(pk__gt=last).order_by("pk")[:READ_AT_ONCE]):
            last = rows[-1].pk
            acts = _acts_about(rows)
            for row in rows:
                self.certificates += 1
                if reason := _difference(row, acts[subject_of(row)]):
                    yield Disagreement(row.pk, row.number, reason)
        yield from self._without_a_row()

    def _without_a_row(self) -> Iterator[Disagreement]:
        issued = LedgerEntry.objects.filter(kind__in=BEGINNINGS).order_by("sequence")
        after = 0
        while acts := list(issued.filter(sequence__gt=after).values_list("sequence", "subject", "facts")[:READ_AT_ONCE]):
            after = acts[-1][0]
            self.acts += len(acts)
            keys = {int(subject.rpartition(":")[2]): facts for _sequence, subject, facts in acts}
            there = set(Certificate.objects.filter(pk__in=keys).values_list("pk", flat=True))
            for key in keys.keys() - there:
                yield Disagreement(key, str(keys[key].get("number", "")), "the row is gone")


def _acts_about(rows: Sequence[Certificate]) -> dict[str, list[LedgerEntry]]:
    found: dict[str, list[LedgerEntry]] = defaultdict(list)
    subjects = [subject_of(row) for row in rows]
    for entry in LedgerEntry.objects.filter(subject__in=subjects, kind__in=ACTS).order_by("sequence"):
        found[entry.subject].append(entry)
    return found


def _difference(row: Certificate, acts: Sequence[LedgerEntry]) -> str:
    """Return in what the row differs from its acts, "" when in nothing."""
    begun = next((act for act in acts if act.kind in BEGINNINGS), None)
    if begun is None and row.state in PUBLIC:
        return "the ledger records no act that issued it"
    status = _status_after(acts)
    if row.state is not status:
        return f"the register says {row.status}, the ledger {status.value}"
    for name, label in SEALED.items():
        # What an entry of an earlier edition did not record, it cannot contradict.
        if begun is not None and name in begun.facts and _fact(row, name) != begun.facts[name]:
            return f"another {label} than the ledger recorded"
    if fingerprint(row.claims) != row.claims_sha256:
        return "the claims were changed after they were frozen"
    return next((f"{name} is not what the claims say" for name, (kept, said) in _columns(row).items() if kept != said), "")


def _fact(row: Certificate, name: str) -> Any:
    return row.signing_key_id if name == "signing_key" else getattr(row, name)


def _status_after(acts: Sequence[LedgerEntry]) -> Status:
    if not acts:
        return Status.NUMBERED
    last = acts[-1]
    if last.kind in BEGINNINGS:
        return Status.VALID
    return Status.VOIDED if last.kind == "certificates.void" else Status(last.facts["status"])


def _columns(row: Certificate) -> dict[str, tuple[Any, Any]]:
    """Return the columns that repeat a claim, for searching: what is kept and what the claims say."""
    claims = row.claims
    masked = claims["holder"].get("id_number_masked")
    return {
        "number": (row.number, claims["number"]),
        "issued_on": (row.issued_on.isoformat(), claims["issued_on"]),
        "valid_until": (row.valid_until.isoformat() if row.valid_until else None, claims.get("valid_until")),
        "level": (row.level, (claims.get("level") or {}).get("code")),
        "id_number": (mask_id_number(row.id_number) if masked is not None else None, masked),
    }
