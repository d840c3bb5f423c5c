"""One line of the national-style table, and the registration form behind it: rules alone, no database."""

import datetime
from typing import Any

import pytest

from certification.applications.rules.differences import differences
from certification.applications.rules.experience import read_experience
from certification.applications.rules.record import category_of, missing_fields, read_day, read_record
from certification.applications.rules.sheet import COLUMNS, Wanted, condition_of, level_of, numbered, read_row
from lms.core.errors import DomainError
from tests.people_table import LINE

DAY = datetime.date(2026, 9, 7)
WANTED = Wanted(
    occupations=frozenset({"康复辅助技术咨询师"}), level=4, conditions=frozenset({"4-1", "4-2", "4-3"}), minimum_age=16
)


def faults_of(on: datetime.date = DAY, **changes: Any) -> list[tuple[str, str]]:
    row, faults = read_row({**LINE, **changes}, WANTED, on=on)
    assert (row is None) is bool(faults)
    return [(fault.field, fault.code.partition(".")[2]) for fault in faults]


def test_the_table_has_thirty_three_columns() -> None:
    assert len(COLUMNS) == 33


def test_a_right_line_is_read_whole() -> None:
    row, faults = read_row(LINE, WANTED, on=DAY)
    assert faults == []
    assert row is not None
    assert (row.name, row.phone, row.condition) == ("林晓梅", "+8613800000001", "4-1")
    assert row.birth_date == datetime.date(1949, 12, 31)
    assert row.record["province"] == "31"
    assert row.employments == [
        {"employer": "静安康复中心", "occupation": "养老护理员", "started_on": "2015-07-01", "ended_on": None}
    ]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"document_number": "11010519491231002X"}, []),
        ({"document_number": "11010519491231002x"}, []),
        ({"document_number": "820000199003071239", "document_kind": "港澳台居民居住证"}, []),
        ({"document_number": "110105194912310021"}, [("document_number", "bad_resident_number")]),
        ({"birth_date": "1949-12-30"}, [("birth_date", "birth_date_disagrees")]),
        ({"birth_date": "1949年12月31日", "sex": "女"}, []),
        ({"sex": "男"}, [("sex", "sex_disagrees")]),
        ({"document_kind": "护照", "document_number": "E12345678"}, [("birth_date", "birth_date_and_sex_needed")]),
        ({"document_kind": "护照", "document_number": "E12345678", "birth_date": "1990-03-07", "sex": "女"}, []),
        ({"document_kind": "护照"}, [("document_number", "resident_number_misplaced")]),
    ],
)
def test_i11_number_birth_date_and_sex_agree_in_a_table_too(changes: dict[str, str], wrong: list[tuple[str, str]]) -> None:
    assert faults_of(**changes) == wrong


def test_i11_who_turns_sixteen_on_the_day_is_old_enough_and_the_day_before_is_not() -> None:
    birthday = {"document_kind": "护照", "document_number": "E12345678", "birth_date": "2010-09-07", "sex": "女"}
    assert faults_of(**birthday) == []
    assert faults_of(on=DAY - datetime.timedelta(days=1), **birthday) == [("document_number", "person_too_young")]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"level": "三级/高级工"}, [("level", "other_level")]),
        ({"level": "中级工"}, []),
        ({"work_type": "茶艺师"}, [("work_type", "other_occupation")]),
        ({"condition": "3-1"}, [("condition", "condition_unknown")]),
        ({"condition": "2026-04-01"}, []),  # what a spreadsheet makes of 4-1
        ({"phone": "23800000001"}, [("phone", "bad_phone")]),
        ({"education": "幼儿园"}, [("education", "field_choice")]),
        ({"province": "上海"}, []),
        ({"province": "上海市浦东新区"}, []),
        ({"province": "瀛洲"}, [("province", "field_choice")]),
        ({"source": ""}, [("source", "cell_missing")]),
        ({"category": "随便"}, [("category", "field_choice")]),
        ({"email": "not-an-address"}, [("email", "field_email")]),
        ({"postcode": "2000"}, [("postcode", "field_postcode")]),
        ({"profession_years": "八"}, [("profession_years", "field_years")]),
        ({"profession_years": "8年"}, []),
        ({"work_started_on": "2030-01-01"}, [("work_started_on", "field_day")]),
        ({"name": "林\u202e晓梅"}, [("name", "bad_name")]),
        ({"holds_certificate": "是"}, [("certificate_level", "cell_missing"), ("certificate_number", "cell_missing")]),
        ({"holds_certificate": "是", "certificate_level": "五级/初级工", "certificate_number": "S000031000123255000001"}, []),
        ({"holds_certificate": "也许"}, [("holds_certificate", "field_choice")]),
    ],
)
def test_each_cell_is_checked_by_itself(changes: dict[str, str], wrong: list[tuple[str, str]]) -> None:
    assert faults_of(**changes) == wrong


def test_everything_wrong_with_a_line_is_told_at_once_in_the_order_of_the_columns() -> None:
    assert [name for name, _code in faults_of(level="5", phone="1", education="?")] == ["level", "phone", "education"]


def test_sensitive_columns_are_dropped_unless_the_body_asks_for_them() -> None:
    stated = {**LINE, "ethnicity": "汉族", "politics": "群众", "address": "示例路 1 号"}
    row, _faults = read_row(stated, WANTED, on=DAY)
    assert row is not None
    assert row.private == {"address": "示例路 1 号"}
    asking = Wanted(WANTED.occupations, 4, WANTED.conditions, 16, sensitive=frozenset({"ethnicity"}))
    row, _faults = read_row(stated, asking, on=DAY)
    assert row is not None
    assert row.private == {"address": "示例路 1 号", "ethnicity": "汉族"}
    _row, faults = read_row(LINE, asking, on=DAY)
    assert [fault.field for fault in faults] == ["ethnicity"]


def test_headings_are_found_below_a_title_and_with_stars() -> None:
    lines = [(1, ["2026 年报名表"]), (2, [heading + "*" for heading in COLUMNS.values()]), (3, ["1", *[""] * 32])]
    assert list(numbered(lines)) == []  # a serial number alone is no person
    lines.append((4, ["2", "康复辅助技术咨询师", *[""] * 31]))
    assert [(number, cells["work_type"]) for number, cells in numbered(lines)] == [(4, "康复辅助技术咨询师")]


def test_a_table_without_a_mandatory_column_is_refused_with_its_name() -> None:
    headings = [heading for name, heading in COLUMNS.items() if name != "phone"]
    with pytest.raises(DomainError) as refused:
        list(numbered([(1, headings)]))
    assert refused.value.context["columns"] == ["手机号码"]


def test_a_table_of_something_else_is_refused() -> None:
    with pytest.raises(DomainError, match="headings_missing"):
        list(numbered([(n, ["题目", "答案"]) for n in range(1, 9)]))


@pytest.mark.parametrize(("text", "code"), [("4-1", "4-1"), ("4－1", "4-1"), ("2026-04-01", "4-1"), ("2026-12-31", "12-31")])
def test_the_code_of_a_condition_survives_a_spreadsheet(text: str, code: str) -> None:
    assert condition_of(text) == code


def test_a_level_is_known_by_each_of_its_names() -> None:
    assert {level_of(text) for text in ("4", "四级", "中级工", "四级/中级工")} == {4}
    assert level_of("四") is None


def test_periods_are_read_from_a_short_curriculum() -> None:
    text = "2015-07 至 2020-02 静安康复中心 养老护理员；2020.3—今 浦江社区卫生服务中心 护士；后来休息"
    rows, unread = read_experience(text, on=DAY)
    assert [(row["started_on"], row["ended_on"]) for row in rows] == [("2015-07-01", "2020-02-29"), ("2020-03-01", None)]
    assert unread == 1


@pytest.mark.parametrize("text", ["2027-01 至 今 某院 护士", "2020-05 至 2019-01 某院 护士", "2019-13 至 今 某院 护士"])
def test_a_period_that_cannot_be_is_left_to_the_candidate(text: str) -> None:
    assert read_experience(text, on=DAY) == ([], 1)


@pytest.mark.parametrize("text", ["2015-07-01", "2015.7.1", "2015年7月1日", "20150701", "2015-07", "2015年7月"])
def test_a_day_is_read_in_the_ways_people_write_it(text: str) -> None:
    assert read_day(text) == datetime.date(2015, 7, 1)


def test_a_half_filled_form_says_what_is_needed() -> None:
    record, private, faults = read_record({"education": "高中", "address": "示例路 1 号"}, on=DAY)
    assert (record, private, faults) == ({"education": "high_school"}, {"address": "示例路 1 号"}, [])
    assert missing_fields(record) == ["province", "source"]


def test_promotion_is_computed_from_the_certificates() -> None:
    lower = [{"occupation": "养老护理员", "level": 5}]
    assert category_of(4, lower, ["养老护理员"]) == "promotion"
    assert category_of(4, lower, ["茶艺师"]) == "initial"
    assert category_of(5, lower, ["养老护理员"]) == "initial"


def submission(**changes: Any) -> dict[str, Any]:
    facts = {"employments": [{"employer": "甲"}], "certificates": [], "titles": [], "diplomas": []}
    plain = {"condition": "4-1", "facts": facts, "record": {"province": "31"}, "evidence": [], "photo": "a", "private_sha256": ""}
    return {**plain, **changes}


def test_the_same_twice_has_no_differences() -> None:
    assert differences(submission(), submission()) == []


def test_a_corrected_row_is_one_change_and_a_new_file_another() -> None:
    file = {"kind": "work_proof", "name": "证明.pdf", "sha256": "b"}
    after = submission(facts={"employments": [{"employer": "乙"}]}, evidence=[file], photo="c", record={"province": "32"})
    found = [(row.what, row.before, row.after) for row in differences(submission(), after)]
    assert ("employments", {"employer": "甲"}, {"employer": "乙"}) in found
    assert ("evidence", None, file) in found
    assert ("photo", None, None) in found
    assert ("province", "31", "32") in found
    assert len(found) == 4
