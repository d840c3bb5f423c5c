"""A scheme goes out as a file and comes in the same; what is wrong with a file is told row by row."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from certification.standards import rules
from certification.standards.exchange import sheets, words, workbook, yaml_file
from certification.standards.exchange.report import look_at
from certification.standards.rules.differences import Change, Section, rows_between
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.core.tables import read_workbook
from tests.open_plan import STANDARDS, scheme_data

FORMS = {"yaml": (yaml_file.written, yaml_file.read), "xlsx": (workbook.written, sheets.read)}


def content(**changes: Any) -> dict[str, Any]:
    found = rules.in_order(rules.tidied(scheme_data() | changes).checked())
    return found | {"parameters": rules.with_defaults(found["parameters"])}


def edited(change: Any) -> bytes:
    """Return the sample's workbook after somebody worked on it."""
    book = load_workbook(io.BytesIO(workbook.written(content())))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("path", sorted(STANDARDS.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_scheme_comes_back_as_it_went_out(form: str, path: Any) -> None:
    write, read = FORMS[form]
    found = rules.in_order(rules.tidied(scheme_data(path)).checked())
    found["parameters"] = rules.with_defaults(found["parameters"])
    located = read(write(found))
    assert located.problems == []
    assert rules.tidied(located.raw).checked() == found


@pytest.mark.parametrize("form", FORMS)
def test_texts_that_look_like_something_else_come_back_as_they_went_out(form: str) -> None:
    write, read = FORMS[form]
    odd = content(title="=1+1", note="第一行\n“第二行”: #不是注释", document_number="0123", source="@SUM(A1)")
    assert rules.tidied(read(write(odd)).raw).checked() == odd
    if form == "xlsx":
        assert read_workbook(write(odd), longest=99, most_rows=99)[words.FACT_SHEET][5].cells[1] == "=1+1"


@pytest.mark.django_db
def test_every_row_of_a_file_is_told_right_or_wrong() -> None:
    def mistakes(book: Any) -> None:
        weights, facts = book[words.WEIGHT_SHEET], book[words.FACT_SHEET]
        weights["C5"] = "二十"
        weights["A20"] = "六级"
        facts["B8"] = 1066

    report = look_at(edited(mistakes))
    assert [(row.place.sheet, row.place.line, row.errors[0].code) for row in report.wrong if row.place] == [
        (words.FACT_SHEET, 8, "standards.number_wrong"),
        (words.WEIGHT_SHEET, 5, "standards.weight_not_a_number"),
        (words.WEIGHT_SHEET, 20, "standards.level_unknown"),
    ]
    assert len(report.rows) - len(report.wrong) > 60


@pytest.mark.django_db
def test_a_column_that_does_not_add_up_is_told_at_its_level() -> None:
    def too_much(book: Any) -> None:
        book[words.WEIGHT_SHEET]["D4"] = 30

    report = look_at(edited(too_much))
    (row,) = report.wrong
    assert row.place is not None
    assert row.place.sheet in (words.WEIGHT_SHEET, words.PART_SHEET)
    assert (row.errors[0].code, row.errors[0].context["total"]) == ("standards.weights_sum", "105")


@pytest.mark.django_db
def test_an_occupation_that_is_recorded_otherwise_is_told(scheme: Any) -> None:
    occupation = content()["occupation"] | {"name_en": "Something Else"}
    report = look_at(yaml_file.written(content(key="another-key", occupation=occupation)))
    (row,) = report.wrong
    assert row.errors[0].code == "standards.occupation_differs"
    assert scheme.occupation.name_en in text_of(row.errors[0])


@pytest.mark.django_db
def test_a_yaml_file_tells_the_line() -> None:
    lines = yaml_file.written(content()).decode().splitlines()
    at = next(number for number, line in enumerate(lines) if line.strip().startswith("minutes: 90"))
    lines[at] = lines[at].replace("90", "-3")
    report = look_at("\n".join(lines).encode())
    assert [(row.place.line, row.errors[0].code) for row in report.wrong if row.place] == [(at + 1, "standards.number_wrong")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: &x [1]\nb: *x", "standards.yaml_pointer"),
        ("a: !!python/object/apply:os.system [id]", "standards.yaml_pointer"),
        ("a: [1", "standards.yaml_unreadable"),
        ("[" * 3000 + "]" * 3000, "standards.yaml_unreadable"),
        ("", "tables.empty"),
        ("- a\n" * 30_000, "standards.yaml_too_large"),
    ],
)
def test_a_hostile_yaml_file_is_refused_in_a_sentence(text: str, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        yaml_file.read(text.encode())
    assert (refused.value.code, refused.value.status) == (code, 422)


def test_a_key_that_stands_twice_is_told_and_not_lost() -> None:
    located = yaml_file.read("title: 一\ntitle: 二".encode())
    assert [problem.error.code for problem in located.problems] == ["standards.name_twice"]


def test_a_formula_is_refused_with_its_sheet() -> None:
    def adds_up(book: Any) -> None:
        book[words.WEIGHT_SHEET]["C30"] = "=SUM(C2:C8)"

    with pytest.raises(DomainError) as refused:
        sheets.read(edited(adds_up))
    assert (refused.value.code, refused.value.context["sheet"]) == ("tables.formula_in_sheet", words.WEIGHT_SHEET)


def test_the_words_of_a_file_are_complete_and_clear() -> None:
    from certification.applications.rules import EVIDENCE_KINDS
    from certification.standards.labels import EVIDENCE_LABELS, FACT_LABELS, PARAMETER_LABELS
    from certification.standards.rules.requirements import LINE_FIELDS

    assert set(words.EVIDENCE) == set(EVIDENCE_LABELS) == set(EVIDENCE_KINDS)
    assert set(words.PARAMETERS) == set(PARAMETER_LABELS) == set(rules.DEFAULT_PARAMETERS)
    assert set(words.LINES) == set(LINE_FIELDS)
    assert {"version"} == {name for (name, *rest) in words.FACTS if not rest} - set(FACT_LABELS)
    for table in (words.EVIDENCE, words.DIPLOMAS, words.LINES, words.RANKS, words.KINDS):
        assert len(set(table.values())) == len(table)
        assert not any(mark in word for word in table.values() for mark in (words.EITHER, words.AND, words.COMMA))


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("publication_days", 4, "parameter_too_low"),
        ("min_assessors", 2, "parameter_too_low"),
        ("min_age", 15, "parameter_too_low"),
        ("rounding", "up", "parameter_wrong"),
        ("senior_assessor_levels", [6], "parameter_wrong"),
        ("assessors_odd", 1, "parameter_wrong"),
        ("publish_days", 5, "parameter_unknown"),
    ],
)
def test_a_parameter_below_the_rules_or_of_no_meaning_is_refused(name: str, value: Any, code: str) -> None:
    (problem,) = rules.tidied(scheme_data() | {"parameters": {name: value}}).problems
    assert problem.error.code == f"standards.{code}"


def test_two_versions_are_laid_side_by_side() -> None:
    before, after = content(), content(title="新标题")
    after["levels"][0]["skill"] = after["levels"][0]["skill"] | {"咨询与转介": "20", "维护与随访": "15"}
    after["levels"][0]["conditions"] = after["levels"][0]["conditions"][1:]
    after["parameters"]["publication_days"] = 7
    differing = [row for row in rows_between(before, after) if row.change is not Change.SAME]
    assert [(row.section, row.level, row.name, row.change) for row in differing] == [
        (Section.FACTS, 0, "title", Change.CHANGED),
        (Section.SKILL, 4, "咨询与转介", Change.CHANGED),
        (Section.SKILL, 4, "维护与随访", Change.CHANGED),
        (Section.CONDITIONS, 4, "4-1", Change.REMOVED),
        (Section.PARAMETERS, 0, "publication_days", Change.CHANGED),
    ]
    assert all(row.change is Change.SAME for row in rows_between(before, before))
