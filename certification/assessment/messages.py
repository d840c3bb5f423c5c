"""The sentences behind this room's error codes."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certification.assessment.offline.messages import MESSAGES as OFFLINE

MESSAGES: dict[str, str | Promise] = {
    "assessment.not_your_seat": _("This seat belongs to somebody else."),
    "assessment.already_submitted": _("You have handed in this paper. It cannot be opened again."),
    "assessment.part_kept": _("Candidate %(ticket)s passed this part in an earlier exam and does not sit it again."),
    "assessment.recorded_absent": _("This candidate is recorded as absent. Please speak to the exam officer."),
    "assessment.no_blueprint": _("No paper has been prepared for this plan. Please tell the invigilator."),
    "assessment.too_early": _("The exam begins on %(starts_at)s. Please come back then."),
    "assessment.too_late": _("The door closed on %(closed_at)s. Please speak to the invigilator."),
    "assessment.not_signed_in": _(
        "An invigilator signs you in first. Go to the door of your room with your ticket and document."
    ),
    "assessment.stopped": _(
        "The invigilators have stopped your exam. It cannot be begun or gone on with. Speak to the exam officer."
    ),
    "assessment.not_running": _("This is only possible while the assessment is running."),
    "assessment.room_not_ready": _("The exam room is not ready yet. Please wait and speak to the invigilator."),
    "assessment.answer_unreadable": _("This answer could not be read. Please choose again."),
    "assessment.not_assigned": _("You are not an assessor of this candidate."),
    "assessment.declaration_missing": _("Please declare first that you have no conflict of interest in this plan."),
    "assessment.skill_not_begun": _("The skill test begins on %(starts_at)s."),
    "assessment.not_your_sheet": _("Only the assessor who opened a score sheet may write on it."),
    "assessment.sheet_signed": _("This score sheet is signed and cannot be changed any more."),
    "assessment.point_unknown": _("This line does not belong to the score sheet."),
    "assessment.points_unreadable": _("Please write the points as a number."),
    "assessment.points_range": _("Please give between 0 and %(maximum)s points."),
    "assessment.points_step": _("Points go in steps of %(step)s."),
    "assessment.points_missing": _("%(count)s lines have no points yet. Give 0 where nothing was shown."),
    "assessment.fatal_needs_note": _("You ticked a fatal act. Please write in the note what you saw."),
    "assessment.station_unreadable": _(
        "The station “%(station)s” cannot be read. It needs a name, functions, minutes and points in steps of 0.5."
    ),
    "assessment.station_function_unknown": _("Not examined at this level: %(functions)s."),
    "assessment.station_function_missing": _("No station examines: %(functions)s."),
    "assessment.station_weight": _(
        "The stations for %(functions)s give %(points)s points; the weight table asks for %(wanted)s."
    ),
    "assessment.stations_total": _("The stations give %(total)s points together; they must give 100."),
    "assessment.stations_in_use": _("Scoring has begun, so the stations cannot be changed any more."),
    "assessment.stations_missing": _("No skill stations have been set up for this plan."),
    "assessment.was_present": _("Candidate %(ticket)s was there: a paper or a score sheet exists."),
    "assessment.absence_too_early": _("Candidate %(ticket)s may still come; absence can be recorded later."),
    "assessment.sittings_open": _("%(count)s candidates are still writing: %(tickets)s."),
    "assessment.sittings_missing": _("%(count)s candidates have neither written nor been recorded as absent: %(tickets)s."),
    **OFFLINE,
    "assessment.sheets_missing": _("%(count)s signed score sheets are missing: %(sheets)s."),
    "assessment.deduction_unknown": _("This deduction does not belong to the line, or was counted too often."),
    "assessment.options_wrong": _(
        "Station “%(station)s”: say how many optional items are to be done, fewer than there are; all must give the same points."
    ),
    "assessment.options_not_drawn": _(
        "The optional items of this candidate have not been drawn yet. Please tell the exam officer."
    ),
    "assessment.no_options": _("No station has optional items, so there is nothing to draw."),
    "assessment.no_seats": _("No seats are arranged yet."),
    "assessment.leader_not_of_team": _("Only an assessor of this plan can lead the team."),
    "assessment.act_not_waiting": _("This fatal act does not wait for a second signature."),
    "assessment.not_your_signature": _("Somebody else was asked for this signature."),
    "assessment.answered_already": _("This has been answered and cannot be changed any more."),
    "assessment.arbitration_open": _("%(count)s cases in which the assessors differ too much have to be arbitrated first."),
    "assessment.arbitration_over": _("This case is settled already."),
    "assessment.arbitration_joint": _(
        "Under this scheme the team leader arbitrates, after the team has reviewed the case together."
    ),
    "assessment.arbitrator_unfit": _(
        "%(name)s cannot arbitrate this case: a senior assessor is needed who is not of the team and has no tie to the candidate."
    ),
    "assessment.not_your_arbitration": _("Somebody else was named for this case."),
    "assessment.arbitration_undeclared": _("Please confirm the declaration first."),
    "assessment.reason_missing": _("Please give the reason for your points."),
}
