"""A course on a device without a network: what is kept, what comes back, and what sign-out takes away."""

import datetime
import json

import pytest

from courses.catalogue.models import LessonPage
from courses.catalogue.versions import latest_version
from courses.learning.access import readings_of
from courses.learning.models import LessonCompletion
from courses.learning.services import enrol, keep_place, move_to_version
from courses.media.services.captions import upload_captions
from courses.media.services.offline import Mark, take_over

from ..catalogue.test_tree import figure_of
from ..conftest import publish

pytestmark = pytest.mark.django_db
SRT = b"1\n00:00:01,000 --> 00:00:03,500\nsaid\n"


@pytest.fixture
def learner(make_user):
    return make_user("王小芳")


@pytest.fixture
def enrolment(course, learner, now):
    return enrol(course, user=learner, now=now)


@pytest.fixture
def device(enrolment, learner, sign_in):
    return sign_in(learner)


def pack(device, course):
    return device.get(f"/offline/courses/{course.pk}/pack.json").json()


def send(device, marks, *, owner, sent=0):
    body = json.dumps({"owner": owner, "marks": marks, "sent": sent})
    return device.post("/offline/sync/", body, content_type="application/json", headers={"accept": "application/json"})


def test_a_pack_names_every_lesson(device, course, lessons):
    found = pack(device, course)
    assert [row["pk"] for row in found["lessons"]] == [lesson.pk for lesson in lessons]
    assert found["read"] == []


def test_what_no_database_keeps_falls_out_of_the_name_of_a_place(device, enrolment, course, lessons):
    mark = {"key": "p", "kind": "place", "lesson": lessons[0].pk, "at": 0, "block": "a\0b\ud800c"}
    assert send(device, [mark], owner=pack(device, course)["owner"]).json()["done"] == ["p"]
    enrolment.refresh_from_db()
    assert enrolment.last_block == "abc"


def test_only_those_who_take_the_course_keep_it(course, lessons, make_user, sign_in, client):
    assert client.get(f"/offline/lessons/{lessons[0].pk}/").status_code == 302
    other = sign_in(make_user("李明"))
    assert other.get(f"/offline/courses/{course.pk}/pack.json").status_code == 403
    assert other.get(f"/offline/lessons/{lessons[0].pk}/").status_code == 403


def test_a_kept_page_names_nobody_and_holds_no_token(device, learner, lessons):
    page = device.get(f"/offline/lessons/{lessons[0].pk}/").content.decode()
    assert lessons[0].title in page
    assert learner.name not in page
    assert "csrfmiddlewaretoken" not in page


def test_of_a_recording_its_words_are_kept(course, learner, sign_in, recording, publish_with, now):
    upload_captions(recording, language="zh-Hans", data=SRT, actor=None, now=now)
    lesson = publish_with(recording)
    enrol(course, user=learner, now=now)
    page = sign_in(learner).get(f"/offline/lessons/{lesson.pk}/").content.decode()
    assert "said" in page
    assert "<video" not in page


def test_a_move_to_changed_lessons_or_a_changed_caption_makes_a_new_version(
    device, course, enrolment, recording, publish_with, now
):
    first = pack(device, course)["version"]
    publish_with(recording)
    move_to_version(enrolment, version=latest_version(course), now=now)
    second = pack(device, course)["version"]
    upload_captions(recording, language="zh-Hans", data=SRT, actor=None, now=now)
    third = pack(device, course)["version"]
    assert len({first, second, third}) == 3
    assert pack(device, course)["version"] == third


def rewrite(lesson, *body):
    lesson = LessonPage.objects.get(pk=lesson.pk)
    lesson.body = list(body)
    lesson.save_revision().publish()


def test_a_pack_holds_the_version_that_she_began(
    device, course, lessons, college, recording, publish_with, make_user, sign_in, now
):
    before = pack(device, course)
    rewrite(lessons[0], ("text", "<p>新版讲助行器。</p>"), ("figure", {"figure": figure_of(college), "caption": ""}))
    lessons[1].unpublish()
    kept = pack(device, course)
    assert kept == {**before, "lessons": [{**row, "urls": row["urls"][:1] if row["pk"] == lessons[1].pk else row["urls"]}
                                          for row in before["lessons"]], "version": kept["version"]}  # fmt: skip
    own = device.get(kept["lessons"][0]["page"]).content.decode()
    assert "第11课讲轮椅" in own
    assert "助行器" not in own
    assert "<img" not in own
    assert "第12课讲轮椅" in device.get(kept["lessons"][1]["page"]).content.decode()
    newcomer = make_user("李明")
    enrol(course, user=newcomer, now=now)
    other = sign_in(newcomer)
    assert [row["pk"] for row in pack(other, course)["lessons"]] == [lessons[0].pk, lessons[2].pk, lessons[3].pk]
    assert "新版讲助行器" in other.get(kept["lessons"][0]["page"]).content.decode()


def test_a_kept_lesson_has_the_words_of_her_own_recording(course, make_recording, learner, publish_with, sign_in, now):
    first, second = make_recording("量座宽"), make_recording("量座深")
    upload_captions(first, language="zh-Hans", data=SRT.replace(b"said", b"width"), actor=None, now=now)
    upload_captions(second, language="zh-Hans", data=SRT.replace(b"said", b"depth"), actor=None, now=now)
    lesson = publish_with(first)
    enrol(course, user=learner, now=now)
    publish_with(second)
    page = sign_in(learner).get(f"/offline/lessons/{lesson.pk}/").content.decode()
    assert "width" in page
    assert "depth" not in page


def test_a_lesson_newer_than_her_version_is_not_kept(device, modules, lessons):
    fresh = publish(modules[1], LessonPage(slug="new", title="新课", body=[("text", "<p>新。</p>")]))
    assert device.get(f"/offline/lessons/{fresh.pk}/").status_code == 404
    assert device.get(f"/offline/lessons/{lessons[0].pk}/").status_code == 200


def test_the_links_of_a_kept_page_stay_in_her_version(device, modules, lessons):
    publish(modules[0], LessonPage(slug="new", title="插进来的课", body=[("text", "<p>新。</p>")]))
    page = device.get(f"/offline/lessons/{lessons[1].pk}/").content.decode()
    assert f'href="/offline/lessons/{lessons[2].pk}/"' in page


def test_reading_does_not_make_a_new_version(device, course, enrolment, lessons, learner, now):
    before = pack(device, course)["version"]
    take_over(learner, marks=[Mark("a", "read", lessons[0].pk, 0)], sent=0, now=now)
    assert (pack(device, course)["version"], pack(device, course)["read"]) == (before, [lessons[0].pk])


def test_marks_are_dated_by_how_long_ago_they_were_and_sent_twice_they_count_once(enrolment, learner, lessons, now):
    later = now + datetime.timedelta(hours=10)
    marks = [Mark("a", "read", lessons[0].pk, 1_000_000)]
    for _time in range(2):
        outcome = take_over(learner, marks=marks, sent=1_000_000 + 3_600_000, now=later)
        assert (outcome.done, outcome.refused) == (["a"], [])
    assert LessonCompletion.objects.get().completed_at == later - datetime.timedelta(hours=1)


def test_nothing_was_read_before_enrolling(enrolment, learner, lessons, now):
    take_over(learner, marks=[Mark("a", "read", lessons[0].pk, 0)], sent=10**12, now=now + datetime.timedelta(hours=1))
    assert LessonCompletion.objects.get().completed_at == enrolment.enrolled_at


def place_in(enrolment):
    enrolment.refresh_from_db()
    return enrolment.last_lesson_id, enrolment.last_block


def test_the_latest_place_wins_whatever_was_sent_after_it(enrolment, learner, lessons, now):
    later = now + datetime.timedelta(hours=10)
    take_over(learner, marks=[Mark("p", "place", lessons[0].pk, 5000, "second")], sent=5000, now=later)
    assert place_in(enrolment) == (lessons[0].pk, "second")
    earlier = [Mark("p", "place", lessons[1].pk, 0, "first"), Mark("r", "read", lessons[1].pk, 0)]
    take_over(learner, marks=earlier, sent=3_600_000, now=later)
    assert place_in(enrolment) == (lessons[0].pk, "second")
    assert LessonCompletion.objects.get().lesson_id == lessons[1].pk


def test_a_place_in_a_lesson_outside_her_version_is_not_kept(enrolment, learner, modules, now):
    fresh = publish(modules[0], LessonPage(slug="new", title="插进来的课", body=[("text", "<p>新。</p>")]))
    before = place_in(enrolment)
    assert take_over(learner, marks=[Mark("p", "place", fresh.pk, 0, "new")], sent=0, now=now).done == ["p"]
    assert place_in(enrolment) == before


def test_a_pack_knows_where_she_left_off_and_its_pages_have_the_spot(device, course, lessons, learner, now):
    block = str(LessonPage.objects.get(pk=lessons[1].pk).body[0].id)
    keep_place(readings_of(learner, lessons[1].pk), lesson=lessons[1].pk, block=block, now=now)
    kept = pack(device, course)
    assert kept["left"] == {"lesson": lessons[1].pk, "block": block}
    assert f'data-spot="{block}"' in device.get(kept["lessons"][1]["page"]).content.decode()


def test_a_lesson_that_is_gone_does_not_hold_up_the_others(enrolment, learner, lessons, now):
    lessons[0].unpublish()
    marks = [Mark("a", "read", lessons[0].pk, 0), Mark("b", "read", 999_999, 0), Mark("c", "read", lessons[1].pk, 0)]
    assert take_over(learner, marks=marks, sent=0, now=now).done == ["a", "b", "c"]
    # What was unpublished still belongs to the version that she began.
    assert set(LessonCompletion.objects.values_list("lesson_id", flat=True)) == {lessons[0].pk, lessons[1].pk}


def test_another_persons_device_sends_nothing_in_my_name(device, course, lessons):
    mark = {"key": "a", "kind": "read", "lesson": lessons[0].pk, "at": 0}
    assert send(device, [mark], owner="somebody else").status_code == 403
    assert not LessonCompletion.objects.exists()
    assert send(device, [mark], owner=pack(device, course)["owner"]).json()["done"] == ["a"]


@pytest.mark.parametrize(
    "mark", [{}, {"key": "a", "kind": "exam", "lesson": 1, "at": 0}, {"key": "a", "kind": "read", "lesson": 2**40, "at": 0}, 5]
)
def test_nonsense_is_refused(device, course, mark):
    assert send(device, [mark], owner=pack(device, course)["owner"]).status_code == 422


def test_nobody_signed_in_gets_no_token(client):
    assert client.get("/offline/state.json").status_code == 401


def test_the_worker_may_answer_for_the_whole_site_and_is_asked_for_anew(client):
    answer = client.get("/sw.js")
    assert (answer["Service-Worker-Allowed"], answer["Cache-Control"]) == ("/", "no-cache")
    assert answer["Content-Type"].startswith("text/javascript")


def test_every_address_of_the_shell_can_be_had(client):
    from courses.media.offline import shell_assets

    missing = [url for url in shell_assets() if not url.startswith("/static/") and client.get(url).status_code != 200]
    assert missing == []


def test_the_site_can_be_put_on_a_home_screen(client):
    answer = client.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    assert answer.json()["scope"] == "/"
