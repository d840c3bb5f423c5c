"""What is done to archives: put together, sealed, opened, destroyed after their time."""

from certification.archives.services.building import build
from certification.archives.services.opening import approve_opening, confirm_presence, read_package, read_volume, request_opening
from certification.archives.services.preparing import prepare_archive
from certification.archives.services.retention import approve_destruction, propose_destruction
from certification.archives.services.sealing import seal_archive

__all__ = [
    "approve_destruction",
    "approve_opening",
    "build",
    "confirm_presence",
    "prepare_archive",
    "propose_destruction",
    "read_package",
    "read_volume",
    "request_opening",
    "seal_archive",
]
