"""A paper is drawn and its questions are frozen."""

from datetime import datetime
from typing import Any

from django.db import transaction

from courses.questionbank.models import KIND_LABELS, Blueprint, Item, Paper, PaperItem
from courses.questionbank.rules import POOL_OF, Kind, Purpose, blueprint_points, freeze_item, plan_draw
from lms.core.errors import DomainError


@transaction.atomic
def draw_paper(blueprint: Blueprint, *, seed: str, now: datetime, rows: list[dict[str, Any]] | None = None) -> Paper:
    """Draw a paper from the blueprint's bank and freeze its questions.

    `rows` are those of the blueprint as somebody began with it, where they are not to be today's.
    A quiz takes practice items, a theory paper exam items (`POOL_OF`); neither borrows from the
    other, however short its pool is. The same bank, blueprint and seed give the same questions in the same order. Raises
    `DomainError` "questionbank.bank_too_small" naming the function (or module) and the kind.
    """
    pool = POOL_OF[Purpose(blueprint.purpose)]
    bank = Item.objects.filter(organisation_id=blueprint.organisation_id, active=True, pool=pool.value)
    items = {item.pk: item for item in bank}
    rows = blueprint.rows if rows is None else rows
    try:
        drawn = plan_draw(rows, [item.as_candidate() for item in items.values()], seed=seed)
    except DomainError as error:
        if error.code != "questionbank.bank_too_small":
            raise
        kind = KIND_LABELS[Kind(error.context["kind"])]
        raise DomainError(error.code, **(error.context | {"kind": kind})) from None
    paper = Paper.objects.create(blueprint=blueprint, seed=seed, total=blueprint_points(rows), drawn_at=now)
    PaperItem.objects.bulk_create(
        PaperItem(
            paper=paper,
            position=position,
            item=items[choice.pk],
            points=choice.points,
            frozen=freeze_item(items[choice.pk].as_checked(), seed=seed),
        )
        for position, choice in enumerate(drawn, start=1)
    )
    return paper
