"""What a college keeps to itself, asked at every address outside of the editors' admin by the people of another college.

The addresses, and which rows they are about, are those of the permission matrix: one without a row fails there.
"""

from dataclasses import replace

import pytest
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection

from tests.lms.test_permission_matrix import ALL, FIELDS, MATRIX, SIGNED_IN, gets_in, names

pytestmark = pytest.mark.django_db
TO_EVERYBODY = {ALL, SIGNED_IN}
# A lesson that its college shares is there to be taken; a published norm is compared at any desk.
SHARED = {"sharing:take", "standards:compare"}
OUTSIDERS = ("nobody", "author", "teacher", "administrator", "reviewer of courses", "head")


@pytest.fixture
def outside(batch, member):
    """The same rows, looked at by the people of a second college and by a visitor."""
    from lms.accounts.models import User
    from lms.organisations.models import Organisation
    from lms.organisations.rules import Role

    college = Organisation.objects.get(slug="shenjiang-college")
    roles = (Role.AUTHOR, Role.TEACHER, Role.COLLEGE_ADMIN, Role.COURSE_REVIEWER, Role.HEAD)
    people = {"nobody": None}
    for number, (name, role) in enumerate(zip(OUTSIDERS[1:], roles, strict=True)):
        person = User.objects.create_person(name=name, phone=f"+86136000001{number:02d}", phone_verified=True)
        people[name] = member(person, college, role)
    return replace(batch, people=people)


def entered(outside, address, row):
    method, _row, _expected = MATRIX[address]
    fields = dict(FIELDS.get(address, {}))
    if fields:
        fields["seat"] = str(outside.keys["seat"]["pk"])
    url = reverse(address, kwargs=row) + (f"?at={outside.visit}" if _row == "visit" else "")
    return [f"{who}: {method} {url}" for who in outside.people if gets_in(outside, who, method, url, fields)]


def test_nobody_of_another_college_gets_at_a_row_that_is_not_everybodys(outside):
    asked = [name for name, (_method, row, who) in MATRIX.items() if row and who not in TO_EVERYBODY and name not in SHARED]
    assert len(asked) > 120
    assert [line for name in asked for line in entered(outside, name, outside.keys[MATRIX[name][1]])] == []


def test_the_people_of_the_college_itself_get_in_where_those_do_not(batch, outside):
    """Else the sweep above could pass because every address is shut to everybody."""
    opened = {
        name for name, (method, row, who) in MATRIX.items()
        if row == "recording" and "author" in names(who)
        and gets_in(batch, "author", method, reverse(name, kwargs=batch.keys[row]), {})
    }  # fmt: skip
    assert opened >= {"media:recording", "media:delete", "media:set_poster", "media:upload_captions"}


@pytest.fixture
def drafts(batch):
    """A course, a module and a lesson of the first college that were never published."""
    from courses.catalogue.models import CollegePage, CoursePage, LessonPage, ModulePage

    tree = CollegePage.objects.get(organisation__slug="pujiang-college")
    course = tree.add_child(instance=CoursePage(slug="draft", title="未公开的课", summary="草稿", hours=1, live=False))
    module = course.add_child(instance=ModulePage(slug="draft", title="未公开的模块", live=False))
    lesson = module.add_child(instance=LessonPage(slug="draft", title="未公开的课时", live=False))
    return {"course": {"pk": course.pk}, "module": {"pk": module.pk}, "lesson": {"pk": lesson.pk}}


def test_a_draft_is_not_there_for_anybody_outside_whatever_its_address_gives_of_a_published_page(outside, drafts):
    asked = [(name, row) for name, (_method, row, _who) in MATRIX.items() if row in drafts]
    assert {row for _name, row in asked} == set(drafts)
    assert [line for name, row in asked for line in entered(outside, name, drafts[row])] == []


def test_a_draft_has_no_page_either(outside, drafts):
    from wagtail.models import Page

    for key in drafts.values():
        page = Page.objects.get(**key)
        for who in outside.people:
            assert not gets_in(outside, who, "GET", page.get_url() or page.url_path, {})


def test_files_that_no_published_lesson_shows_are_not_given_out(outside, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    where = Collection.objects.get(name="浦江康养职业学院")
    document = Document.objects.create(title="未公开的表格", file=get_test_image_file(), collection=where)
    image = Image.objects.create(title="未公开的照片", file=get_test_image_file(), collection=where)
    guessed = reverse("catalogue:photo", kwargs={"pk": image.pk, "sha": "0" * 16})
    for who in outside.people:
        assert not gets_in(outside, who, "GET", document.url, {}), who
        assert not gets_in(outside, who, "GET", guessed, {}), who
