"""The states of what a holder asks for."""

from enum import StrEnum


class RequestStatus(StrEnum):
    FILED = "filed"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
