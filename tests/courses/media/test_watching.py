"""Players report, the server credits: across tabs, devices, deaths and wrong clocks."""

import datetime
import json

import pytest
from django.test.utils import CaptureQueriesContext

from courses.catalogue.models import LessonPage
from courses.learning.models import CourseTerms
from courses.learning.services import enrol, issue_statement
from courses.media.films import watched_films
from courses.media.models import Release, Viewing
from courses.media.rules.kinds import Audience
from courses.media.rules.watched import Report
from courses.media.selectors import media_states, unwatched_in, watched_share
from courses.media.services.recordings import describe
from courses.media.services.watching import Sending, Subject, begin_viewing, save_viewing
from lms.core.errors import DomainError

from ..catalogue.test_tree import figure_of
from ..learning.test_course import finish

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner(make_user):
    return make_user("王小芳")


@pytest.fixture
def film(recording, publish_with):
    publish_with(recording)
    return recording


def later(moment, seconds):
    return moment + datetime.timedelta(seconds=seconds)


def play(viewing, user, start, end, *, at, clock=0, sent=None, speed=1.0):
    """Report that `start` to `end` (seconds) was played until the server's moment `at`; return the saved row."""
    ended = clock + int((end - start) * 1000 / speed)
    report = Report(start * 1000, end * 1000, clock, ended, speed)
    sending = Sending((report,), end * 1000, ended, ended if sent is None else sent)
    return save_viewing(user, pk=viewing.pk, sending=sending, now=at)


@pytest.fixture
def viewing(film, learner, now):
    return begin_viewing(Subject(film.duration_ms, recording=film), user=learner, now=now)


def test_opened_is_not_done(viewing, film, learner, lessons):
    assert watched_share(learner, film) == 0
    assert unwatched_in(learner, lessons[0].pk) == [film.title]


def test_nine_tenths_are_done(viewing, film, learner, lessons, now):
    play(viewing, learner, 0, 50, at=later(now, 50))
    assert unwatched_in(learner, lessons[0].pk) == [film.title]
    play(viewing, learner, 50, 54, at=later(now, 54))
    assert unwatched_in(learner, lessons[0].pk) == []
    assert watched_share(learner, film) == pytest.approx(0.9)


def test_two_tabs_report_into_one_row(viewing, film, learner, now):
    play(viewing, learner, 0, 20, at=later(now, 20))
    play(viewing, learner, 10, 30, at=later(now, 20), clock=10**12)
    assert Viewing.objects.get().ranges == [[0, 30_000]]


def test_a_player_that_lies_gets_no_more_than_the_time_that_passed(viewing, film, learner, now):
    row = play(viewing, learner, 0, 60, at=later(now, 5))
    assert row.seen_ms <= 2 * 5_000 + 3_000


def test_the_clock_of_the_player_does_not_matter(viewing, learner, now):
    row = play(viewing, learner, 0, 30, at=later(now, 30), clock=-(10**12))
    assert row.ranges == [[0, 30_000]]


def test_the_latest_position_wins_whichever_device_reports_first(viewing, learner, now):
    play(viewing, learner, 40, 45, at=later(now, 100), clock=7)
    # The phone played earlier and reports only now: what it watched counts, where it stood does not.
    row = play(viewing, learner, 0, 10, at=later(now, 200), clock=0, sent=170_000)
    assert row.position_ms == 45_000
    assert row.ranges == [[0, 10_000], [40_000, 45_000]]


def test_watching_the_signed_version_counts(film, make_recording, learner, lessons, now):
    signed = make_recording("手语版")
    describe(film, title=film.title, audience=Audience.EVERYONE, signed=signed)
    row = begin_viewing(Subject(signed.duration_ms, recording=signed), user=learner, now=now)
    play(row, learner, 0, 60, at=later(now, 60))
    assert watched_share(learner, film) == 1
    assert unwatched_in(learner, lessons[0].pk) == []


def test_the_state_of_many_lessons_costs_two_queries(viewing, learner, lessons, django_assert_num_queries):
    with django_assert_num_queries(2):
        media_states(learner, [lesson.pk for lesson in lessons])


def test_slides_count_by_their_reading_time(lessons, learner, now):
    slides = Release.objects.create(lesson=lessons[1], block="b" * 36, title="适配步骤", duration_ms=20_000, released_at=now)
    row = begin_viewing(Subject(20_000, lesson=lessons[1], block=slides.block), user=learner, now=now)
    assert unwatched_in(learner, lessons[1].pk) == ["适配步骤"]
    play(row, learner, 0, 19, at=later(now, 19))
    assert unwatched_in(learner, lessons[1].pk) == []


def test_slides_written_shorter_keep_what_still_counts(lessons, learner, now):
    row = begin_viewing(Subject(20_000, lesson=lessons[1], block="x"), user=learner, now=now)
    play(row, learner, 0, 19, at=later(now, 19))
    assert begin_viewing(Subject(10_000, lesson=lessons[1], block="x"), user=learner, now=now).watched.share == 1


# To complete a course


@pytest.fixture
def begun(film, course, learner, modules, lessons, now):
    """She began with the film; then the lesson shows another one. All is read and passed; half of each film is asked for."""
    CourseTerms.objects.create(course=course, watch_percent=50)
    enrolment = enrol(course, user=learner, now=now)
    finish(enrolment, lessons, modules, now)
    return enrolment


def test_who_began_with_one_film_need_not_watch_the_one_that_took_its_place(
    begun, film, make_recording, publish_with, learner, now
):
    publish_with(make_recording("新片"))
    with pytest.raises(DomainError) as refusal:
        issue_statement(begun, now=now)
    assert (refusal.value.code, refusal.value.context["films"]) == ("learning.films_missing", [film.title])
    row = begin_viewing(Subject(film.duration_ms, recording=film), user=learner, now=now)
    play(row, learner, 0, 31, at=later(now, 31))
    assert issue_statement(begun, now=now).number


def test_slides_that_the_lesson_shows_no_more_still_count_for_who_began_with_them(course, lessons, learner, college, now):
    slide = {"picture": {"figure": figure_of(college)}, "narration": "先锁刹车，再看两边有没有人。"}
    lesson = LessonPage.objects.get(pk=lessons[0].pk)
    lesson.body = [("slides", {"title": "转移", "slides": [slide]})]
    lesson.save_revision().publish()
    older = {lesson.pk: lesson.latest_revision_id}
    lesson.body = [("text", "<p>没有了。</p>")]
    lesson.save_revision().publish()
    newer = {lesson.pk: lesson.latest_revision_id}
    assert [film.title for film in watched_films(learner, older)] == ["转移"]
    assert watched_films(learner, newer) == []


# Over the network


def post(client, url, body, **more):
    return client.post(url, json.dumps(body), content_type="application/json", headers={"accept": "application/json"}, **more)


@pytest.fixture
def player(film, learner, sign_in):
    client = sign_in(learner)
    return client, post(client, f"/watch/recordings/{film.pk}/", {}).json()["id"]


def test_a_player_begins_saves_and_goes_on_elsewhere(player, film):
    client, pk = player
    begun = Viewing.objects.get()
    Viewing.objects.update(begun_at=later(begun.begun_at, -60), position_at=later(begun.begun_at, -60))
    body = {"reports": [[0, 30_000, 5, 30_005, 1]], "position": 30_000, "happened": 30_005, "sent": 30_005}
    assert post(client, f"/watch/{pk}/", body).json()["share"] == 0.5
    again = post(client, f"/watch/recordings/{film.pk}/", {}).json()
    assert (again["resume"], again["ranges"]) == (27_000, [[0, 30_000]])


def test_a_save_costs_at_most_five_queries(player):
    from django.db import connection

    client, pk = player
    body = {"reports": [[0, 1000, 0, 1000, 1]], "position": 1000, "happened": 1000, "sent": 1000}
    with CaptureQueriesContext(connection) as queries:
        post(client, f"/watch/{pk}/", body)
    told = [row["sql"] for row in queries if not row["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
    assert len(told) <= 5, told


def test_nobody_reports_for_somebody_else(player, make_user, sign_in):
    _client, pk = player
    body = {"reports": [], "position": 0, "happened": 0, "sent": 0}
    assert post(sign_in(make_user("李明")), f"/watch/{pk}/", body).status_code == 404


def test_nobody_begins_what_she_may_not_watch(make_recording, learner, sign_in):
    secret = make_recording("未公开")
    assert post(sign_in(learner), f"/watch/recordings/{secret.pk}/", {}).status_code == 404


NONSENSE = [
    "", "[]", "{}", '{"reports": 5}', '{"reports":[[0,1,2]],"position":0,"happened":0,"sent":0}',
    '{"reports":[["a",1,2,3,1]],"position":0,"happened":0,"sent":0}', '{"reports":[],"position":1e400,"happened":0,"sent":0}',
    '{"reports":[[0,1,0,1,NaN]],"position":0,"happened":0,"sent":0}', "[" * 40_000, "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
]  # fmt: skip


@pytest.mark.parametrize("text", NONSENSE)
def test_nonsense_is_refused_and_changes_nothing(player, text):
    client, pk = player
    answer = client.post(f"/watch/{pk}/", text.encode(), content_type="application/json", headers={"accept": "application/json"})
    assert answer.status_code == 422
    assert Viewing.objects.get().ranges == []
