"""What holders, heads and operators are told about certificates and keys."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certification.certificates.changes import follow_up_sentences
from certification.certificates.models import CHANGE_LABELS
from certification.certificates.rules import Change
from lms.notices.kinds import BOTH, Table, Words, said

ASSESSMENT = Table("certificates", _("Assessment and certificates"))
OFFICE = Table("certificates", _("My post"))


def _waiting(facts: Mapping[str, Any]) -> Words:
    change = CHANGE_LABELS[Change(facts["change"])]
    return Words(gettext("A request about a certificate waits for your answer"), f"{change}: {facts['number']}")


def _answered(facts: Mapping[str, Any]) -> Words:
    own = facts["own"]
    if not facts["granted"]:
        return Words(gettext("Your request was refused") if own else gettext("The request was refused"), facts["answer"])
    subject = gettext("Your request was granted") if own else gettext("The request was granted")
    number = gettext("Certificate number %(number)s.") % {"number": facts["number"]}
    return Words(subject, " ".join([number, *follow_up_sentences(facts)]))


ISSUED = ASSESSMENT.kind(
    "issued",
    _("My certificate is issued"),
    said(_("Your certificate is issued"), _("%(what)s, number %(number)s. You can download and share it now.")),
)
FILED_FOR_YOU = ASSESSMENT.kind(
    "filed_for_you",
    _("Somebody asks for a change of my certificate"),
    said(
        _("A request was filed for you"),
        _("Your issuing body filed a request about %(what)s, number %(number)s. If you did not ask for it, withdraw it."),
    ),
    channels=BOTH,
    binding=True,
)
ANSWERED = ASSESSMENT.kind(
    "request_answered",
    _("The answer to my request about a certificate"),
    _answered,
    channels=BOTH,
    binding=True,
)
REQUEST_WAITING = OFFICE.kind(
    "request_waiting",
    _("Requests about certificates wait for me"),
    _waiting,
    for_staff=True,
)
KEY_ENDING = OFFICE.kind(
    "key_ending",
    _("A signing key ends soon"),
    said(
        _("The signing key of %(body)s ends in %(days)s days"),
        _(
            "The certificate “%(name)s” ends on %(day)s. After that day nothing can be issued. Hold a key ceremony and ask the authority for a new certificate in good time."
        ),
    ),
    channels=BOTH,
    for_staff=True,
)
KEY_UNSAFE = OFFICE.kind(
    "key_unsafe",
    _("A signing key was stopped"),
    said(
        _("The signing key of %(body)s was stopped"),
        _(
            "The key “%(name)s” was reported as not safe any more. Nothing is signed with it from now on. %(count)s certificates were signed since then; look through them, and have the authority revoke the key's certificate."
        ),
    ),
    channels=BOTH,
    binding=True,
    for_staff=True,
)
