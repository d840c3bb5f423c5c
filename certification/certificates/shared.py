"""What a shared link answers: the chosen claims of the newest version, and its present state. Reads only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from certification.certificates.models import Certificate, ShareLink
from certification.certificates.rules import Claim, Kind, LinkState, Status
from certification.certificates.wording import in_language, measure_of, subject_of

TOKEN_LENGTH = 32


@dataclass(frozen=True)
class SharedView:
    """What stands on the shared page, and nothing beside it. `facts`: label and value, in the order of `Claim`."""

    link: ShareLink
    state: Status
    facts: list[tuple[str, str]]
    shows_photo: bool
    shows_file: bool
    sample_note: str


def link_by_token(token: str) -> ShareLink | None:
    """Return the link of this address, working or not. The token has 192 random bits, so it cannot be guessed."""
    if len(token) != TOKEN_LENGTH:
        return None
    return ShareLink.objects.select_related("certificate").filter(token=token).first()


def newest_version(link: ShareLink) -> Certificate:
    """Return the newest issued version of the number: a correction reaches whoever has the link."""
    versions = Certificate.objects.public().filter(number=link.certificate.number, holder=link.certificate.holder_id)
    return versions.order_by("-version").first() or link.certificate


def works(link: ShareLink, *, now: datetime) -> bool:
    """Tell whether the link shows anything at that moment."""
    return link.state_at(now) is LinkState.LIVE


def view_of(link: ShareLink, *, now: datetime) -> SharedView:
    """Return what the link shows today, in the language of who looks."""
    certificate = newest_version(link)
    scheme = certificate.claims.get("scheme", {})
    facts = [row for claim, told in TOLD.items() if link.shows(claim) for row in told(certificate)]
    return SharedView(
        link=link,
        state=certificate.state_on(timezone.localdate(now)),
        facts=facts,
        shows_photo=link.shows(Claim.PHOTO) and bool(certificate.photo_sha256),
        shows_file=link.shows(Claim.FILE),
        sample_note=scheme.get("sample_note", "") if scheme.get("is_sample") else "",
    )


def _name(certificate: Certificate) -> list[tuple[str, str]]:
    return [(_("Name"), certificate.claims["holder"]["name"])]


def _subject(certificate: Certificate) -> list[tuple[str, str]]:
    claims = certificate.claims
    label = _("Occupation") if "occupation" in claims else _("Course or programme")
    rows = [(_("Kind"), in_language(claims["title"])), (label, subject_of(claims))]
    if measure := measure_of(claims):
        rows.append((_("Skill level") if "level" in claims else _("Extent"), measure))
    return rows


def _issuer(certificate: Certificate) -> list[tuple[str, str]]:
    label = pgettext("skill level", "Issued by") if certificate.kind == Kind.SKILL_LEVEL.value else _("Issued by")
    return [(label, in_language(certificate.claims["issuer"]))]


def _dates(certificate: Certificate) -> list[tuple[str, str]]:
    rows = [(_("Date of issue"), date_format(certificate.issued_on))]
    if certificate.valid_until is not None:
        rows.append((_("Valid until"), date_format(certificate.valid_until)))
    return rows


def _number(certificate: Certificate) -> list[tuple[str, str]]:
    return [(_("Certificate number"), certificate.number)]


def _id_number(certificate: Certificate) -> list[tuple[str, str]]:
    holder = certificate.claims["holder"]
    return [(in_language(holder["id_kind"]), holder["id_number_masked"])] if "id_number_masked" in holder else []


TOLD: dict[Claim, Callable[[Certificate], list[tuple[str, str]]]] = {
    Claim.NAME: _name,
    Claim.SUBJECT: _subject,
    Claim.ISSUER: _issuer,
    Claim.DATES: _dates,
    Claim.NUMBER: _number,
    Claim.ID_NUMBER: _id_number,
}
