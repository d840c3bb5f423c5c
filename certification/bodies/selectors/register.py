"""What the desk lists: the register, filings, sites, declarations. Each page by key, at constant cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Exists, Max, Model, OuterRef, Prefetch, Q, QuerySet, Subquery

from certification.bodies.models import Declaration, Filing, FilingScope, Site, StaffCard, StaffMember, StaffRecord
from certification.bodies.rules import WARNED_AT, CardKind
from certification.bodies.rules.records import RecordKind
from lms.accounts.models import User
from lms.organisations.models import Organisation

PAGE = 25
Row = TypeVar("Row", bound=Model)


def page_of(rows: QuerySet[Row], *, before: int) -> tuple[list[Row], bool]:
    """Return one page, the latest entered first, and whether there are older ones."""
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return found[:PAGE], len(found) > PAGE


def with_cards(entries: QuerySet[StaffMember], *, bodies: Iterable[Organisation]) -> QuerySet[StaffMember]:
    """Add to each entry `user.cards`, the person's standing cards of these bodies, and `declared`, the latest declaration."""
    cards = StaffCard.objects.standing().filter(organisation__in=bodies).select_related("occupation")
    cards = cards.order_by("-valid_until", "pk")
    # A subquery for the rows of one page; a join would count every declaration of the register first.
    latest = Declaration.objects.filter(entry=OuterRef("pk")).order_by("-declared_at").values("declared_at")[:1]
    return entries.annotate(declared=Subquery(latest)).prefetch_related(Prefetch("user__staff_cards", cards, to_attr="cards"))


def chosen(
    entries: QuerySet[StaffMember], *, words: str = "", kind: str = "", show: str = "", today: date, declared_from: datetime
) -> QuerySet[StaffMember]:
    """Return the entries that fit: `words` of the name or a card number, `kind` of card, `show` ending, undeclared or left."""
    cards = StaffCard.objects.standing().filter(user=OuterRef("user"), organisation=OuterRef("organisation"))
    entries = entries.filter(left_on__isnull=show != "left")
    if words:
        entries = entries.filter(Q(user__name__icontains=words) | Exists(cards.filter(number__icontains=words)))
    if kind in set(CardKind):
        entries = entries.filter(Exists(cards.filter(kind=kind, valid_until__gte=today)))
    if show == "ending":
        entries = entries.filter(Exists(cards.filter(valid_until__range=(today, today + timedelta(days=max(WARNED_AT))))))
    if show == "undeclared":
        declared = Declaration.objects.filter(entry=OuterRef("pk"), declared_at__gte=declared_from)
        entries = entries.filter(~Exists(declared))
    return entries


def with_scopes(filings: QuerySet[Filing]) -> QuerySet[Filing]:
    scopes = FilingScope.objects.select_related("occupation").order_by("occupation__code", "work_type", "-level")
    return filings.prefetch_related(Prefetch("scopes", scopes))


def with_rooms(sites: QuerySet[Site]) -> QuerySet[Site]:
    return sites.prefetch_related("rooms__equipment")


def declarations_of(entries: QuerySet[StaffMember]) -> QuerySet[Declaration]:
    return Declaration.objects.filter(entry__in=entries.values("pk")).select_related("entry__user", "entry__organisation")


def declared_on(entry: StaffMember) -> datetime | None:
    """Return when the person last declared to this body."""
    latest: datetime | None = entry.declarations.aggregate(latest=Max("declared_at"))["latest"]
    return latest


@dataclass(frozen=True)
class TrainingYear:
    year: int
    hours: Decimal


def training_by_year(records: Iterable[StaffRecord]) -> list[TrainingYear]:
    """Return the class hours of each year, the latest first."""
    hours: dict[int, Decimal] = {}
    for record in records:
        if record.kind == RecordKind.TRAINING and record.hours:
            hours[record.happened_on.year] = hours.get(record.happened_on.year, Decimal(0)) + record.hours
    return [TrainingYear(year, total) for year, total in sorted(hours.items(), reverse=True)]


def cards_of(user: User) -> QuerySet[StaffCard]:
    return StaffCard.objects.filter(user=user).select_related("occupation", "organisation").order_by("-valid_until", "pk")


def ending_soon(rows: QuerySet[Any], *, today: date, days: int) -> QuerySet[Any]:
    return rows.filter(valid_until__range=(today, today + timedelta(days=days)))
