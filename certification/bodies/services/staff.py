"""The staff register: who enters and leaves it, which cards are given out and taken back, what goes into a file."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.timezone import localdate

from certification.bodies.access import require_keeper
from certification.bodies.models import StaffCard, StaffMember, StaffRecord
from certification.bodies.rules import CardKind, check_term
from certification.bodies.rules.records import RecordKind
from certification.standards.models import Occupation
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.models import Organisation


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
    """Store a card and, for a person new to the body, her entry in the register.

    The same number for the same person again changes nothing. Raises `DomainError` (422) for a wrong term or level,
    `bodies.card_number_taken` for another person's number.
    """
    check_term(valid_from, valid_until)
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
        StaffMember.objects.get_or_create(organisation=organisation, user=user, defaults={"entered_at": now})
        ledger.append("bodies.card_issued", subject=card, actor=actor, now=now, card_kind=card.kind, levels=card.levels)
    return card


@transaction.atomic
def enter_staff(organisation: Organisation, *, user: User, employer: str, actor: User, now: datetime) -> StaffMember:
    """Enter a person into the body's register. Raises `DomainError("bodies.entered_already")` (422) for one who stands in it."""
    require_keeper(actor, organisation)
    entry, created = StaffMember.objects.get_or_create(organisation=organisation, user=user, defaults={"entered_at": now})
    if not created and entry.left_on is None:
        raise DomainError("bodies.entered_already", status=422, name=user.name)
    entry.employer, entry.left_on = employer.strip(), None
    entry.save(update_fields=["employer", "left_on"])
    ledger.append("bodies.staff_entered", subject=entry, actor=actor, now=now, user=user.pk)
    return entry


@transaction.atomic
def change_staff(entry: StaffMember, *, employer: str, left_on: date | None, actor: User, now: datetime) -> StaffMember:
    """Store for whom the person works now, and since when she is no longer at the body's disposal."""
    require_keeper(actor, entry.organisation_id)
    _check_past(left_on, now)
    # Conflicts of interest are found by the employer: that somebody changed it is kept, whatever it was.
    facts = {"left_on": left_on and left_on.isoformat(), "employer_changed": entry.employer != employer.strip()}
    entry.employer, entry.left_on = employer.strip(), left_on
    entry.save(update_fields=["employer", "left_on"])
    ledger.append("bodies.staff_changed", subject=entry, actor=actor, now=now, **facts)
    return entry


@transaction.atomic
def withdraw_card(card: StaffCard, *, reason: str, actor: User, now: datetime) -> StaffCard:
    """Take a card back: from now on it covers nothing, not even the days of its term that are over.

    Raises `DomainError` `bodies.reason_needed` (422), `bodies.card_withdrawn` when somebody was faster.
    """
    require_keeper(actor, card.organisation_id)
    if not reason.strip():
        raise DomainError("bodies.reason_needed", status=422)
    standing = StaffCard.objects.standing().filter(pk=card.pk)
    if not standing.update(withdrawn_at=now, withdrawal_reason=reason.strip()):
        raise DomainError("bodies.card_withdrawn")
    ledger.append("bodies.card_withdrawn", subject=card, actor=actor, now=now)
    card.refresh_from_db()
    return card


@transaction.atomic
def add_record(
    entry: StaffMember, *, kind: str, text: str, happened_on: date, hours: Decimal | None, actor: User, now: datetime
) -> StaffRecord:
    """Add a line to the person's file. Raises `DomainError` (422) for a day to come, or hours of what is no training."""
    require_keeper(actor, entry.organisation_id)
    _check_past(happened_on, now)
    if hours and kind != RecordKind.TRAINING:
        raise DomainError("bodies.hours_not_for_this", status=422)
    record = StaffRecord.objects.create(
        entry=entry,
        kind=RecordKind(kind).value,
        text=text.strip(),
        hours=hours or None,
        happened_on=happened_on,
        recorded_by=actor,
        recorded_at=now,
    )
    ledger.append("bodies.staff_recorded", subject=entry, actor=actor, now=now, record=record.pk, record_kind=record.kind)
    return record


def _check_past(day: date | None, now: datetime) -> None:
    if day is not None and day > localdate(now):
        raise DomainError("bodies.day_to_come", status=422)
