"""A college edits its own tree, publishes nothing, and the association approves."""

import datetime

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Collection, GroupPagePermission, Page, WorkflowPage
from wagtail.permissions import policy_registry

from courses.catalogue.models import CollegePage, CourseIndexPage, CoursePage, Figure, LessonPage
from courses.catalogue.rules import check_svg
from courses.catalogue.services import open_college_tree
from lms.core.errors import DomainError
from lms.organisations.models import Membership, Organisation
from lms.organisations.rules import Role

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0L9 9"/></svg>'


def figure_of(organisation, title="坡道"):
    drawing = check_svg(SVG)
    figure = Figure(title=title, alt="一条坡道", collection=Collection.objects.get(name=organisation.name))
    figure.set_svg(drawing.text, width=drawing.width, height=drawing.height)
    figure.save()
    return figure


@pytest.fixture
def other_tree(association):
    other = Organisation.objects.create(name="临港技术学院", slug="lingang", kind="college")
    return open_college_tree(other, reviewers=association)


def test_opening_a_tree_twice_makes_everything_once(tree, college, association):
    before = (Page.objects.count(), Group.objects.count(), GroupPagePermission.objects.count(), Collection.objects.count())
    assert open_college_tree(college, reviewers=association) == tree
    after = (Page.objects.count(), Group.objects.count(), GroupPagePermission.objects.count(), Collection.objects.count())
    assert before == after
    assert tree.get_workflow() == WorkflowPage.objects.get(page=tree.page_ptr).workflow
    assert CourseIndexPage.objects.get().url == "/courses/"


def test_an_authority_gets_no_course_tree(authority, association):
    with pytest.raises(DomainError, match="not_a_college"):
        open_college_tree(authority, reviewers=association)
    assert not CollegePage.objects.exists()


def test_an_author_edits_her_own_tree_and_publishes_nothing(course, author, lessons):
    rights = lessons[0].permissions_for_user(author)
    assert rights.can_edit()
    assert course.permissions_for_user(author).can_add_subpage()
    assert not rights.can_publish()
    assert not rights.can_unpublish()


def test_an_author_cannot_touch_another_college(tree, author, other_tree):
    rights = other_tree.permissions_for_user(author)
    assert not rights.can_edit()
    assert not rights.can_add_subpage()
    assert not CourseIndexPage.objects.get().permissions_for_user(author).can_add_subpage()


def test_an_outsider_has_no_rights_at_all(tree, make_user):
    assert not tree.permissions_for_user(make_user("路人")).can_edit()


def test_rights_follow_the_membership(tree, author, college):
    assert author.groups.filter(name="pujiang-college authors").exists()
    Membership.objects.filter(user=author).delete()
    assert not author.groups.exists()


def test_a_member_without_an_editing_role_joins_no_group(tree, make_user, member, college):
    assert not member(make_user("学员"), college, Role.ASSESSOR).groups.exists()


def test_what_an_author_submits_is_published_when_the_association_approves(course, author, reviewer, lessons):
    lesson = lessons[0]
    lesson.title = "新的标题"
    lesson.save_revision(user=author)
    state = lesson.get_workflow().start(lesson, author)
    task = state.current_task_state
    assert task.task.specific.get_actions(lesson, author) == []
    assert [name for name, *_rest in task.task.specific.get_actions(lesson, reviewer)] == ["reject", "approve", "approve"]
    assert LessonPage.objects.get(pk=lesson.pk).title != "新的标题"
    task.approve(user=reviewer)
    assert LessonPage.objects.get(pk=lesson.pk).title == "新的标题"


def test_what_the_association_rejects_stays_unpublished(course, author, reviewer, lessons):
    lessons[0].title = "新的标题"
    lessons[0].save_revision(user=author)
    lessons[0].get_workflow().start(lessons[0], author).current_task_state.reject(user=reviewer)
    assert LessonPage.objects.get(pk=lessons[0].pk).title != "新的标题"


def test_a_scheduled_course_goes_live_at_its_time(tree):
    page = CoursePage(slug="later", title="以后的课", summary="。", live=False)
    tree.refresh_from_db()
    tree.add_child(instance=page)
    opening = timezone.now() + datetime.timedelta(hours=2)
    page.go_live_at = opening
    page.save_revision().publish()
    call_command("publish_scheduled")
    assert not CoursePage.objects.get(slug="later").live
    with time_machine.travel(opening + datetime.timedelta(minutes=1)):
        call_command("publish_scheduled")
    assert CoursePage.objects.get(slug="later").live


def test_authors_meet_only_the_figures_of_their_own_college(tree, other_tree, college, author, client):
    own, foreign = figure_of(college), figure_of(other_tree.organisation)
    policy = policy_registry.get_by_type(Figure)
    assert list(policy.instances_user_has_any_permission_for(author, ["choose", "change"])) == [own]
    client.force_login(author, backend="django.contrib.auth.backends.ModelBackend")
    viewset = Figure.snippet_viewset
    assert client.get(reverse(viewset.get_url_name("edit"), args=[own.pk])).status_code == 200
    assert client.get(reverse(viewset.get_url_name("edit"), args=[foreign.pk])).status_code == 302
    listing = client.get(reverse(viewset.get_url_name("list"))).content.decode()
    assert str(reverse(viewset.get_url_name("edit"), args=[own.pk])) in listing
    assert str(reverse(viewset.get_url_name("edit"), args=[foreign.pk])) not in listing
    chooser = client.get(reverse(viewset.chooser_viewset.get_url_name("choose_results"))).content.decode()
    assert f"/{own.pk}/" in chooser
    assert f"/{foreign.pk}/" not in chooser


def test_an_author_uploads_a_drawing_and_a_harmful_one_is_refused(tree, college, author, client):
    client.force_login(author, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse(Figure.snippet_viewset.get_url_name("add"))
    data = {"title": "坡道", "alt": "一条坡道", "collection": Collection.objects.get(name=college.name).pk}
    bad = SimpleUploadedFile("a.svg", SVG.replace(b"<path", b"<script>1</script><path"), "image/svg+xml")
    assert client.post(url, data | {"file": bad}).status_code == 200
    assert not Figure.objects.exists()
    good = SimpleUploadedFile("a.svg", SVG, "image/svg+xml")
    assert client.post(url, data | {"file": good}).status_code == 302
    assert Figure.objects.get().width == 10


def test_the_editing_pages_of_course_and_lesson_open(course, lessons, author, client):
    client.force_login(author, backend="django.contrib.auth.backends.ModelBackend")
    for page in (course, lessons[0]):
        assert client.get(f"/cms/pages/{page.pk}/edit/").status_code == 200
