"""A message goes out once: at night later, after a failure again, after a dead worker by another."""

import datetime

import pytest
import time_machine

from lms.notices.models import Delivery, Notice
from lms.notices.rules import LEASE, WAITS, Digest
from lms.notices.sending import deliver, gather_digests, sweep
from lms.notices.services import save_settings, tell, tell_many, try_again
from lms.notices.tasks import send_notices

from .conftest import MORNING, NIGHT

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)


def statuses():
    return sorted(Delivery.objects.values_list("channel", "status"))


def choose(person, **changes):
    settings = {
        "language": "zh-hans",
        "quiet_from": datetime.time(21),
        "quiet_until": datetime.time(7),
        "digest": Digest.DAILY,
        "now": NIGHT,
    }
    return save_settings(person, **settings | changes)


# By which way


def test_an_urgent_notice_goes_by_sms_with_the_link_that_marks_it_read(told, person, sms, mailoutbox, now):
    notice = told("urgent", person, now=now, url="/learn/")
    ((phone, text),) = sms
    assert phone == "+8613712345678"
    assert text.startswith("【辅能】") or text.startswith("[Funeng]")
    assert text.endswith(f"/notices/{notice.pk}/")
    assert mailoutbox == []


def test_what_has_legal_force_goes_both_ways(told, person, sms, mailoutbox, now):
    told("binding", person, now=now)
    assert len(sms) == len(mailoutbox) == 1


def test_who_has_no_phone_gets_a_mail(told, make_user, sms, mailoutbox, now):
    reader = make_user("李丽", phone=None, email="li@example.com")
    reader.phone_verified = False
    reader.save()
    told("urgent", reader, now=now)
    assert sms == []
    assert mailoutbox[0].to == ["li@example.com"]


def test_an_unproved_phone_gets_nothing(told, person, sms, mailoutbox, now):
    person.phone_verified = False
    person.save()
    told("urgent", person, now=now)
    assert sms == []
    assert len(mailoutbox) == 1


def test_who_has_no_address_still_has_it_on_her_page(told, make_user, now):
    person = make_user("无址", phone=None)
    person.phone_verified = False
    person.save()
    notice = told("binding", person, now=now)
    assert Notice.objects.get() == notice
    assert not Delivery.objects.exists()


def test_plain_words_of_an_older_caller_are_sent_as_they_are(person, sms, now, django_capture_on_commit_callbacks):
    with time_machine.travel(now, tick=False), django_capture_on_commit_callbacks(execute=True):
        tell(person, subject="座位有变", text="请到302教室。", url="/learn/", now=now)
    assert "座位有变" in sms[0][1]
    assert "请到302教室。" in sms[0][1]


def test_nothing_is_sent_when_the_transaction_fails(kind, person, sms, now, django_capture_on_commit_callbacks):
    from django.db import transaction

    def tell_and_fail():
        tell(person, subject="x", text="y", now=now)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), django_capture_on_commit_callbacks(execute=True):
        transaction.atomic(tell_and_fail)()
    assert sms == []
    assert not Notice.objects.exists()


def test_telling_many_costs_the_same_for_two_and_for_twenty(kind, make_user, now, django_assert_num_queries):
    from lms.notices.services import news

    people = [make_user(f"学员{n}") for n in range(20)]
    facts = {"name": "x", "day": now.date()}
    for some in (people[:2], people):
        with django_assert_num_queries(6):  # a savepoint and its release among them
            tell_many([news(kind["urgent"], person, facts=facts, now=now) for person in some])


def test_a_reminder_of_one_thing_is_told_once(told, person, now):
    assert told("urgent", person, now=now, once="visit:1") is not None
    assert told("urgent", person, now=now, once="visit:1") is None
    assert told("urgent", person, now=now, once="visit:2") is not None
    assert Notice.objects.count() == 2


# Quiet hours


def test_at_night_no_sms_goes_out_and_at_seven_it_does(told, person, sms):
    told("urgent", person, now=NIGHT)
    sweep(now=NIGHT + MINUTE)
    assert sms == []
    sweep(now=MORNING)
    assert len(sms) == 1


def test_at_night_a_mail_does_go_out(told, person, sms, mailoutbox):
    told("binding", person, now=NIGHT)
    assert sms == []
    assert len(mailoutbox) == 1


def test_a_task_that_comes_late_in_the_evening_waits_for_the_morning(kind, person, sms, now):
    evening = NIGHT.replace(hour=20, minute=59)
    (notice,) = tell_many([Notice(user=person, subject="x", text="y", created_at=evening)])
    with time_machine.travel(NIGHT, tick=False):
        send_notices.func([notice.pk])
    assert sms == []
    assert Delivery.objects.get().due_at == MORNING
    assert Delivery.objects.get().tries == 0


def test_own_quiet_hours_replace_the_usual_ones(told, person, sms):
    choose(person, quiet_from=datetime.time(0), quiet_until=datetime.time(0))
    told("urgent", person, now=NIGHT)
    assert len(sms) == 1


# Once and only once


def test_a_task_that_runs_twice_sends_once(told, person, sms, mailoutbox, now):
    notice = told("binding", person, now=now)
    with time_machine.travel(now, tick=False):
        send_notices.func([notice.pk])
    sweep(now=now + LEASE)
    assert len(sms) == len(mailoutbox) == 1


def test_a_worker_killed_before_handing_over_loses_nothing(told, person, provider, now):
    provider.dies_before = True
    told("urgent", person, now=now)
    assert statuses() == [("sms", "sending")]
    sweep(now=now + MINUTE)
    assert provider.delivered == {}, "somebody else may still be at it"
    sweep(now=now + LEASE)
    assert len(provider.delivered) == 1
    assert statuses() == [("sms", "sent")]


def test_a_worker_killed_after_handing_over_doubles_nothing(told, person, provider, now):
    provider.dies_after = True
    told("urgent", person, now=now)
    assert statuses() == [("sms", "sending")]
    sweep(now=now + LEASE)
    assert list(provider.delivered) == [Delivery.objects.get().reference]
    assert statuses() == [("sms", "sent")]


def test_a_repeated_mail_has_the_same_message_id(told, person, mailoutbox, now):
    told("binding", person, now=now)
    mail = Delivery.objects.get(channel="mail")
    Delivery.objects.filter(pk=mail.pk).update(status="sending", claimed_at=now)
    deliver(mail.pk, now=now + LEASE)
    first, second = mailoutbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


def test_a_slow_worker_does_not_speak_for_the_one_that_took_over(told, person, provider, now, monkeypatch):
    """The first holds its message too long; the second sends it; what the first says afterwards changes nothing."""
    from lms.notices import sending

    notice = told("urgent", person, now=NIGHT)
    key = notice.deliveries.get().pk
    usual = sending._hand_over

    def slow(delivery):
        monkeypatch.setattr(sending, "_hand_over", usual)
        assert deliver(key, now=MORNING + LEASE)
        raise ConnectionError("too late")

    monkeypatch.setattr(sending, "_hand_over", slow)
    deliver(key, now=MORNING)
    assert statuses() == [("sms", "sent")]
    assert len(provider.delivered) == 1


# Failures


def test_a_refused_message_is_tried_again_later_and_not_before(told, person, provider, now):
    provider.refuses = 1
    told("urgent", person, now=now)
    assert statuses() == [("sms", "waiting")]
    assert "the provider is away" in Delivery.objects.get().error
    sweep(now=now + WAITS[0] - MINUTE)
    assert provider.delivered == {}
    sweep(now=now + WAITS[0])
    assert len(provider.delivered) == 1
    assert Delivery.objects.get().error == ""


def test_after_six_failures_it_is_given_up_and_shown(told, person, provider, now):
    provider.refuses = 100
    told("urgent", person, now=now.replace(hour=8))
    moment = now
    for _wait in WAITS:
        moment = Delivery.objects.get().due_at
        sweep(now=moment)
    assert statuses() == [("sms", "failed")]
    assert Delivery.objects.get().tries == len(WAITS) + 1
    sweep(now=moment + datetime.timedelta(days=30))
    assert provider.refuses == 100 - len(WAITS) - 1


def test_one_refused_message_does_not_keep_the_others_back(told, person, make_user, provider, now, kind):
    from lms.notices.services import news

    facts = {"name": "x", "day": now.date()}
    pair = tell_many([news(kind["urgent"], who, facts=facts, now=now) for who in (person, make_user("乙"))])
    provider.refuses = 1
    with time_machine.travel(now, tick=False):
        send_notices.func([notice.pk for notice in pair])
    assert len(provider.delivered) == 1


def test_what_was_given_up_can_be_sent_again(told, person, provider, now):
    from lms.core.errors import DomainError

    told("urgent", person, now=now)
    delivery = Delivery.objects.get()
    with pytest.raises(DomainError, match=r"notices\.not_failed"):
        try_again(delivery, now=now)
    provider.delivered.clear()
    Delivery.objects.update(status="failed", tries=6)
    try_again(delivery, now=now)
    sweep(now=now)
    assert len(provider.delivered) == 1


def test_an_address_that_is_gone_is_not_tried_six_times(told, person, sms):
    told("urgent", person, now=NIGHT)
    person.phone, person.phone_verified = None, False
    person.save()
    sweep(now=MORNING)
    assert sms == []
    assert statuses() == [("sms", "failed")]


# Gathered mails


def test_calm_notices_come_in_one_mail_in_the_morning(told, person, sms, mailoutbox, now):
    for name in ("轮椅", "助行器"):
        told("calm", person, now=now, facts={"name": name, "day": now.date()})
    sweep(now=now + 60 * MINUTE)
    assert mailoutbox == []
    sweep(now=MORNING + 60 * MINUTE)
    (mail,) = mailoutbox
    assert "轮椅" in mail.body
    assert "助行器" in mail.body
    assert sms == []
    sweep(now=MORNING + 120 * MINUTE)
    assert len(mailoutbox) == 1


def test_what_she_has_read_by_then_is_left_out(told, person, mailoutbox, now):
    first = told("calm", person, now=now, facts={"name": "轮椅", "day": now.date()})
    told("calm", person, now=now, facts={"name": "助行器", "day": now.date()})
    Notice.objects.filter(pk=first.pk).update(read_at=now)
    sweep(now=MORNING + 60 * MINUTE)
    assert "轮椅" not in mailoutbox[0].body
    assert "助行器" in mailoutbox[0].body


def test_when_she_has_read_all_no_mail_is_made(told, person, mailoutbox, now):
    told("calm", person, now=now)
    Notice.objects.update(read_at=now)
    assert gather_digests(now=MORNING + 60 * MINUTE) == 0
    assert not Delivery.objects.filter(notice=None).exists()
    assert mailoutbox == []


def test_a_gathered_mail_that_fails_is_tried_again_as_a_whole(told, person, mailoutbox, now, monkeypatch):
    from lms.notices import sending

    told("calm", person, now=now)
    usual = sending.mail_of_digest

    def broken(delivery, user):
        raise ConnectionError("mail server away")

    monkeypatch.setattr(sending, "mail_of_digest", broken)
    sweep(now=MORNING + 60 * MINUTE)
    monkeypatch.setattr(sending, "mail_of_digest", usual)
    sweep(now=MORNING + 90 * MINUTE)
    assert len(mailoutbox) == 1


def test_who_wants_each_at_once_gets_what_waited_too(told, person, mailoutbox, now):
    told("calm", person, now=now)
    choose(person, digest=Digest.AT_ONCE, now=now + MINUTE)
    sweep(now=now + MINUTE)
    assert len(mailoutbox) == 1
    told("calm", person, now=now + 2 * MINUTE)
    assert len(mailoutbox) == 2


def test_who_wants_none_gets_none_also_of_what_waited(told, person, mailoutbox, now):
    told("calm", person, now=now)
    choose(person, digest=Digest.NEVER, now=now + MINUTE)
    told("calm", person, now=now + 2 * MINUTE)
    sweep(now=MORNING + 60 * MINUTE)
    assert mailoutbox == []
    assert person.notices.count() == 2


# Words


def test_words_follow_the_language_at_sending_and_what_was_sent_is_kept(told, person, mailoutbox, now):
    told("calm", person, now=now)
    choose(person, language="en", now=now)
    sweep(now=MORNING + 60 * MINUTE)
    assert "Sept. 10, 2026" in mailoutbox[0].body
    sent = Delivery.objects.get(status="sent")
    assert sent.sent_language == "en"
    assert sent.sent_text == mailoutbox[0].body
    assert sent.sent_to == "fang@example.com"
    choose(person, language="zh-hans", now=now)
    assert "Sept. 10, 2026" in Delivery.objects.get(pk=sent.pk).sent_text


def test_a_page_read_in_another_language_shows_other_words(told, person, now):
    from django.utils.translation import override

    notice = told("urgent", person, now=now)
    with override("zh-hans"):
        assert "2026年9月10日" in notice.words.text
    with override("en"):
        assert "Sept. 10, 2026" in notice.words.text


def test_a_notice_of_a_forgotten_kind_keeps_the_words_of_its_day(told, person, now):
    notice = told("urgent", person, now=now)
    Notice.objects.update(kind="gone.kind")
    assert Notice.objects.get().words.text == notice.text != ""
    Notice.objects.update(kind="test.urgent", facts={"another": "fact"})
    assert Notice.objects.get().words.text == notice.text


def test_a_mail_is_text_and_a_page_with_its_language_and_escapes_what_people_write(told, person, mailoutbox, now):
    told("binding", person, now=now, facts={"name": "<b>轮椅</b>\n第二行", "day": now.date()}, url="/learn/")
    (mail,) = mailoutbox
    ((page, kind_of_part),) = mail.alternatives
    assert kind_of_part == "text/html"
    assert '<html lang="zh-Hans">' in page
    assert "&lt;b&gt;轮椅" in page
    assert "<b>轮椅</b>" in mail.body
    assert "<style" not in page
    assert "\n" not in mail.subject


@pytest.mark.parametrize(("name", "has_link"), [("binding", False), ("calm", True)])
def test_only_what_may_be_ended_says_how(told, person, mailoutbox, now, name, has_link):
    told(name, person, now=now)
    sweep(now=MORNING + 60 * MINUTE)
    assert ("List-Unsubscribe" in mailoutbox[0].extra_headers) is has_link
    assert ("/notices/stop/" in mailoutbox[0].body) is has_link
