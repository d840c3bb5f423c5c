"""What candidates are told about their results, and the office about what waits for an answer."""

from django.utils.translation import gettext_lazy as _

from lms.notices.kinds import BOTH, MAIL, Table, said

ASSESSMENT = Table("results", _("Assessment and certificates"))
RESULT = ASSESSMENT.kind(
    "published",
    _("My result, and until when I can object"),
    said(
        _("Your result is out"),
        _("%(plan)s: your result stands on your own page. You can object up to and including %(date)s."),
    ),
    channels=BOTH,
    binding=True,
)
OBJECTION = ASSESSMENT.kind(
    "objection_answered",
    _("The answer to my objection"),
    said(_("Your objection has been answered"), "%(answer)s"),
    channels=BOTH,
    binding=True,
)
CASE_TAKEN = ASSESSMENT.kind(
    "case_taken",
    _("Somebody takes my review or appeal"),
    said(_("Somebody is looking into what you asked"), _("%(plan)s: you will have an answer by %(date)s at the latest.")),
    channels=BOTH,
)
CASE_ANSWERED = ASSESSMENT.kind(
    "case_answered",
    _("The answer to my review or appeal"),
    said(_("Your review or appeal has been answered"), _("%(plan)s: %(answer)s")),
    channels=BOTH,
    binding=True,
)
CORRECTED = ASSESSMENT.kind(
    "corrected",
    _("My result was corrected"),
    said(
        _("Your result was corrected"),
        _("%(plan)s: the corrected result stands on your own page and is public until %(date)s. You can object until then."),
    ),
    channels=BOTH,
    binding=True,
)

OFFICE = Table("results", _("Results, reviews and corrections"))
CASE_FILED = OFFICE.kind(
    "case_filed",
    _("A review or an appeal waits for somebody who had no part in the result"),
    said(_("A review or an appeal waits for an answer"), _("%(plan)s: answer it by %(date)s.")),
    channels=MAIL,
    for_staff=True,
)
CASE_NOBODY = OFFICE.kind(
    "case_nobody",
    _("Nobody here may answer a review or an appeal"),
    said(
        _("Nobody here may answer: invite somebody from outside"),
        _(
            "%(plan)s: everybody of your body had a part in this result. Invite a person who had none; the answer is due on %(date)s."
        ),
    ),
    channels=BOTH,
    for_staff=True,
)
CASE_SOON = OFFICE.kind(
    "case_soon",
    _("An answer is due soon"),
    said(_("An answer is due on %(date)s"), _("%(plan)s: a review, an appeal or an objection waits for its answer.")),
    channels=MAIL,
    for_staff=True,
)
CASE_LATE = OFFICE.kind(
    "case_late",
    _("An answer is late"),
    said(_("An answer is late"), _("%(plan)s: it was due on %(date)s. Somebody who had no part in the result has to answer.")),
    channels=BOTH,
    for_staff=True,
)
CASE_VERY_LATE = OFFICE.kind(
    "case_very_late",
    _("A body lets candidates wait for an answer"),
    said(_("%(body)s lets a candidate wait for an answer"), _("%(plan)s: the answer was due on %(date)s.")),
    channels=MAIL,
    for_staff=True,
)
ORDER_WAITING = OFFICE.kind(
    "order_waiting",
    _("A correction waits for my approval"),
    said(
        _("A correction waits for your approval"), _("%(plan)s, ticket %(ticket)s: look at its effect, then approve or refuse.")
    ),
    channels=BOTH,
    for_staff=True,
)
