"""What a quality supervisor (质量督导员) answers after a session, and how sessions are drawn for inspection. Pure.

Sources: `domain.md` §1.4 (逢考必督, 双随机一公开; forms 现场督导), I18. The questions are this house's own words.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lms.core.errors import DomainError

LONGEST = 2000


class Question(StrEnum):
    """What is looked at in every session, in the order of the day."""

    ROOMS = "rooms"
    DOOR = "door"
    PAPERS = "papers"
    STAFF = "staff"
    TIMES = "times"
    HELP = "help"
    SCORING = "scoring"
    RECORDS = "records"


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    NONE = "none"
    """It did not come up: nobody needed help, say."""


class Conclusion(StrEnum):
    ORDERLY = "orderly"
    FAULTS = "faults"
    GRAVE = "grave"


@dataclass(frozen=True)
class Report:
    """All that a supervisor signs. `remarks` has a text for every question answered with no."""

    answers: Mapping[Question, Answer]
    remarks: Mapping[Question, str]
    conclusion: Conclusion
    finding: str = ""


def read_report(answers: Mapping[str, str], remarks: Mapping[str, str], *, conclusion: str, finding: str) -> Report:
    """Return the report; raise `DomainError` (422) when it does not say all that it must.

    "supervision.unanswered" names how many questions are open, "supervision.no_needs_words" the question answered with
    no and without a remark, "supervision.conclusion_missing", "supervision.finding_missing" where the conclusion is
    not orderly, "supervision.not_orderly" where something was answered with no and the conclusion says orderly.
    """
    given = {question: answers.get(question.value, "") for question in Question}
    if missing := [question for question, answer in given.items() if answer not in set(Answer)]:
        raise DomainError("supervision.unanswered", status=422, count=len(missing))
    read = {question: Answer(answer) for question, answer in given.items()}
    words = {question: remarks.get(question.value, "").replace("\0", "").strip()[:LONGEST] for question in Question}
    for question, answer in read.items():
        if answer is Answer.NO and not words[question]:
            raise DomainError("supervision.no_needs_words", status=422, question=question.value)
    if conclusion not in set(Conclusion):
        raise DomainError("supervision.conclusion_missing", status=422)
    end, text = Conclusion(conclusion), finding.replace("\0", "").strip()[:LONGEST]
    if end is Conclusion.ORDERLY and Answer.NO in read.values():
        raise DomainError("supervision.not_orderly", status=422)
    if end is not Conclusion.ORDERLY and not text:
        raise DomainError("supervision.finding_missing", status=422)
    return Report(read, {question: text for question, text in words.items() if text}, end, text)


def draw(sessions: Sequence[int], *, wanted: int, seed: str) -> list[int]:
    """Return `wanted` of the sessions, by hash over the seed and each: nobody chooses, and anybody can check.

    Raises `DomainError` "supervision.too_few_to_draw" (422) when there are fewer.
    """
    pool = sorted(set(sessions))
    if not 0 < wanted <= len(pool):
        raise DomainError("supervision.too_few_to_draw", status=422, wanted=wanted, have=len(pool))
    return sorted(sorted(pool, key=lambda key: hashlib.sha256(f"{seed}:{key}".encode()).hexdigest())[:wanted])


def seed_of(ledger_hash: str, *, turn: int) -> str:
    """Return the seed of a draw: SHA-256 over the ledger's last hash and the number of the draw. Nobody types it."""
    return hashlib.sha256(f"supervision:{ledger_hash}:{turn}".encode()).hexdigest()
