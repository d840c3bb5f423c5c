"""A run of issuing: prepared by one person, approved by another, paused and resumed at will."""

from enum import StrEnum


class BatchStatus(StrEnum):
    PREPARED = "prepared"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class BatchEvent(StrEnum):
    APPROVE = "approve"
    PAUSE = "pause"
    RESUME = "resume"
    FINISH = "finish"
    CANCEL = "cancel"


BATCH_TRANSITIONS: dict[tuple[BatchStatus, BatchEvent], BatchStatus] = {
    (BatchStatus.PREPARED, BatchEvent.APPROVE): BatchStatus.RUNNING,
    (BatchStatus.PREPARED, BatchEvent.CANCEL): BatchStatus.CANCELLED,
    (BatchStatus.RUNNING, BatchEvent.PAUSE): BatchStatus.PAUSED,
    (BatchStatus.PAUSED, BatchEvent.RESUME): BatchStatus.RUNNING,
    (BatchStatus.PAUSED, BatchEvent.CANCEL): BatchStatus.CANCELLED,
    (BatchStatus.RUNNING, BatchEvent.FINISH): BatchStatus.DONE,
}


class ItemStatus(StrEnum):
    """One person on the list of a batch."""

    WAITING = "waiting"
    EXCLUDED = "excluded"
    TAKEN = "taken"
    ISSUED = "issued"
    FAILED = "failed"
