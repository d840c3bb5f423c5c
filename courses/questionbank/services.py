"""What happens to items, papers and attempts."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from json import dumps
from typing import Any

from django.db import transaction
from django.db.models import FilteredRelation, Q

from courses.questionbank.models import KIND_LABELS, Attempt, Blueprint, Item, LateAnswer, Paper, PaperItem, Response
from courses.questionbank.rules import (
    POOL_OF,
    TRANSITIONS,
    CheckedItem,
    Event,
    Kind,
    Pool,
    Purpose,
    Status,
    blueprint_points,
    check_answer,
    check_blueprint,
    check_item,
    freeze_item,
    is_kept_late,
    is_over,
    mark_of,
    plan_draw,
    score,
)
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.states import next_status
from lms.organisations.models import Organisation

ITEM_FIELDS = ["kind", "stem", "options", "answer", "explanation", "function", "module", "difficulty", "pool", "active"]
LATE_KEPT_PER_QUESTION = 20
"""More versions than this of one late answer are not an accident of the network. House rule."""


@transaction.atomic
def import_items(rows: Iterable[Mapping[str, Any]], *, organisation: Organisation, actor: User | None, now: datetime) -> int:
    """Put the rows into the organisation's bank and return how many items are new or changed.

    All or nothing: the first bad row raises `DomainError` (422) naming its key. Known keys are
    updated, so the same file twice changes nothing and returns 0. Items left out stay. A practice
    item that quizzes have shown cannot become an exam item: "questionbank.item_was_practice".
    """
    checked = [check_item(row) for row in rows]
    _refuse_repeats(checked)
    _refuse_known_answers(checked, organisation)
    known = {item.key: item for item in Item.objects.filter(organisation=organisation, key__in=[c.key for c in checked])}
    new: list[Item] = []
    changed: list[Item] = []
    for item in checked:
        fields = item.as_fields() | {"active": True}
        present = known.get(item.key)
        if present is None:
            new.append(Item(organisation=organisation, key=item.key, **fields))
        elif any(getattr(present, name) != value for name, value in fields.items()):
            for name, value in fields.items():
                setattr(present, name, value)
            changed.append(present)
    Item.objects.bulk_create(new, batch_size=200)
    Item.objects.bulk_update(changed, ITEM_FIELDS, batch_size=100)
    if new or changed:
        content = dumps([item.as_fields() | {"key": item.key} for item in checked], ensure_ascii=False, sort_keys=True)
        ledger.append(
            "questionbank.imported",
            subject=organisation,
            actor=actor,
            now=now,
            new=len(new),
            changed=len(changed),
            sha256=sha256(content.encode()).hexdigest(),
        )
    return len(new) + len(changed)


def _refuse_repeats(checked: list[CheckedItem]) -> None:
    seen: set[str] = set()
    for item in checked:
        if item.key in seen:
            raise DomainError("questionbank.item_key_twice", status=422, key=item.key)
        seen.add(item.key)


def _refuse_known_answers(checked: list[CheckedItem], organisation: Organisation) -> None:
    exam = [item.key for item in checked if item.pool is Pool.EXAM]
    shown = PaperItem.objects.filter(
        item__organisation=organisation, item__pool=Pool.PRACTICE.value, item__key__in=exam, paper__attempt__isnull=False
    )
    if key := shown.values_list("item__key", flat=True).order_by("item__key").first():
        raise DomainError("questionbank.item_was_practice", status=422, key=key)


@transaction.atomic
def set_blueprint(
    *,
    organisation: Organisation,
    name: str,
    purpose: Purpose | str,
    rows: list[dict[str, Any]],
    minutes: int | None = None,
    pass_mark: Decimal = Decimal(60),
    actor: User | None,
    now: datetime,
) -> Blueprint:
    """Create the organisation's blueprint of this name, or bring it up to these values.

    Raises `DomainError` (422) when the rows do not give exactly 100 points, and
    "questionbank.blueprint_in_use" (409) when a theory blueprint with drawn papers would change.
    """
    check_blueprint(rows)
    purpose = Purpose(purpose)
    values = {"purpose": purpose.value, "rows": rows, "minutes": minutes, "pass_mark": pass_mark}
    present = Blueprint.objects.select_for_update().filter(organisation=organisation, name=name).first()
    if present is None:
        blueprint = Blueprint.objects.create(organisation=organisation, name=name, **values)
    elif all(getattr(present, field) == value for field, value in values.items()):
        return present
    else:
        if Purpose.THEORY.value in (present.purpose, purpose.value) and present.papers.exists():
            raise DomainError("questionbank.blueprint_in_use", name=name)
        for field, value in values.items():
            setattr(present, field, value)
        present.save()
        blueprint = present
    ledger.append("questionbank.blueprint_set", subject=blueprint, actor=actor, now=now, purpose=purpose.value, rows=rows)
    return blueprint


@transaction.atomic
def draw_paper(blueprint: Blueprint, *, seed: str, now: datetime) -> Paper:
    """Draw a paper from the blueprint's bank and freeze its questions.

    A quiz takes practice items, a theory paper exam items (`POOL_OF`); neither borrows from the
    other, however short its pool is. The same bank, blueprint and seed give the same questions in the same order. Raises
    `DomainError` "questionbank.bank_too_small" naming the function (or module) and the kind.
    """
    pool = POOL_OF[Purpose(blueprint.purpose)]
    bank = Item.objects.filter(organisation_id=blueprint.organisation_id, active=True, pool=pool.value)
    items = {item.pk: item for item in bank}
    try:
        drawn = plan_draw(blueprint.rows, [item.as_candidate() for item in items.values()], seed=seed)
    except DomainError as error:
        if error.code != "questionbank.bank_too_small":
            raise
        kind = KIND_LABELS[Kind(error.context["kind"])]
        raise DomainError(error.code, **(error.context | {"kind": kind})) from None
    paper = Paper.objects.create(blueprint=blueprint, seed=seed, total=blueprint_points(blueprint.rows), drawn_at=now)
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


def start_attempt(paper: Paper, *, user: User, now: datetime, minutes: int | None) -> Attempt:
    """Let the person begin this paper; with `minutes` the server ends it that long after `now`.

    Raises `DomainError` "questionbank.paper_taken" when the paper already has an attempt.
    """
    deadline = None if minutes is None else now + timedelta(minutes=minutes)
    attempt, created = Attempt.objects.get_or_create(
        paper=paper, defaults={"user": user, "started_at": now, "deadline_at": deadline}
    )
    if not created:
        raise DomainError("questionbank.paper_taken")
    return attempt


@transaction.atomic
def save_answer(attempt: Attempt, *, position: int, answer: list[str], seq: int, now: datetime) -> Response:
    """Save the answer to the question at `position` and return what is now stored.

    A `seq` not greater than the stored one is a late repeat: it changes nothing and the newer
    answer comes back, even when the paper is closed by now. At most five queries, the transaction's own two included. Raises `DomainError`
    "questionbank.time_is_up" from the deadline on, "questionbank.already_submitted",
    "questionbank.no_such_question" (404) and the 422s of `rules.check_answer`.
    """
    # The lock holds off a hand-in (which reads all answers) until this answer is in.
    current = Attempt.objects.select_for_update().only("status", "deadline_at", "paper_id").get(pk=attempt.pk)
    # One read brings the question and what is stored for it.
    mine = FilteredRelation("responses", condition=Q(responses__attempt=attempt.pk))
    question = (
        PaperItem.objects.filter(paper_id=current.paper_id, position=position)
        .annotate(mine=mine)
        .values("pk", "frozen", "mine__pk", "mine__answer", "mine__seq", "mine__saved_at")
        .first()
    )
    if question is None:
        raise DomainError("questionbank.no_such_question", status=404)
    chosen = check_answer(question["frozen"], answer)
    response = Response(
        pk=question["mine__pk"], attempt=attempt, paper_item_id=question["pk"], answer=chosen, seq=seq, saved_at=now
    )
    if question["mine__pk"] is not None and seq <= question["mine__seq"]:
        response.answer, response.seq, response.saved_at = (
            question["mine__answer"],
            question["mine__seq"],
            question["mine__saved_at"],
        )
        return response
    if current.status != Status.OPEN.value:
        raise DomainError("questionbank.already_submitted")
    if is_over(current.deadline_at, now):
        raise DomainError("questionbank.time_is_up")
    if question["mine__pk"] is None:
        response.save(force_insert=True)
    else:
        response.save(force_update=True, update_fields=["answer", "seq", "saved_at"])
    return response


@transaction.atomic
def keep_late_answer(
    attempt: Attempt, *, user: User, position: int, answer: list[str], seq: int, told_at: datetime | None, now: datetime
) -> LateAnswer:
    """Keep an answer that arrived after the paper was closed, beside the mark and not in it.

    The same answer again (question and `seq`) returns the first row. `told_at` is the page's word
    and decides nothing. Raises `DomainError` "questionbank.not_your_attempt" (403),
    "questionbank.not_late" while the paper is open, "questionbank.late_over" (410) more than 24
    hours after the deadline, "questionbank.late_too_many" (410), "questionbank.no_such_question" (404)
    and the 422s of `rules.check_answer`.
    """
    if attempt.user_id != user.pk:
        raise DomainError("questionbank.not_your_attempt", status=403)
    # The lock makes counting and adding one act.
    current = Attempt.objects.select_for_update().only("status", "deadline_at", "paper_id").get(pk=attempt.pk)
    submitted = current.status == Status.SUBMITTED.value
    if not submitted and not is_over(current.deadline_at, now):
        raise DomainError("questionbank.not_late")
    if not is_kept_late(deadline=current.deadline_at, submitted=submitted, now=now):
        raise DomainError("questionbank.late_over", status=410)
    question = PaperItem.objects.filter(paper_id=current.paper_id, position=position).first()
    if question is None:
        raise DomainError("questionbank.no_such_question", status=404)
    chosen = check_answer(question.frozen, answer)
    kept = list(LateAnswer.objects.filter(attempt=current, paper_item=question))
    for row in kept:
        if row.seq == seq:
            return row
    if len(kept) >= LATE_KEPT_PER_QUESTION:
        raise DomainError("questionbank.late_too_many", status=410)
    row = LateAnswer.objects.create(
        attempt=current, paper_item=question, answer=chosen, seq=seq, told_at=told_at, received_at=now
    )
    digest = sha256(dumps([position, chosen]).encode()).hexdigest()
    facts = {"row": row.pk, "position": position, "seq": seq, "sha256": digest}
    ledger.append("questionbank.late_answer_kept", subject=current, actor=user, now=now, **facts)
    return row


@transaction.atomic
def submit_attempt(attempt: Attempt, *, now: datetime) -> Attempt:
    """Hand the paper in, mark it and return the attempt; a second time changes nothing.

    After the deadline it counts what was saved before it, and the moment of handing in is the
    deadline itself.
    """
    current = Attempt.objects.select_for_update().select_related("paper__blueprint").get(pk=attempt.pk)
    if current.status == Status.SUBMITTED.value:
        return _copy_result(attempt, current)
    new = next_status(TRANSITIONS, Status(current.status), Event.SUBMIT)
    late = is_over(current.deadline_at, now)
    mark = mark_of(_earned(current), current.paper.total)
    won = Attempt.objects.filter(pk=current.pk, status=Status.OPEN.value).update(
        status=new.value, mark=mark, submitted_at=current.deadline_at if late else now
    )
    # A quiz has no legal effect, and the ledger's head row is one for all.
    if won and current.paper.blueprint.purpose == Purpose.THEORY.value:
        facts = {"paper": current.paper_id, "mark": str(mark), "late": late}
        ledger.append("questionbank.submitted", subject=current, actor=current.user, now=now, **facts)
    current.refresh_from_db(fields=["status", "mark", "submitted_at"])
    return _copy_result(attempt, current)


def _earned(attempt: Attempt) -> Decimal:
    given = {response.paper_item_id: response for response in attempt.responses.all()}
    earned = Decimal(0)
    for question in attempt.paper.items.all():
        response = given.get(question.pk)
        if response is None or is_over(attempt.deadline_at, response.saved_at):
            continue
        frozen = question.frozen
        earned += score(frozen["kind"], frozen["answer"], response.answer, question.points)
    return earned


def _copy_result(attempt: Attempt, current: Attempt) -> Attempt:
    attempt.status, attempt.mark, attempt.submitted_at = current.status, current.mark, current.submitted_at
    return attempt
