"""Reads over papers and attempts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Max

from courses.questionbank.models import Attempt, LateAnswer
from courses.questionbank.rules import HUNDREDTH, Status, score
from lms.accounts.models import User


@dataclass(frozen=True)
class Question:
    """A question of a paper as the person sees it, with what was saved for it.

    `right` and `earned` are None while the paper is open.
    """

    position: int
    points: Decimal
    frozen: Mapping[str, Any]
    chosen: tuple[str, ...]
    seq: int
    right: bool | None = None
    earned: Decimal | None = None

    @property
    def is_answered(self) -> bool:
        return bool(self.chosen)


def questions_of(attempt: Attempt) -> list[Question]:
    """Return the paper's questions in order with the saved answers; two queries."""
    saved = {response.paper_item_id: response for response in attempt.responses.all()}
    questions = []
    for item in attempt.paper.items.all():
        response = saved.get(item.pk)
        chosen = tuple(response.answer) if response else ()
        earned = None
        if attempt.status == Status.SUBMITTED.value:
            earned = score(item.frozen["kind"], item.frozen["answer"], chosen, item.points)
        questions.append(
            Question(
                position=item.position,
                points=item.points,
                frozen=item.frozen,
                chosen=chosen,
                seq=response.seq if response else 0,
                right=None if earned is None else earned > 0,
                earned=earned,
            )
        )
    return questions


def unanswered_positions(attempt: Attempt) -> list[int]:
    """Return the positions without a saved answer, in order."""
    answered = {response.paper_item_id for response in attempt.responses.all() if response.answer}
    return [item.position for item in attempt.paper.items.only("pk", "position") if item.pk not in answered]


def late_answers(attempt: Attempt) -> dict[int, tuple[str, ...]]:
    """Return for each position the answer that arrived after the end, the last one received; one query."""
    rows = LateAnswer.objects.filter(attempt=attempt).order_by("received_at", "pk")
    return {position: tuple(answer) for position, answer in rows.values_list("paper_item__position", "answer")}


def best_marks(user: User | int, blueprint_ids: Iterable[int]) -> dict[int, Decimal]:
    """Return the best mark of the person (or of her pk) for each blueprint she has handed in a paper of; one query."""
    rows = (
        Attempt.objects.filter(user=user, status=Status.SUBMITTED.value, paper__blueprint__in=list(blueprint_ids))
        .values_list("paper__blueprint_id")
        .annotate(best=Max("mark"))
        .order_by()
    )
    # SQLite forgets the scale of an aggregate.
    return {blueprint: best.quantize(HUNDREDTH) for blueprint, best in rows}


def open_attempt(user: User, blueprint_id: int) -> Attempt | None:
    """Return the person's unfinished attempt at a paper of this blueprint, the latest first."""
    return (
        Attempt.objects.filter(user=user, status=Status.OPEN.value, paper__blueprint_id=blueprint_id)
        .select_related("paper__blueprint")
        .order_by("-started_at")
        .first()
    )
