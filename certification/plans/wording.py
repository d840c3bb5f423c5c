"""The words for the ten nodes: title, what is done there and what papers it produces (domain.md §5)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

NODE_TITLES = {
    "publish": pgettext_lazy("node", "Plan and announcement"),
    "close_registration": pgettext_lazy("node", "Registration"),
    "review": pgettext_lazy("node", "Eligibility review"),
    "arrange": pgettext_lazy("node", "Rooms and seats"),
    "staffing": pgettext_lazy("node", "Staff of the exam"),
    "exam": pgettext_lazy("node", "Exam"),
    "score": pgettext_lazy("node", "Recording the scores"),
    "publication": pgettext_lazy("node", "Publication of the results"),
    "certify": pgettext_lazy("node", "Certificates"),
    "archive": pgettext_lazy("node", "Completion and archive"),
}
NODE_TEXTS = {
    "publish": _("Write the plan, have the head approve it, publish it. Papers: plan form, announcement, work plan."),
    "close_registration": _("People apply until the end of this day. Papers: application form, undertaking."),
    "review": _("Two people review each application. Papers: summary of the review, list of those who passed."),
    "arrange": _("Each candidate gets room, seat and admission ticket. Papers: room arrangement, tickets."),
    "staffing": _(
        "Assessors, invigilators and a supervisor are named and declare that nothing stands in the way. Papers: dispatch lists, "
        "hand-over of papers, confidentiality undertakings."
    ),
    "exam": _("Sign-in, theory exam, skill stations. Papers: sign-in lists, room records, score sheets, supervision report."),
    "score": _("Scores are entered, checked by a second person and locked. Papers: score register, marking record."),
    "publication": _("The list of results is public for at least five working days; objections are decided."),
    "certify": _("Numbers, certificates and the upload, after the publication has ended. Papers: data check, hand-out list."),
    "archive": _("All papers of the plan are put together and sealed."),
}
