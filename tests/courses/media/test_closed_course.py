"""A course that is not open to the public keeps all that its lessons show for those who have signed in."""

import re

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from courses.catalogue.models import CoursePage, Figure, GlossaryTerm, LessonPage, ModulePage
from courses.media.services.captions import upload_captions
from courses.media.services.recordings import set_playlist, set_poster

from ..catalogue.test_tree import figure_of
from ..conftest import publish
from .conftest import CAPTIONS
from .test_container_rules import PLAYLIST

pytestmark = pytest.mark.django_db


def close(course):
    CoursePage.objects.filter(pk=course.pk).update(is_open=False)


@pytest.fixture
def full(lessons, course, college, collection, recording, now):
    """The first lesson with one of everything that has an address of its own."""
    upload_captions(recording, language="zh-Hans", data=CAPTIONS, actor=None, now=now)
    set_poster(recording, picture=b"jpeg")
    photo = Image.objects.create(title="照片", file=get_test_image_file(), collection=collection)
    document = Document.objects.create(title="清单", file=ContentFile(b"list", name="list.txt"), collection=collection)
    GlossaryTerm.objects.create(term="座宽", meaning="坐面的宽。", course=course, collection=collection)
    lesson = LessonPage.objects.get(pk=lessons[0].pk)
    lesson.body = [
        ("figure", {"figure": figure_of(college), "caption": ""}),
        ("figure", {"photo": photo, "alt": "一扇门。", "caption": ""}),
        ("document", {"document": document, "title": "", "note": ""}),
        ("video", {"recording": recording, "task": ""}),
    ]
    lesson.save_revision().publish()
    return lesson


@pytest.fixture
def addresses(full, recording, course):
    photo = Image.objects.get()
    name = recording.poster.rpartition("/")[2]
    return {
        "lesson": full.url,
        "glossary": reverse("catalogue:glossary", args=[course.pk]),
        "figure": Figure.objects.get().get_absolute_url(),
        "photo": reverse("catalogue:photo", args=[photo.pk, photo.get_file_hash()[:16]]),
        "document": Document.objects.get().url,
        "file": recording.url,
        "poster": reverse("media:poster", args=[recording.pk, name]),
        "captions": recording.captions.get().url,
    }


KINDS = ["lesson", "glossary", "figure", "photo", "document", "file", "poster", "captions"]


@pytest.mark.parametrize("kind", KINDS)
def test_of_an_open_course_everybody_sees_it(addresses, client, kind):
    assert client.get(addresses[kind]).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_of_a_closed_course_it_asks_to_sign_in_and_then_shows_it(addresses, course, client, make_user, sign_in, kind):
    close(course)
    refusal = client.get(addresses[kind])
    assert refusal.status_code == 302
    assert refusal.url == f"{reverse('account_login')}?next={addresses[kind]}"
    assert sign_in(make_user("李明")).get(addresses[kind]).status_code == 200


def test_the_playlist_of_a_closed_course_asks_to_sign_in(addresses, recording, course, client):
    set_playlist(recording, data=PLAYLIST.encode())
    address = reverse("media:playlist", args=[recording.pk])
    assert client.get(address).status_code == 200
    close(course)
    assert client.get(address).url.startswith(reverse("account_login"))


@pytest.mark.parametrize("kind", ["figure", "photo"])
def test_what_is_not_for_everybody_stays_out_of_shared_caches(addresses, course, client, make_user, sign_in, kind):
    assert client.get(addresses[kind])["Cache-Control"].startswith("public")
    close(course)
    assert sign_in(make_user("李明")).get(addresses[kind])["Cache-Control"].startswith("private")


@pytest.mark.parametrize("kind", ["figure", "photo", "document", "file"])
def test_an_open_course_with_the_same_shows_it_to_everybody(addresses, full, tree, course, client, kind):
    close(course)
    other = publish(tree, CoursePage(slug="other", title="另一门课", summary="摘要", hours=1))
    module = publish(other, ModulePage(slug="m", title="模块"))
    publish(module, LessonPage(slug="l", title="同一课", body=full.body))
    assert client.get(addresses[kind]).status_code == 200


def test_what_stands_only_in_the_older_version_of_a_closed_lesson_asks_to_sign_in(addresses, full, course, client):
    full.body = [("text", "<p>没有图了。</p>")]
    full.save_revision().publish()
    assert client.get(addresses["figure"]).status_code == 200
    close(course)
    assert client.get(addresses["figure"]).status_code == 302


def test_a_recording_that_no_lesson_shows_is_not_found_even_there(addresses, make_recording, course, client):
    close(course)
    assert client.get(make_recording("未公开").url).status_code == 404


def test_the_cover_of_a_closed_course_is_seen_with_its_page(course, college, client):
    cover = figure_of(college)
    course.cover = cover
    course.is_open = False
    course.save_revision().publish()
    assert re.search(r'<img src="/figures/', client.get(course.url).content.decode())
    assert client.get(cover.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("name", ["learning:lesson", "media:offline_lesson"])
def test_a_learners_own_lesson_is_hers_alone(full, course, client, make_user, sign_in, name):
    close(course)
    address = reverse(name, args=[full.pk])
    assert client.get(address).url.startswith(reverse("account_login"))
    assert sign_in(make_user("李明")).get(address).status_code == 403


def test_the_pack_of_a_closed_course_is_for_those_who_take_it(full, course, client, make_user, sign_in, now):
    from courses.learning.services import enrol

    close(course)
    address = reverse("media:pack", args=[course.pk])
    assert client.get(address).url.startswith(reverse("account_login"))
    assert sign_in(make_user("李明")).get(address).status_code == 403
    learner = make_user("王小芳")
    enrol(course, user=learner, now=now)
    pack = sign_in(learner).get(address).json()
    assert sign_in(learner).get(pack["lessons"][0]["page"]).status_code == 200


def test_a_picture_costs_the_same_whether_its_course_is_open_or_not(addresses, course, client, django_assert_max_num_queries):
    client.get(addresses["figure"])
    with django_assert_max_num_queries(5):
        client.get(addresses["figure"])
    close(course)
    with django_assert_max_num_queries(5):
        client.get(addresses["figure"])


@pytest.mark.parametrize("kind", ["figure", "photo", "document"])
def test_what_a_lesson_behind_a_password_shows_is_not_given_to_everybody(addresses, full, client, kind):
    assert client.get(addresses[kind]).status_code == 200
    full.view_restrictions.create(restriction_type="password", password="geheim")
    answer = client.get(addresses[kind])
    assert answer.status_code in (302, 404)
    assert "public" not in answer.get("Cache-Control", "")


def test_a_document_of_a_restricted_lesson_is_for_whoever_the_restriction_lets_in(addresses, full, client, author):
    full.view_restrictions.create(restriction_type="login")
    assert client.get(addresses["document"]).status_code == 404
    client.force_login(author, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(addresses["document"]).status_code == 200
