"""One session under way: its plan, its people, what was found in it."""

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from certification.applications.models import Application
from certification.plans.models import Plan, Seat
from certification.standards.models import SchemeLevel
from lms.accounts.models import User
from lms.demo.batch.crew import Bench, Crew
from lms.demo.batch.fates import Fate, Lot
from lms.demo.batch.sessions import Session
from lms.demo.story import at


@dataclass
class Entrant:
    """One candidate of a session. `number` names her in the season, whatever key the database gave her."""

    number: int
    user: User
    fate: Fate
    case: Application | None = None
    seat: Seat | None = None

    @property
    def seated(self) -> Seat:
        assert self.seat is not None
        return self.seat


@dataclass
class Exam:
    """A session and what belongs to it; `told` counts what was injected and found."""

    session: Session
    plan: Plan
    level: SchemeLevel
    crew: Crew
    chance: Random
    entrants: list[Entrant]
    team: list[User] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)

    @property
    def bench(self) -> Bench:
        return self.crew.benches[self.session.scheme]

    @property
    def sitting(self) -> list[Entrant]:
        """Who has a seat, in the season's order."""
        return [entrant for entrant in self.entrants if entrant.seat is not None]

    def with_lot(self, *lots: Lot) -> Iterator[Entrant]:
        return (entrant for entrant in self.sitting if entrant.fate.lot in lots)

    def moment(self, hour: int, minute: int = 0, *, days: int = 0) -> datetime.datetime:
        """Return that time of the exam day, or of so many days after it."""
        return at(self.plan.exam_date + datetime.timedelta(days=days), hour, minute)
