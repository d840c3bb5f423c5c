"""What learners are told has a kind each, so that each may be chosen for itself."""

import pytest
from django.urls import reverse

from courses.learning import notice_kinds as kinds
from courses.learning.rules.classes import WayIn
from courses.learning.services.announcing import announce
from courses.learning.services.classes import decide_requests, invite, join_class
from courses.learning.services.questions import answer_question, ask
from lms.notices.kinds import OTHER, all_kinds
from lms.notices.models import Delivery, Notice
from lms.notices.rules import Channel
from lms.notices.services import save_choices

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(make_class, learner, now):
    run = make_class()
    join_class(run, user=learner, now=now)
    return run


def say(run, teacher, now):
    announce(run, title="开班", text="周四带卷尺，100% 要到", behind_only=False, actor=teacher, now=now)


def answer(run, learner, lesson, teacher, now, text="可以。"):
    question = ask(run.enrolments.get(user=learner), lesson=lesson, text="能不能坐？", now=now)
    return answer_question(question, text=text, shared=False, actor=teacher, now=now)


def sent(person):
    return sorted(Delivery.objects.filter(user=person).values_list("notice__kind", "channel"))


def test_who_switches_announcements_off_still_hears_of_answers(run, learner, teacher, lessons, now):
    save_choices(learner, choices=[(kinds.ANNOUNCED, Channel.SMS, False)], now=now)
    say(run, teacher, now)
    answer(run, learner, lessons[0], teacher, now)
    assert sent(learner) == [("learning.answered", "sms")]
    assert set(Notice.objects.filter(user=learner).values_list("kind", flat=True)) == {"learning.announced", "learning.answered"}


def test_who_has_chosen_nothing_hears_of_both(run, learner, teacher, lessons, now):
    say(run, teacher, now)
    answer(run, learner, lessons[0], teacher, now)
    assert sent(learner) == [("learning.announced", "sms"), ("learning.answered", "sms")]


def test_an_announcement_is_told_in_the_teachers_words(run, learner, teacher, now):
    say(run, teacher, now)
    notice = Notice.objects.get(user=learner)
    assert (notice.words.subject, notice.words.text) == (f"{run.title}：开班", "周四带卷尺，100% 要到")


def test_an_answer_and_a_better_answer_are_told_apart(run, learner, teacher, lessons, now):
    learner.language = "en"
    learner.save()
    question = answer(run, learner, lessons[0], teacher, now)
    answer_question(question, text="最好不要。", shared=False, actor=teacher, now=now)
    told = Notice.objects.filter(user=learner, kind=kinds.ANSWERED.key).order_by("pk")
    assert [notice.subject for notice in told] == ["Your question is answered", "An answer to your question was changed"]


@pytest.mark.parametrize("admit", [True, False])
def test_whether_somebody_is_admitted_is_told_with_the_first_day_or_without_a_link(make_class, classmate, teacher, now, admit):
    run = make_class(way_in=WayIn.APPROVAL.value)
    asked = join_class(run, user=classmate, now=now)
    decide_requests(run, requests=[asked.pk], admit=admit, actor=teacher, now=now)
    notice = Notice.objects.get(user=classmate)
    assert notice.kind == "learning.decided"
    assert run.title in notice.text
    assert bool(notice.url) is admit


def test_who_is_put_on_a_list_is_invited(make_class, classmate, teacher, now):
    run = make_class(way_in=WayIn.LIST.value)
    invite(run, text=str(classmate.phone), actor=teacher, now=now)
    notice = Notice.objects.get(user=classmate)
    assert (notice.kind, notice.url) == ("learning.invited", reverse("learning:show_class", args=[run.pk]))


def test_the_page_of_choices_offers_each_kind_of_the_room(signed_in, learner):
    page = signed_in(learner).get(reverse("notices:choices")).content.decode()
    for kind in (kinds.ANNOUNCED, kinds.ANSWERED, kinds.DECIDED, kinds.INVITED, kinds.CLASS_MOVED):
        assert str(kind.label) in page
    assert str(kinds.LEARNING.room) in page


def test_what_concerns_a_post_is_offered_to_who_has_one(signed_in, learner, teacher):
    from courses.tenancy.notice_kinds import SUBMITTED

    assert str(SUBMITTED.label) not in signed_in(learner).get(reverse("notices:choices")).content.decode()
    assert str(SUBMITTED.label) in signed_in(teacher).get(reverse("notices:choices")).content.decode()


def test_every_kind_is_named_after_its_room(db):
    named = [kind for kind in all_kinds() if kind is not OTHER and not kind.key.startswith(("test.", "race."))]
    assert {kind.key.partition(".")[0] for kind in named} >= {"learning", "tenancy", "sharing", "venues", "certificates"}
    assert all(str(kind.label) and str(kind.room) for kind in named)
