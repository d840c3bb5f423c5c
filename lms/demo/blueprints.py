"""The theory paper of the sample scheme, level 4: its rows give exactly the weight table (I20)."""

from typing import Any

THEORY_NAME = "康复辅助技术咨询师四级理论试卷"

# function: (single at 2 points, multiple at 3, true/false at 1)
_COUNTS = {
    "职业道德": (2, 0, 1),
    "基础知识": (7, 1, 3),
    "咨询与转介": (7, 1, 3),
    "需求评估": (7, 1, 3),
    "适配实施与环境改造": (5, 1, 2),
    "使用训练与效果评价": (4, 1, 1),
    "维护与随访": (3, 0, 2),
}


def theory_rows() -> list[dict[str, Any]]:
    """Return the blueprint rows: 55 questions, 100 points."""
    rows: list[dict[str, Any]] = []
    for function, counts in _COUNTS.items():
        for kind, points, count in zip(("single", "multiple", "true_false"), ("2", "3", "1"), counts, strict=True):
            if count:
                rows.append({"function": function, "kind": kind, "count": count, "points": points})
    return rows
