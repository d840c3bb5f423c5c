"""A college offers a course, another organisation agrees: it is named, its authors write, and nobody else may."""

import pytest
from django.db.models.signals import pre_delete

from courses.catalogue.models import CoursePage
from courses.learning.models import CourseRun
from courses.tenancy.models import CoOwner
from courses.tenancy.services.owners import agree_to_course, leave_course, offer_course
from lms.core.errors import DomainError
from lms.notices.models import Notice
from lms.organisations.rules import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(course, administrator, other, other_administrator, now):
    return offer_course(course, other, actor=administrator, now=now)


def rights(course, person):
    return CoursePage.objects.get(pk=course.pk).permissions_for_user(type(person).objects.get(pk=person.pk))


def test_an_offer_alone_changes_nothing(offer, course, other, other_author, other_administrator, client):
    assert not rights(course, other_author).can_edit()
    assert other.name not in client.get(course.url).content.decode()
    assert Notice.objects.get(user=other_administrator).kind == "tenancy.course_offered"


def test_after_they_agree_their_authors_write_and_the_course_names_them(
    offer, course, lessons, other, other_author, other_administrator, client, now
):
    agree_to_course(offer, actor=other_administrator, now=now)
    assert rights(course, other_author).can_edit()
    assert not rights(course, other_author).can_publish()
    assert lessons[0].permissions_for_user(type(other_author).objects.get(pk=other_author.pk)).can_edit()
    assert other.name in client.get(course.url).content.decode()


def test_they_write_in_that_course_and_in_no_other(offer, course, tree, other_author, other_administrator, now):
    agree_to_course(offer, actor=other_administrator, now=now)
    assert not tree.permissions_for_user(type(other_author).objects.get(pk=other_author.pk)).can_add_subpage()


def test_a_co_author_opens_the_editor_and_reaches_the_course(offer, course, other_author, other_administrator, enter, now):
    agree_to_course(offer, actor=other_administrator, now=now)
    assert enter(other_author).get(f"/cms/pages/{course.pk}/edit/").status_code == 200
    assert enter(other_author).get(f"/desk/courses/{course.pk}/").status_code == 200
    assert course.title in enter(other_author).get("/desk/courses/").content.decode()


def test_when_it_ends_they_write_no_more(offer, course, other, other_author, other_administrator, administrator, client, now):
    agree_to_course(offer, actor=other_administrator, now=now)
    leave_course(offer, actor=administrator, now=now)
    assert not rights(course, other_author).can_edit()
    assert other.name not in client.get(course.url).content.decode()


def test_who_agrees_in_the_instant_in_which_it_ends_writes_no_more_either(
    offer, course, other, other_author, other_administrator, administrator, now
):
    def agree_meanwhile(sender, instance, **kwargs):
        # What the delete waits for: the other transaction holds the row until it has opened the course.
        agree_to_course(CoOwner.objects.get(pk=instance.pk), actor=other_administrator, now=now)

    pre_delete.connect(agree_meanwhile, sender=CoOwner)
    try:
        leave_course(offer, actor=administrator, now=now)
    finally:
        pre_delete.disconnect(agree_meanwhile, sender=CoOwner)
    assert not CoOwner.objects.exists()
    assert not rights(course, other_author).can_edit()


def test_the_home_college_is_not_offered_its_own_course(course, college, administrator, now):
    with pytest.raises(DomainError, match="own_course"):
        offer_course(course, college, actor=administrator, now=now)


def test_who_has_no_tree_cannot_own_a_course(course, authority, administrator, now):
    with pytest.raises(DomainError, match="not_a_partner"):
        offer_course(course, authority, actor=administrator, now=now)


def test_only_administrators_offer_and_agree(course, author, administrator, other, other_author, other_administrator, enter):
    where = f"/desk/courses/{course.pk}/owners/"
    assert enter(author).post(where, {"organisation": other.pk}).status_code == 404
    assert enter(other_administrator).post(where, {"organisation": other.pk}).status_code == 404
    assert enter(administrator).post(where, {"organisation": other.pk}).status_code == 302
    offer = CoOwner.objects.get()
    assert enter(other_author).post(f"/desk/courses/joint/{offer.pk}/agree/").status_code == 404
    assert enter(administrator).post(f"/desk/courses/joint/{offer.pk}/agree/").status_code == 404
    assert CoOwner.objects.get().agreed_at is None
    assert enter(other_administrator).post(f"/desk/courses/joint/{offer.pk}/agree/").status_code == 302
    assert CoOwner.objects.get().agreed_at is not None
    assert enter(administrator).post(f"{where}{offer.pk}/end/").status_code == 302
    assert not CoOwner.objects.exists()


def test_a_firm_that_owns_a_course_too_shows_it_on_its_page_once_it_agreed(
    offer, course, other, other_administrator, client, now
):
    page = other.college_page
    assert course.title not in client.get(page.url).content.decode()
    agree_to_course(offer, actor=other_administrator, now=now)
    shown = client.get(page.url).content.decode()
    assert f'href="{course.url}"' in shown
    assert "empty-state" not in shown
    leave_course(offer, actor=other_administrator, now=now)
    assert course.title not in client.get(page.url).content.decode()


def test_a_teacher_of_a_co_owner_opens_a_class_of_her_own_on_the_course(
    offer, course, other, other_administrator, make_user, member, enter, now
):
    client = enter(member(make_user("何老师"), other, Role.TEACHER))
    address = f"/teach/courses/{course.pk}/classes/new/"
    assert client.get(address).status_code == 404
    agree_to_course(offer, actor=other_administrator, now=now)
    assert address in client.get("/teach/").content.decode()
    form = {"title": "临港一班", "starts_on": "2026-09-07", "ends_on": "2026-10-07", "way_in": "open"}
    assert client.post(address, form).status_code == 302
    run = CourseRun.objects.get()
    assert (run.course_id, run.organisation) == (course.pk, other)
    assert client.get(f"/teach/classes/{run.pk}/").status_code == 200
    leave_course(offer, actor=other_administrator, now=now)
    assert client.get(address).status_code == 404


def test_the_terms_of_a_joint_course_stay_with_its_college(
    offer, course, other, college, other_administrator, make_user, member, enter, now
):
    agree_to_course(offer, actor=other_administrator, now=now)
    address = f"/teach/courses/{course.pk}/terms/"
    guest = enter(member(make_user("何老师"), other, Role.TEACHER))
    assert address not in guest.get("/teach/").content.decode()
    assert guest.get(address).status_code == 404
    host = enter(member(make_user("陈老师"), college, Role.TEACHER))
    assert address in host.get("/teach/").content.decode()
    assert host.get(address).status_code == 200


def test_the_class_of_a_co_owner_is_not_led_by_the_college(
    offer, course, other, college, other_administrator, make_user, member, enter, now
):
    agree_to_course(offer, actor=other_administrator, now=now)
    guest = enter(member(make_user("何老师"), other, Role.TEACHER))
    form = {"title": "临港一班", "starts_on": "2026-09-07", "ends_on": "2026-10-07", "way_in": "open"}
    guest.post(f"/teach/courses/{course.pk}/classes/new/", form)
    host = enter(member(make_user("陈老师"), college, Role.TEACHER))
    assert host.get(f"/teach/classes/{CourseRun.objects.get().pk}/").status_code == 404
