"""Telling of cards and filings that end soon: at 90, 30 and 7 days, each once."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from certification.bodies import notice_kinds
from certification.bodies.access import KEEPERS
from certification.bodies.models import Filing, StaffCard
from certification.bodies.rules import WARNED_AT
from lms.accounts.models import User
from lms.notices.kinds import Kind
from lms.notices.models import Notice
from lms.notices.services import news, tell_many
from lms.organisations.models import Organisation
from lms.organisations.selectors import people_with

AT_ONCE = 200
"""So many of a kind are told in one run; the next minute's run goes on."""


@transaction.atomic
def warn_of_ending_terms(*, now: datetime) -> int:
    """Tell holders, officers and heads what ends within 90, 30 or 7 days; return how many cards and filings were new."""
    keepers: dict[int, list[User]] = {}
    notices: list[Notice] = []
    told = 0
    for filing, threshold in _due(Filing.objects.select_related("organisation"), today=localdate(now)):
        if _claim(Filing.objects.filter(pk=filing.pk), filing.warned_days, threshold):
            notices += _of_filing(filing, keepers, now)
            told += 1
    cards = StaffCard.objects.standing().select_related("organisation", "occupation", "user")
    for card, threshold in _due(cards, today=localdate(now)):
        if _claim(StaffCard.objects.filter(pk=card.pk), card.warned_days, threshold):
            notices += _of_card(card, keepers, now)
            told += 1
    tell_many(notices)
    return told


def _due(rows: QuerySet[Any], *, today: date) -> Iterator[tuple[Any, int]]:
    """Yield what ends soon and was not told at the threshold it has reached, the nearest threshold first."""
    seen: set[int] = set()
    for threshold in WARNED_AT:
        soon = rows.filter(valid_until__range=(today, today + timedelta(days=threshold)))
        fresh = soon.filter(Q(warned_days=None) | Q(warned_days__gt=threshold)).exclude(pk__in=seen)
        for row in fresh.order_by("valid_until", "pk")[:AT_ONCE]:
            seen.add(row.pk)
            yield row, threshold


def _claim(row: QuerySet[Any], before: int | None, threshold: int) -> bool:
    # The WHERE clause is the lock: of two runs one tells.
    return bool(row.filter(warned_days=before).update(warned_days=threshold))


def _of_filing(filing: Filing, keepers: dict[int, list[User]], now: datetime) -> list[Notice]:
    facts = {
        "body": filing.filed_name,
        "number": filing.record_number,
        "day": filing.valid_until,
        "days": (filing.valid_until - localdate(now)).days,
    }
    url = filing.get_desk_url()
    return _to_keepers(notice_kinds.FILING_ENDING, filing.organisation, keepers, facts, url, now)


def _of_card(card: StaffCard, keepers: dict[int, list[User]], now: datetime) -> list[Notice]:
    facts = {
        "name": card.user.name,
        "number": card.number,
        "kind": card.kind,
        "occupation": card.occupation.name,
        "day": card.valid_until,
        "days": (card.valid_until - localdate(now)).days,
    }
    own = news(
        notice_kinds.CARD_ENDING,
        card.user,
        facts=facts,
        url=reverse("bodies:own"),
        organisation=card.organisation_id,
        now=now,
    )
    url = f"{reverse('bodies:register')}?show=ending"
    return [own, *_to_keepers(notice_kinds.STAFF_CARD_ENDING, card.organisation, keepers, facts, url, now)]


def _to_keepers(
    kind: Kind,
    organisation: Organisation,
    keepers: dict[int, list[User]],
    facts: Mapping[str, Any],
    url: str,
    now: datetime,
) -> list[Notice]:
    if organisation.pk not in keepers:
        keepers[organisation.pk] = list(people_with(organisation, *KEEPERS).filter(is_active=True))
    people = keepers[organisation.pk]
    return [news(kind, person, facts=facts, url=url, organisation=organisation, now=now) for person in people]
