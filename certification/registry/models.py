"""The rows of the registry: the public log and the statutory upload."""

from certification.registry.transparency.models import LogKey, LogLeaf, LogState, TreeHead, TreeNode
from certification.registry.upload.models import (
    OPERATION_LABELS,
    RECORD_LABELS,
    STATE_LABELS,
    UPLOAD_LABELS,
    UploadBatch,
    UploadDownload,
    UploadExclusion,
    UploadReceipt,
    UploadRecord,
)

__all__ = [
    "OPERATION_LABELS",
    "RECORD_LABELS",
    "STATE_LABELS",
    "UPLOAD_LABELS",
    "LogKey",
    "LogLeaf",
    "LogState",
    "TreeHead",
    "TreeNode",
    "UploadBatch",
    "UploadDownload",
    "UploadExclusion",
    "UploadReceipt",
    "UploadRecord",
]
