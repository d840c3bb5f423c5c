"""What happens with tablets. Reading order: `registering`, `syncing`, `applying`, `finishing`, `releasing`."""

from certification.assessment.offline.services.finishing import finish_tablet, resume_tablet
from certification.assessment.offline.services.registering import register_tablet
from certification.assessment.offline.services.releasing import ask_release, confirm_release
from certification.assessment.offline.services.syncing import Received, take_in

__all__ = [
    "Received",
    "ask_release",
    "confirm_release",
    "finish_tablet",
    "register_tablet",
    "resume_tablet",
    "take_in",
]
