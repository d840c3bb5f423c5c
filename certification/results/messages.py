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
}
