from dataclasses import dataclass

from django.db.models import QuerySet

from certification.examday.models import HandOver
from certification.plans.models import Plan
from lms.accounts.models import User


@dataclass(frozen=True)
class Bag:
    """One bag with all its hand-overs in order."""

    name: str
    steps: list[HandOver]

    @property
    def holder(self) -> User:
        """Who has it; while it is on the way, who gave it."""
        last = self.steps[-1]
        return last.receiver if hasattr(last, "receipt") else last.giver

    @property
    def seal_whole(self) -> bool:
        return all(step.receipt.seal_whole for step in self.steps if hasattr(step, "receipt"))


def hand_overs_of(plan: Plan) -> QuerySet[HandOver]:
    return HandOver.objects.filter(plan=plan).select_related("giver", "receiver", "receipt").order_by("pk")


def bags_of(plan: Plan) -> list[Bag]:
    """Return the bags of a plan, the one that moved first on top. One query."""
    bags: dict[str, list[HandOver]] = {}
    for row in hand_overs_of(plan):
        bags.setdefault(row.bag, []).append(row)
    return [Bag(name, steps) for name, steps in bags.items()]
