"""One item is written, changed, retired, restored; a quiz is set up. What was drawn stays as it was."""

from decimal import Decimal

import pytest

from courses.questionbank.models import Blueprint, Item
from courses.questionbank.rules import Pool
from courses.questionbank.services import (
    draw_paper,
    import_items,
    open_item,
    restore_item,
    retire_item,
    start_attempt,
    write_item,
    write_quiz,
)
from courses.questionbank.services.importing import look_at_items
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry

from .conftest import QUIZ_ROWS, item_rows

PRACTICE = frozenset({Pool.PRACTICE})
BOTH = frozenset(Pool)
ROW = {"kind": "true_false", "stem": "停稳先刹车", "answer": ["对"], "function": "需求评估", "pool": "practice"}


@pytest.fixture
def writer(make_user):
    return make_user("命题人")


def write(row, organisation, writer, now, *, item=None, seen=None, pools=BOTH):
    seen = item.as_checked().sha256 if item is not None and seen is None else seen or ""
    return write_item(row, organisation=organisation, pools=pools, actor=writer, now=now, item=item, seen=seen)


def refused(code, *args, **kwargs):
    before = list(Item.objects.order_by("pk").values())
    with pytest.raises(DomainError) as refusal:
        write(*args, **kwargs)
    assert refusal.value.code == f"questionbank.{code}"
    assert list(Item.objects.order_by("pk").values()) == before


def entries(kind):
    return list(LedgerEntry.objects.filter(kind=f"questionbank.{kind}").order_by("sequence"))


# Writing


def test_a_new_item_gets_the_next_key_and_an_entry_without_its_text(association, writer, now):
    first, second = (write(ROW, association, writer, now) for _ in range(2))
    assert (first.key, second.key) == ("Q00001", "Q00002")
    entry = entries("item_added")[0]
    assert (entry.actor_id, entry.facts["pool"]) == (writer.pk, "practice")
    assert "刹车" not in str(entry.facts)


def test_keys_are_counted_in_each_bank(association, employer, writer, now):
    assert [write(ROW, body, writer, now).key for body in (association, employer)] == ["Q00001", "Q00001"]


def test_a_key_of_ones_own_is_kept_and_a_taken_one_is_refused(association, writer, now):
    assert write(ROW | {"key": "刹车-1"}, association, writer, now).key == "刹车-1"
    refused("key_taken", ROW | {"key": "刹车-1"}, association, writer, now)


def test_a_change_keeps_the_key_whatever_the_form_says(association, writer, now):
    item = write(ROW, association, writer, now)
    changed = write(ROW | {"stem": "先刹车再转移", "key": "别的"}, association, writer, now, item=item)
    assert (changed.pk, changed.key, changed.stem) == (item.pk, "Q00001", "先刹车再转移")
    assert len(entries("item_changed")) == 1


def test_saving_without_a_change_leaves_no_entry(association, writer, now):
    item = write(ROW, association, writer, now)
    write(ROW, association, writer, now, item=item)
    assert entries("item_changed") == []


def test_of_two_writers_the_slower_one_overwrites_nothing(association, writer, now):
    item = write(ROW, association, writer, now)
    seen = item.as_checked().sha256
    write(ROW | {"stem": "甲写的"}, association, writer, now, item=item)
    refused("item_changed", ROW | {"stem": "乙写的"}, association, writer, now, item=item, seen=seen)


@pytest.mark.parametrize("row", [ROW | {"answer": []}, ROW | {"stem": " "}, ROW | {"kind": "single", "options": ["甲", "乙"]}])
def test_a_faulty_item_is_not_written(association, writer, now, row):
    with pytest.raises(DomainError) as refusal:
        write(row, association, writer, now)
    assert refusal.value.status == 422
    assert not Item.objects.exists()


def test_a_drawn_paper_keeps_its_text_when_the_item_changes(blueprint, writer, now):
    paper = draw_paper(blueprint, seed="P:1", now=now)
    question = paper.items.select_related("item").get(position=1)
    row = question.item.as_checked().as_fields() | {"stem": "改过了"}
    write(row, question.item.organisation, writer, now, item=question.item)
    question.refresh_from_db()
    assert question.frozen["stem"] != "改过了"
    assert Item.objects.get(pk=question.item_id).stem == "改过了"


# Pools


def test_only_who_writes_for_examinations_writes_for_them(association, writer, now):
    refused("pool_not_yours", ROW | {"pool": "exam"}, association, writer, now, pools=PRACTICE)
    assert write(ROW | {"pool": "exam"}, association, writer, now, pools=BOTH).pool == "exam"


def test_nobody_else_makes_an_exam_item_practice(association, writer, now):
    item = write(ROW | {"pool": "exam"}, association, writer, now)
    refused("pool_not_yours", ROW, association, writer, now, item=item, pools=PRACTICE)
    assert write(ROW, association, writer, now, item=item, pools=BOTH).pool == "practice"


def test_what_a_quiz_has_shown_never_becomes_an_exam_item(blueprint, learner, writer, now):
    paper = draw_paper(blueprint, seed="P:1", now=now)
    start_attempt(paper, user=learner, now=now, minutes=None)
    shown = paper.items.select_related("item").first().item
    unseen = Item.objects.exclude(paper_items__paper=paper).first()
    row = shown.as_checked().as_fields() | {"pool": "exam"}
    refused("item_was_practice", row, shown.organisation, writer, now, item=shown)
    row = unseen.as_checked().as_fields() | {"pool": "exam"}
    assert write(row, unseen.organisation, writer, now, item=unseen).pool == "exam"


def test_reading_an_exam_item_is_noted_and_reading_practice_is_not(association, writer, now):
    secret = write(ROW | {"pool": "exam"}, association, writer, now)
    open_item(secret, actor=writer, now=now)
    open_item(write(ROW, association, writer, now), actor=writer, now=now)
    assert [(entry.subject, entry.actor_id) for entry in entries("item_opened")] == [
        (f"questionbank.item:{secret.pk}", writer.pk)
    ]


# Retiring


def test_a_retired_item_is_drawn_no_more_and_stays_in_its_papers(blueprint, writer, now):
    paper = draw_paper(blueprint, seed="P:1", now=now)
    item = paper.items.select_related("item").first().item
    retire_item(item, actor=writer, now=now)
    assert paper.items.filter(item=item).exists()
    again = [draw_paper(blueprint, seed=f"P:{n}", now=now) for n in range(6)]
    assert not any(paper.items.filter(item=item).exists() for paper in again)


def test_a_restored_item_is_in_use_and_each_step_is_taken_once(association, writer, now):
    item = write(ROW, association, writer, now)
    retire_item(item, actor=writer, now=now)
    with pytest.raises(DomainError, match="invalid_transition"):
        retire_item(item, actor=writer, now=now)
    restore_item(item, actor=writer, now=now)
    with pytest.raises(DomainError, match="invalid_transition"):
        restore_item(item, actor=writer, now=now)
    assert Item.objects.get(pk=item.pk).active
    assert (len(entries("item_retired")), len(entries("item_restored"))) == (1, 1)


# Looking at a table before it is taken in


def outcomes(rows, organisation, pools=BOTH):
    findings = look_at_items(enumerate(rows, start=2), organisation=organisation, pools=pools)
    return [(f.line, f.outcome.value, f.error.code.removeprefix("questionbank.") if f.error else "") for f in findings]


def test_a_look_tells_each_line_and_writes_nothing(bank, now):
    rows = item_rows()[:3]
    Item.objects.filter(key="q-s1").update(active=False)
    before = list(Item.objects.order_by("pk").values())
    lines = [rows[0], rows[1], rows[2] | {"stem": "新"}, rows[0] | {"key": "n"}, rows[0], {"key": "x", "kind": "填空"}]
    assert outcomes(lines, bank) == [
        (2, "same", ""),
        (3, "restored", ""),
        (4, "changed", ""),
        (5, "new", ""),
        (6, "wrong", "item_key_twice"),
        (7, "wrong", "item_kind_unknown"),
    ]
    assert list(Item.objects.order_by("pk").values()) == before


def test_a_look_and_the_import_refuse_the_same(exam_bank, now):
    practice, secret = item_rows()[0], item_rows(prefix="e")[0]
    for row, code in ((practice | {"key": "n", "pool": "exam"}, "pool_not_yours"), (secret, "key_taken")):
        assert outcomes([row], exam_bank, PRACTICE) == [(2, "wrong", code)]
        with pytest.raises(DomainError, match=code):
            import_items([row], organisation=exam_bank, actor=None, now=now, pools=PRACTICE)
        assert outcomes([row], exam_bank, BOTH)[0][1] != "wrong"
    assert Item.objects.get(key="e-s0").pool == "exam"


def test_a_look_costs_the_same_for_many_lines(bank, django_assert_num_queries):
    for number in (3, 30):
        with django_assert_num_queries(1):
            look_at_items(enumerate(item_rows()[:number]), organisation=bank)


# Quizzes


def quiz(organisation, writer, now, **changes):
    values = {"name": "测验", "rows": QUIZ_ROWS, "minutes": None, "pass_mark": Decimal(60)} | changes
    return write_quiz(organisation=organisation, actor=writer, now=now, **values)


def test_a_quiz_is_set_up_and_changed_with_its_name(bank, writer, now):
    made = quiz(bank, writer, now)
    changed = quiz(bank, writer, now, quiz=made, seen=made.fingerprint, name="测验二", minutes=20)
    assert (changed.pk, changed.name, changed.minutes, changed.purpose) == (made.pk, "测验二", 20, "quiz")
    assert len(entries("blueprint_set")) == 2


def test_two_quizzes_of_a_bank_never_have_the_same_name(bank, employer, writer, now):
    made, other = quiz(bank, writer, now), quiz(bank, writer, now, name="别的")
    with pytest.raises(DomainError, match="blueprint_name_taken"):
        quiz(bank, writer, now)
    with pytest.raises(DomainError, match="blueprint_name_taken"):
        quiz(bank, writer, now, quiz=other, seen=other.fingerprint)
    assert quiz(employer, writer, now).name == made.name


def test_of_two_writers_of_a_quiz_the_slower_one_overwrites_nothing(bank, writer, now):
    made = quiz(bank, writer, now)
    seen = made.fingerprint
    quiz(bank, writer, now, quiz=made, seen=seen, minutes=20)
    with pytest.raises(DomainError, match="blueprint_changed"):
        quiz(bank, writer, now, quiz=made, seen=seen, minutes=30)
    assert Blueprint.objects.get(pk=made.pk).minutes == 20


def test_rows_that_do_not_give_a_hundred_points_are_refused(bank, writer, now):
    with pytest.raises(DomainError, match="blueprint_total"):
        quiz(bank, writer, now, rows=QUIZ_ROWS[:2])
    assert not Blueprint.objects.exists()
