"""How an assessment ended for the candidate, as far as it is public.

Results and certificates are later rooms; of them only the reverse relations of her seat are known here. The line of
the publication is read and never the decision, which stands before anybody may tell it. `access.applications_of`
fetches all of it with the case.
"""

from enum import StrEnum
from typing import Any

from certification.applications.models import Application
from certification.plans.rules import Status as PlanStatus

AFTER_EXAM = (PlanStatus.SCORED, PlanStatus.IN_PUBLICATION, PlanStatus.CERTIFIED, PlanStatus.ARCHIVED)
AFTER_PUBLICATION = (PlanStatus.CERTIFIED, PlanStatus.ARCHIVED)


class Outcome(StrEnum):
    OPEN = "open"
    """Nothing is public yet."""
    PASSED = "passed"
    FAILED = "failed"
    WITHHELD = "withheld"
    """Something about the result is open, or it is being corrected."""
    CERTIFIED = "certified"
    VOIDED = "voided"
    """A certificate was issued and does not hold now: suspended, revoked or replaced."""


def outcome_of(application: Application) -> Outcome:
    certificate = certificate_of(application)
    if certificate is not None:
        return Outcome.CERTIFIED if certificate.status == "valid" else Outcome.VOIDED
    line = getattr(application.seat, "publication_row", None)
    if line is None:
        return Outcome.OPEN
    if line.withheld:
        return Outcome.WITHHELD
    return Outcome.PASSED if line.passed else Outcome.FAILED


def certificate_of(application: Application) -> Any:
    """Return the certificate that followed from this case, or None."""
    return getattr(getattr(application.seat, "decision", None), "certificate", None)
