"""What readers see stays as it was reviewed: its author changes a copy, and the lesson is reviewed again."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection

from courses.catalogue.kept import is_kept
from courses.catalogue.models import Figure, LessonPage
from courses.learning.services import enrol

from .test_isolation import BACKEND
from .test_tree import SVG, figure_of

pytestmark = pytest.mark.django_db
TEXT = ("text", "<p>量门口。</p>")


@pytest.fixture
def own(college, tree):
    return Collection.objects.get(name=college.name)


@pytest.fixture
def figure(college, tree):
    return figure_of(college)


@pytest.fixture
def photo(own, author, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return Image.objects.create(title="门口", file=get_test_image_file(), collection=own, uploaded_by_user=author)


@pytest.fixture
def document(own, author, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = ContentFile(b"list", "list.txt")
    return Document.objects.create(title="清单", file=file, collection=own, uploaded_by_user=author)


@pytest.fixture
def editor(author, client):
    client.force_login(author, backend=BACKEND)
    return client


def drafted(lesson, *blocks):
    lesson = LessonPage.objects.get(pk=lesson.pk)
    lesson.body = [TEXT, *blocks]
    return lesson, lesson.save_revision()


def published(lesson, *blocks):
    drafted(lesson, *blocks)[1].publish()


def shown(**picture):
    return ("figure", {"caption": "", **picture})


def change(client, figure, view="edit", **more):
    data = {"title": figure.title, "alt": figure.alt, "collection": figure.collection_id}
    return client.post(reverse(Figure.snippet_viewset.get_url_name(view), args=[figure.pk]), data | more)


def drawing(path=b"M1 1L8 8"):
    return SimpleUploadedFile("a.svg", SVG.replace(b"M0 0L9 9", path), "image/svg+xml")


def picture(name, width):
    return SimpleUploadedFile(name, get_test_image_file(size=(width, width)).file.getvalue(), "image/png")


def replace(client, row, file):
    name = "wagtailimages" if isinstance(row, Image) else "wagtaildocs"
    data = {"title": row.title, "collection": row.collection_id, "tags": "", "file": file}
    return client.post(reverse(f"{name}:edit", args=[row.pk]), data)


def bytes_of(row):
    row.refresh_from_db()
    with row.file.open("rb") as file:
        return file.read()


# Drawings


@pytest.mark.parametrize("field", ["file", "alt"])
def test_a_drawing_that_readers_see_keeps_its_file_and_its_words_and_a_copy_is_offered(editor, figure, lessons, field):
    published(lessons[0], shown(figure=figure))
    before = (figure.sha256, figure.alt)
    answer = change(editor, figure, **{field: drawing() if field == "file" else "别的话"})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert reverse(Figure.snippet_viewset.get_url_name("copy"), args=[figure.pk]) in answer.content.decode()
    figure.refresh_from_db()
    assert (figure.sha256, figure.alt) == before


def test_what_does_not_change_the_lesson_is_saved(editor, figure, lessons):
    published(lessons[0], shown(figure=figure))
    assert change(editor, figure, title="新名", file=drawing(b"M0 0L9 9"), alt=f" {figure.alt}\r\n").status_code == 302
    figure.refresh_from_db()
    assert figure.title == "新名"


def test_a_drawing_that_stands_in_a_draft_alone_is_changed(editor, figure, lessons):
    drafted(lessons[0], shown(figure=figure))
    assert change(editor, figure, file=drawing(), alt="别的话").status_code == 302
    assert Figure.objects.get().alt == "别的话"
    assert Figure.objects.get().sha256 != figure.sha256


def test_a_copy_has_the_drawing_and_the_new_words_and_leaves_the_first_alone(editor, figure, lessons):
    published(lessons[0], shown(figure=figure))
    assert change(editor, figure, "copy", alt="说得更清楚的话").status_code == 302
    first, copy = Figure.objects.order_by("pk")
    assert (first.pk, first.alt) == (figure.pk, figure.alt)
    assert (copy.svg, copy.alt) == (figure.svg, "说得更清楚的话")


# What counts as seen


def test_a_version_that_somebody_began_holds_what_the_newer_one_has_not(figure, course, lessons, make_user, now):
    published(lessons[0], shown(figure=figure))
    enrol(course, user=make_user("王小芳"), now=now)
    published(lessons[0])
    assert is_kept(figure)


def test_a_version_that_nobody_began_holds_nothing(figure, lessons):
    published(lessons[0], shown(figure=figure))
    published(lessons[0])
    assert not is_kept(figure)


def test_what_waits_for_its_review_is_held_until_it_is_sent_back(figure, lessons, author, reviewer):
    lesson, _revision = drafted(lessons[0], shown(figure=figure))
    assert not is_kept(figure)
    review = lesson.get_workflow().start(lesson, author)
    assert is_kept(figure)
    review.current_task_state.reject(user=reviewer)
    assert not is_kept(figure)


def test_the_number_of_another_thing_holds_nothing(figure, photo, course, lessons, make_user, now):
    Image.objects.filter(pk=photo.pk).update(id=figure.pk)
    published(lessons[0], shown(figure=figure))
    enrol(course, user=make_user("王小芳"), now=now)
    assert is_kept(figure)
    assert not is_kept(Image.objects.get(pk=figure.pk))


# Photographs and documents


def test_a_photograph_is_replaced_until_readers_see_it(editor, photo, lessons):
    first = bytes_of(photo)
    assert replace(editor, photo, picture("b.png", 20)).status_code == 302
    second = bytes_of(photo)
    published(lessons[0], shown(photo=photo, alt="门口净宽"))
    answer = replace(editor, photo, picture("c.png", 30))
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["file"]
    assert first != second == bytes_of(photo)


def test_a_document_in_running_text_is_replaced_until_readers_see_it(editor, document, lessons):
    assert replace(editor, document, SimpleUploadedFile("b.txt", b"second")).status_code == 302
    published(lessons[0], ("text", f'<p><a linktype="document" id="{document.pk}">检查清单</a></p>'))
    assert list(replace(editor, document, SimpleUploadedFile("c.txt", b"third")).context["form"].errors) == ["file"]
    assert bytes_of(document) == b"second"


def test_a_document_in_the_text_of_a_version_that_somebody_began_is_held(document, course, lessons, make_user, now):
    published(lessons[0], ("text", f'<p><a linktype="document" id="{document.pk}">检查清单</a></p>'))
    enrol(course, user=make_user("王小芳"), now=now)
    published(lessons[0])
    assert is_kept(document)


@pytest.mark.parametrize("door", ["/cms/images/{}/delete/", "/cms/bulk/wagtailimages/image/delete/?id={}"])
def test_her_own_photograph_is_not_deleted_under_its_readers(editor, photo, lessons, door):
    published(lessons[0], shown(photo=photo, alt="门口净宽"))
    assert editor.post(door.format(photo.pk)).status_code == 409
    assert Image.objects.filter(pk=photo.pk).exists()
    published(lessons[0])
    assert editor.post(door.format(photo.pk)).status_code == 302
    assert not Image.objects.exists()
