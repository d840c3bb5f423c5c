"""A session's plan: written, approved by the head, published; stations and, where there is one, the review laid out."""

import datetime
from decimal import Decimal
from random import Random

from certification.assessment.services import set_up_stations
from certification.panels.rules import DEFAULT_ASKED, DEFAULT_CRITERIA
from certification.panels.services import set_up_review
from certification.plans import services as plans
from certification.standards.models import Scheme
from lms.core.workdays import add_workdays
from lms.demo.batch.crew import Crew
from lms.demo.batch.exam import Entrant, Exam
from lms.demo.batch.papers import make_paper
from lms.demo.batch.sessions import Session
from lms.demo.batch.stations import layout
from lms.demo.story import at

SLOT_MINUTES = 20


def open_exam(session: Session, crew: Crew, *, on: datetime.date, entrants: list[Entrant], chance: Random) -> Exam:
    """Return the session, open for applications."""
    now = at(add_workdays(on, -14), 9)
    scheme = Scheme.objects.filter(key=session.scheme, status="published").latest("version")
    level = scheme.levels.get(level=session.level)
    plan = plans.create_plan(
        organisation=crew.body,
        scheme=scheme,
        level=session.level,
        title=f"模拟 {session.key} {on:%Y-%m-%d}",
        site_name="模拟考点",
        address="示例市浦江区评价路 1 号",
        room="大厅",
        exam_date=on,
        registration_opens=now.date(),
        registration_closes=add_workdays(on, -8),
        capacity=len(entrants),
        theory_starts_at=at(on, 9),
        theory_minutes=90,
        skill_starts_at=at(on, 13),
        blueprint=make_paper(session, level, crew, now=now),
        actor=crew.officer,
        now=now,
    )
    if session.review:
        set_up_review(
            plan,
            criteria=DEFAULT_CRITERIA,
            asked=DEFAULT_ASKED,
            dossier_closes=add_workdays(on, -3),
            minutes=SLOT_MINUTES,
            threshold=Decimal(15),
            actor=crew.officer,
            now=now,
        )
    plans.hand_in_plan(plan, actor=crew.officer, now=now)
    plans.approve_plan(plan, actor=crew.head, now=now)
    plans.publish_plan(plan, actor=crew.officer, now=now)
    set_up_stations(plan, layout(level), actor=crew.officer, now=now)
    plan.refresh_from_db()
    return Exam(session=session, plan=plan, level=level, crew=crew, chance=chance, entrants=entrants)
