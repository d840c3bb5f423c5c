"""What a bank is short of for a blueprint, told before anybody draws."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.questionbank.rules import Candidate, Kind, Shortage, plan_draw, shortages
from lms.core.errors import DomainError


def row(by, value, count, kind="single"):
    return {by: value, "kind": kind, "count": count, "points": "1"}


def test_a_bank_with_just_enough_is_short_of_nothing():
    stock = {("评估", "m1", Kind.SINGLE): 2, ("评估", "m2", Kind.SINGLE): 1}
    assert shortages([row("function", "评估", 3)], stock) == []


def test_each_row_that_is_short_is_told_with_its_numbers():
    stock = {("评估", "m1", Kind.SINGLE): 2}
    short = shortages([row("function", "评估", 3), row("function", "评估", 1, "multiple")], stock)
    assert short == [Shortage("评估", Kind.SINGLE, 3, 2), Shortage("评估", Kind.MULTIPLE, 1, 0)]
    assert [one.missing for one in short] == [1, 1]


def test_two_rows_of_the_same_source_share_what_there_is():
    stock = {("评估", "m1", Kind.SINGLE): 3}
    assert shortages([row("function", "评估", 2), row("function", "评估", 1)], stock) == []
    (short,) = shortages([row("function", "评估", 2), row("function", "评估", 2)], stock)
    assert (short.found, short.claimed, short.missing) == (3, 2, 1)


def test_a_narrow_row_below_a_wide_one_may_find_its_items_taken():
    stock = {("评估", "m1", Kind.SINGLE): 1, ("评估", "", Kind.SINGLE): 2}
    (short,) = shortages([row("function", "评估", 2), row("module", "m1", 1)], stock)
    assert (short.value, short.found, short.claimed) == ("m1", 1, 1)


def test_items_of_another_kind_are_no_help():
    assert shortages([row("function", "评估", 1)], {("评估", "m1", Kind.MULTIPLE): 9}) != []


CELLS = st.tuples(st.sampled_from("甲乙"), st.sampled_from(["m1", "m2"]), st.sampled_from([Kind.SINGLE, Kind.MULTIPLE]))
ROWS = st.one_of(
    st.builds(row, st.just("function"), st.sampled_from("甲乙"), st.integers(1, 4), st.sampled_from(["single", "multiple"])),
    st.builds(row, st.just("module"), st.sampled_from(["m1", "m2"]), st.integers(1, 4), st.sampled_from(["single", "multiple"])),
)


@given(st.lists(CELLS, max_size=16), st.lists(ROWS, min_size=1, max_size=4), st.text(max_size=4))
def test_where_nothing_is_short_every_draw_succeeds(cells, rows, seed):
    bank = [Candidate(pk, str(pk), kind, function, module) for pk, (function, module, kind) in enumerate(cells)]
    if not shortages(rows, Counter(cells)):
        assert len(plan_draw(rows, bank, seed=seed)) == sum(row["count"] for row in rows)


@given(st.lists(CELLS, max_size=16), ROWS, st.text(max_size=4))
def test_a_single_row_is_short_exactly_when_its_draw_fails(cells, one, seed):
    bank = [Candidate(pk, str(pk), kind, function, module) for pk, (function, module, kind) in enumerate(cells)]
    if shortages([one], Counter(cells)):
        with pytest.raises(DomainError, match="bank_too_small"):
            plan_draw([one], bank, seed=seed)
    else:
        plan_draw([one], bank, seed=seed)


def test_the_narrow_row_put_first_leaves_nothing_short():
    stock = {("评估", "m1", Kind.SINGLE): 1, ("评估", "", Kind.SINGLE): 2}
    assert shortages([row("module", "m1", 1), row("function", "评估", 2)], stock) == []
