"""Who may sit on a panel: I14, I15, I16, I17, when it is named and when the review begins."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from certification.bodies.models import StaffCard
from certification.bodies.services.impartiality import declare_tie
from certification.bodies.sources import duties_of
from certification.examday.rules import drawing
from certification.panels.models import DefenceSheet, Panel, PanelMember
from certification.panels.services import (
    begin_defence,
    change_members,
    declare_no_conflict,
    draw_panel,
    name_panel,
    schedule_review,
)
from certification.plans.models import StaffAssignment
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from lms.organisations.rules import Role
from tests.conftest import NOW, join
from tests.review_day import BEGINS, LATE, MINUTE, heard, named, points, scored


def name(day: SimpleNamespace, people: list[Any] | None = None, **changes: Any) -> Panel:
    people = day.seniors[:3] if people is None else people
    facts: dict[str, Any] = {
        "users": people,
        "chair": people[0] if people else day.seniors[0],
        "place": "答辩室",
        "starts_at": BEGINS,
        "actor": day.officer,
        "now": NOW,
    }
    return name_panel(day.plan, **(facts | changes))


def code_of(call, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(DomainError) as refusal:
        call(*args, **kwargs)
    return refusal.value.code


def assign(day: SimpleNamespace, person: Any, role: str) -> None:
    StaffAssignment.objects.create(plan=day.plan, user=person, role=role, assigned_at=NOW, declared_at=NOW)


@pytest.mark.parametrize(("size", "code"), [(1, "plans.team_too_small"), (2, "plans.team_too_small"), (4, "plans.team_even")])
def test_i16_a_panel_has_three_members_at_least_and_an_odd_number(day: SimpleNamespace, size: int, code: str) -> None:
    assert code_of(name, day, day.seniors[:size]) == code
    assert not Panel.objects.exists()


def test_i16_the_same_person_twice_is_one(day: SimpleNamespace) -> None:
    assert code_of(name, day, [*day.seniors[:2], day.seniors[0]]) == "plans.team_too_small"


def test_i14_a_member_has_a_senior_card_that_counts_on_the_day(day: SimpleNamespace) -> None:
    card = StaffCard.objects.get(user=day.seniors[2])
    card.valid_until = date(2026, 9, 11)
    card.save()
    assert code_of(name, day) == "plans.card_missing"
    card.valid_until = date(2026, 9, 12)
    card.save()
    assert name(day).members.count() == 3


def test_i14_an_assessor_without_the_senior_card_does_not_sit(day: SimpleNamespace) -> None:
    StaffCard.objects.filter(user=day.seniors[2]).update(kind="assessor")
    assert code_of(name, day) == "plans.card_missing"


def test_i15_nobody_sits_over_somebody_she_has_a_tie_with(day: SimpleNamespace) -> None:
    candidate = day.candidates[0]
    declare_tie(kind="relative", name=candidate.name, phone=candidate.phone, actor=day.seniors[1], now=NOW)
    assert code_of(name, day) == "plans.assessor_conflict"


def test_i17_an_item_writer_does_not_sit(day: SimpleNamespace) -> None:
    join(day.seniors[1], day.plan.organisation, Role.ITEM_WRITER)
    assert code_of(name, day) == "plans.assessor_conflict"


@pytest.mark.parametrize("role", ["supervisor", "invigilator"])
def test_i17_who_watches_over_the_session_does_not_sit(day: SimpleNamespace, role: str) -> None:
    assign(day, day.seniors[1], role)
    assert code_of(name, day) == "plans.role_taken"


def test_an_assessor_of_the_skill_test_may_sit_and_it_is_remembered(day: SimpleNamespace) -> None:
    panel = name(day, [*day.seniors[:2], day.assessors[0]])
    remembered = {member.user_id: member.recusal["also_assessor"] for member in panel.members.all()}
    assert remembered == {day.seniors[0].pk: False, day.seniors[1].pk: False, day.assessors[0].pk: True}


def test_who_knows_the_names_by_office_does_not_sit(day: SimpleNamespace) -> None:
    join(day.seniors[1], day.plan.organisation, Role.EXAM_OFFICER)
    assert code_of(name, day) == "panels.officer_on_panel"


def test_only_the_officer_names(day: SimpleNamespace) -> None:
    for who in (day.head, day.seniors[0], day.candidates[0]):
        with pytest.raises(PermissionDenied):
            name(day, actor=who)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"place": "  "}, "panels.place_missing"),
        ({"starts_at": BEGINS - timedelta(hours=2)}, "panels.too_early"),
        ({"starts_at": LATE + timedelta(hours=1)}, "panels.too_late"),
    ],
)
def test_a_panel_has_a_place_and_an_hour_after_the_other_parts(day: SimpleNamespace, changes: Any, code: str) -> None:
    assert code_of(name, day, **changes) == code


def test_the_chair_is_one_of_the_members(day: SimpleNamespace) -> None:
    assert code_of(name, day, chair=day.seniors[3]) == "panels.chair_not_member"


def test_a_draw_can_be_repeated_by_anybody(day: SimpleNamespace) -> None:
    panel = draw_panel(day.plan, count=3, place="答辩室", starts_at=BEGINS, actor=day.officer, now=NOW)
    drawn = drawing.draw(panel.draw["pool"], seed=panel.draw["seed"], count=3)
    assert sorted(drawn) == sorted(panel.members.values_list("user_id", flat=True))
    assert panel.members.get(is_chair=True).user_id == drawn[0]
    assert LedgerEntry.objects.filter(kind="panels.named").latest("sequence").facts["seed"] == panel.draw["seed"]


def test_a_draw_leaves_out_who_scores_the_skill_test(day: SimpleNamespace) -> None:
    panel = draw_panel(day.plan, count=3, place="答辩室", starts_at=BEGINS, actor=day.officer, now=NOW)
    assert not {person.pk for person in day.assessors} & set(panel.draw["pool"])
    short = {"count": 5, "place": "二室", "starts_at": BEGINS, "actor": day.officer, "now": NOW}
    assert code_of(draw_panel, day.plan, **short) == "examday.pool_too_small"


def test_i15_only_the_member_herself_declares_and_once(day: SimpleNamespace) -> None:
    member = name(day).members.get(user=day.seniors[1])
    assert code_of(declare_no_conflict, member, actor=day.officer, now=NOW) == "panels.not_a_member"
    declare_no_conflict(member, actor=day.seniors[1], now=NOW)
    again = declare_no_conflict(member, actor=day.seniors[1], now=LATE)
    assert again.declared_at == NOW
    assert LedgerEntry.objects.filter(kind="panels.no_conflict_declared").count() == 1


def test_a_seat_on_a_panel_is_a_duty_in_the_file_of_the_person(day: SimpleNamespace) -> None:
    name(day)
    assert [duty.day for duty in duties_of(day.plan.organisation_id, day.seniors[0].pk)] == [date(2026, 9, 12)]


def test_nobody_sits_on_two_panels_at_once(day: SimpleNamespace) -> None:
    name(day)
    name(day, [*day.seniors[1:3], day.seniors[3]], place="二室")
    assert code_of(schedule_review, day.plan, actor=day.officer, now=NOW) == "panels.sits_elsewhere"


def test_every_candidate_gets_one_slot_in_an_order_nobody_chose(day: SimpleNamespace) -> None:
    named(day)
    slots = schedule_review(day.plan, actor=day.officer, now=NOW)
    again = schedule_review(day.plan, actor=day.officer, now=NOW)
    assert [(slot.seat_id, slot.starts_at) for slot in slots] == [(slot.seat_id, slot.starts_at) for slot in again]
    assert [slot.starts_at for slot in slots] == [BEGINS + n * 20 * MINUTE for n in range(3)]
    # Told once although the schedule was made twice.
    assert [person.notices.filter(kind="panels.slot").count() for person in day.candidates] == [1, 1, 1]


# --- when the review begins ---------------------------------------------------------------------


def begin(hour: SimpleNamespace) -> Any:
    return begin_defence(hour.slots[hour.seats[0].pk], actor=hour.seniors[0], now=BEGINS)


def test_i16_a_panel_with_one_member_away_does_not_sit(hour: SimpleNamespace) -> None:
    PanelMember.objects.filter(user=hour.seniors[2]).update(left_at=NOW)
    assert code_of(begin, hour) == "plans.team_too_small"


def test_i15_a_member_who_has_not_declared_keeps_the_panel_from_sitting(hour: SimpleNamespace) -> None:
    change_members(hour.panel, users=[*hour.seniors[:2], hour.seniors[3]], chair=hour.seniors[0], actor=hour.officer, now=NOW)
    assert code_of(begin, hour) == "plans.declarations_missing"
    declare_no_conflict(hour.panel.members.get(user=hour.seniors[3]), actor=hour.seniors[3], now=NOW)
    assert begin(hour).sheets.count() == 3


def test_i14_i15_i17_are_asked_again_when_the_review_begins(hour: SimpleNamespace) -> None:
    card = StaffCard.objects.filter(user=hour.seniors[1])
    card.update(valid_until=date(2026, 9, 11))
    assert code_of(begin, hour) == "plans.card_missing"
    card.update(valid_until=date(2028, 12, 31))
    assign(hour, hour.seniors[1], "supervisor")
    assert code_of(begin, hour) == "plans.role_taken"
    StaffAssignment.objects.filter(user=hour.seniors[1]).delete()
    candidate = hour.candidates[2]
    declare_tie(kind="teacher", name=candidate.name, phone=candidate.phone, actor=hour.seniors[1], now=NOW)
    assert code_of(begin, hour) == "plans.assessor_conflict"


def test_who_replaces_a_member_scores_what_was_begun_and_not_signed(hour: SimpleNamespace) -> None:
    defence = heard(hour)
    signed = scored(defence, hour.seniors[0], points("80"), now=LATE)
    change_members(hour.panel, users=[*hour.seniors[:2], hour.seniors[3]], chair=hour.seniors[1], actor=hour.officer, now=LATE)
    scorers = set(DefenceSheet.objects.filter(defence=defence).values_list("member__user_id", flat=True))
    assert scorers == {hour.seniors[0].pk, hour.seniors[1].pk, hour.seniors[3].pk}
    signed.refresh_from_db()
    assert signed.is_signed
