"""Rules of a certificate, free of Django. Read: kinds → numbers → lifecycle → issuing → batches."""

from certification.certificates.rules.batches import BATCH_TRANSITIONS, BatchEvent, BatchStatus, ItemStatus
from certification.certificates.rules.issuing import (
    IssueFacts,
    check_may_issue,
    chinese_date,
    months_later,
    refusal_to_issue,
)
from certification.certificates.rules.kinds import TITLES, Kind, own_series, with_serial
from certification.certificates.rules.lifecycle import (
    PUBLIC,
    PUBLIC_REASONS,
    STANDING,
    TRANSITIONS,
    Change,
    Event,
    PublicReason,
    Status,
)
from certification.certificates.rules.numbers import (
    LAST_SERIAL,
    CertificateNumber,
    NumberKind,
    format_number,
    normalise_number,
    parse_number,
    recognise,
)
from certification.certificates.rules.requests import REQUEST_TRANSITIONS, Cause, RequestEvent, RequestStatus
from certification.certificates.rules.sharing import Claim, LinkState, Term
from certification.certificates.rules.templates import TemplateStatus

__all__ = [
    "BATCH_TRANSITIONS",
    "LAST_SERIAL",
    "PUBLIC",
    "PUBLIC_REASONS",
    "REQUEST_TRANSITIONS",
    "STANDING",
    "TITLES",
    "TRANSITIONS",
    "BatchEvent",
    "BatchStatus",
    "Cause",
    "CertificateNumber",
    "Change",
    "Claim",
    "Event",
    "IssueFacts",
    "ItemStatus",
    "Kind",
    "LinkState",
    "NumberKind",
    "PublicReason",
    "RequestEvent",
    "RequestStatus",
    "Status",
    "TemplateStatus",
    "Term",
    "check_may_issue",
    "chinese_date",
    "format_number",
    "months_later",
    "normalise_number",
    "own_series",
    "parse_number",
    "recognise",
    "refusal_to_issue",
    "with_serial",
]
