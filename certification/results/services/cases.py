"""Score reviews and appeals: asked for in time, taken, and answered by somebody who had no part in it (I45)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from certification.plans.models import Seat
from certification.results import case_rules, notice_kinds
from certification.results.case_rules import CASE_TRANSITIONS, CaseEvent, CaseKind
from certification.results.involvement import ANSWERING, free_to_answer, involved, involved_in_answers
from certification.results.models import Case, Objection, PublicationRow
from certification.results.rechecking import report
from certification.results.services.evidence import attach
from certification.results.services.objecting import TEXT_LIMIT
from certification.results.services.shared import require_role
from certification.results.services.withholding import settle
from certification.results.terms import appeal_until, review_until
from lms.accounts.models import User
from lms.core import ledger, workdays
from lms.core.errors import DomainError
from lms.core.states import move
from lms.core.uploads import CheckedFile
from lms.notices.services import news, tell_many
from lms.organisations.rules import Role
from lms.organisations.selectors import people_with


@transaction.atomic
def file_review(seat: Seat, *, part: str, text: str, evidence: Sequence[CheckedFile] = (), actor: User, now: datetime) -> Case:
    """Ask for a check of one part of one's own published result (成绩复核).

    Possible within the scheme's `review_request_days` working days of the day on which the list was hung out. Raises
    `PermissionDenied` for anybody else, `DomainError` "results.not_published", "results.review_over" naming the last day,
    "results.review_once", "results.part_unknown" (422), "results.reasons_empty" (422), or "results.case_waiting".
    """
    row = _own_row(seat, actor)
    today = timezone.localdate(now)
    until = review_until(row.publication)
    if today > until:
        raise DomainError("results.review_over", until=until)
    if part not in [finding["kind"] for finding in row.parts]:
        raise DomainError("results.part_unknown", status=422)
    if Case.objects.filter(seat=seat, kind=CaseKind.REVIEW.value, part=part).exclude(decided_by=None).exists():
        raise DomainError("results.review_once")
    return _file(row, {"kind": CaseKind.REVIEW.value, "part": part}, text=text, evidence=evidence, actor=actor, now=now)


@transaction.atomic
def file_appeal(
    seat: Seat,
    *,
    against: Objection | Case | None,
    text: str,
    evidence: Sequence[CheckedFile] = (),
    actor: User,
    now: datetime,
) -> Case:
    """Appeal against an answer about this result, or, with nothing named, against the result whose publication has ended.

    The candidate may; against the answer to an objection its filer may as well. Each thing is appealed against once by a
    person. Raises `PermissionDenied`, `DomainError` "results.not_published", "results.appeal_not_yet" while there is no answer or the
    list still hangs, "results.appeal_over" naming the last day, "results.appeal_once", "results.reasons_empty" (422), or
    "results.case_waiting".
    """
    row = _row_appealed(seat, against, actor)
    until = appeal_until(row.publication, against)
    if until is None:
        raise DomainError("results.appeal_not_yet")
    if timezone.localdate(now) > until:
        raise DomainError("results.appeal_over", until=until)
    objection = against if isinstance(against, Objection) else None
    case = against if isinstance(against, Case) else None
    named = {"kind": CaseKind.APPEAL.value, "against_objection": objection, "against_case": case}
    if Case.objects.filter(**named, seat=seat, filer=actor).exclude(decided_by=None).exists():
        raise DomainError("results.appeal_once")
    return _file(row, named, text=text, evidence=evidence, actor=actor, now=now)


@transaction.atomic
def accept_case(case: Case, *, actor: User, now: datetime) -> Case:
    """Take a review or an appeal; the machine's re-check is laid beside it and kept with it.

    Raises `PermissionDenied` unless the actor is head, exam officer or quality supervisor of the body, `DomainError`
    "results.case_involved" (I45), or `InvalidTransition` when somebody took it already.
    """
    _require_handler(case, actor)
    parts = [case.part] if case.is_review else [finding["kind"] for finding in case.seat.publication_row.parts]
    found = {"parts": [report(case.seat, part) for part in parts]}
    move(case, case.state, CaseEvent.ACCEPT, CASE_TRANSITIONS, accepted_by=actor, accepted_at=now, report=found)
    agrees = all(part["agrees"] for part in found["parts"])
    ledger.append("results.case_accepted", subject=case, actor=actor, now=now, about=case.kind, agrees=agrees)
    tell_many([_notice(notice_kinds.CASE_TAKEN, case, case.filer, now, date=case.due_on)])
    return case


@transaction.atomic
def decide_case(case: Case, *, upheld: bool, needs_correction: bool = False, answer: str, actor: User, now: datetime) -> Case:
    """Answer a review or an appeal with reasons.

    What is upheld with `needs_correction` keeps the certificate back until a correction order is in force. Raises
    `PermissionDenied`, `DomainError` "results.case_involved" (I45), "results.answer_empty" (422),
    "results.review_upheld_is_corrected" (422) for a review that is upheld without a correction, or `InvalidTransition`
    when nobody took it yet or it is answered.
    """
    _require_handler(case, actor)
    answer = answer.strip()[:TEXT_LIMIT]
    if not answer:
        raise DomainError("results.answer_empty", status=422)
    if case.is_review and upheld and not needs_correction:
        raise DomainError("results.review_upheld_is_corrected", status=422)
    changes: dict[str, Any] = {"answer": answer, "needs_correction": upheld and needs_correction}
    event = CaseEvent.UPHOLD if upheld else CaseEvent.DISMISS
    move(case, case.state, event, CASE_TRANSITIONS, decided_by=actor, decided_at=now, **changes)
    settle(case.seat.publication_row)
    facts = {"about": case.kind, "upheld": upheld, "needs_correction": case.needs_correction}
    ledger.append("results.case_decided", subject=case, actor=actor, now=now, **facts)
    tell_many([_notice(notice_kinds.CASE_ANSWERED, case, case.filer, now, answer=answer)])
    return case


def _own_row(seat: Seat, actor: User) -> PublicationRow:
    if seat.candidate_id != actor.pk:
        raise PermissionDenied
    row = PublicationRow.objects.select_for_update(of=("self",)).select_related(*ROW).filter(seat=seat).first()
    if row is None:
        raise DomainError("results.not_published")
    return row


ROW = ("publication__plan__scheme", "seat__plan")


def _row_appealed(seat: Seat, against: Objection | Case | None, actor: User) -> PublicationRow:
    """Return the published result that the appeal is about, if this person may appeal at all."""
    filer = isinstance(against, Objection) and against.filer_id == actor.pk
    if not filer:
        row = _own_row(seat, actor)
    else:
        row = PublicationRow.objects.select_for_update(of=("self",)).select_related(*ROW).get(seat=seat)
    if isinstance(against, Objection):
        about = (against.publication_id, against.ticket_number) == (row.publication_id, row.ticket_number)
    else:
        about = against is None or against.seat_id == seat.pk
    if not about:
        raise PermissionDenied
    return row


def _file(
    row: PublicationRow,
    named: dict[str, Any],
    *,
    text: str,
    evidence: Sequence[CheckedFile],
    actor: User,
    now: datetime,
) -> Case:
    text = text.strip()[:TEXT_LIMIT]
    if not text:
        raise DomainError("results.reasons_empty", status=422)
    today: date = timezone.localdate(now)
    days = row.publication.plan.scheme.parameter("review_decide_days")
    due_on = case_rules.term(today, days, add_workdays=workdays.add_workdays)
    try:
        with transaction.atomic():
            case = Case.objects.create(seat=row.seat, filer=actor, text=text, filed_at=now, due_on=due_on, **named)
    except IntegrityError:
        raise DomainError("results.case_waiting") from None
    attach(case, files=evidence, actor=actor, now=now)
    settle(row)
    facts = {"about": case.kind, "part": case.part, "seat": row.seat_id, "due_on": due_on.isoformat()}
    ledger.append("results.case_filed", subject=case, actor=actor, now=now, **facts)
    _tell_who_answers(case, now)
    return case


def _tell_who_answers(case: Case, now: datetime) -> None:
    """Tell whoever may answer, or the heads when everybody in the body had a part in it."""
    free = free_to_answer(case.seat, appeal=not case.is_review, but=[case.filer_id])
    kind = notice_kinds.CASE_FILED if free else notice_kinds.CASE_NOBODY
    people = free or list(people_with(case.seat.plan.organisation_id, Role.HEAD).filter(is_active=True))
    tell_many([_notice(kind, case, person, now, staff=True, date=case.due_on) for person in people])


def _notice(kind: Any, case: Case, person: User, now: datetime, *, staff: bool = False, **facts: Any) -> Any:
    plan = case.seat.plan
    url = reverse("results:case" if staff else "results:own_case", args=[case.pk])
    facts = {"plan": plan.title, **facts}
    return news(kind, person, facts=facts, url=url, organisation=plan.organisation_id, now=now)


def _require_handler(case: Case, actor: User) -> None:
    require_role(actor, case.seat.plan, *ANSWERING)
    part_taken = involved(actor, case.seat) if case.is_review else involved_in_answers(actor, case.seat)
    if case.filer_id == actor.pk or part_taken:
        raise DomainError("results.case_involved")
