"""What happens during an assessment. Reading order: `sittings`, `stations`, `sheets`, `closing`, `door`."""

from certification.assessment.services.closing import close_assessment, record_absence, withdraw_absence
from certification.assessment.services.door import take_over_absences
from certification.assessment.services.running import open_assessment
from certification.assessment.services.sheets import annotate_sheet, open_sheet, score_point, sign_sheet
from certification.assessment.services.sittings import start_sitting, submit_sitting
from certification.assessment.services.stations import set_up_stations

__all__ = [
    "annotate_sheet",
    "close_assessment",
    "open_assessment",
    "open_sheet",
    "record_absence",
    "score_point",
    "set_up_stations",
    "sign_sheet",
    "start_sitting",
    "submit_sitting",
    "take_over_absences",
    "withdraw_absence",
]
