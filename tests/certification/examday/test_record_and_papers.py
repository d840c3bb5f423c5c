"""What the room writes down, and through whose hands the papers go: two names, nothing painted over."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from certification.examday.models import HandOver, Incident
from certification.examday.queues import desk
from certification.examday.selectors.papers import bags_of
from certification.examday.services.custody import hand_over, receive
from certification.examday.services.door import sign_in
from certification.examday.services.record import countersign, record_absent, record_incident
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from tests.certification.examday.conftest import MINUTE, THEORY, before_the_start

pytestmark = pytest.mark.django_db
CLOSED = THEORY + 31 * MINUTE


def refusal(act: Any) -> str:
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value.code


def room_of(seated: Any) -> list[Any]:
    duty = seated.duties[0]
    duty.refresh_from_db()
    return [seat for seat in seated.seats if seat.plan_room_id == duty.room_duty.plan_room_id]


def warn(seated: Any, **changes: Any) -> Incident:
    seat = room_of(seated)[0]
    facts = {"kind": "warned", "seat": seat, "room": seat.room, "text": "翻看手机，已口头警告", **changes}
    return record_incident(seated.plan, **facts, actor=seated.invigilators[0], now=THEORY + MINUTE)


def test_a_violation_counts_once_a_second_invigilator_has_signed(seated):
    line = warn(seated)
    assert not hasattr(Incident.objects.get(pk=line.pk), "countersignature")
    signed = countersign(line, actor=seated.invigilators[1], now=THEORY + 2 * MINUTE)
    assert countersign(line, actor=seated.invigilators[1], now=THEORY + 9 * MINUTE).at == signed.at
    kinds = LedgerEntry.objects.filter(kind__startswith="examday.incident").values_list("kind", flat=True)
    assert list(kinds) == ["examday.incident_recorded", "examday.incident_countersigned"]


def test_who_wrote_it_or_who_only_watches_does_not_sign_second(seated, make_user):
    line = warn(seated)
    assert refusal(lambda: countersign(line, actor=seated.invigilators[0], now=THEORY)) == "examday.second_signature_same"
    for person in (seated.officer, make_user("路人")):
        assert refusal(lambda who=person: countersign(line, actor=who, now=THEORY)) == "examday.not_an_invigilator"


def test_the_second_invigilator_finds_the_line_on_her_desk_and_the_first_does_not(seated):
    warn(seated)
    titles = lambda person: [row.url for row in desk(person, THEORY)]  # noqa: E731
    assert f"/desk/plans/{seated.plan.pk}/door/record/" in titles(seated.invigilators[1])
    assert f"/desk/plans/{seated.plan.pk}/door/record/" not in titles(seated.invigilators[0])


def test_absence_is_written_for_everybody_who_did_not_come_once_the_door_is_closed(seated):
    room = room_of(seated)
    sign_in(room[0], actor=seated.invigilators[0], now=before_the_start())
    early = lambda: record_absent(seated.plan, room=room[0].room, actor=seated.invigilators[0], now=THEORY)  # noqa: E731
    assert refusal(early) == "examday.absent_too_early"
    lines = record_absent(seated.plan, room=room[0].room, actor=seated.invigilators[0], now=CLOSED)
    assert {line.seat_id for line in lines} == {seat.pk for seat in room[1:]}
    assert record_absent(seated.plan, room=room[0].room, actor=seated.invigilators[0], now=CLOSED) == []


def test_who_was_signed_in_is_not_absent(seated):
    seat = room_of(seated)[0]
    sign_in(seat, actor=seated.invigilators[0], now=before_the_start())
    act = lambda: record_incident(  # noqa: E731
        seated.plan, kind="absent", seat=seat, room=seat.room, text="", actor=seated.invigilators[0], now=CLOSED
    )
    assert refusal(act) == "examday.was_signed_in"


def test_a_line_is_never_changed_or_removed_not_even_by_the_database(seated):
    line = warn(seated)
    line.text = "没有发生"
    with pytest.raises(TypeError):
        line.save()
    with pytest.raises(TypeError):
        line.delete()
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        Incident.objects.filter(pk=line.pk).update(text="没有发生")
    assert Incident.objects.get(pk=line.pk).text == "翻看手机，已口头警告"


def hand(seated: Any, *, giver: Any, receiver: Any, bag: str = "理论一") -> HandOver:
    facts = {"bag": bag, "seal": "F-0031", "papers": 30}
    return hand_over(seated.plan, **facts, receiver=receiver, actor=giver, now=before_the_start(60))


def test_a_bag_goes_from_the_office_to_the_room_and_each_receiver_confirms(seated):
    first, second = seated.invigilators
    row = hand(seated, giver=seated.officer, receiver=first)
    assert bags_of(seated.plan)[0].holder == seated.officer
    receive(row, seal_whole=True, actor=first, now=before_the_start(59))
    receive(hand(seated, giver=first, receiver=second), seal_whole=True, actor=second, now=before_the_start(30))
    (bag,) = bags_of(seated.plan)
    assert (bag.holder, bag.seal_whole, len(bag.steps)) == (second, True, 2)
    kinds = LedgerEntry.objects.filter(kind__startswith="examday.papers").values_list("kind", flat=True)
    assert list(kinds) == ["examday.papers_handed_over", "examday.papers_received"] * 2


def test_nobody_hands_on_what_she_does_not_hold_or_has_not_confirmed(seated):
    first, second = seated.invigilators
    assert refusal(lambda: hand(seated, giver=first, receiver=second)) == "examday.bag_begins_at_office"
    hand(seated, giver=seated.officer, receiver=first)
    assert refusal(lambda: hand(seated, giver=first, receiver=second)) == "examday.bag_on_the_way"
    assert refusal(lambda: hand(seated, giver=seated.officer, receiver=seated.officer)) == "examday.bag_to_oneself"


def test_only_staff_of_the_plan_hold_papers_and_only_the_receiver_confirms(seated, make_user):
    stranger = make_user("路人")
    assert refusal(lambda: hand(seated, giver=seated.officer, receiver=stranger)) == "examday.no_holder"
    row = hand(seated, giver=seated.officer, receiver=seated.invigilators[0])
    act = lambda: receive(row, seal_whole=True, actor=seated.invigilators[1], now=THEORY)  # noqa: E731
    assert refusal(act) == "examday.not_your_bag"


def test_a_broken_seal_is_received_with_words_and_stays_visible(seated):
    row = hand(seated, giver=seated.officer, receiver=seated.invigilators[0])
    act = lambda: receive(row, seal_whole=False, actor=seated.invigilators[0], now=THEORY)  # noqa: E731
    assert refusal(act) == "examday.broken_seal_needs_words"
    receive(row, seal_whole=False, note="封条一角翘起", actor=seated.invigilators[0], now=THEORY)
    assert not bags_of(seated.plan)[0].seal_whole
    again = lambda: receive(row, seal_whole=True, actor=seated.invigilators[0], now=THEORY)  # noqa: E731
    assert refusal(again) == "examday.received_already"


def test_a_hand_over_is_never_changed_not_even_by_the_database(seated):
    row = hand(seated, giver=seated.officer, receiver=seated.invigilators[0])
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        HandOver.objects.filter(pk=row.pk).update(papers=29)
    assert HandOver.objects.get(pk=row.pk).papers == 30
