"""Reads over banks, papers and attempts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from courses.questionbank.models import Attempt, Blueprint, Item, LateAnswer
from courses.questionbank.rules import (
    HUNDREDTH,
    POOL_OF,
    Kind,
    Pool,
    Purpose,
    Shortage,
    Status,
    Stock,
    freeze_item,
    plan_draw,
    score,
    shortages,
)
from lms.accounts.models import User
from lms.organisations.models import Organisation


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


def best_marks_of_many(users: Any, blueprint_ids: Iterable[int]) -> dict[int, dict[int, Decimal]]:
    """Return {pk of the person: {blueprint: best mark}} for everybody of `users` (a query of pks); one query."""
    rows = (
        Attempt.objects.filter(user__in=users, status=Status.SUBMITTED.value, paper__blueprint__in=list(blueprint_ids))
        .values_list("user_id", "paper__blueprint_id")
        .annotate(best=Max("mark"))
        .order_by()
    )
    found: dict[int, dict[int, Decimal]] = {}
    for user, blueprint, best in rows:
        found.setdefault(user, {})[blueprint] = best.quantize(HUNDREDTH)
    return found


def open_attempt(user: User, blueprint_id: int) -> Attempt | None:
    """Return the person's unfinished attempt at a paper of this blueprint, the latest first."""
    return (
        Attempt.objects.filter(user=user, status=Status.OPEN.value, paper__blueprint_id=blueprint_id)
        .select_related("paper__blueprint")
        .order_by("-started_at")
        .first()
    )


def with_words(items: QuerySet[Item], words: str) -> QuerySet[Item]:
    """Return the items in whose question or key each of the words stands."""
    for word in words.split():
        items = items.filter(Q(stem__icontains=word) | Q(key__icontains=word))
    return items


def stocks_of(organisations: Iterable[int], pool: Pool) -> dict[int, Stock]:
    """Return for each bank how many items in use it has for each function, module and kind; one query."""
    rows = (
        Item.objects.filter(organisation__in=list(organisations), pool=pool.value, active=True)
        .values_list("organisation_id", "function", "module", "kind")
        .annotate(number=Count("pk"))
        .order_by("function", "module", "kind")
    )
    found: dict[int, dict[tuple[str, str, Kind], int]] = {}
    for organisation, function, module, kind, number in rows:
        found.setdefault(organisation, {})[function, module, Kind(kind)] = number
    return dict(found)


def stock_of(organisation: Organisation | int, pool: Pool) -> Stock:
    """Return this of one bank; empty when it has nothing."""
    key = organisation if isinstance(organisation, int) else organisation.pk
    return stocks_of([key], pool).get(key, {})


def short_blueprints(organisation: Organisation | int, pool: Pool) -> list[tuple[Blueprint, list[Shortage]]]:
    """Return the blueprints that this pool of the bank cannot fill, each with what is short; two queries."""
    purposes = [purpose.value for purpose in Purpose if POOL_OF[purpose] is pool]
    stock = stock_of(organisation, pool)
    blueprints = Blueprint.objects.filter(organisation=organisation, purpose__in=purposes)
    found = [(blueprint, shortages(blueprint.rows, stock)) for blueprint in blueprints]
    return [(blueprint, short) for blueprint, short in found if short]


def trial_paper(organisation: Organisation, rows: list[dict[str, Any]], *, seed: str) -> list[Question]:
    """Return the questions of a quiz as it may be drawn by these rows, answers unseen; nothing is kept. Two queries.

    Raises `DomainError` "questionbank.bank_too_small" as a real draw does.
    """
    bank = Item.objects.filter(organisation=organisation, pool=Pool.PRACTICE.value, active=True)
    candidates = [item.as_candidate() for item in bank.only("key", "kind", "function", "module")]
    drawn = plan_draw(rows, candidates, seed=seed)
    items = bank.in_bulk([choice.pk for choice in drawn])
    return [
        Question(
            position=position,
            points=choice.points,
            frozen=freeze_item(items[choice.pk].as_checked(), seed=seed),
            chosen=(),
            seq=0,
        )
        for position, choice in enumerate(drawn, start=1)
    ]
