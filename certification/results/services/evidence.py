"""Files that belong to an objection, a review, an appeal or an order."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from certification.results.models import Case, CaseEvidence, CorrectionOrder, Objection
from lms.accounts.models import User
from lms.core import ledger, store
from lms.core.errors import DomainError
from lms.core.uploads import CheckedFile, check_document

MAX_EVIDENCE = 5


@transaction.atomic
def attach(
    owner: Objection | Case | CorrectionOrder, *, files: Sequence[CheckedFile], actor: User, now: datetime
) -> list[CaseEvidence]:
    """Keep checked uploads with what they prove; a file that is given twice is kept once.

    Raises `DomainError` (422) "results.too_much_evidence", and what `uploads.check_document` raises.
    """
    if len(files) > MAX_EVIDENCE:
        raise DomainError("results.too_much_evidence", limit=MAX_EVIDENCE, status=422)
    for file in files:
        check_document(file)
    field = {Objection: "objection", Case: "case", CorrectionOrder: "order"}[type(owner)]
    kept = {store.put(file.data, suffix=file.extension): file for file in files}
    return CaseEvidence.objects.bulk_create(
        CaseEvidence(
            **{field: owner},
            sha256=sha256,
            file_name=file.name,
            media_type=file.content_type,
            added_by=actor,
            added_at=now,
        )
        for sha256, file in kept.items()
    )


@transaction.atomic
def read_evidence(evidence: CaseEvidence, *, actor: User, now: datetime) -> bytes:
    """Return the file; that somebody else than its owner read it is written down (I43)."""
    if actor.pk != evidence.added_by_id:
        ledger.append("results.evidence_read", subject=evidence, actor=actor, now=now)
    return store.read(evidence.sha256)
