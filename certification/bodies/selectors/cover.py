from collections.abc import Collection, Iterable
from datetime import date
from functools import partial

from django.db.models import Prefetch, QuerySet

from certification.bodies.models import Filing, FilingScope, StaffCard, StaffMember
from certification.bodies.rules import ASSESSING_KINDS, CardKind, card_covers
from certification.standards.models import Occupation
from lms.accounts.models import User
from lms.organisations.models import Organisation


def filing_covering(organisation: Organisation, *, occupation: Occupation, work_type: str, level: int, on: date) -> Filing | None:
    """Return the body's filing whose scope and term cover this on the day `on` (I5), the newest first."""
    return (
        Filing.objects.filter(
            organisation=organisation,
            valid_from__lte=on,
            valid_until__gte=on,
            scopes__occupation=occupation,
            scopes__work_type=work_type,
            scopes__level=level,
        )
        .order_by("-valid_from", "-pk")
        .first()
    )


def cards_on(occupation: Occupation, *, on: date) -> QuerySet[StaffCard]:
    return StaffCard.objects.standing().filter(occupation=occupation, valid_from__lte=on, valid_until__gte=on)


def card_covering(
    user: User, *, occupation: Occupation, level: int, on: date, senior_levels: Iterable[int] = (2, 1)
) -> StaffCard | None:
    """Return the card with which `user` may assess this level on the day `on`, or None (I14)."""
    cards = cards_on(occupation, on=on).filter(user=user).order_by("-valid_until", "pk")
    return next(
        (card for card in cards if card_covers(kind=card.kind, levels=card.levels, level=level, senior_levels=senior_levels)),
        None,
    )


def people_covering(
    people: Collection[int], *, occupation: Occupation, level: int, on: date, senior_levels: Iterable[int] = (2, 1)
) -> set[int]:
    """Return which of these people hold a card with which they may assess this level on the day `on` (I14). One query."""
    cards = cards_on(occupation, on=on).filter(user__in=people)
    covers = partial(card_covers, level=level, senior_levels=senior_levels)
    return {card.user_id for card in cards if covers(kind=card.kind, levels=card.levels)}


def assessors_available(
    organisation: Organisation, *, occupation: Occupation, level: int, on: date, senior_levels: Iterable[int] = (2, 1)
) -> list[StaffCard]:
    """Return the body's cards that cover this level on that day, one for each person, ordered by name.

    Who left the body is not offered. One query.
    """
    left = StaffMember.objects.filter(organisation=organisation, left_on__lte=on).values("user")
    cards = (
        cards_on(occupation, on=on)
        .filter(organisation=organisation, kind__in=[kind.value for kind in ASSESSING_KINDS])
        .exclude(user__in=left)
        .select_related("user")
        .order_by("user__name", "user_id", "-valid_until")
    )
    found: dict[int, StaffCard] = {}
    for card in cards:
        if card_covers(kind=card.kind, levels=card.levels, level=level, senior_levels=senior_levels):
            found.setdefault(card.user_id, card)
    return list(found.values())


def is_supervisor(user: User, *, occupation: Occupation, on: date) -> bool:
    return cards_on(occupation, on=on).filter(user=user, kind=CardKind.SUPERVISOR.value).exists()


def filings_valid_on(day: date) -> QuerySet[Filing]:
    """Return the filings in force with their scopes, by name; two queries."""
    scopes = FilingScope.objects.select_related("occupation").order_by("occupation__code", "work_type", "-level")
    return (
        Filing.objects.filter(valid_from__lte=day, valid_until__gte=day)
        .select_related("organisation")
        .prefetch_related(Prefetch("scopes", scopes))
        .order_by("filed_name", "pk")
    )
