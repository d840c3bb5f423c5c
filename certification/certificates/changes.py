"""What can be asked for a certificate, and what a granted request leaves to do. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from certification.certificates.claims import ID_KINDS
from certification.certificates.models import Certificate, ChangeRequest
from certification.certificates.rules import Change
from certification.certificates.rules.requests import refusal_to_request
from certification.certificates.services.succession import CORRECTABLE, credits_count_from, credits_since
from lms.accounts.models import IdentityDocument
from lms.accounts.rules import DocumentKind
from lms.core.crypto import mask_id_number
from lms.core.errors import DomainError


def plain(number: Decimal) -> str:
    """Return the number without needless zeros and never as a power: "20", "12.5"."""
    return f"{number.normalize():f}"


@dataclass(frozen=True)
class Renewal:
    """What a further term needs: credits asked for, and credits on record since the last issue."""

    needed: Decimal
    held: Decimal

    @property
    def is_met(self) -> bool:
        return self.held >= self.needed

    @property
    def needed_text(self) -> str:
        return plain(self.needed)

    @property
    def held_text(self) -> str:
        return plain(self.held)

    @property
    def shown(self) -> str:
        """How far along, for a bar that ends where the need is met."""
        return plain(min(self.held, self.needed))


def renewal_of(certificate: Certificate) -> Renewal | None:
    """Return what a renewal needs and what the holder has, None where there is none. Two queries where there is one."""
    programme = certificate.programme
    if programme is None or not programme.valid_months or programme.renewal_credits is None or certificate.valid_until is None:
        return None
    return Renewal(needed=programme.renewal_credits, held=credits_since(certificate.holder, credits_count_from(certificate)))


def refusal_for(certificate: Certificate, change: Change, *, now: datetime, renewal: Renewal | None = None) -> DomainError | None:
    """Return why this change cannot be asked for today, or None.

    `renewal`: what `renewal_of` returned, where it is known already.
    """
    programme = certificate.programme
    refusal = refusal_to_request(
        change,
        certificate.state_on(timezone.localdate(now)),
        valid_until=certificate.valid_until,
        renewable=programme is not None and bool(programme.valid_months) and programme.renewal_credits is not None,
    )
    if refusal is not None or change is not Change.RENEWAL:
        return refusal
    needs = renewal or renewal_of(certificate)
    if needs is not None and not needs.is_met:
        return DomainError("certificates.credits_missing", needed=needs.needed_text, held=needs.held_text)
    return None


def correctable_facts(certificate: Certificate) -> list[str]:
    """Return which of `succession.CORRECTABLE` this certificate carries: not every kind prints an ID number or a photo."""
    carried = {
        "name": True,
        "id_number": "id_number_masked" in certificate.claims["holder"],
        "photo": bool(certificate.photo_sha256),
    }
    return [name for name in CORRECTABLE if carried[name]]


def document_kind(certificate: Certificate) -> DocumentKind | None:
    """Return the kind of document whose number the certificate carries, None when it carries none."""
    printed: dict[str, Any] | None = certificate.claims["holder"].get("id_kind")
    return next((DocumentKind(key) for key, words in ID_KINDS.items() if words == printed), None)


def follow_up_facts(request: ChangeRequest) -> dict[str, str]:
    """Return where the holder's account says otherwise after a granted correction: {old_name, old_document}.

    One query. Later certificates take name and number from the account and its document, not from this certificate.
    """
    holder, facts = request.certificate.holder, {}
    if request.new_name and holder.get_full_name() != request.new_name:
        facts["old_name"] = holder.get_full_name()
    if request.new_id_number:
        document = IdentityDocument.objects.filter(user=holder).first()
        if document is not None and document.number != request.new_id_number:
            facts["old_document"] = mask_id_number(document.number)
    return facts


def follow_up_sentences(facts: Mapping[str, Any]) -> list[str]:
    """Return what still has to follow, in sentences."""
    sentences = []
    if old := facts.get("old_name"):
        sentences.append(
            _(
                "The account still carries the name “%(old)s”. Later certificates take the name from the account, so it has to be "
                "changed there as well, by the operator and with the same proof."
            )
            % {"old": old}
        )
    if old := facts.get("old_document"):
        sentences.append(
            _(
                "The account still holds the identity document %(old)s. The holder enters the new one with the next application, "
                "under “Identity”."
            )
            % {"old": old}
        )
    return sentences


def follow_ups(request: ChangeRequest) -> list[str]:
    """Return what still has to follow a granted correction because the holder's account says otherwise, in sentences."""
    return follow_up_sentences(follow_up_facts(request))
