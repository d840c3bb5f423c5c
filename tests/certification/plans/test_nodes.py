"""Ten nodes, their due days and reminders, rooms and proposals: decided without a database."""

from collections.abc import Callable
from datetime import date, datetime

import pytest

from certification.plans.rules import ticket_number
from certification.plans.rules.nodes import KEYS, Node, may_begin, nodes, reminders_between
from certification.plans.rules.places import RoomFacts, invigilators_needed, rooms_for
from certification.plans.rules.proposals import earliest_exam, proposed, usual_exam
from certification.standards.rules import with_defaults
from lms.core.errors import DomainError
from lms.core.workdays import add_workdays

PARAMETERS = with_defaults({})
MONDAY = date(2026, 9, 7)
CLOSES = date(2026, 9, 16)


def due(exam_date: date, **more: date) -> dict[str, date | None]:
    found = nodes(exam_date=exam_date, registration_closes=CLOSES, parameters=PARAMETERS, add_workdays=add_workdays, **more)
    return {node.key: node.due for node in found}


def test_a_plan_has_ten_nodes_in_the_order_of_the_process() -> None:
    assert tuple(due(date(2026, 10, 31))) == KEYS
    assert len(KEYS) == 10


def test_due_days_of_an_ordinary_exam() -> None:
    """Saturday 31 October 2026: every day between is an ordinary week."""
    days = due(date(2026, 10, 31))
    assert days["publish"] == date(2026, 10, 19)
    assert days["close_registration"] == CLOSES
    assert days["review"] == date(2026, 10, 22)
    assert days["arrange"] == days["staffing"] == date(2026, 10, 26)
    assert days["score"] == date(2026, 11, 4)
    assert days["publication"] == date(2026, 11, 6)
    assert days["certify"] == days["archive"] == date(2026, 11, 13)


def test_an_exam_before_a_long_holiday_counts_the_sunday_and_the_saturday_that_are_worked() -> None:
    """National Day 2026: 1 to 7 October are free; Sunday 20 September and Saturday 10 October are worked for it."""
    days = due(date(2026, 9, 30))
    assert days["review"] == date(2026, 9, 20)
    assert days["publish"] == date(2026, 9, 16)
    assert days["score"] == date(2026, 10, 10)
    assert days["publication"] == date(2026, 10, 13)


def test_a_publication_that_begins_on_its_last_day_moves_certificates_and_archive() -> None:
    """Five full working days after Friday the 6th end on Friday the 13th; certificates only after that."""
    late = due(date(2026, 10, 31), publication_opened=date(2026, 11, 6))
    assert late["certify"] == late["archive"] == date(2026, 11, 16)
    early = due(date(2026, 10, 31), publication_opened=date(2026, 11, 3))
    assert early["certify"] == date(2026, 11, 13)


def test_a_year_whose_holidays_nobody_knows_has_no_due_day() -> None:
    unknown: Callable[[date, int], date | None] = lambda day, count: None  # noqa: E731
    found = nodes(exam_date=date(2099, 1, 9), registration_closes=CLOSES, parameters=PARAMETERS, add_workdays=unknown)
    assert {node.key for node in found if node.due is None} == set(KEYS) - {"close_registration", "exam"}
    assert not any(node.is_late(date(2099, 6, 1)) for node in found if node.due is None)


def test_registration_is_late_only_when_nobody_closed_it_on_the_next_working_day() -> None:
    node = Node("close_registration", date(2026, 9, 30), late_after=date(2026, 10, 8))
    assert not node.is_late(date(2026, 10, 8))
    assert node.is_late(date(2026, 10, 9))


def test_what_may_begin_depends_on_what_is_done() -> None:
    done = dict.fromkeys(KEYS, False)
    assert [key for key in KEYS if may_begin(key, done)] == ["publish"]
    done["publish"] = True
    assert [key for key in KEYS if may_begin(key, done)] == ["close_registration", "review", "staffing"]


def test_reminders_come_on_the_days_of_the_process_and_escalations_after() -> None:
    """Scores are due on Wednesday 4 November: told on the three days before, then 1, 3, 5 and 10 working days late."""
    score = [Node("score", date(2026, 11, 4))]
    told = {}
    day = date(2026, 10, 30)
    for count in range(1, 20):
        today = add_workdays(day, count)
        for reminder in reminders_between(add_workdays(day, count - 1), today, score, add_workdays=add_workdays):
            told[today] = reminder.days
    assert told == {
        date(2026, 11, 2): 2,
        date(2026, 11, 3): 1,
        date(2026, 11, 4): 0,
        date(2026, 11, 5): -1,
        date(2026, 11, 9): -3,
        date(2026, 11, 11): -5,
        date(2026, 11, 18): -10,
    }


def test_after_days_on_which_nothing_ran_only_the_last_reminder_is_told() -> None:
    (reminder,) = reminders_between(
        date(2026, 10, 30), date(2026, 11, 6), [Node("score", date(2026, 11, 4))], add_workdays=add_workdays
    )
    assert (reminder.days, reminder.is_escalation) == (-1, True)
    assert (
        reminders_between(date(2026, 11, 6), date(2026, 11, 6), [Node("score", date(2026, 11, 4))], add_workdays=add_workdays)
        == []
    )


def test_nobody_is_reminded_of_the_archive_which_is_kept_outside() -> None:
    node = Node("archive", date(2026, 11, 13))
    assert reminders_between(date(2026, 11, 1), date(2026, 12, 31), [node], add_workdays=add_workdays) == []


@pytest.mark.parametrize(
    ("seats", "needed"), [([1], 2), ([30], 2), ([31], 3), ([30, 30], 4), ([31, 10], 5), ([45, 0], 3), ([], 0)]
)
def test_i13_each_room_has_two_invigilators_and_one_for_every_fifteen(seats: list[int], needed: int) -> None:
    assert invigilators_needed(seats, ratio=15, minimum=2) == needed


def test_rooms_are_chosen_at_one_site_as_few_as_can_be() -> None:
    here, there = [RoomFacts(1, 1, 30), RoomFacts(2, 1, 45), RoomFacts(3, 1, 15)], RoomFacts(4, 2, 70)
    assert [room.pk for room in rooms_for(60, here)] == [2, 3]
    assert [room.pk for room in rooms_for(60, [*here, there])] == [4]
    assert [room.pk for room in rooms_for(12, here)] == [3]
    assert rooms_for(91, [*here, there]) == []


def test_a_seat_beyond_999_has_a_ticket_of_its_own_length() -> None:
    facts = {"sequence": "000123", "exam_date": date(2026, 10, 31), "serial": 7}
    assert ticket_number(**facts, seat=999) == "26000123007999"
    assert ticket_number(**facts, seat=1000) == "260001230071000"
    assert ticket_number(**facts, seat=9999) == "260001230079999"
    for seat in (0, 10000):
        with pytest.raises(DomainError, match=r"plans.ticket_range"):
            ticket_number(**facts, seat=seat)


def test_i06_the_earliest_exam_leaves_ten_working_days() -> None:
    day = earliest_exam(PARAMETERS, today=MONDAY, add_workdays=add_workdays)
    assert add_workdays(day, -10) >= MONDAY
    assert add_workdays(date.fromordinal(day.toordinal() - 1), -10) < MONDAY
    assert usual_exam(PARAMETERS, today=MONDAY, add_workdays=add_workdays).weekday() == 5


def test_proposed_dates_leave_three_working_days_for_the_reviews() -> None:
    found = proposed(date(2026, 10, 31), parameters=PARAMETERS, theory_minutes=90, today=MONDAY, add_workdays=add_workdays)
    assert (found.registration_opens, found.registration_closes) == (date(2026, 9, 8), date(2026, 10, 19))
    assert (found.theory_starts_at, found.skill_starts_at) == (datetime(2026, 10, 31, 9), datetime(2026, 10, 31, 13, 30))


def test_a_near_exam_and_a_long_theory_still_get_dates_that_fit() -> None:
    day = earliest_exam(PARAMETERS, today=MONDAY, add_workdays=add_workdays)
    found = proposed(day, parameters=PARAMETERS, theory_minutes=250, today=MONDAY, add_workdays=add_workdays)
    assert found.registration_closes == add_workdays(day, -7)
    assert found.registration_opens <= found.registration_closes
    assert found.skill_starts_at.time().isoformat() == "14:30:00"
