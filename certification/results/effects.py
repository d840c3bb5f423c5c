"""What a correction does to the rest of the house: told before somebody confirms it, done when it takes effect.

Later rooms register here when the site starts (`AppConfig.ready`); results imports none of them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.plans.models import Seat
from certification.results.models import CorrectionOrder, Decision
from lms.accounts.models import User


@dataclass(frozen=True)
class Effect:
    """One thing that follows. `tone` is a kind of `status_chip`: good, warn, bad or neutral."""

    about: str | Promise
    text: str
    tone: str = "neutral"


@dataclass(frozen=True)
class Change:
    """A correction as it would take, or takes, effect."""

    order: CorrectionOrder

    @property
    def seat(self) -> Seat:
        return self.order.seat

    @property
    def now_passes(self) -> bool:
        return self.order.new_passed and not self.order.old_passed

    @property
    def now_fails(self) -> bool:
        return self.order.old_passed and not self.order.new_passed


class CarryOut(Protocol):
    def __call__(self, change: Change, *, actor: User, now: datetime) -> None:
        """Do it, in the transaction of the order; `actor` approved it. Raises `DomainError` where it cannot be done now."""


Tell = Callable[[Change], Iterable[Effect]]


@dataclass(frozen=True)
class Source:
    """What one room says of a correction and does about it."""

    tell: Tell
    carry_out: CarryOut | None = None


_sources: dict[str, Source] = {}


def register(room: str, source: Source) -> None:
    """Have this room asked for the effects of each correction; a room that registers again replaces its source."""
    _sources[room] = source


def told(order: CorrectionOrder) -> list[Effect]:
    """Return all that follows from an order, ours first."""
    change = Change(order)
    return [*_own(change), *(effect for source in _sources.values() for effect in source.tell(change))]


def carry_out(order: CorrectionOrder, *, actor: User, now: datetime) -> None:
    """Let every room do its share."""
    for source in _sources.values():
        if source.carry_out is not None:
            source.carry_out(Change(order), actor=actor, now=now)


DECISION = gettext_lazy("Decision")
LIST = gettext_lazy("Public list")
PARTS = gettext_lazy("Passed parts")
FIGURES = gettext_lazy("Figures of the plan")


def _own(change: Change) -> Iterable[Effect]:
    """What follows in this room: decision, public list, parts that count on, figures. One query."""
    if change.now_passes:
        yield Effect(DECISION, _("Not passed becomes passed."), "good")
        yield Effect(
            LIST, _("The ticket is put into the public list, marked as corrected, and objections to it are possible again.")
        )
    elif change.now_fails:
        yield Effect(DECISION, _("Passed becomes not passed."), "bad")
        yield Effect(LIST, _("The ticket stays in the public list, struck and marked as corrected."), "warn")
    else:
        verdict = _("passed") if change.order.new_passed else _("not passed")
        yield Effect(DECISION, _("It stays as it is: %(verdict)s.") % {"verdict": verdict})
        yield Effect(LIST, _("The new mark is public, marked as corrected, and objections to it are possible again."))
    before = {finding["kind"]: finding["met"] for finding in change.order.old_parts}
    after = {finding["kind"]: finding["met"] for finding in change.order.new_parts}
    if not change.order.new_passed and before != after:
        gained = after[change.order.part]
        yield Effect(
            PARTS,
            _("This part reaches its pass mark now and counts when the candidate sits the rest again.")
            if gained
            else _("This part does not reach its pass mark any more and has to be sat again."),
            "good" if gained else "warn",
        )
    if change.now_passes or change.now_fails:
        passed = Decision.objects.filter(seat__plan_id=change.seat.plan_id, passed=True).count()
        later = passed + (1 if change.now_passes else -1)
        if change.order.applied_at is None:
            yield Effect(FIGURES, _("Passed in this plan: %(before)s becomes %(after)s.") % {"before": passed, "after": later})
