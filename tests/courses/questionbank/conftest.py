from decimal import Decimal

import pytest

from courses.questionbank.services import draw_paper, import_items, set_blueprint, start_attempt


def item_rows(*, function: str = "需求评估", module: str = "m2", prefix: str = "q", pool: str = "practice") -> list[dict]:
    """Return 20 singles, 6 multiples and 8 true/false items."""
    base = {"stem": "题目", "explanation": "理由", "function": function, "module": module, "difficulty": 2, "pool": pool}
    options = ["甲", "乙", "丙", "丁"]
    singles = [
        base | {"key": f"{prefix}-s{n}", "kind": "single", "stem": f"单选 {n}", "options": options, "answer": ["ABCD"[n % 4]]}
        for n in range(20)
    ]
    multiples = [
        base | {"key": f"{prefix}-m{n}", "kind": "multiple", "stem": f"多选 {n}", "options": options, "answer": ["A", "C"]}
        for n in range(6)
    ]
    statements = [
        base | {"key": f"{prefix}-t{n}", "kind": "true_false", "stem": f"判断 {n}", "answer": ["对" if n % 2 else "错"]}
        for n in range(8)
    ]
    return singles + multiples + statements


QUIZ_ROWS = [
    {"module": "m2", "kind": "single", "count": 8, "points": "8"},
    {"module": "m2", "kind": "multiple", "count": 2, "points": "12"},
    {"module": "m2", "kind": "true_false", "count": 2, "points": "6"},
]


@pytest.fixture
def bank(association, now):
    import_items(item_rows(), organisation=association, actor=None, now=now)
    return association


@pytest.fixture
def exam_bank(bank, now):
    """The same items once more, for examinations."""
    import_items(item_rows(prefix="e", pool="exam"), organisation=bank, actor=None, now=now)
    return bank


@pytest.fixture
def blueprint(bank, now):
    return set_blueprint(
        organisation=bank, name="模块二测验", purpose="quiz", rows=QUIZ_ROWS, pass_mark=Decimal(60), actor=None, now=now
    )


@pytest.fixture
def learner(make_user):
    return make_user("王小芳")


@pytest.fixture
def paper(blueprint, now):
    return draw_paper(blueprint, seed="P:1", now=now)


@pytest.fixture
def attempt(paper, learner, now):
    return start_attempt(paper, user=learner, now=now, minutes=90)
