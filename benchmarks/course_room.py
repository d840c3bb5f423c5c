"""A course room as large as wanted: a catalogue of 30 courses, a class, and one reader who has worked in it for a while."""

import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks import crowd

COURSES = 30
TAKEN = 5
"""How many courses she takes besides the one that is measured."""
NOTES, MANY_NOTES = 4, 20
"""How many notes she has in the measured lesson, and in the one after it; half of them highlight words."""
CLASS_SIZE = 5000
"""The largest class; more learners than that take the course alone."""
READ_EACH = 5
TEXT = "x" * 2048


@dataclass(frozen=True)
class Work:
    """One request that is measured; what `before` does is not."""

    ask: Callable[[], Any]
    status: int = 200
    before: Callable[[], object] = lambda: None


class Room:
    """The demonstration's first course among others, with as many learners as wanted; one of them reads, one person teaches."""

    def __init__(self) -> None:
        from django.db import connection
        from django.test import Client

        from courses.catalogue.models import CoursePage, LessonPage
        from courses.learning.models import Enrolment
        from courses.learning.services.classes import join_class
        from lms.accounts.models import User
        from lms.demo.world import FIRST_COURSE, load_world

        self.world = load_world(now=crowd.BEGIN, courses=FIRST_COURSE)
        self.college = self.world.organisations["pujiang-college"]
        self.course = CoursePage.objects.get(slug="at-service-basics")
        self.lesson, self.noted = LessonPage.objects.descendant_of(self.course).order_by("path")[3:5]
        self.lessons = list(LessonPage.objects.descendant_of(self.course).order_by("path")[:READ_EACH])
        self.reader = User.objects.create_person(name="读者", phone="+8613900000077", phone_verified=True)
        self.run = self._open_class()
        join_class(self.run, user=self.reader, now=crowd.BEGIN)
        self.model = Enrolment.objects.get(user=self.reader)
        others = self._publish_others()
        self._let_her_read(others[:TAKEN])
        Enrolment.objects.filter(user=self.reader).update(last_at=crowd.BEGIN)
        self.viewing = self._begin_film()
        with connection.schema_editor() as editor:
            from benchmarks.barepage.models import BarePage

            editor.create_model(BarePage)
        self.bare_page = self._bare_page()
        self._mount_bare_views()
        self.anonymous, self.signed_in, self.teacher = Client(), Client(), Client()
        for client, person in ((self.signed_in, self.reader), (self.teacher, self.world.people["tang"])):
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        self.learners = 1
        self.played = 0

    def _open_class(self) -> Any:
        from courses.learning.services.classes import open_class

        facts = {
            "title": "九月班", "starts_on": crowd.BEGIN.date(), "ends_on": datetime.date(2027, 12, 31), "capacity": None,
            "way_in": "open", "dues": {},
        }  # fmt: skip
        teacher = self.world.people["tang"]
        return open_class(self.course, organisation=self.college, facts=facts, actor=teacher, now=crowd.BEGIN)

    def _publish_others(self) -> list[Any]:
        from courses.catalogue.models import CollegePage, CoursePage, LessonPage, ModulePage

        tree = CollegePage.objects.get(organisation=self.college)
        made = []
        for number in range(COURSES - 1):
            tree.refresh_from_db()
            course = CoursePage(slug=f"c{number}", title=f"课程 {number}", summary="又一门课", hours=8, at_classes=["12"])
            module = ModulePage(slug="m", title="模块")
            tree.add_child(instance=course)
            course.add_child(instance=module)
            for place in range(READ_EACH):
                body = [("text", "<p>先问她想做什么。</p>")]
                module.add_child(instance=LessonPage(slug=f"l{place}", title=f"课 {place}", minutes=20, body=body))
            made.append(course)
        return made

    def _let_her_read(self, courses: list[Any]) -> None:
        from courses.learning.selectors.progress import outline_for
        from courses.learning.services import complete_lesson, enrol
        from courses.learning.services.notes import write_note

        for enrolment in [enrol(course, user=self.reader, now=crowd.BEGIN) for course in courses]:
            for lesson in outline_for(enrolment).lessons[:2]:
                complete_lesson(enrolment, lesson=lesson.pk, now=crowd.BEGIN)
        for lesson in self.lessons[:2]:
            complete_lesson(self.model, lesson=lesson, now=crowd.BEGIN)
        for lesson, count in ((self.lesson, NOTES), (self.noted, MANY_NOTES)):
            blocks = [block.id for block in lesson.body]
            for number in range(count):
                quote = "辅助器具" if number % 2 else ""
                block = blocks[number % len(blocks)]
                write_note(self.model, lesson=lesson.pk, text=f"第 {number} 条", quote=quote, block=block, now=crowd.BEGIN)

    def _begin_film(self) -> Any:
        from courses.media.services.watching import Subject, begin_viewing
        from lms.demo.recordings import load_recording

        film = load_recording("five-measures", college=self.college, actor=None, now=crowd.BEGIN)
        return begin_viewing(Subject(film.duration_ms, recording=film), user=self.reader, now=crowd.BEGIN)

    def _bare_page(self) -> Any:
        from wagtail.models import Page

        from benchmarks.barepage.models import BarePage

        paragraph = f"<p>{'辅具帮助一个人做她想做的事。' * 12}</p>"
        page = BarePage(title="A bare page", slug="bare-page", body=[("text", paragraph)] * 8)
        Page.objects.get(depth=2).add_child(instance=page)
        page.save_revision().publish()
        return page

    def _mount_bare_views(self) -> None:
        from django.http import HttpRequest, HttpResponse
        from django.urls import clear_url_caches, path
        from django.views.decorators.csrf import csrf_exempt

        import lms.urls
        from courses.learning.models import LessonCompletion

        def bare(request: HttpRequest) -> HttpResponse:
            return HttpResponse(TEXT)

        @csrf_exempt
        def upsert(request: HttpRequest) -> HttpResponse:
            assert request.user.pk == self.reader.pk
            row = LessonCompletion(enrolment_id=self.model.pk, lesson_id=self.lesson.pk, completed_at=crowd.BEGIN)
            LessonCompletion.objects.bulk_create(
                [row], update_conflicts=True, unique_fields=["enrolment", "lesson", "content"], update_fields=["completed_at"]
            )
            return HttpResponse("ok")

        lms.urls.urlpatterns[:0] = [path("bare/", bare), path("bare-upsert/", upsert)]
        clear_url_caches()

    def grow_to(self, size: int) -> None:
        """Add learners until there are `size`, each with some lessons read; the first `CLASS_SIZE` are in the class."""
        from django.db import connection

        while self.learners < size:
            self._add(min(CLASS_SIZE, size - self.learners))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def _add(self, count: int) -> None:
        from courses.learning.models import Enrolment, LessonCompletion
        from lms.accounts.models import User

        first = self.learners
        people = User.objects.bulk_create(
            [User(name=crowd.name_of(n), phone=f"+861{60_000_000_00 + n}") for n in range(first, first + count)]
        )
        same = {field.attname: getattr(self.model, field.attname) for field in Enrolment._meta.concrete_fields}
        same = {name: value for name, value in same.items() if name not in ("id", "user_id", "run_id")}
        enrolments = Enrolment.objects.bulk_create(
            [
                Enrolment(user=person, run_id=self.run.pk if number < CLASS_SIZE else None, **same)
                for number, person in enumerate(people, start=first)
            ]
        )
        LessonCompletion.objects.bulk_create(
            [
                LessonCompletion(enrolment=enrolment, lesson=lesson, completed_at=crowd.BEGIN)
                for enrolment in enrolments
                for lesson in self.lessons
            ],
            batch_size=5000,
        )
        self.learners += count

    def works(self) -> dict[str, Work]:
        """Return what is measured: name → one request."""
        lesson = f"/learn/lessons/{self.lesson.pk}/"
        return {
            "bare": Work(lambda: self.anonymous.get("/bare/")),
            "wagtail": Work(lambda: self.anonymous.get(self.bare_page.url)),
            "wagtail_signed_in": Work(lambda: self.signed_in.get(self.bare_page.url)),
            "upsert": Work(lambda: self.signed_in.post("/bare-upsert/")),
            "catalogue": Work(lambda: self.anonymous.get("/courses/")),
            "lesson": Work(lambda: self.signed_in.get(lesson)),
            "noted_lesson": Work(lambda: self.signed_in.get(f"/learn/lessons/{self.noted.pk}/")),
            "dashboard": Work(lambda: self.signed_in.get("/learn/")),
            "class": Work(lambda: self.teacher.get(f"/teach/classes/{self.run.pk}/")),
            "save": Work(lambda: self.signed_in.post(f"{lesson}place/", {"block": "b" * 36})),
            "done": Work(lambda: self.signed_in.post(f"{lesson}done/"), status=302, before=self._unread),
            "watch": Work(self._report),
        }

    def _unread(self) -> None:
        """Take the lesson's completion away, so that each one measured writes its row."""
        self.model.completions.filter(lesson=self.lesson).delete()

    def _report(self) -> Any:
        """Report the next second of the film, round and round."""
        self.played = (self.played + 1000) % self.viewing.duration_ms
        report = [self.played, self.played + 1000, self.played, self.played + 1000, 1]
        body = {"reports": [report], "position": self.played, "happened": self.played, "sent": self.played}
        return self.signed_in.post(f"/watch/{self.viewing.pk}/", json.dumps(body), content_type="application/json")
