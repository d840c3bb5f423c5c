"""Rules of the registry, free of Django."""

from certification.registry.upload.rules import (
    LIVE_RECORDS,
    UPLOAD_TRANSITIONS,
    Operation,
    RecordStatus,
    UploadEvent,
    UploadState,
    UploadStatus,
)

__all__ = [
    "LIVE_RECORDS",
    "UPLOAD_TRANSITIONS",
    "Operation",
    "RecordStatus",
    "UploadEvent",
    "UploadState",
    "UploadStatus",
]
