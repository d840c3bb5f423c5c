"""One person answers a paper: the beginning, each answer, what came too late, the handing in."""

from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from json import dumps

from django.db import transaction
from django.db.models import FilteredRelation, Q

from courses.questionbank.models import Attempt, LateAnswer, Paper, PaperItem, Response
from courses.questionbank.rules import (
    TRANSITIONS,
    Event,
    Purpose,
    Status,
    check_answer,
    is_kept_late,
    is_over,
    mark_of,
    score,
)
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.states import next_status

LATE_KEPT_PER_QUESTION = 20
"""More versions than this of one late answer are not an accident of the network. House rule."""


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
