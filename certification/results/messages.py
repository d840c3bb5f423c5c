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
    "results.examined_here": _("You assessed or trained a candidate of this plan, so you may not decide its results."),
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
