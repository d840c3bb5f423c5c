"""A further version of a certificate: corrected, issued again, or renewed. The number stays the same (I35)."""

import secrets
from collections.abc import Mapping
from copy import deepcopy
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from certification.certificates.claims import fingerprint, printable_name
from certification.certificates.models import Certificate
from certification.certificates.press import press_for
from certification.certificates.rules import TRANSITIONS, Change, Event, Kind, Status, months_later
from certification.certificates.selectors import signing_key_of, template_for
from certification.certificates.services.drafting import TOKEN_BYTES
from certification.certificates.services.making import issue_entry
from certification.certificates.services.notifying import tell_holders
from certification.certificates.services.numbering import take_status_places
from certification.certificates.services.standing import require_head
from lms.accounts.models import User
from lms.core import ledger
from lms.core.crypto import mask_id_number
from lms.core.errors import DomainError
from lms.core.states import move

CORRECTABLE = ("name", "id_number", "photo")
"""What a correction may change: personal data. A wrong level or occupation is revoked and issued anew (domain.md §5.6)."""
NOTES = {
    Change.CORRECTION: {
        "zh": "本证书经更正重新颁发，证书编号不变。",
        "en": "Issued again after a correction; the number is unchanged.",
    },
    Change.REISSUE: {"zh": "本证书为补发，证书编号不变。", "en": "Issued again as a replacement; the number is unchanged."},
    Change.RENEWAL: {
        "zh": "本证书经继续教育后换发，证书编号不变。",
        "en": "Renewed after continuing education; the number is unchanged.",
    },
}


@transaction.atomic
def reissue_certificate(certificate: Certificate, *, reason: str, actor: User, now: datetime) -> Certificate:
    """Issue the same certificate again, for one that was lost or spoilt. Returns the new version."""
    return _succeed(certificate, Change.REISSUE, claims={}, kept={}, facts={}, reason=reason, actor=actor, now=now)


@transaction.atomic
def correct_certificate(
    certificate: Certificate, *, changes: Mapping[str, str], reason: str, actor: User, now: datetime
) -> Certificate:
    """Issue the certificate again with corrected personal data; old and new values are recorded (I35).

    `changes` maps some of `CORRECTABLE` to the new value ("photo": SHA-256 in the store). Raises `DomainError` 422
    `certificates.nothing_to_correct` when nothing differs, `certificates.not_correctable` for any other fact.
    """
    if unknown := sorted(set(changes) - set(CORRECTABLE)):
        raise DomainError("certificates.not_correctable", status=422, fact=unknown[0])
    holder = dict(certificate.claims["holder"])
    kept: dict[str, Any] = {}
    facts: dict[str, dict[str, str]] = {}
    if (name := printable_name(changes.get("name", holder["name"]))) != holder["name"]:
        facts["name"] = {"old": holder["name"], "new": name}
        holder["name"] = name
    if (id_number := changes.get("id_number", certificate.id_number).strip().upper()) != certificate.id_number:
        facts["id_number"] = {"old": mask_id_number(certificate.id_number), "new": mask_id_number(id_number)}
        holder["id_number_masked"], kept["id_number"] = mask_id_number(id_number), id_number
    if (photo := changes.get("photo", certificate.photo_sha256)) != certificate.photo_sha256:
        facts["photo"] = {"old": certificate.photo_sha256, "new": photo}
        kept["photo_sha256"] = photo
    if not facts:
        raise DomainError("certificates.nothing_to_correct", status=422)
    return _succeed(
        certificate,
        Change.CORRECTION,
        claims={"holder": holder},
        kept=kept,
        facts=facts,
        reason=reason,
        actor=actor,
        now=now,
    )


@transaction.atomic
def renew_certificate(certificate: Certificate, *, reason: str, actor: User, now: datetime) -> Certificate:
    """Issue the certificate again for a further term, when its holder shows the credits that the programme asks for.

    Raises `DomainError` `certificates.not_renewable` or `certificates.credits_missing` with what is needed and held.
    """
    programme = certificate.programme
    if programme is None or not programme.valid_months or programme.renewal_credits is None or not certificate.valid_until:
        raise DomainError("certificates.not_renewable")
    held = credits_since(certificate.holder, credits_count_from(certificate))
    if held < programme.renewal_credits:
        needed = f"{programme.renewal_credits.normalize():f}"
        raise DomainError("certificates.credits_missing", needed=needed, held=f"{held.normalize():f}")
    # A term that still runs is not cut short; one that has ended starts today.
    today = timezone.localdate(now)
    start = max(today, certificate.valid_until + timedelta(days=1))
    until = months_later(start, programme.valid_months) - timedelta(days=1)
    return _succeed(
        certificate,
        Change.RENEWAL,
        claims={"valid_until": until.isoformat()},
        kept={"valid_until": until},
        facts={"valid_until": {"old": certificate.valid_until.isoformat(), "new": until.isoformat()}},
        reason=reason,
        actor=actor,
        now=now,
    )


def credits_count_from(certificate: Certificate) -> date:
    """Return the day from which credits count towards the next renewal: of the first issue, or after the last renewal.

    What a renewal was granted for cannot serve for the next. One query.
    """
    renewals = Certificate.objects.public().filter(number=certificate.number, change=Change.RENEWAL.value)
    last = renewals.order_by("-version").first()
    return timezone.localdate(last.issued_at) + timedelta(days=1) if last is not None else certificate.issued_on


def credits_since(holder: User, day: date) -> Decimal:
    """Return the credits in the holder's valid statements of credit issued on or after `day`. One query."""
    statements = Certificate.objects.filter(
        holder=holder, kind=Kind.CREDITS.value, status=Status.VALID.value, issued_on__gte=day
    ).values_list("claims", flat=True)
    return sum((Decimal(claims.get("credits", "0")) for claims in statements), Decimal(0))


def _succeed(
    certificate: Certificate,
    change: Change,
    *,
    claims: Mapping[str, Any],
    kept: Mapping[str, Any],
    facts: Mapping[str, Any],
    reason: str,
    actor: User,
    now: datetime,
) -> Certificate:
    """Replace a version by the next, in one transaction: the old one stops to hold at the moment the new one does."""
    require_head(certificate, actor=actor)
    if not reason.strip():
        raise DomainError("certificates.reason_needed", status=422)
    old = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    decision = old.decision
    move(
        old,
        old.state,
        Event.REPLACE,
        TRANSITIONS,
        status_reason=reason.strip(),
        public_reason=change.value,
        status_at=now,
        decision=None,
    )
    template = template_for(
        Kind(old.kind), organisation=old.organisation, chosen=old.programme.template if old.programme else None
    )
    signing_key = signing_key_of(old.organisation_id)
    today = timezone.localdate(now)
    (place,) = take_status_places(old.organisation, count=1)
    new = Certificate(
        kind=old.kind,
        number=old.number,
        version=old.version + 1,
        replaces=old,
        change=change.value,
        changed_facts=dict(facts),
        token=secrets.token_urlsafe(TOKEN_BYTES),
        decision=decision,
        statement=old.statement,
        programme=old.programme,
        holder=old.holder,
        organisation=old.organisation,
        filing=old.filing,
        occupation=old.occupation,
        work_type=old.work_type,
        level=old.level,
        claims={
            **deepcopy(old.claims),
            **claims,
            "version": old.version + 1,
            "template": template.key,
            "design": template.template.design,
            "reissued_on": today.isoformat(),
            "note": NOTES[change],
        },
        id_number=old.id_number,
        template=template,
        photo_sha256=old.photo_sha256,
        issued_on=old.issued_on,
        valid_until=old.valid_until,
        issued_at=now,
        issued_by=actor,
        status=Status.NUMBERED.value,
        status_at=now,
        status_index=place,
        signing_key=signing_key,
    )
    for name, value in kept.items():
        setattr(new, name, value)
    new.claims_sha256 = fingerprint(new.claims)
    new.save(force_insert=True)
    made = press_for(template, signing_key).make(new, now=now)
    move(
        new,
        Status.NUMBERED,
        Event.ISSUE,
        TRANSITIONS,
        pdf_sha256=made.pdf_sha256,
        credential_sha256=made.credential_sha256,
        engine=made.engine,
        signature_level=made.signature_level,
    )
    ledger.append_many(
        [
            ledger.NewEntry(
                "certificates.replaced", old, actor, {"number": old.number, "version": old.version, "status": old.status}
            ),
            # Names of facts only: their values are personal.
            issue_entry(f"certificates.{PAST[change]}", new, replaces=old.pk, changed=sorted(facts)),
        ],
        now=now,
    )
    certificate.status, certificate.decision = old.status, None
    tell_holders([new], now=now)
    return new


PAST = {Change.CORRECTION: "corrected", Change.REISSUE: "reissued", Change.RENEWAL: "renewed"}
