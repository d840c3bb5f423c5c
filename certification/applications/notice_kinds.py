"""What candidates are told about their applications."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from certification.applications.rules import Verdict
from lms.notices.kinds import BOTH, Table, Words, said

ASSESSMENT = Table("applications", _("Assessment and certificates"))
VERDICT_SUBJECTS = {
    Verdict.APPROVE: _("Your application is approved"),
    Verdict.RETURN: _("Your application needs a correction"),
    Verdict.REJECT: _("Your application is rejected"),
}


def _verdict(facts: Mapping[str, Any]) -> Words:
    return Words(str(VERDICT_SUBJECTS[Verdict(facts["verdict"])]), facts["reasons"] or facts["plan"])


VERDICT = ASSESSMENT.kind(
    "verdict",
    _("The decision on my application"),
    _verdict,
    channels=BOTH,
    binding=True,
)
TICKET = ASSESSMENT.kind(
    "ticket",
    _("My admission ticket, time and place of the exam"),
    said(_("Your admission ticket is ready"), "%(plan)s"),
    channels=BOTH,
    binding=True,
)
