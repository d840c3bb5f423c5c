"""A table of items, read by its headings; and the empty table that writers fill in."""

import io

import pytest

from courses.questionbank.rules import Pool, check_item
from courses.questionbank.rules.tables import MOST_ITEMS, items_of_table
from courses.questionbank.template_table import template_table
from lms.core.errors import DomainError
from lms.core.tables import read_table

HEADINGS = ("编号", "题型", "题目", "选项A", "选项B", "选项C", "答案", "解析", "职业功能", "模块", "难度", "用途")
SINGLE = ("a1", "单选", "座宽多少？", "窄", "宽", "合身", "C", "合身才稳", "需求评估", "m2", "难", "练习")


def only(*cells, headings=HEADINGS):
    ((_number, row),) = items_of_table([(1, headings), (2, cells)])
    return check_item(row)


def test_a_line_is_an_item():
    item = only(*SINGLE)
    assert (item.key, item.kind, item.options, item.answer) == ("a1", "single", ("窄", "宽", "合身"), ("C",))
    assert (item.function, item.module, item.difficulty, item.pool) == ("需求评估", "m2", 3, Pool.PRACTICE)


def test_columns_may_stand_in_any_order_and_in_english():
    item = only("对", "true or false", "停稳先刹车", "k", "需求评估", headings=("Answer", "Kind", "Question", "Key", "Function"))
    assert (item.key, item.kind, item.answer) == ("k", "true_false", ("true",))


@pytest.mark.parametrize("text", ["AC", "a,c", "A、C", "C A", "A；C"])
def test_several_answers_may_be_written_in_any_usual_way(text):
    assert only(*SINGLE[:1], "多选题", *SINGLE[2:6], text, *SINGLE[7:]).answer == ("A", "C")


def test_an_empty_cell_names_an_exam_item_of_medium_difficulty():
    item = only(*SINGLE[:10], "", "")
    assert (item.pool, item.difficulty) == (Pool.EXAM, 2)


@pytest.mark.parametrize(
    ("place", "word", "code"),
    [
        (1, "填空", "item_kind_unknown"),
        (10, "很难", "item_difficulty"),
        (11, "模拟", "item_pool_unknown"),
        (6, "D", "item_answer_outside"),
    ],
)
def test_a_word_that_nobody_knows_is_named(place, word, code):
    cells = [*SINGLE]
    cells[place] = word
    with pytest.raises(DomainError, match=code):
        only(*cells)


def test_a_missing_column_is_named():
    with pytest.raises(DomainError) as refusal:
        list(items_of_table([(1, ("编号", "题型", "题目")), (2, ("1", "单选", "？"))]))
    assert (refusal.value.code, refusal.value.context["missing"]) == ("questionbank.table_headings", ["答案", "职业功能"])


def test_a_table_may_hold_so_many_items_and_not_one_more():
    lines = [(number, SINGLE) for number in range(2, MOST_ITEMS + 2)]
    assert len(list(items_of_table([(1, HEADINGS), *lines]))) == MOST_ITEMS
    with pytest.raises(DomainError, match="table_too_many"):
        list(items_of_table([(1, HEADINGS), *lines, (MOST_ITEMS + 2, SINGLE)]))


def test_the_empty_table_is_one_that_can_be_read():
    out = io.BytesIO()
    template_table().save(out)
    rows = items_of_table((line.number, line.cells) for line in read_table(out.getvalue()))
    items = [check_item(row) for _number, row in rows]
    assert [item.kind for item in items] == ["single", "multiple", "true_false"]
    assert {item.pool for item in items} == {Pool.PRACTICE}


@pytest.mark.parametrize(
    ("name", "longest"), [("key", 60), ("module", 60), ("function", 60), ("stem", 2000), ("explanation", 4000)]
)
def test_a_text_may_be_so_long_and_not_longer(name, longest):
    row = {"key": "k", "kind": "true_false", "stem": "对吗？", "answer": ["对"], "function": "评估"}
    assert getattr(check_item(row | {name: "长" * longest}), name) == "长" * longest
    with pytest.raises(DomainError, match="item_too_long"):
        check_item(row | {name: "长" * (longest + 1)})


def test_an_option_may_be_so_long_and_not_longer():
    row = {"key": "k", "kind": "single", "stem": "哪个？", "answer": ["A"], "function": "评估"}
    assert check_item(row | {"options": ["长" * 500, "乙", "丙"]})
    with pytest.raises(DomainError, match="item_too_long"):
        check_item(row | {"options": ["长" * 501, "乙", "丙"]})
