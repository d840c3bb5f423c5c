"""What a holder sees of her certificates. Reads only."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.certificates.changes import Renewal, refusal_for, renewal_of
from certification.certificates.models import STATUS_LABELS, Certificate, CertificateQuerySet, ChangeRequest, ShareLink
from certification.certificates.rules import Change, RequestStatus, Status
from certification.certificates.wording import in_language, measure_of, subject_of
from lms.core.messages import text_of

CARDS_PER_PAGE = 20
LINKEDIN = "https://www.linkedin.com/profile/add"
"""LinkedIn's documented "Add to Profile" form; it opens filled in, and the member saves it or not."""
ASKING = {
    Change.CORRECTION: gettext_lazy("Something on it is wrong"),
    Change.REISSUE: gettext_lazy("Lost or spoilt: ask for a new copy"),
    Change.RENEWAL: gettext_lazy("Renew it"),
}


@dataclass(frozen=True)
class Asking:
    """One thing that can be asked for. `refusal`: why not today, "" when it can."""

    change: Change
    label: str
    url: str
    refusal: str


@dataclass(frozen=True)
class WalletCard:
    """One certificate of a holder: its newest version, and what she can do with it."""

    certificate: Certificate
    state: Status
    sentence: str
    older: list[Certificate]
    requests: list[ChangeRequest]
    working_links: int
    renewal: Renewal | None
    asking: list[Asking] = field(default_factory=list)

    @property
    def subject(self) -> str:
        return subject_of(self.certificate.claims)

    @property
    def measure(self) -> str:
        return measure_of(self.certificate.claims)

    @property
    def issuer(self) -> str:
        return in_language(self.certificate.claims["issuer"])

    @property
    def holds(self) -> bool:
        return self.state is Status.VALID

    @property
    def state_label(self) -> str:
        return str(STATUS_LABELS[self.state])

    @property
    def answered(self) -> list[ChangeRequest]:
        return [request for request in self.requests if request.state is not RequestStatus.FILED]

    @property
    def open_request(self) -> ChangeRequest | None:
        return next((request for request in self.requests if request.state is RequestStatus.FILED), None)

    @property
    def offers(self) -> list[Asking]:
        """What can be asked for today."""
        return [item for item in self.asking if not item.refusal]

    @property
    def refusals(self) -> list[str]:
        """Why the rest cannot, each reason once; what a renewal lacks stands beside its credits already."""
        return list(dict.fromkeys(item.refusal for item in self.asking if item.refusal and item.change is not Change.RENEWAL))

    @property
    def linkedin_url(self) -> str:
        return linkedin_url(self.certificate)

    @property
    def credential_path(self) -> str:
        return reverse("registry:credential", args=[self.certificate.token])


def newest_versions(certificates: CertificateQuerySet, *, before: int = 0) -> list[Certificate]:
    """Return one row per number, the newest first, from `before` (a key) on: one more than a page holds. One query."""
    newest = certificates.filter(replaced_by=None).select_related("programme", "holder").order_by("-pk")
    if before:
        newest = newest.filter(pk__lt=before)
    return list(newest[: CARDS_PER_PAGE + 1])


def cards_for(certificates: Sequence[Certificate], *, now: datetime) -> list[WalletCard]:
    """Return a card per certificate in the order given. Three queries, and two for each that can be renewed."""
    numbers = [certificate.number for certificate in certificates]
    older: dict[str, list[Certificate]] = defaultdict(list)
    replaced = Certificate.objects.public().filter(number__in=numbers).exclude(replaced_by=None)
    for version in replaced.select_related("replaced_by").order_by("-version"):
        older[version.number].append(version)
    requests: dict[str, list[ChangeRequest]] = defaultdict(list)
    for request in ChangeRequest.objects.filter(certificate__number__in=numbers).select_related("certificate"):
        requests[request.certificate.number].append(request)
    links = dict(
        ShareLink.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), certificate__number__in=numbers, withdrawn_at=None)
        .order_by()
        .values_list("certificate__number")
        .annotate(count=Count("pk"))
    )
    today = timezone.localdate(now)
    cards = []
    for certificate in certificates:
        renewal, state = renewal_of(certificate), certificate.state_on(today)
        cards.append(
            WalletCard(
                certificate=certificate,
                state=state,
                sentence=state_sentence(certificate, state),
                older=older[certificate.number],
                requests=requests[certificate.number],
                working_links=links.get(certificate.number, 0),
                renewal=renewal,
                asking=_asking(certificate, renewal, now),
            )
        )
    return cards


def state_sentence(certificate: Certificate, state: Status) -> str:
    """Return the state in a sentence that says until or since when."""
    since = date_format(timezone.localdate(certificate.status_at))
    until = date_format(certificate.valid_until) if certificate.valid_until else ""
    if state is Status.VALID:
        return _("Valid until %(day)s.") % {"day": until} if until else _("Valid, without an end.")
    if state is Status.SUSPENDED:
        return _("Suspended since %(day)s while the issuing body looks into something. Do not use it meanwhile.") % {"day": since}
    if state is Status.REVOKED:
        return _("Revoked on %(day)s. It counts no more, and everybody who checks it sees that.") % {"day": since}
    if state is Status.EXPIRED:
        return _("Its term ended on %(day)s.") % {"day": until or since}
    return _("Replaced on %(day)s by a newer version.") % {"day": since}


def linkedin_url(certificate: Certificate) -> str:
    """Return the address of LinkedIn's form, filled in. Nothing is sent to LinkedIn before the holder opens it."""
    claims = certificate.claims
    facts = {
        "startTask": "CERTIFICATION_NAME",
        "name": " ".join(part for part in (subject_of(claims), measure_of(claims)) if part),
        "organizationName": in_language(claims["issuer"]),
        **_month("issue", certificate.issued_on),
        "certUrl": certificate.verify_url,
        "certId": certificate.number,
    }
    if certificate.valid_until is not None:
        facts |= _month("expiration", certificate.valid_until)
    return f"{LINKEDIN}?{urlencode(facts)}"


def _month(prefix: str, day: date) -> dict[str, str]:
    return {f"{prefix}Year": str(day.year), f"{prefix}Month": str(day.month)}


def _asking(certificate: Certificate, renewal: Renewal | None, now: datetime) -> list[Asking]:
    offered = []
    for change, label in ASKING.items():
        if change is Change.RENEWAL and renewal is None:
            continue
        refusal = refusal_for(certificate, change, now=now, renewal=renewal)
        offered.append(
            Asking(
                change=change,
                label=str(label),
                url=reverse("certificates:ask", args=[certificate.pk, change.value]),
                refusal=text_of(refusal) if refusal else "",
            )
        )
    return offered
