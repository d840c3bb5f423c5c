"""Records what the authority filed and which cards were given out."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from certification.bodies.models import Filing, FilingScope, StaffCard
from certification.bodies.rules import CardKind, check_filing_codes
from certification.standards.models import Occupation
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.models import Organisation


@transaction.atomic
def record_filing(
    *,
    organisation: Organisation,
    type_letter: str,
    body_code: str,
    province: str,
    sequence: str,
    record_number: str,
    filed_name: str,
    filed_name_en: str = "",
    valid_from: date,
    valid_until: date,
    scopes: Iterable[tuple[Occupation, str, int]],
    actor: User | None,
    now: datetime,
) -> Filing:
    """Store a filing with its scopes `(occupation, work type, level)`; the same record number again adds scopes only.

    Raises `DomainError` (422) for codes that cannot stand in a certificate number or a term that ends before it begins.
    """
    check_filing_codes(type_letter=type_letter, body_code=body_code, province=province, sequence=sequence)
    if valid_until < valid_from:
        raise DomainError("bodies.term_wrong", status=422)
    filing, created = Filing.objects.get_or_create(
        record_number=record_number,
        defaults={
            "organisation": organisation,
            "type_letter": type_letter,
            "body_code": body_code,
            "province": province,
            "sequence": sequence,
            "filed_name": filed_name,
            "filed_name_en": filed_name_en,
            "valid_from": valid_from,
            "valid_until": valid_until,
        },
    )
    if filing.organisation_id != organisation.pk:
        raise DomainError("bodies.record_taken", record_number=record_number)
    new = 0
    for occupation, work_type, level in scopes:
        _scope, added = FilingScope.objects.get_or_create(filing=filing, occupation=occupation, work_type=work_type, level=level)
        new += added
    if created or new:
        ledger.append("bodies.filing_recorded", subject=filing, actor=actor, now=now, code=filing.code, new_scopes=new)
    return filing


@transaction.atomic
def issue_staff_card(
    *,
    user: User,
    organisation: Organisation,
    kind: str,
    occupation: Occupation,
    levels: Iterable[int],
    number: str,
    valid_from: date,
    valid_until: date,
    actor: User | None,
    now: datetime,
) -> StaffCard:
    """Store an assessor's or supervisor's card; the same number for the same person again changes nothing."""
    if valid_until < valid_from:
        raise DomainError("bodies.term_wrong", status=422)
    wanted = sorted(set(levels), reverse=True)
    if not wanted or not set(wanted) <= {1, 2, 3, 4, 5}:
        raise DomainError("bodies.card_levels_wrong", status=422)
    card, created = StaffCard.objects.get_or_create(
        number=number,
        defaults={
            "user": user,
            "organisation": organisation,
            "kind": CardKind(kind).value,
            "occupation": occupation,
            "levels": wanted,
            "valid_from": valid_from,
            "valid_until": valid_until,
        },
    )
    if card.user_id != user.pk:
        raise DomainError("bodies.card_number_taken", number=number)
    if created:
        ledger.append("bodies.card_issued", subject=card, actor=actor, now=now, card_kind=card.kind, levels=card.levels)
    return card
