"""What pages ask about reviews, appeals and corrections."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from certification.plans.models import Seat
from certification.results.case_rules import OPEN_ORDER, CaseStatus, OrderStatus
from certification.results.models import (
    CASE_LABELS,
    OBJECTION_LABELS,
    Case,
    CorrectionOrder,
    Objection,
    PublicationRow,
    Republication,
)
from certification.results.rules import ObjectionStatus, is_running
from certification.results.terms import appeal_until, review_until
from lms.accounts.models import User

ANSWERED = frozenset({ObjectionStatus.UPHELD.value, ObjectionStatus.DISMISSED.value})


@dataclass(frozen=True)
class OwnThing:
    """One objection, review or appeal as its filer sees it."""

    title: str
    thing: Objection | Case
    appeal_until: date | None

    @property
    def is_objection(self) -> bool:
        return isinstance(self.thing, Objection)

    @property
    def what(self) -> str:
        """The word by which an address names what is appealed against."""
        return "objection" if self.is_objection else "case"


@dataclass(frozen=True)
class OwnWays:
    """What a candidate may still do about her result, each with its last day, and what she did."""

    object_until: date | None
    review_until: date | None
    appeal_until: date | None
    things: list[OwnThing]
    corrected: CorrectionOrder | None
    renewed: Republication | None
    is_open: bool


def own_ways(seat: Seat, row: PublicationRow, *, user: User, today: date) -> OwnWays:
    """Return the ways of the candidate herself. Five queries."""
    publication = row.publication
    publication.plan = seat.plan
    about = Objection.objects.filter(publication=publication, ticket_number=row.ticket_number).order_by("pk")
    objections = list(about.filter(Q(filer=user) | Q(status=ObjectionStatus.UPHELD.value)))
    cases = list(Case.objects.filter(seat=seat, filer=user).order_by("pk"))
    appealed = {(case.against_objection_id, case.against_case_id) for case in cases if not case.is_review}
    renewed = Republication.objects.filter(row=row, closed_at=None).first()
    hangs = not publication.is_closed and is_running(closes_on=publication.closes_on, today=today)
    object_until = publication.closes_on if hangs else None
    if object_until is None and renewed is not None and today <= renewed.closes_on:
        object_until = renewed.closes_on
    review = review_until(publication)
    appeal = appeal_until(publication, None)

    def still(thing: Objection | Case) -> date | None:
        key = (thing.pk, None) if isinstance(thing, Objection) else (None, thing.pk)
        until = appeal_until(publication, thing)
        return until if until is not None and today <= until and key not in appealed else None

    asked: list[Objection | Case] = [*objections, *cases]
    things = [OwnThing(_title(thing), thing, still(thing)) for thing in asked]
    return OwnWays(
        object_until=object_until,
        review_until=review if today <= review else None,
        appeal_until=appeal if appeal is not None and today <= appeal and (None, None) not in appealed else None,
        things=things,
        corrected=CorrectionOrder.objects.filter(seat=seat, status=OrderStatus.APPLIED.value).order_by("-pk").first(),
        renewed=renewed,
        is_open=any(thing.thing.decided_at is None for thing in things),
    )


def _title(thing: Objection | Case) -> str:
    if isinstance(thing, Objection):
        return _("Objection to %(ticket)s") % {"ticket": thing.ticket_number}
    return _("Score review") if thing.is_review else _("Appeal")


def stages_of(thing: Objection | Case) -> list[dict[str, Any]]:
    """Return the way of an objection, review or appeal for `components/spine.html`: filed, taken, answered."""
    decided, taken = thing.decided_at is not None, thing.accepted_at is not None
    label = OBJECTION_LABELS[ObjectionStatus(thing.status)] if isinstance(thing, Objection) else CASE_LABELS[thing.state]
    answer: dict[str, Any] = {"title": _("Answered"), "state": "todo"}
    if decided:
        answer = {
            "title": label,
            "state": "stopped" if thing.status == CaseStatus.DISMISSED else "done",
            "date": _moment(thing.decided_at),
            "text": thing.answer,
        }
    elif thing.due_on is not None:
        answer["text"] = _("By %(date)s at the latest.") % {"date": date_format(thing.due_on, "DATE_FORMAT")}
        answer["state"] = "now" if taken else "todo"
    return [
        {"title": pgettext("review or appeal", "Filed"), "state": "done", "date": _moment(thing.filed_at), "text": thing.text},
        {
            "title": _("Taken by somebody who had no part in the result"),
            "state": "done" if taken or decided else "now",
            "date": _moment(thing.accepted_at),
        },
        answer,
    ]


def stages_of_order(order: CorrectionOrder) -> list[dict[str, Any]]:
    """Return the way of a correction: asked for, approved, in force, public again, ended."""
    renewed = getattr(order, "republication", None)
    state = order.state
    asked = {
        "title": pgettext("correction order", "Asked for"),
        "state": "done",
        "date": _moment(order.requested_at),
        "person": order.requested_by.get_full_name(),
        "text": order.reason,
    }
    if state is OrderStatus.REFUSED:
        person = order.refused_by.get_full_name() if order.refused_by else ""
        return [
            asked,
            {"title": pgettext("correction order", "Refused"), "state": "stopped", "person": person, "text": order.answer},
        ]
    closes = date_format(renewed.closes_on, "DATE_FORMAT") if renewed else ""
    over = renewed is not None and renewed.is_closed
    return [
        asked,
        {
            "title": _("Approved by a second person"),
            "state": "now" if state is OrderStatus.REQUESTED else "done",
            "date": _moment(order.approved_at),
            "person": order.approved_by.get_full_name() if order.approved_by else "",
        },
        {
            "title": pgettext("correction order", "In force"),
            "state": {OrderStatus.APPLIED: "done", OrderStatus.APPROVED: "now"}.get(state, "todo"),
            "date": _moment(order.applied_at),
        },
        {
            "title": _("Public again for this person alone"),
            "state": "todo" if renewed is None else "done" if over else "now",
            "text": _("Until the end of %(date)s.") % {"date": closes} if renewed else "",
        },
        {
            "title": _("Certificate follows"),
            "state": "done" if over else "todo",
            "date": _moment(renewed.closed_at) if renewed else "",
        },
    ]


def _moment(moment: datetime | None) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT") if moment else ""


def orders_about(seat: Seat) -> list[CorrectionOrder]:
    """Return all correction orders about this person, newest first. One query."""
    return list(CorrectionOrder.objects.filter(seat=seat).select_related("requested_by", "approved_by").order_by("-pk"))


def things_about(seat: Seat, *, but: Objection | Case) -> Sequence[OwnThing]:
    """Return the other objections, reviews and appeals about this result, oldest first. Two queries."""
    objections = Objection.objects.filter(publication__plan_id=seat.plan_id, ticket_number=seat.ticket_number)
    cases = Case.objects.filter(seat=seat)
    found: list[Objection | Case] = [*objections.order_by("pk"), *cases.order_by("pk")]
    return [OwnThing(_title(thing), thing, None) for thing in found if thing != but]


def has_open_order(seat: Seat) -> bool:
    return CorrectionOrder.objects.filter(seat=seat, status__in=[status.value for status in OPEN_ORDER]).exists()
