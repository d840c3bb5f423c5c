"""The skill test of the simulation: two stations that follow the weight table, each with a fatal act."""

from typing import Any

from certification.standards.models import SchemeLevel
from certification.standards.rules.weights import WeightTable

FATAL = "未保证安全即操作（否定项）"


def layout(level: SchemeLevel) -> list[dict[str, Any]]:
    """Return the stations as `set_up_stations` takes them, the functions dealt out so that both weigh much alike."""
    weights = level.weights(WeightTable.SKILL)
    halves: list[list[str]] = [[], []]
    for function in sorted(weights, key=lambda name: (-weights[name], name)):
        min(halves, key=lambda half: sum(weights[name] for name in half)).append(function)
    return [
        {
            "name": f"第{number}工位",
            "functions": half,
            "minutes": 20,
            "points": [
                *({"text": f"{function}：操作规范，记录完整", "max": f"{weights[function].normalize():f}"} for function in half),
                {"text": FATAL, "fatal": True},
            ],
        }
        for number, half in zip("一二", halves, strict=True)
    ]
