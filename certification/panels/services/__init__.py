"""What happens in a review. Reading order: `setting_up`, `dossiers`, `naming`, `scheduling`, `defending`, `sheets`,
`looking`, `absences`."""

from certification.panels.services.absences import confirm_absence, record_absence, withdraw_absence
from certification.panels.services.defending import ask_question, begin_defence, end_defence
from certification.panels.services.dossiers import (
    attach_file,
    cover_names,
    hand_in_dossier,
    open_dossier,
    release_dossier,
    remove_file,
    return_dossier,
    take_back_dossier,
)
from certification.panels.services.looking import call_additional_member, rule_on_difference
from certification.panels.services.naming import change_members, declare_no_conflict, draw_panel, name_panel
from certification.panels.services.scheduling import schedule_review
from certification.panels.services.setting_up import set_up_review
from certification.panels.services.sheets import annotate_sheet, give_points, sign_sheet

__all__ = [
    "annotate_sheet",
    "ask_question",
    "attach_file",
    "begin_defence",
    "call_additional_member",
    "change_members",
    "confirm_absence",
    "cover_names",
    "declare_no_conflict",
    "draw_panel",
    "end_defence",
    "give_points",
    "hand_in_dossier",
    "name_panel",
    "open_dossier",
    "record_absence",
    "release_dossier",
    "remove_file",
    "return_dossier",
    "rule_on_difference",
    "schedule_review",
    "set_up_review",
    "sign_sheet",
    "take_back_dossier",
    "withdraw_absence",
]
