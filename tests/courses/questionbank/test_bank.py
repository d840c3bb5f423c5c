"""Importing items, setting blueprints, drawing papers."""

import pytest
from django.db import IntegrityError, transaction

from courses.questionbank.models import Item, Paper
from courses.questionbank.services import draw_paper, import_items, set_blueprint, start_attempt
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.core.models import LedgerEntry

from .conftest import QUIZ_ROWS, item_rows


def test_a_second_import_of_the_same_rows_changes_nothing(association, now):
    assert import_items(item_rows(), organisation=association, actor=None, now=now) == 34
    assert import_items(item_rows(), organisation=association, actor=None, now=now) == 0
    assert LedgerEntry.objects.filter(kind="questionbank.imported").count() == 1


def test_a_changed_row_updates_its_item(association, now):
    rows = item_rows()
    import_items(rows, organisation=association, actor=None, now=now)
    rows[0]["stem"] = "更好的题目"
    assert import_items(rows, organisation=association, actor=None, now=now) == 1
    assert Item.objects.get(key="q-s0").stem == "更好的题目"


def test_one_faulty_row_leaves_the_whole_file_out(association, now):
    with pytest.raises(DomainError, match="item_answer_outside"):
        import_items(
            [*item_rows(), item_rows()[0] | {"key": "bad", "answer": ["F"]}], organisation=association, actor=None, now=now
        )
    assert not Item.objects.exists()


def test_a_key_that_stands_twice_is_refused(association, now):
    with pytest.raises(DomainError, match="item_key_twice"):
        import_items(item_rows() + item_rows()[:1], organisation=association, actor=None, now=now)


def test_the_same_key_may_live_in_two_banks(association, employer, now):
    for body in (association, employer):
        assert import_items(item_rows(), organisation=body, actor=None, now=now) == 34


def test_a_paper_holds_frozen_questions_and_their_points(blueprint, now):
    paper = draw_paper(blueprint, seed="P:1", now=now)
    items = list(paper.items.all())
    assert paper.total == 100
    assert [item.position for item in items] == list(range(1, 13))
    assert sum(item.points for item in items) == 100
    Item.objects.update(stem="改过了", answer=["D"])
    assert paper.items.get(position=1).frozen == items[0].frozen


def test_the_same_seed_gives_the_same_questions(blueprint, now):
    first, second = (draw_paper(blueprint, seed="P:1", now=now) for _ in range(2))
    assert [i.frozen for i in first.items.all()] == [i.frozen for i in second.items.all()]


def test_a_paper_is_drawn_only_from_the_banks_own_active_items(blueprint, employer, now):
    import_items(item_rows(prefix="other"), organisation=employer, actor=None, now=now)
    assert not draw_paper(blueprint, seed="x", now=now).items.filter(item__organisation=employer).exists()
    Item.objects.filter(kind="multiple").update(active=False)
    with pytest.raises(DomainError) as caught:
        draw_paper(blueprint, seed="x", now=now)
    assert caught.value.code == "questionbank.bank_too_small"
    assert "m2" in text_of(caught.value)
    assert Paper.objects.count() == 1


def test_a_blueprint_is_brought_up_to_date_by_name(blueprint, association, now):
    again = set_blueprint(organisation=association, name="模块二测验", purpose="quiz", rows=QUIZ_ROWS, actor=None, now=now)
    assert again == blueprint


def test_a_theory_blueprint_with_papers_cannot_change(association, exam_bank, now):
    make = {"organisation": association, "name": "四级理论", "purpose": "theory", "actor": None, "now": now}
    theory = set_blueprint(rows=QUIZ_ROWS, **make)
    draw_paper(theory, seed="P:1", now=now)
    with pytest.raises(DomainError, match="blueprint_in_use"):
        set_blueprint(rows=QUIZ_ROWS[::-1], **make)


def theory_of(organisation, now):
    return set_blueprint(organisation=organisation, name="四级理论", purpose="theory", rows=QUIZ_ROWS, actor=None, now=now)


def test_a_quiz_shows_only_practice_items_and_an_exam_only_exam_items(blueprint, exam_bank, now):
    theory = theory_of(exam_bank, now)
    for n in range(20):
        quiz, exam = (draw_paper(row, seed=f"P:{n}", now=now) for row in (blueprint, theory))
        assert set(quiz.items.values_list("item__pool", flat=True)) == {"practice"}
        assert set(exam.items.values_list("item__pool", flat=True)) == {"exam"}


def test_an_exam_never_borrows_from_practice_nor_a_quiz_from_the_exam(blueprint, bank, now):
    with pytest.raises(DomainError) as caught:
        draw_paper(theory_of(bank, now), seed="x", now=now)
    assert (caught.value.code, caught.value.context["found"]) == ("questionbank.bank_too_small", 0)
    Item.objects.update(pool="exam")
    with pytest.raises(DomainError, match="bank_too_small"):
        draw_paper(blueprint, seed="x", now=now)
    assert not Paper.objects.exists()


def test_an_item_that_names_no_pool_is_an_exam_item(association, now):
    row = item_rows()[0]
    del row["pool"]
    import_items([row], organisation=association, actor=None, now=now)
    assert Item.objects.get().pool == "exam"


def test_an_unknown_pool_is_refused_and_the_database_refuses_it_too(bank, association, now):
    with pytest.raises(DomainError) as caught:
        import_items([item_rows()[0] | {"key": "x", "pool": "both"}], organisation=association, actor=None, now=now)
    assert (caught.value.code, caught.value.status) == ("questionbank.item_pool_unknown", 422)
    assert "both" in text_of(caught.value)
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.filter(key="q-s0").update(pool="both")


def test_an_exam_item_may_retire_into_practice(association, now):
    import_items(item_rows(pool="exam"), organisation=association, actor=None, now=now)
    assert import_items(item_rows(), organisation=association, actor=None, now=now) == 34
    assert not Item.objects.filter(pool="exam").exists()


def test_an_item_seen_in_practice_never_becomes_an_exam_item(blueprint, paper, learner, association, now):
    start_attempt(paper, user=learner, now=now, minutes=None)
    with pytest.raises(DomainError) as caught:
        import_items(item_rows(pool="exam"), organisation=association, actor=None, now=now)
    assert (caught.value.code, caught.value.status) == ("questionbank.item_was_practice", 422)
    assert not Item.objects.filter(pool="exam").exists()
