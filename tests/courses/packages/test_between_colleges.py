"""A lesson that another college took over brings its package along, and its authors may have packages of their own."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from wagtail.models import GroupCollectionPermission

from courses.catalogue.models import CollegePage, CoursePage, LessonPage, ModulePage
from courses.packages import access
from courses.packages.models import Placement
from courses.packages.services.packages import delete_package
from courses.sharing.rules import Kind
from courses.sharing.services import share_lesson, take_lesson
from lms.core.errors import DomainError
from tests.courses.tenancy.conftest import administrator, enter, other, other_administrator, other_author  # noqa: F401

from .conftest import web

pytestmark = pytest.mark.django_db


@pytest.fixture
def package(make_package):
    return make_package(web())


@pytest.fixture
def taken(package, publish_with, college, other, author, other_author, now):
    """The lesson with the package as the other college took it over, published there."""
    source = LessonPage.objects.get(pk=publish_with(package).pk)
    shared = share_lesson(source, owner=college, with_all=True, organisations=[], actor=author, now=now)
    course = CollegePage.objects.get(organisation=other).add_child(
        instance=CoursePage(slug="own", title="自己的课", summary="。")
    )
    module = course.add_child(instance=ModulePage(slug="m", title="自己的模块"))
    lesson = take_lesson(shared, into=module, kind=Kind.COPY, actor=other_author, now=now)
    for page in (course, module, lesson):
        page.specific.save_revision().publish()
    return lesson


def test_a_lesson_taken_over_plays_its_package_when_the_source_is_gone(taken, package, lessons, sign_in, make_user):
    lessons[0].unpublish()
    assert Placement.objects.filter(lesson=taken, package=package, is_shown=True).exists()
    client = sign_in(make_user("王小芳"))
    assert client.post(reverse("packages:begin", args=[package.pk]), headers={"accept": "application/json"}).status_code == 200


def test_a_lesson_taken_over_keeps_its_package_from_being_deleted(taken, package, lessons):
    lessons[0].body = [("text", "<p>换成文字。</p>")]
    lessons[0].save_revision().publish()
    with pytest.raises(DomainError, match="in_use"):
        delete_package(package)


def test_who_took_a_lesson_over_may_not_change_its_package(taken, package, sign_in, other_author):
    assert package not in access.packages_editable_by(other_author)
    assert sign_in(other_author).get(package.get_absolute_url()).status_code == 404


def test_authors_of_a_college_that_was_here_before_may_put_packages_into_its_collection(author, collection):
    granted = GroupCollectionPermission.objects.filter(permission__content_type__app_label="packages")
    before = granted.count()
    granted.delete()
    assert list(access.collections_for(author)) == []
    migration = import_module("courses.packages.migrations.0002_packages_for_present_authors")
    for _twice in range(2):
        migration.grant(apps, SimpleNamespace(connection=connection))
    assert granted.count() == before
    author = type(author).objects.get(pk=author.pk)  # rights are remembered on the person
    assert list(access.collections_for(author)) == [collection]
