"""The demonstration's class under way: a teacher, her learners, what was asked, told and published."""

import datetime
from typing import Any

from courses.catalogue.models import CoursePage, LessonPage, ModulePage
from courses.learning import services as learning
from courses.learning.models import CourseRun, Enrolment
from courses.learning.selectors.progress import outline_for
from courses.learning.services.announcing import announce
from courses.learning.services.classes import decide_requests, join_class, open_class
from courses.learning.services.questions import answer_question, ask
from courses.questionbank.selectors import questions_of
from lms.accounts.models import User
from lms.demo.organisations import DATA, read_yaml
from lms.demo.story import at
from lms.organisations.models import Organisation


def load_class(college: Organisation, people: dict[str, User]) -> CourseRun:
    """Open the class of `data/classes/autumn.yaml` and play it up to its present, once; return it."""
    data = read_yaml(DATA / "classes" / "autumn.yaml")
    present = CourseRun.objects.filter(organisation=college, title=data["title"]).first()
    if present is not None:
        return present
    course = CoursePage.objects.live().get(slug=data["course"])
    teacher = people[data["teacher"]]
    run = open_class(course, organisation=college, facts=_facts(course, data), actor=teacher, now=at(data["opened"], 9))
    for place, row in enumerate(data["learners"]):
        _let_learn(run, people[row["who"]], row, teacher=teacher, begun=at(data["opened"] + datetime.timedelta(days=place), 19))
    for key in data["asks"]:
        join_class(run, user=people[key], now=at(data["published"]["day"], 20))
    told = data["announcement"]
    announce(run, title=told["title"], text=told["text"], behind_only=False, actor=teacher, now=at(told["day"], 17))
    for row in data["questions"]:
        _ask(run, people, row, teacher=teacher)
    _publish(course, data["published"], people)
    return run


def _facts(course: CoursePage, data: dict[str, Any]) -> dict[str, Any]:
    dues = {str(module.pk): data["dues"][module.slug].isoformat() for module in ModulePage.objects.child_of(course)}
    return {**{name: data[name] for name in ("title", "starts_on", "ends_on", "capacity", "way_in")}, "dues": dues}


def _let_learn(run: CourseRun, person: User, row: dict[str, Any], *, teacher: User, begun: datetime.datetime) -> None:
    join_class(run, user=person, now=begun)
    asked = run.requests.get(user=person)
    decide_requests(run, requests=[asked.pk], admit=True, actor=teacher, now=begun + datetime.timedelta(hours=1))
    enrolment = run.enrolments.get(user=person)
    lessons = outline_for(enrolment).lessons[: row["read"]]
    for evening, lesson in enumerate(lessons, start=1):
        learning.complete_lesson(enrolment, lesson=lesson.pk, now=begun + datetime.timedelta(days=evening))
    if row["quiz"]:
        _pass_first_quiz(enrolment, now=begun + datetime.timedelta(days=len(lessons), hours=1))


def _pass_first_quiz(enrolment: Enrolment, *, now: datetime.datetime) -> None:
    module = ModulePage.objects.get(pk=outline_for(enrolment).parts[0].module.pk)
    attempt = learning.start_quiz(enrolment, module=module, now=now)
    right = {question.position: list(question.frozen["answer"]) for question in questions_of(attempt)}
    learning.answer_quiz(attempt, answers=right, now=now)
    learning.hand_in_quiz(attempt, now=now)


def _ask(run: CourseRun, people: dict[str, User], row: dict[str, Any], *, teacher: User) -> None:
    enrolment = run.enrolments.get(user=people[row["who"]])
    lesson = _lesson(run.course, row["lesson"])
    question = ask(enrolment, lesson=lesson, text=row["text"], now=at(row["asked"], 21))
    if "answer" in row:
        answer_question(question, text=row["answer"], shared=row["shared"], actor=teacher, now=at(row["answered"], 8))


def _publish(course: CoursePage, row: dict[str, Any], people: dict[str, User]) -> None:
    """Publish a lesson anew, better than the class began it: the version to which the class may move."""
    lesson = _lesson(course, row["lesson"])
    lesson.summary = row["summary"]
    lesson.body.append(("text", row["text"]))
    lesson.save_revision(user=people[row["author"]]).publish()


def _lesson(course: CoursePage, slug: str) -> LessonPage:
    lesson: LessonPage = LessonPage.objects.descendant_of(course).get(slug=slug)
    return lesson
