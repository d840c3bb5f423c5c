"""Rules of a certificate, free of Django. Read: numbers → lifecycle → issuing."""

from certification.certificates.rules.issuing import (
    IssueFacts,
    check_may_issue,
    chinese_date,
    refusal_to_issue,
)
from certification.certificates.rules.lifecycle import STANDING, TRANSITIONS, Event, Status
from certification.certificates.rules.numbers import (
    LAST_SERIAL,
    CertificateNumber,
    NumberKind,
    format_number,
    normalise_number,
    parse_number,
    recognise,
)

__all__ = [
    "LAST_SERIAL",
    "STANDING",
    "TRANSITIONS",
    "CertificateNumber",
    "Event",
    "IssueFacts",
    "NumberKind",
    "Status",
    "check_may_issue",
    "chinese_date",
    "format_number",
    "normalise_number",
    "parse_number",
    "recognise",
    "refusal_to_issue",
]
