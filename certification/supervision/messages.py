from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

MESSAGES = {
    "supervision.not_the_supervisor": _("Only the quality supervisor named for this session writes its record."),
    "supervision.declaration_missing": _("Declare first that nothing stands between you and the candidates."),
    "supervision.not_in_exam": _("A record is written from the start of the exam until the assessment is closed."),
    "supervision.recorded_already": _("Your record is signed. What is missing is added below it."),
    "supervision.unanswered": ngettext_lazy("%(count)s question has no answer.", "%(count)s questions have no answer.", "count"),
    "supervision.no_needs_words": _("Say what was not as it should be."),
    "supervision.conclusion_missing": _("Choose a conclusion."),
    "supervision.finding_missing": _("Say what was found and what has to be done."),
    "supervision.not_orderly": _("Something was not as it should be, so the session was not in order."),
    "supervision.addition_empty": _("Write what is to be added."),
    "supervision.record_missing": _("The assessment cannot be closed: the supervisor's record is missing (%(names)s)."),
    "supervision.nobody_named": _(
        "The assessment cannot be closed: no quality supervisor watched over it. The head may name who did."
    ),
    "supervision.reason_missing": _("Say why the supervisor is named only now."),
    "supervision.named_already": _("A supervisor is named already."),
    "supervision.card_missing": _("%(name)s has no supervisor's card for this occupation on %(date)s."),
    "supervision.role_taken": _("%(name)s has another duty or a seat in this session."),
    "supervision.too_few_to_draw": _("Of %(have)s sessions, %(wanted)s cannot be drawn."),
    "supervision.days_wrong": _("The first day must not be after the last."),
}
