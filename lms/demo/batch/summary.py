"""What the season came to, as one object: the same seed gives the same fingerprint on any fresh database."""

import hashlib
import json
from collections import Counter
from typing import Any

from lms.core import ledger
from lms.demo.batch.endings import Ending, endings_of
from lms.demo.batch.exam import Exam


def sealed(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def summary_of(exams: list[Exam], *, seed: int, candidates: int) -> dict[str, Any]:
    """Return the result object. A candidate who sat again counts once, and both her sessions must be explained."""
    by_exam = [endings_of(exam) for exam in exams]
    every = [ending for endings in by_exam for ending in endings]
    last: dict[int, Ending] = {ending.number: ending for ending in every}
    puzzling = {ending.number for ending in every if not ending.explained}
    told: Counter[str] = sum((exam.told for exam in exams), Counter())
    plain = [ending.plain() for ending in every]
    return {
        "seed": seed,
        "candidates": candidates,
        "assessors": sum(len(bench.assessors) + len(bench.seniors) for bench in exams[0].crew.benches.values()),
        "plans": [_of_a_plan(exam, endings) for exam, endings in zip(exams, by_exam, strict=True)],
        "states": dict(sorted(Counter(ending.state for ending in last.values()).items())),
        "injected": dict(sorted(told.items())),
        "explained": len(last.keys() - puzzling),
        "faults": [f"{ending.session} {ending.number}: {'; '.join(ending.faults)}" for ending in every if ending.faults][:20],
        "explanations_sha256": sealed([[ending.number, ending.session, ending.state, ending.rows] for ending in every]),
        "fingerprint": sealed([plain, dict(sorted(told.items()))]),
        "ledger_ok": ledger.verify().ok,
    }


def _of_a_plan(exam: Exam, endings: list[Ending]) -> dict[str, Any]:
    states = Counter(ending.state for ending in endings)
    return {
        "session": exam.session.key,
        "number": exam.plan.number,
        "level": exam.session.level,
        "status": exam.plan.status,
        "applied": len(endings),
        "sat": len(exam.sitting),
        "states": dict(sorted(states.items())),
    }
