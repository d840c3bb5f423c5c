"""An administrator gives roles and takes them back; nobody else does, and somebody always stays."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.tenancy.duties import DUTIES
from courses.tenancy.models import Invitation
from courses.tenancy.rules import INVITED_ROLES
from courses.tenancy.services.members import end_role
from lms.core import ledger
from lms.core.errors import DomainError
from lms.notices.models import Notice
from lms.organisations.models import Membership
from lms.organisations.rules import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def today(now):
    with time_machine.travel(now, tick=False):
        yield now


def role_of(person, role):
    return Membership.objects.get(user=person, role=role.value)


def address(person, role):
    return f"/desk/members/{role_of(person, role).pk}/end/"


def test_a_teacher_is_invited_in_the_browser_and_then_leads_classes(
    administrator, course, enter, make_user, today, django_capture_on_commit_callbacks
):
    newcomer = make_user("陈老师", phone="+8613811112222")
    assert enter(newcomer).get("/teach/").status_code == 403
    with django_capture_on_commit_callbacks(execute=True):
        answer = enter(administrator).post("/desk/invitations/person/", {"role": "teacher", "contact": "13811112222"})
    assert answer.headers["Location"] == "/desk/invitations/"
    path = Notice.objects.get(user=newcomer).url
    assert enter(newcomer).post(path).headers["Location"] == "/start/"
    assert f"/teach/courses/{course.pk}/classes/new/" in enter(newcomer).get("/teach/").content.decode()


def test_an_author_invites_no_teacher(author, tree, enter):
    answer = enter(author).post("/desk/invitations/person/", {"role": "teacher", "contact": "13811112222"})
    assert answer.status_code == 403
    assert not Invitation.objects.exists()


def test_the_form_says_what_each_role_may_do(administrator, enter):
    client = enter(administrator)
    client.cookies["django_language"] = "en"
    page = client.get("/desk/invitations/person/").content.decode()
    assert set(DUTIES) == set(INVITED_ROLES)
    assert all(str(duty) in page for duty in DUTIES.values())


def test_a_role_that_ends_takes_its_rights_along_and_leaves_what_was_written(administrator, author, course, tree, enter):
    assert tree.permissions_for_user(author).can_add_subpage()
    url = address(author, Role.AUTHOR)
    assert "李老师" in enter(administrator).get(url).content.decode()
    assert enter(administrator).post(url).headers["Location"] == "/desk/members/"
    assert not author.memberships.exists()
    assert not author.groups.exists()
    author = type(author).objects.get(pk=author.pk)
    assert not tree.permissions_for_user(author).can_add_subpage()
    course.refresh_from_db()
    assert course.live


def test_the_page_before_ends_nothing(administrator, author, enter):
    assert enter(administrator).get(address(author, Role.AUTHOR)).status_code == 200
    assert author.memberships.exists()


def test_the_end_is_told_to_the_person_and_kept_in_the_ledger(administrator, author, college, now):
    end_role(role_of(author, Role.AUTHOR), actor=administrator, now=now)
    notice = Notice.objects.get(user=author)
    assert (notice.kind, notice.organisation) == ("tenancy.role_ended", college)
    assert college.name in notice.text
    entry = next(entry for entry in ledger.entries_about(college) if entry.kind == "organisations.member_ended")
    assert (entry.facts["user"], entry.facts["role"]) == (author.pk, "author")


def test_another_role_of_the_same_person_stays(administrator, author, member, college, tree, now):
    member(author, college, Role.COLLEGE_ADMIN)
    end_role(role_of(author, Role.AUTHOR), actor=administrator, now=now)
    assert tree.permissions_for_user(author).can_add_subpage()


def test_the_last_administrator_stays_and_is_told_why(administrator, college, enter):
    answer = enter(administrator).post(address(administrator, Role.COLLEGE_ADMIN))
    assert answer.status_code == 409
    assert 'role="alert"' in answer.content.decode()
    assert administrator.memberships.exists()


def test_a_closed_account_is_no_administrator_that_stays(administrator, make_user, member, college, now):
    gone = member(make_user("离职的人"), college, Role.COLLEGE_ADMIN)
    gone.is_active = False
    gone.save()
    with pytest.raises(DomainError, match="last_administrator"):
        end_role(role_of(administrator, Role.COLLEGE_ADMIN), actor=administrator, now=now)
    end_role(role_of(gone, Role.COLLEGE_ADMIN), actor=administrator, now=now)
    assert not gone.memberships.exists()


def test_an_administrator_who_ends_her_own_role_is_warned_and_then_led_out(administrator, make_user, member, college, enter):
    member(make_user("崇老师"), college, Role.COLLEGE_ADMIN)
    url = address(administrator, Role.COLLEGE_ADMIN)
    assert "alert--warn" in enter(administrator).get(url).content.decode()
    assert enter(administrator).post(url).headers["Location"] == "/start/"
    assert enter(administrator).get("/desk/members/").status_code == 403


def test_two_administrators_cannot_end_the_same_role_twice(administrator, author, now):
    once, again = role_of(author, Role.AUTHOR), role_of(author, Role.AUTHOR)
    end_role(once, actor=administrator, now=now)
    with pytest.raises(DomainError, match="invalid_transition"):
        end_role(again, actor=administrator, now=now)
    assert Notice.objects.filter(user=author).count() == 1


@pytest.mark.parametrize("role", [Role.HEAD, Role.EXAM_OFFICER, Role.ASSESSOR, Role.COURSE_REVIEWER])
def test_an_office_of_an_assessment_is_seen_and_ended_by_nobody_here(head, association, make_user, member, enter, role):
    officer = member(make_user("周敏"), association, role)
    client = enter(head)
    url = address(officer, role)
    page = client.get("/desk/members/").content.decode()
    assert "周敏" in page
    assert url not in page
    assert client.post(url).status_code == 404
    assert officer.memberships.exists()


def test_another_colleges_administrator_neither_sees_nor_ends_it(administrator, author, other_administrator, enter):
    client = enter(other_administrator)
    assert "李老师" not in client.get("/desk/members/").content.decode()
    assert client.post(address(author, Role.AUTHOR)).status_code == 404
    assert author.memberships.exists()


def test_an_author_ends_nothing(author, make_user, member, college, tree, enter):
    teacher = member(make_user("陈老师"), college, Role.TEACHER)
    assert enter(author).get("/desk/members/").status_code == 403
    assert enter(author).post(address(teacher, Role.TEACHER)).status_code == 404
    assert teacher.memberships.exists()


def test_the_list_of_people_costs_the_same_for_two_and_for_a_page_of_them(
    administrator, author, make_user, member, college, enter
):
    def queries():
        with CaptureQueriesContext(connection) as context:
            assert enter(administrator).get("/desk/members/").status_code == 200
        return len(context)

    queries()  # the first page of a process asks for what is then remembered
    few = queries()
    for number in range(30):
        member(make_user(f"老师{number}"), college, Role.TEACHER)
    assert queries() == few
    assert "?before=" in enter(administrator).get("/desk/members/").content.decode()
