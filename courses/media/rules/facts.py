"""What is known of a recording from its own bytes."""

from dataclasses import dataclass

from lms.core.errors import DomainError

TYPES = {
    ("mp4", "video"): "video/mp4",
    ("mp4", "audio"): "audio/mp4",
    ("webm", "video"): "video/webm",
    ("webm", "audio"): "audio/webm",
    ("mp3", "audio"): "audio/mpeg",
}


@dataclass(frozen=True)
class Facts:
    """`kind` is "video" or "audio"; `width` and `height` are pixels, 0 for sound."""

    container: str
    kind: str
    duration_ms: int
    width: int = 0
    height: int = 0

    @property
    def content_type(self) -> str:
        return TYPES[self.container, self.kind]


def unreadable() -> DomainError:
    return DomainError("media.unreadable", status=422)
