"""A lesson's film in sign language is a recording: in the player, in parts, for those who may watch it."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.models import Collection, Revision

from courses.catalogue.models import LessonPage
from courses.catalogue.search import find_lessons
from courses.catalogue.services import open_college_tree
from courses.learning.services import enrol
from courses.media.models import Recording
from courses.media.rules.kinds import Audience
from courses.media.selectors import unwatched_in
from courses.media.services.captions import upload_captions
from courses.media.services.recordings import describe, lessons_with
from lms.organisations.models import Organisation

from ..catalogue.lesson_form import lesson_form
from .conftest import mp4

pytestmark = pytest.mark.django_db
WORDS = "1\n00:00:00,000 --> 00:00:04,000\n先量坐垫的宽度。\n".encode()


@pytest.fixture
def signed(lessons, recording):
    """The first lesson, published with its film in sign language."""
    lesson = LessonPage.objects.get(pk=lessons[0].pk)
    lesson.sign_film = recording
    lesson.save_revision().publish()
    return lesson


@pytest.fixture
def foreign(association, make_recording):
    """A video of another college, which no lesson shows."""
    other = Organisation.objects.create(name="临港技术学院", slug="lingang", kind="college")
    open_college_tree(other, reviewers=association)
    return make_recording("外校的手语片", where=Collection.objects.get(name=other.name))


# Watching


def test_the_film_stands_above_the_text_in_the_player(signed, recording, client):
    assert "<video" not in client.get(signed.url).content.decode()
    page = client.get(f"{signed.url}?reading=sign").content.decode()
    assert "data-player" in page
    assert recording.url in page
    assert page.index("<video") < page.index("第11课讲轮椅")


def test_it_goes_out_in_parts_to_who_may_read_the_lesson(signed, recording, client):
    answer = client.get(recording.url, headers={"range": "bytes=0-99"})
    assert (answer.status_code, answer["Content-Length"]) == (206, "100")


def test_before_the_lesson_is_published_nobody_outside_watches_it(lessons, recording, client):
    lesson = LessonPage.objects.get(pk=lessons[0].pk)
    lesson.sign_film = recording
    lesson.save_revision()
    assert client.get(recording.url).status_code == 404


def test_who_began_with_it_keeps_it_and_the_public_does_not(signed, recording, course, make_user, sign_in, client, now):
    learner = make_user("王小芳")
    enrol(course, user=learner, now=now)
    signed.sign_film = None
    signed.save_revision().publish()
    assert client.get(recording.url).status_code == 404
    own = sign_in(learner)
    assert own.get(recording.url).status_code == 200
    assert recording.url in own.get(reverse("learning:lesson", args=[signed.pk]) + "?reading=sign").content.decode()


def test_it_need_not_be_watched_since_the_text_is_read(signed, make_user):
    assert unwatched_in(make_user("王小芳"), signed.pk) == []


def test_it_is_not_deleted_while_the_lesson_shows_it(signed, recording):
    assert lessons_with(recording) == [signed.title]


# For learners only


def test_what_only_learners_may_watch_tells_others_neither_words_nor_file(
    publish_with, recording, course, make_user, sign_in, client, now
):
    upload_captions(recording, language="zh-Hans", data=WORDS, actor=None, now=now)
    lesson = publish_with(recording)
    assert "先量坐垫的宽度" in client.get(lesson.url).content.decode()
    assert [found.pk for found in find_lessons("坐垫的宽度")] == [lesson.pk]
    describe(recording, title=recording.title, audience=Audience.LEARNERS, signed=None)
    learner, other = make_user("王小芳"), make_user("李明")
    enrol(course, user=learner, now=now)
    for reader in (client, sign_in(other)):
        page = reader.get(lesson.url).content.decode()
        assert "先量坐垫的宽度" not in page
        assert recording.url not in page
    assert list(find_lessons("坐垫的宽度")) == []
    own = sign_in(learner).get(lesson.url).content.decode()
    assert "先量坐垫的宽度" in own
    assert recording.url in own
    describe(recording, title=recording.title, audience=Audience.EVERYONE, signed=None)
    assert [found.pk for found in find_lessons("坐垫的宽度")] == [lesson.pk]


# Choosing


def test_the_chooser_offers_videos_of_the_college_and_no_sounds(recording, make_recording, foreign, author, sign_in):
    sound = make_recording("一段声音", kind=b"soun")
    page = sign_in(author).get("/cms/videos/results/").content.decode()
    assert recording.title in page
    assert sound.title not in page
    assert foreign.title not in page


def test_only_a_video_of_ones_own_college_is_chosen(recording, make_recording, foreign, author, sign_in):
    sound = make_recording("一段声音", kind=b"soun")
    client = sign_in(author)
    assert client.get(f"/cms/videos/chosen/{recording.pk}/").status_code == 200
    for other in (foreign, sound):
        answer = client.get(f"/cms/videos/chosen/{other.pk}/")
        assert other.title not in answer.content.decode("unicode-escape")
        assert answer.status_code != 200


def edit(client, lesson, film):
    data = lesson_form(lesson, sign_film=str(film.pk))
    answer = client.post(f"/cms/pages/{lesson.pk}/edit/", data, follow=True)
    return LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object().sign_film, answer.content.decode()


def test_a_video_goes_into_the_lesson_and_a_sound_or_a_foreign_one_does_not(
    lessons, recording, make_recording, foreign, author, sign_in
):
    client, lesson = sign_in(author), lessons[0]
    sound = make_recording("一段声音", kind=b"soun")
    for other in (foreign, sound):
        film, page = edit(client, lesson, other)
        assert film is None
        assert foreign.title not in page
    assert edit(client, lesson, recording)[0] == recording


# Films from before


@pytest.fixture
def migration():
    return import_module("courses.catalogue.migrations.0009_sign_films_as_recordings")


def document_of(collection, data, name="sign.mp4"):
    return Document.objects.create(title="手语", file=ContentFile(data, name), collection=collection)


def test_a_document_that_is_a_video_becomes_a_recording_of_its_collection_once(migration, collection):
    document, kept = document_of(collection, mp4(seconds=30)), {}
    first = migration._recording(apps, document.pk, kept)
    assert migration._recording(apps, document.pk, kept) == first
    film = Recording.objects.get()
    assert (film.pk, film.title, film.kind, film.duration_ms) == (first, "手语", "video", 30_000)
    assert (film.collection, film.audience) == (collection, Audience.EVERYONE)


@pytest.mark.parametrize("data", [b"no film at all", mp4(kind=b"soun"), b""])
def test_a_document_that_is_no_video_is_left_alone(migration, collection, data):
    document = document_of(collection, data)
    assert migration._recording(apps, document.pk, {}) is None
    assert not Recording.objects.exists()
    assert Document.objects.filter(pk=document.pk).exists()


def test_a_document_that_is_gone_leaves_no_film(migration):
    assert migration._recording(apps, 999_999, {}) is None


def test_older_versions_of_a_lesson_keep_their_film(migration, lessons, collection):
    lesson = LessonPage.objects.get(pk=lessons[0].pk)
    document = document_of(collection, mp4(seconds=30))
    revision = lesson.save_revision()
    Revision.objects.filter(pk=revision.pk).update(content={**revision.content, "sign_film": document.pk})
    migration.follow_revisions(apps, {})
    film = Recording.objects.get()
    assert lesson.with_content_json(Revision.objects.get(pk=revision.pk).content).sign_film == film
