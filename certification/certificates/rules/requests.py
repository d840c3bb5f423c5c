"""What a holder may ask for, and the states of what she asked."""

import datetime
from enum import StrEnum

from certification.certificates.rules.lifecycle import Change, Status
from lms.core.errors import DomainError


class RequestStatus(StrEnum):
    FILED = "filed"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class RequestEvent(StrEnum):
    GRANT = "grant"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


REQUEST_TRANSITIONS: dict[tuple[RequestStatus, RequestEvent], RequestStatus] = {
    (RequestStatus.FILED, RequestEvent.GRANT): RequestStatus.GRANTED,
    (RequestStatus.FILED, RequestEvent.REFUSE): RequestStatus.REFUSED,
    (RequestStatus.FILED, RequestEvent.WITHDRAW): RequestStatus.WITHDRAWN,
}


class Cause(StrEnum):
    """What became of the copy that a holder wants anew."""

    LOST = "lost"
    SPOILT = "spoilt"
    OTHER = "other"


MAX_EVIDENCE = 5
"""Files that one request may carry. House rule."""


def refusal_to_request(
    change: Change, state: Status, *, valid_until: datetime.date | None, renewable: bool
) -> DomainError | None:
    """Return why this change cannot be asked for while the certificate is in `state`, or None.

    Only what holds can be corrected or printed anew; what has run out can be renewed. The credits that a renewal
    needs are another question.
    """
    if state is Status.REVOKED:
        return DomainError("certificates.request_revoked")
    if state is Status.REPLACED:
        return DomainError("certificates.request_replaced")
    if state is Status.SUSPENDED:
        return DomainError("certificates.request_suspended")
    if change is Change.RENEWAL:
        if valid_until is None:
            return DomainError("certificates.not_renewable")
        return None if renewable else DomainError("certificates.request_no_renewal")
    if state is Status.EXPIRED:
        return DomainError("certificates.request_expired", day=valid_until)
    return None
