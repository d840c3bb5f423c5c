"""The sentences behind this room's error codes."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, str | Promise] = {
    "results.sheet_missing": _("Signed score sheets are missing: there are %(have)s of %(team)s."),
    "results.paper_missing": _("The paper of candidate %(ticket)s is missing."),
    "results.no_parts": _("The scheme names no part of the assessment."),
    "results.part_missing": _("There is no result yet for: %(parts)s."),
    "results.part_not_assessed": _("This level also needs a part that cannot be assessed here yet: %(parts)s."),
    "results.publication_days": _("A publication must last at least one working day."),
    "results.not_scored": _("First the assessment has to be closed; and once results are published they stay as they are."),
    "results.decided_already": _("Decisions exist already, so the part results stay as they are."),
    "results.not_decided": _("Not every candidate has a decision yet."),
    "results.confirmed_already": _("The decisions are confirmed and cannot be made again."),
    "results.same_person": _("Whoever decided cannot confirm. A second person has to."),
    "results.examined_here": _(
        "You assessed or trained these candidates, or declared a tie with them, so somebody else has to decide."
    ),
    "results.left_to_others": _("Only candidates to whom you have a tie are left. These colleagues may decide: %(names)s."),
    "results.tied_here": _("You have a tie to this candidate, so somebody else has to act."),
    "results.not_recorded": _("First the marks have to be computed."),
    "results.not_checked": _("First a second person has to check the marks."),
    "results.check_same_person": _("Whoever computed the marks cannot check them. A second person has to."),
    "results.checked_already": _("Somebody else has checked these marks already."),
    "results.stops_open": _(
        "%(count)s stopped exams in the rooms' records have no answer yet: void the parts, or say why they count."
    ),
    "results.voidings_open": _("%(count)s proposed voidings wait for a second person."),
    "results.reason_needed": _("Please write the reasons."),
    "results.void_too_late": _(
        "Parts can be void only from the exam until the results are public. Afterwards a correction order is needed."
    ),
    "results.void_no_parts": _("Please choose the parts that are to be void."),
    "results.void_already": _("These parts of candidate %(ticket)s are void already, or wait for a second person."),
    "results.void_same_person": _("Whoever proposed this cannot agree to it. A second person has to."),
    "results.void_answered": _("This is answered already."),
    "results.not_a_stop": _("This is not a stopped exam of this candidate with two signatures."),
    "results.stop_answered": _("This stopped exam is answered already."),
    "results.not_prepared": _("First an exam officer has to prepare the list."),
    "results.list_changed": _("The results are not those of the prepared list any more. Please have it prepared again."),
    "results.publish_same_person": _("Whoever prepared the list cannot approve it. The head has to be somebody else."),
    "results.not_confirmed": _("Every decision must be confirmed by a second person before publication."),
    "results.publication_over": _("The publication has ended; objections are not possible any more."),
    "results.publication_running": _(
        "The results stay published until the end of %(closes_on)s. The publication can be ended after that day."
    ),
    "results.objections_open": _("%(count)s objections have no answer yet."),
    "results.ticket_unknown": _("There is no ticket %(ticket)s in this plan."),
    "results.objection_empty": _("Please write what is wrong."),
    "results.objection_waiting": _("You have objected to this result already; the answer is on its way."),
    "results.objection_involved": _("You took part in this result or filed the objection, so somebody else has to answer it."),
    "results.answer_empty": _("Please write the reasons for your answer."),
    "results.not_published": _("This result is not public yet."),
    "results.too_much_evidence": _("At most %(limit)s files can be attached."),
    "results.reasons_empty": _("Please write your reasons."),
    "results.part_unknown": _("Please choose one of the parts of your assessment."),
    "results.review_over": _(
        "A review could be asked for until the end of %(until)s. You can still appeal once the publication has ended."
    ),
    "results.review_once": _("This part has been checked once already. You can appeal against the answer."),
    "results.case_waiting": _("You have asked for this already; the answer is on its way."),
    "results.appeal_not_yet": _(
        "There is no answer to appeal against yet. While the list hangs, you can object or ask for a review."
    ),
    "results.appeal_over": _("The time for this appeal was over at the end of %(until)s."),
    "results.appeal_once": _("You have appealed against this once already; the answer is final here."),
    "results.case_involved": _("You took part in this result or in an answer about it, so somebody else has to answer."),
    "results.review_upheld_is_corrected": _("If the check finds a mistake, the result has to be corrected. Please say so."),
    "results.correction_value": _(
        "A scored part needs a mark from 0 to 100 with at most two decimals; an absent or void part has no mark."
    ),
    "results.correction_no_part": _("The decision has no such part."),
    "results.correction_same": _("That is what the result says already, so there is nothing to correct."),
    "results.correction_reason": _("Please write why the result has to be corrected."),
    "results.correction_evidence": _("A correction by your own finding needs a file that proves it."),
    "results.correction_source": _("This was not upheld, is corrected already, or is about another result."),
    "results.correction_open": _("Another correction of this person's result is open. Decide that one first."),
    "results.correction_same_person": _(
        "Whoever asked for a correction cannot approve it or put it into force. A second person has to."
    ),
    "results.order_stale": _("The result has changed since this correction was asked for. Refuse it and ask anew."),
    "results.renewed_over": _("This renewed publication has ended already."),
}
