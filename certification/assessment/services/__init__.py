"""What happens during an assessment.

Reading order: `sittings`, `stations`, `options`, `sheets`, `leading`, `arbitrating`, `closing`.
"""

from certification.assessment.services.arbitrating import name_arbitrator, reconsider, sign_arbitration
from certification.assessment.services.closing import close_assessment, record_absence, withdraw_absence
from certification.assessment.services.leading import answer_second_signature, ask_second_signatures, name_leader
from certification.assessment.services.options import draw_options
from certification.assessment.services.running import open_assessment
from certification.assessment.services.sheets import annotate_sheet, open_sheet, score_point, sign_sheet
from certification.assessment.services.sittings import start_sitting, submit_sitting
from certification.assessment.services.stations import set_up_stations

__all__ = [
    "annotate_sheet",
    "answer_second_signature",
    "ask_second_signatures",
    "close_assessment",
    "draw_options",
    "name_arbitrator",
    "name_leader",
    "open_assessment",
    "open_sheet",
    "reconsider",
    "record_absence",
    "score_point",
    "set_up_stations",
    "sign_arbitration",
    "sign_sheet",
    "start_sitting",
    "submit_sitting",
    "withdraw_absence",
]
