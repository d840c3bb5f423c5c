"""Classes: opening one, coming in each way, who is behind, and what nobody else gets to see."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from courses.learning.models import Announcement, CourseRun, Enrolment, Invitation, JoinRequest
from courses.learning.services import complete_lesson, enrol
from courses.learning.services.announcing import announce
from courses.learning.services.classes import change_class, decide_requests, invite, join_class, take_out
from lms.core.errors import DomainError
from lms.notices.models import Notice

from .test_versions import rewrite

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def begun(now):
    """Stand on the first day of the class."""
    with time_machine.travel(now, tick=False):
        yield


def test_a_class_keeps_the_version_of_the_day_it_was_opened(make_class, course, lessons, learner, now):
    run = make_class()
    rewrite(lessons[0], "改了。")
    assert course.versions.count() == 2
    assert join_class(run, user=learner, now=now).version.number == 1


def test_whoever_learns_already_comes_in_with_all_she_has_done(make_class, enrolment, learner, lessons, now):
    complete_lesson(enrolment, lesson=lessons[0], now=now)
    joined = join_class(make_class(), user=learner, now=now)
    assert joined.pk == enrolment.pk
    assert (joined.steps_done, joined.steps_total) == (1, 5)


@pytest.mark.parametrize("changes", [{"ends_on": datetime.date(2026, 9, 1)}, {"dues": {"1": "2027-01-01"}}])
def test_dates_outside_of_the_class_are_refused(make_class, changes):
    with pytest.raises(DomainError):
        make_class(**changes)
    assert not CourseRun.objects.exists()


def test_the_last_place_is_given_once(make_class, learner, classmate, now):
    run = make_class(capacity=1)
    join_class(run, user=learner, now=now)
    with pytest.raises(DomainError, match="class_full"):
        join_class(run, user=classmate, now=now)
    assert run.enrolments.count() == 1
    assert not Enrolment.objects.filter(user=classmate).exists()


def test_nobody_joins_a_class_that_is_over(make_class, learner, now):
    with pytest.raises(DomainError, match="class_over"):
        join_class(make_class(), user=learner, now=now + 40 * DAY)


def test_nobody_is_in_two_classes_of_a_course_at_once(make_class, learner, now):
    join_class(make_class(), user=learner, now=now)
    with pytest.raises(DomainError, match="in_other_class"):
        join_class(make_class(title="另一班"), user=learner, now=now)


def test_a_request_waits_until_a_teacher_admits(make_class, learner, classmate, teacher, now):
    run = make_class(way_in="approval")
    asked = [join_class(run, user=person, now=now) for person in (learner, classmate)]
    assert all(isinstance(request, JoinRequest) for request in asked)
    assert not run.enrolments.exists()
    decide_requests(run, requests=[asked[0].pk], admit=True, actor=teacher, now=now)
    decide_requests(run, requests=[asked[1].pk], admit=False, actor=teacher, now=now)
    assert [enrolment.user for enrolment in run.enrolments.all()] == [learner]
    decided = Notice.objects.filter(kind="learning.decided")
    assert set(decided.values_list("user__name", flat=True)) == {"王小芳", "李明"}


def test_requests_of_another_class_are_not_decided(make_class, learner, teacher, now):
    other = join_class(make_class(way_in="approval"), user=learner, now=now)
    assert decide_requests(make_class(title="另一班"), requests=[other.pk], admit=True, actor=teacher, now=now) == (0, [])
    assert not Enrolment.objects.exists()


def test_the_list_lets_in_whoever_has_proved_a_contact_on_it(make_class, learner, classmate, teacher, now):
    run = make_class(way_in="list")
    assert invite(run, text=f"王小芳,{learner.phone}\n坏号码 123\na@b.cn", actor=teacher, now=now) == (2, ["坏号码 123"])
    assert isinstance(join_class(run, user=learner, now=now), Enrolment)
    with pytest.raises(DomainError, match="not_on_list"):
        join_class(run, user=classmate, now=now)


def test_a_phone_that_was_only_typed_in_opens_no_class(make_class, make_user, teacher, now):
    run = make_class(way_in="list")
    liar = make_user("冒名者", phone="+8613811112222")
    liar.phone_verified = False
    liar.save()
    invite(run, text="13811112222", actor=teacher, now=now)
    with pytest.raises(DomainError, match="not_on_list"):
        join_class(run, user=liar, now=now)


def test_people_on_the_list_are_told_once(make_class, learner, teacher, now):
    run = make_class(way_in="list")
    invite(run, text=learner.phone, actor=teacher, now=now)
    invite(run, text=learner.phone, actor=teacher, now=now)
    assert Invitation.objects.count() == 1
    assert Notice.objects.filter(user=learner).count() == 1


def test_a_class_by_link_is_found_by_its_link_alone(signed_in, make_class, learner, begun):
    run = make_class(way_in="link")
    client = signed_in(learner)
    assert client.post(reverse("learning:show_class", args=[run.pk])).status_code == 404
    assert not run.enrolments.exists()
    client.post(reverse("learning:join_link", args=[run.token]))
    assert run.enrolments.get().user == learner


def test_a_renewed_link_closes_the_old_one(signed_in, make_class, learner, teacher, begun):
    run = make_class(way_in="link")
    old = run.token
    signed_in(teacher).post(reverse("learning:renew_link", args=[run.pk]))
    assert signed_in(learner).get(reverse("learning:join_link", args=[old])).status_code == 404


def test_the_token_of_a_class_by_approval_lets_nobody_past_the_teacher(signed_in, make_class, learner, begun):
    run = make_class(way_in="approval")
    signed_in(learner).post(reverse("learning:join_link", args=[run.token]))
    assert not run.enrolments.exists()
    assert JoinRequest.objects.get().status == "asked"


def test_who_has_not_finished_a_module_by_its_day_is_behind_the_day_after(
    signed_in, make_class, learner, classmate, teacher, lessons, now
):
    run = make_class()
    for person in (learner, classmate):
        enrolment = join_class(run, user=person, now=now)
    for lesson in lessons[2:]:
        complete_lesson(enrolment, lesson=lesson, now=now)
    url = reverse("learning:class", args=[run.pk]) + "?show=behind"
    with time_machine.travel(now + 7 * DAY, tick=False):
        assert "李明" not in signed_in(teacher).get(url).content.decode()
    with time_machine.travel(now + 8 * DAY, tick=False):
        page = signed_in(teacher).get(url).content.decode()
    assert "李明" in page
    assert "王小芳" in page


def test_finishing_the_due_module_takes_one_off_the_list(make_class, learner, lessons, modules, course, facts, teacher, now):
    run = make_class(dues={str(modules[1].pk): (now.date() + 20 * DAY).isoformat()})
    enrolment = join_class(run, user=learner, now=now)
    assert enrolment.next_due_on == now.date() + 20 * DAY
    for lesson in lessons[2:]:
        enrolment = complete_lesson(enrolment, lesson=lesson, now=now)
    assert enrolment.next_due_on is None


def test_a_moved_date_reaches_every_learner(make_class, learner, classmate, modules, facts, teacher, now):
    run = make_class()
    for person in (learner, classmate):
        join_class(run, user=person, now=now)
    later = now.date() + 9 * DAY
    change_class(run, facts={**facts, "dues": {str(modules[0].pk): later.isoformat()}}, actor=teacher, now=now)
    assert set(run.enrolments.values_list("next_due_on", flat=True)) == {later}


def test_places_are_not_taken_from_those_who_have_them(make_class, learner, classmate, facts, teacher, now):
    run = make_class()
    for person in (learner, classmate):
        join_class(run, user=person, now=now)
    with pytest.raises(DomainError, match="capacity_below_learners"):
        change_class(run, facts={**facts, "capacity": 1}, actor=teacher, now=now)


def test_a_message_reaches_all_or_only_those_who_are_behind(make_class, learner, classmate, lessons, modules, teacher, now):
    from .test_course import pass_quiz

    run = make_class()
    _behind, ahead = (join_class(run, user=person, now=now) for person in (learner, classmate))
    for lesson in lessons[:2]:
        complete_lesson(ahead, lesson=lesson, now=now)
    pass_quiz(ahead, modules[0], now)
    later = now + 8 * DAY
    assert announce(run, title="开班", text="大家好", behind_only=False, actor=teacher, now=later).told == 2
    assert announce(run, title="加油", text="请补上", behind_only=True, actor=teacher, now=later).told == 1
    assert Notice.objects.filter(subject__contains="加油").get().user == learner


def test_whoever_is_taken_out_keeps_her_course(make_class, learner, lessons, teacher, now):
    enrolment = complete_lesson(join_class(make_class(), user=learner, now=now), lesson=lessons[0], now=now)
    out = take_out(enrolment, actor=teacher, now=now)
    assert (out.run, out.next_due_on, out.steps_done) == (None, None, 1)


@pytest.mark.parametrize("name", ["class", "edit_class", "invite", "announce"])
def test_a_teacher_of_another_college_finds_no_class_of_ours(signed_in, make_class, teacher, stranger_teacher, author, name):
    url = reverse(f"learning:{name}", args=[make_class().pk])
    assert signed_in(teacher).get(url).status_code == 200
    for other in (stranger_teacher, author):
        assert signed_in(other).get(url).status_code == 404


@pytest.mark.parametrize("name", ["decide", "renew_link"])
def test_a_teacher_of_another_college_changes_nothing_in_ours(signed_in, make_class, learner, stranger_teacher, name, now):
    run = make_class(way_in="approval")
    asked = join_class(run, user=learner, now=now)
    url = reverse(f"learning:{name}", args=[run.pk])
    assert signed_in(stranger_teacher).post(url, {"request": asked.pk, "decision": "admit"}).status_code == 404
    assert not run.enrolments.exists()
    assert CourseRun.objects.get().token == run.token


def test_a_teacher_opens_a_class_in_the_browser_and_another_college_cannot(signed_in, course, modules, teacher, stranger_teacher):
    url = reverse("learning:new_class", args=[course.pk])
    sent = {
        "title": "十月班",
        "starts_on": "2026-10-01",
        "ends_on": "2026-10-31",
        "capacity": "30",
        "way_in": "open",
        f"due-{modules[0].pk}": "2026-10-10",
    }
    assert signed_in(stranger_teacher).post(url, sent).status_code == 404
    assert not CourseRun.objects.exists()
    assert signed_in(teacher).get(url).status_code == 200
    response = signed_in(teacher).post(url, sent)
    run = CourseRun.objects.get()
    assert response.url == run.get_absolute_url()
    assert (run.capacity, run.dues) == (30, {str(modules[0].pk): "2026-10-10"})
    assert signed_in(teacher).post(url, {**sent, "ends_on": "2026-09-01"}).status_code == 422
    assert CourseRun.objects.count() == 1


def test_the_teachers_other_pages_open_and_send(signed_in, make_class, teacher, learner, now):
    run = make_class(way_in="list")
    client = signed_in(teacher)
    for name, args in (("classes", []), ("asked", []), ("class", [run.pk])):
        assert client.get(reverse(f"learning:{name}", args=args)).status_code == 200
    client.post(reverse("learning:invite", args=[run.pk]), {"contacts": learner.phone})
    assert Invitation.objects.count() == 1
    assert client.post(reverse("learning:invite", args=[run.pk]), {"contacts": "没有"}).status_code == 422
    enrolment = join_class(run, user=learner, now=now)
    client.post(reverse("learning:announce", args=[run.pk]), {"title": "开班", "text": "大家好"})
    assert Announcement.objects.get().told == 1
    assert client.get(reverse("learning:take_out", args=[enrolment.pk])).status_code == 200
    client.post(reverse("learning:take_out", args=[enrolment.pk]))
    assert not run.enrolments.exists()


def test_a_learner_finds_class_dates_and_news_on_her_pages(signed_in, make_class, course, learner, teacher, now):
    run = make_class()
    client = signed_in(learner)
    with time_machine.travel(now, tick=False):
        assert "九月班" in client.get(course.url).content.decode()
        assert client.get(reverse("learning:show_class", args=[run.pk])).status_code == 200
        client.post(reverse("learning:show_class", args=[run.pk]))
        announce(run, title="开班典礼", text="大家好", behind_only=False, actor=teacher, now=now)
        page = client.get(reverse("learning:course", args=[course.pk])).content.decode()
        assert "开班典礼" in page
        assert "2026年9月14日" in page
        assert "开班典礼" in client.get(reverse("learning:home")).content.decode()


def test_news_of_a_class_stay_in_it(signed_in, make_class, course, classmate, teacher, now):
    announce(make_class(), title="开班典礼", text="大家好", behind_only=False, actor=teacher, now=now)
    enrol(course, user=classmate, now=now)
    assert "开班典礼" not in signed_in(classmate).get(reverse("learning:course", args=[course.pk])).content.decode()
