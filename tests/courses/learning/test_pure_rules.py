"""Lists of contacts, differences and calendar files; no database."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.learning.rules.calendar import Event, calendar, escape, fold
from courses.learning.rules.changes import compare, text_changes
from courses.learning.rules.classes import Contacts, next_due, read_contacts
from courses.learning.rules.terms import check_no_circle
from lms.core.errors import DomainError

NOON = datetime.datetime(2026, 9, 7, 12, tzinfo=datetime.UTC)


def test_a_list_is_read_as_people_write_it():
    read = read_contacts("姓名,手机\n王小芳, 138 0013 8000\r\n李明；LI@Example.COM\n+8613800138000\n")
    assert read.known == ("+8613800138000", "li@example.com")
    assert read.unreadable == ()


def test_the_longest_address_that_there_is_can_be_listed():
    longest = f"a@{'b' * 249}.cn"
    assert read_contacts(longest).known == (longest,)
    assert read_contacts("b" + longest) == Contacts((), (f"b{longest}"[:60],))


@pytest.mark.parametrize("cell", ["1380013800", "a@b", "12345", "a b@c.cn", "a\0b@c.cn", "a@c\u202e.cn"])
def test_what_is_no_contact_is_named(cell):
    read = read_contacts(cell)
    assert (read.known, read.unreadable) == ((), (cell,))


def test_a_list_that_is_too_long_is_refused():
    text = "\n".join(str(13_800_000_000 + number) for number in range(5001))
    with pytest.raises(DomainError, match="list_too_long"):
        read_contacts(text)


def test_the_next_due_day_is_the_earliest_of_what_is_unfinished():
    dues = {"1": "2026-09-14", "2": "2026-09-10"}
    assert next_due(dues, [1, 2]) == datetime.date(2026, 9, 10)
    assert next_due(dues, [1, 3]) == datetime.date(2026, 9, 14)
    assert next_due(dues, [3]) is None


def test_a_lesson_with_another_place_alone_is_no_change_of_its_text():
    older, newer = {1: ("甲", "a"), 2: ("乙", "b")}, {2: ("乙", "b"), 1: ("甲", "a")}
    comparison = compare(older, newer, {1})
    assert (comparison.is_empty, comparison.unchanged, comparison.kept) == (True, 2, 1)


lines = st.lists(st.text("甲乙丙", min_size=1, max_size=3), max_size=12)


@given(lines, lines)
def test_a_difference_leads_from_the_older_text_to_the_newer(older, newer):
    found = text_changes(older, newer, around=len(older) + len(newer))
    if older == newer:
        assert found == []
    else:
        assert [line.text for line in found if line.sign != "+"] == older
        assert [line.text for line in found if line.sign != "-"] == newer


@given(st.text(max_size=300))
def test_a_folded_line_is_short_and_unfolds_to_itself(text):
    line = escape(text)
    folded = fold(line)
    assert all(len(part.encode()) <= 75 for part in folded.split("\r\n"))
    assert folded.replace("\r\n ", "") == line


def test_a_title_cannot_write_lines_of_its_own_into_the_calendar():
    event = Event("u@x", NOON.date(), "题\r\nATTENDEE:mailto:a@b.cn", "a;b,c\\d", "https://x/")
    text = calendar([event], name="我的学习", now=NOON)
    assert not any(line.startswith("ATTENDEE") for line in text.split("\r\n"))
    assert "DESCRIPTION:a\\;b\\,c\\\\d\r\n" in text
    assert "DTEND;VALUE=DATE:20260908\r\n" in text


@pytest.mark.parametrize("needs", [{1: {1}}, {1: {2}, 2: {1}}, {1: {2}, 2: {3}, 3: {1}}])
def test_a_circle_of_courses_is_found(needs):
    with pytest.raises(DomainError, match="prerequisite_circle"):
        check_no_circle(needs, start=1)


def test_two_ways_to_one_course_are_no_circle():
    check_no_circle({1: {2, 3}, 2: {4}, 3: {4}}, start=1)
