"""`manage.py load_demo`: the demonstration's world and its stories; safe to repeat, data stays."""

import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from certification.plans.models import Plan
from lms.core import clock
from lms.core.workdays import add_workdays
from lms.demo import story
from lms.demo.classes import load_class
from lms.demo.hall import load_hall
from lms.demo.notices import load_notices
from lms.demo.organisations import DATA, demo_password, read_yaml
from lms.demo.venues import load_venues, load_visitors
from lms.demo.walk import take_course
from lms.demo.world import World, load_world
from lms.organisations.models import ROLE_LABELS
from lms.organisations.rules import Role

FIRST_DAY = datetime.date(2026, 9, 7)


class Command(BaseCommand):
    help = "Load the demonstration: organisations, people, three courses, a class, an item bank, and plans at every stage."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--logins", action="store_true", help="print how each demo person signs in")

    def handle(self, *args: Any, logins: bool, **options: Any) -> None:
        if settings.DEMO_CLOCK_FILE is not None and not settings.DEMO_CLOCK_FILE.exists():
            clock.set_demo_now(story.at(FIRST_DAY, 9))
        world = load_world(now=story.at(datetime.date(2026, 6, 1), 9))
        self._finished_story(world)
        self._waiting_for_the_head(world)
        self._exam_today(world)
        self._open_for_applications(world)
        load_hall(world, exam_date=FIRST_DAY)
        load_class(world.organisations["pujiang-college"], world.people)
        load_visitors(load_venues(world.organisations), world.people["lin"], now=clock.now())
        load_notices(world.people, now=clock.now())
        self.stdout.write(f"The demonstration is loaded. Its clock says {timezone.localtime(clock.now()):%Y-%m-%d %H:%M}.")
        if logins:
            self._print_logins()

    def _told(self, title: str) -> bool:
        return Plan.objects.filter(title=title).exists()

    def _finished_story(self, world: World) -> None:
        title = "2026 年第一期 康复辅助技术咨询师（四级）"
        if self._told(title):
            return
        exam = datetime.date(2026, 7, 25)
        people = [world.people[key] for key in ("lin", "yanhua")]
        start = story.at(datetime.date(2026, 7, 6), 9)
        for person in people:
            take_course(person, now=start)
        plan = story.write_plan(world.cast, exam_date=exam, title=title, room="301", now=start)
        for person in people:
            story.review(
                story.apply(plan, person, now=story.at(datetime.date(2026, 7, 8), 20)),
                world.cast,
                now=story.at(datetime.date(2026, 7, 10), 10),
            )
        seats = story.arrange(plan, world.cast, now=story.at(add_workdays(exam, -6), 9))
        story.assess(plan, seats, world.cast)
        publication = story.publish(plan, world.cast, now=story.at(datetime.date(2026, 7, 27), 9))
        story.issue(plan, publication, world.cast)

    def _waiting_for_the_head(self, world: World) -> None:
        title = "2026 年第二期 康复辅助技术咨询师（四级）"
        if self._told(title):
            return
        exam = datetime.date(2026, 8, 22)
        people = [world.people[key] for key in ("peng", "lang")]
        plan = story.write_plan(world.cast, exam_date=exam, title=title, room="302", now=story.at(datetime.date(2026, 8, 3), 9))
        for person in people:
            story.review(
                story.apply(plan, person, now=story.at(datetime.date(2026, 8, 5), 20)),
                world.cast,
                now=story.at(datetime.date(2026, 8, 6), 10),
            )
        seats = story.arrange(plan, world.cast, now=story.at(add_workdays(exam, -6), 9))
        story.assess(plan, seats, world.cast)
        story.publish(plan, world.cast, now=story.at(datetime.date(2026, 8, 24), 9))

    def _exam_today(self, world: World) -> None:
        title = "2026 年第三期 康复辅助技术咨询师（四级）"
        if self._told(title):
            return
        people = [world.people[key] for key in ("tao", "bao", "fan")]
        plan = story.write_plan(
            world.cast, exam_date=FIRST_DAY, title=title, room="303", now=story.at(datetime.date(2026, 8, 17), 9)
        )
        for person in people:
            story.review(
                story.apply(plan, person, now=story.at(datetime.date(2026, 8, 19), 20)),
                world.cast,
                now=story.at(datetime.date(2026, 8, 20), 10),
            )
        story.arrange(plan, world.cast, now=story.at(add_workdays(FIRST_DAY, -6), 9))

    def _open_for_applications(self, world: World) -> None:
        title = "2026 年第四期 康复辅助技术咨询师（四级）"
        if self._told(title):
            return
        plan = story.write_plan(
            world.cast, exam_date=datetime.date(2026, 9, 26), title=title, room="301", now=story.at(datetime.date(2026, 8, 31), 9)
        )
        story.apply(plan, world.people["fang"], now=story.at(datetime.date(2026, 9, 4), 19))

    def _print_logins(self) -> None:
        self.stdout.write("\nSign in with phone and password (or phone and the code that the server prints):")
        organisations = {row["slug"]: row["name"] for row in read_yaml(DATA / "organisations" / "organisations.yaml")}
        for row in read_yaml(DATA / "people" / "people.yaml"):
            posts = [
                f"{organisations[slug]} {ROLE_LABELS[Role(role)]}"
                for slug, roles in row.get("roles", {}).items()
                for role in roles
            ]
            self.stdout.write(f"  {row['phone']}  {demo_password(row['key'])}  {row['name']}  {'、'.join(posts) or '学员'}")
