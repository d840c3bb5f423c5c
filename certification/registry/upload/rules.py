"""States of an upload and of each of its records; which state of a certificate asks for which upload. Knows no Django."""

from enum import StrEnum


class Operation(StrEnum):
    """数据类型: what the authority should do with the records of a batch."""

    ADD = "add"
    CORRECT = "correct"
    REVOKE = "revoke"


class UploadStatus(StrEnum):
    """A batch: prepared here, released and sent, answered; or dropped before it was sent."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    DROPPED = "dropped"


class UploadEvent(StrEnum):
    """What moves a batch."""

    RELEASE = "release"
    APPROVE = "approve"
    REJECT = "reject"
    DROP = "drop"


UPLOAD_TRANSITIONS = {
    (UploadStatus.DRAFT, UploadEvent.RELEASE): UploadStatus.SUBMITTED,
    (UploadStatus.DRAFT, UploadEvent.DROP): UploadStatus.DROPPED,
    (UploadStatus.SUBMITTED, UploadEvent.APPROVE): UploadStatus.APPROVED,
    (UploadStatus.SUBMITTED, UploadEvent.REJECT): UploadStatus.REJECTED,
}
"""Source: domain.md §5.4. A batch is approved when at least one of its records was accepted."""


class RecordStatus(StrEnum):
    """One certificate in one batch. What was rejected or dropped may be uploaded again, in another batch."""

    QUEUED = "queued"
    SENT = "sent"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DROPPED = "dropped"


LIVE_RECORDS = (RecordStatus.QUEUED, RecordStatus.SENT, RecordStatus.ACCEPTED)


class UploadState(StrEnum):
    """What a certificate's page says of its upload. `PUBLISHED` only with a receipt (I37)."""

    NOT_UPLOADED = "not_uploaded"
    QUEUED = "queued"
    SENT = "sent"
    PUBLISHED = "published"
    REJECTED = "rejected"
    CORRECTION_DUE = "correction_due"
    WITHDRAWAL_DUE = "withdrawal_due"
    WITHDRAWN = "withdrawn"
    NOT_DUE = "not_due"
