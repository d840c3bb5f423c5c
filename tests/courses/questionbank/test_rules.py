"""Rules of items, blueprints, draws and marks; no database."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.questionbank.rules import (
    Candidate,
    CheckedItem,
    Kind,
    blueprint_points,
    check_answer,
    check_blueprint,
    check_item,
    freeze_item,
    mark_of,
    plan_draw,
    points_by_function,
    rows_for_weights,
    score,
)
from lms.core.errors import DomainError

ITEM = {
    "key": "q-1",
    "kind": "single",
    "stem": "轮椅座宽怎么定？",
    "options": ["臀宽加两指", "臀宽减两指", "越宽越好", "越窄越好"],
    "answer": ["A"],
    "explanation": "太宽坐不稳，太窄压皮肤。",
    "function": "需求评估",
    "module": "m3",
    "difficulty": 2,
}
LEVEL_4 = {
    "职业道德": Decimal(5),
    "基础知识": Decimal(20),
    "咨询与转介": Decimal(20),
    "需求评估": Decimal(20),
    "适配实施与环境改造": Decimal(15),
    "使用训练与效果评价": Decimal(12),
    "维护与随访": Decimal(8),
}


def bank(*, singles: int = 20, multiples: int = 6, statements: int = 10, function: str = "需求评估") -> list[Candidate]:
    counts = {Kind.SINGLE: singles, Kind.MULTIPLE: multiples, Kind.TRUE_FALSE: statements}
    return [
        Candidate(pk=100 * place + n, key=f"{kind}-{n}", kind=kind, function=function, module="m2")
        for place, (kind, count) in enumerate(counts.items(), start=1)
        for n in range(count)
    ]


def test_a_sound_item_passes_and_keeps_its_answer():
    item = check_item(ITEM)
    assert (item.kind, item.answer, item.module) == (Kind.SINGLE, ("A",), "m3")


@pytest.mark.parametrize(("word", "stored"), [("对", "true"), ("错", "false"), (True, "true"), (False, "false")])
def test_true_and_false_are_normalised_whatever_the_file_says(word, stored):
    item = check_item(ITEM | {"kind": "true_false", "options": [], "answer": [word]})
    assert item.answer == (stored,)
    assert item.options == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"key": " "}, "item_without_key"),
        ({"kind": "essay"}, "item_kind_unknown"),
        ({"stem": ""}, "item_without_stem"),
        ({"function": None}, "item_without_function"),
        ({"options": ["一", "二"]}, "item_options"),
        ({"options": ["一", "二", "二", "三"]}, "item_options_repeat"),
        ({"answer": ["E"]}, "item_answer_outside"),
        ({"answer": []}, "item_answer_outside"),
        ({"answer": ["A", "B"]}, "item_answer_count"),
        ({"kind": "multiple", "answer": ["A"]}, "item_answer_count"),
        ({"kind": "multiple", "answer": ["A", "B", "C", "D"]}, "item_answer_count"),
        ({"kind": "true_false", "answer": ["A"]}, "item_true_false_answer"),
        ({"difficulty": 9}, "item_difficulty"),
    ],
)
def test_a_faulty_item_is_refused_and_named(change, code):
    with pytest.raises(DomainError) as caught:
        check_item(ITEM | change)
    assert caught.value.code == f"questionbank.{code}"
    assert caught.value.status == 422
    assert "key" in caught.value.context


def test_the_points_of_a_blueprint_are_counted_exactly():
    rows = [
        {"function": "需求评估", "kind": "single", "count": 3, "points": "0.1"},
        {"module": "m1", "kind": "multiple", "count": 1, "points": "0.2"},
    ]
    assert blueprint_points(rows) == Decimal("0.5")


@pytest.mark.parametrize(
    "row",
    [
        {"kind": "single", "count": 1, "points": "1"},
        {"function": "a", "module": "m1", "kind": "single", "count": 1, "points": "1"},
        {"function": "a", "kind": "essay", "count": 1, "points": "1"},
        {"function": "a", "kind": "single", "count": 0, "points": "1"},
        {"function": "a", "kind": "single", "count": 1, "points": "-1"},
        {"function": "a", "kind": "single", "count": 1, "points": "NaN"},
    ],
)
def test_a_row_that_cannot_be_drawn_is_refused(row):
    with pytest.raises(DomainError, match="blueprint_row"):
        blueprint_points([row])


def test_a_blueprint_of_99_points_is_refused():
    with pytest.raises(DomainError, match="blueprint_total"):
        check_blueprint([{"function": "a", "kind": "single", "count": 99, "points": "1"}])


def test_rows_for_the_level_4_weights_give_each_function_its_weight():
    rows = rows_for_weights(LEVEL_4)
    assert points_by_function(rows) == LEVEL_4
    check_blueprint(rows)
    assert rows[3] == {"function": "基础知识", "kind": "single", "count": 14, "points": "1"}


@given(st.integers(min_value=1, max_value=100))
def test_rows_for_any_whole_weight_give_exactly_that_weight(weight):
    assert blueprint_points(rows_for_weights({"基础知识": Decimal(weight)})) == weight


def test_a_broken_weight_is_refused():
    with pytest.raises(DomainError, match="weight_not_whole"):
        rows_for_weights({"基础知识": Decimal("12.5")})


ROWS = [
    {"function": "需求评估", "kind": "true_false", "count": 2, "points": "6"},
    {"function": "需求评估", "kind": "single", "count": 8, "points": "8"},
    {"function": "需求评估", "kind": "multiple", "count": 2, "points": "12"},
]


def test_the_same_seed_draws_the_same_paper_and_another_seed_another():
    first, again, other = (plan_draw(ROWS, bank(), seed=seed) for seed in ("P1:001", "P1:001", "P1:002"))
    assert first == again
    assert [drawn.pk for drawn in first] != [drawn.pk for drawn in other]


def test_the_order_of_the_bank_does_not_change_the_draw():
    assert plan_draw(ROWS, bank(), seed="s") == plan_draw(ROWS, bank()[::-1], seed="s")


@given(st.text(max_size=20))
def test_a_draw_fills_the_rows_without_repeats_singles_first(seed):
    drawn = plan_draw(ROWS, bank(), seed=seed)
    pks = [choice.pk for choice in drawn]
    assert len(set(pks)) == len(pks) == 12
    assert sum(choice.points for choice in drawn) == 100
    assert [pk // 100 for pk in pks] == [1] * 8 + [2] * 2 + [3] * 2


def test_a_bank_that_is_too_small_names_function_and_kind():
    with pytest.raises(DomainError) as caught:
        plan_draw(ROWS, bank(multiples=1), seed="s")
    assert caught.value.code == "questionbank.bank_too_small"
    assert caught.value.context == {"function": "需求评估", "kind": "multiple", "needed": 2, "found": 1}


def test_two_rows_that_overlap_never_take_one_item_twice():
    rows = [
        {"function": "需求评估", "kind": "single", "count": 10, "points": "5"},
        {"module": "m2", "kind": "single", "count": 10, "points": "5"},
    ]
    drawn = plan_draw(rows, bank(singles=20), seed="s")
    assert len({choice.pk for choice in drawn}) == 20


@given(st.text(min_size=1, max_size=30))
def test_shuffled_options_keep_the_right_answer(seed):
    item = check_item(ITEM | {"kind": "multiple", "answer": ["B", "D"]})
    frozen = freeze_item(item, seed=seed)
    texts = {option["key"]: option["text"] for option in frozen["options"]}
    assert [option["key"] for option in frozen["options"]] == ["A", "B", "C", "D"]
    assert {texts[key] for key in frozen["answer"]} == {item.options[1], item.options[3]}


def test_seeds_spread_the_right_answer_over_all_letters():
    item = check_item(ITEM)
    assert {freeze_item(item, seed=str(n))["answer"][0] for n in range(40)} == {"A", "B", "C", "D"}


def test_true_or_false_is_never_shuffled():
    item: CheckedItem = check_item(ITEM | {"kind": "true_false", "answer": ["错"]})
    frozen = freeze_item(item, seed="s")
    assert [option["key"] for option in frozen["options"]] == ["true", "false"]
    assert frozen["answer"] == ["false"]


@pytest.mark.parametrize(
    ("given_keys", "earned"),
    [(["A", "C"], 2), (["C", "A"], 2), (["A"], 0), (["A", "B", "C"], 0), ([], 0), (["B"], 0)],
)
def test_multiple_choice_earns_all_or_nothing(given_keys, earned):
    assert score(Kind.MULTIPLE, ["A", "C"], given_keys, Decimal(2)) == earned


def test_an_answer_the_question_does_not_offer_is_refused():
    question = freeze_item(check_item(ITEM), seed="s")
    assert check_answer(question, ["B"]) == ["B"]
    assert check_answer(question, []) == []
    with pytest.raises(DomainError, match="answer_unknown"):
        check_answer(question, ["Z"])
    with pytest.raises(DomainError, match="answer_one_only"):
        check_answer(question, ["A", "B"])


def test_a_mark_is_never_rounded_up_to_a_pass():
    assert mark_of(Decimal("59.5"), Decimal(100)) == Decimal("59.50")
    assert mark_of(Decimal("59.9999"), Decimal(100)) == Decimal("59.99")
    assert mark_of(Decimal(2), Decimal(3)) == Decimal("66.66")
