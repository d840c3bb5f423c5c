"""The bank and the theory papers of the simulation: two questions for each function, worth its weight together (I20)."""

import datetime
from decimal import Decimal
from typing import Any

from certification.standards.models import Scheme, SchemeLevel
from certification.standards.rules.weights import WeightTable
from courses.questionbank.models import Blueprint
from courses.questionbank.services import import_items, set_blueprint
from lms.demo.batch.crew import Crew
from lms.demo.batch.sessions import Session

IN_THE_BANK = 5
"""So many questions lie in the bank for each function, of which a paper draws two."""
ONE_QUESTION = Decimal(5)
"""A weight of up to so many per cent is one question's."""


def make_bank(crew: Crew, schemes: list[Scheme], *, now: datetime.datetime) -> None:
    """Put questions for every function of these schemes into the body's bank."""
    functions: dict[str, None] = {}
    for level in SchemeLevel.objects.filter(scheme__in=schemes).order_by("scheme", "-level"):
        functions |= dict.fromkeys(level.weights(WeightTable.THEORY))
    rows: list[dict[str, Any]] = [
        {
            "key": f"sim-{place:02d}-{n}",
            "kind": "single",
            "stem": f"关于“{function}”（第 {n + 1} 题），下列做法哪一项正确？",
            "options": [f"做法甲（{n}）", f"做法乙（{n}）", f"做法丙（{n}）", f"做法丁（{n}）"],
            "answer": ["ABCD"[n % 4]],
            "explanation": f"按“{function}”的操作规范选择。",
            "function": function,
            "difficulty": 1 + n % 3,
        }
        for place, function in enumerate(functions)
        for n in range(IN_THE_BANK)
    ]
    import_items(rows, organisation=crew.body, actor=crew.officer, now=now)


def make_paper(session: Session, level: SchemeLevel, crew: Crew, *, now: datetime.datetime) -> Blueprint:
    """Return the blueprint of the session's theory paper."""
    rows = []
    for function, weight in level.weights(WeightTable.THEORY).items():
        number = 1 if weight <= ONE_QUESTION else 2
        rows.append({"function": function, "kind": "single", "count": number, "points": f"{(weight / number).normalize():f}"})
    return set_blueprint(
        organisation=crew.body,
        name=f"模拟理论卷 {session.key}",
        purpose="theory",
        rows=rows,
        minutes=90,
        actor=crew.officer,
        now=now,
    )
