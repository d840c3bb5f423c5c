"""The demonstration's bank is large enough for two separate pools: quizzes and the theory examination."""

from collections import Counter
from math import ceil
from pathlib import Path

import pytest
import yaml

from courses.questionbank.models import Item
from courses.questionbank.rules import Pool, check_item
from courses.questionbank.services import draw_paper, set_blueprint
from lms.demo.blueprints import THEORY_NAME, theory_rows
from lms.demo.courses import QUIZ_MIX, load_items

QUESTIONS = Path("lms/demo/data/questions")
MODULES = tuple(f"{course}{part}" for course in "mwh" for part in range(1, 5))


@pytest.fixture(scope="module")
def items():
    return [check_item(row) for path in sorted(QUESTIONS.glob("*.yaml")) for row in yaml.safe_load(path.read_text("utf-8"))]


@pytest.mark.parametrize("module", MODULES)
def test_each_quiz_chooses_from_a_quarter_more_practice_items_than_it_asks(items, module):
    found = Counter(item.kind for item in items if item.module == module and item.pool is Pool.PRACTICE)
    for kind, count, _points in QUIZ_MIX:
        assert found[kind] >= ceil(count * 1.25), (module, kind)


def test_the_theory_paper_chooses_from_two_fifths_more_exam_items_than_it_asks(items):
    found = Counter((item.function, item.kind) for item in items if item.pool is Pool.EXAM)
    for row in theory_rows():
        assert found[row["function"], row["kind"]] >= ceil(row["count"] * 1.4), row


def test_every_function_keeps_exam_items(items):
    assert {item.function for item in items} == {item.function for item in items if item.pool is Pool.EXAM}


def test_practice_items_belong_to_a_module(items):
    assert {item.module for item in items if item.pool is Pool.PRACTICE} == set(MODULES)


@pytest.mark.django_db
def test_the_loader_fills_both_pools_and_the_theory_paper_can_be_drawn(items, association, now):
    load_items(QUESTIONS, organisation=association, actor=None, now=now)
    practice = {item.key for item in items if item.pool is Pool.PRACTICE}
    assert set(Item.objects.filter(pool="practice").values_list("key", flat=True)) == practice
    theory = set_blueprint(organisation=association, name=THEORY_NAME, purpose="theory", rows=theory_rows(), actor=None, now=now)
    paper = draw_paper(theory, seed="demo", now=now)
    assert paper.total == 100
    assert not practice & set(paper.items.values_list("item__key", flat=True))
