"""Somebody says that a published result is wrong, and somebody uninvolved answers."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from certification.results import case_rules, notice_kinds, rules
from certification.results.involvement import involved
from certification.results.models import Objection, Publication, PublicationRow, Republication
from certification.results.rules import ObjectionEvent, ObjectionStatus
from certification.results.services.evidence import attach
from certification.results.services.shared import require_role
from certification.results.services.withholding import settle
from lms.accounts.models import User
from lms.core import ledger, workdays
from lms.core.errors import DomainError
from lms.core.states import move
from lms.core.uploads import CheckedFile
from lms.notices.services import news, tell_many
from lms.organisations.rules import Role

TEXT_LIMIT = 4000


@transaction.atomic
def file_objection(
    publication: Publication,
    *,
    ticket_number: str,
    filer: User,
    text: str,
    evidence: Sequence[CheckedFile] = (),
    now: datetime,
) -> Objection:
    """Object to one result of the plan, passed or not, while the list hangs, or while that result is public again.

    It is answered within the scheme's `review_decide_days`. Raises `DomainError` "results.publication_over",
    "results.ticket_unknown" (422), "results.objection_empty" (422), "results.objection_waiting" for a second one while the
    first is unanswered, or what `evidence.attach` raises.
    """
    publication = Publication.objects.select_for_update().select_related("plan__scheme").get(pk=publication.pk)
    today = timezone.localdate(now)
    ticket_number, text = ticket_number.strip(), text.strip()[:TEXT_LIMIT]
    row = PublicationRow.objects.filter(publication=publication, ticket_number=ticket_number).first()
    hangs = not publication.is_closed and rules.is_running(closes_on=publication.closes_on, today=today)
    renewed = None if hangs else _renewed(row, today)
    if not hangs and renewed is None:
        raise DomainError("results.publication_over")
    if not text:
        raise DomainError("results.objection_empty", status=422)
    if row is None:
        raise DomainError("results.ticket_unknown", ticket=ticket_number, status=422)
    days = publication.plan.scheme.parameter("review_decide_days")
    try:
        with transaction.atomic():
            objection = Objection.objects.create(
                publication=publication,
                republication=renewed,
                ticket_number=ticket_number,
                filer=filer,
                text=text,
                filed_at=now,
                due_on=case_rules.term(today, days, add_workdays=workdays.add_workdays),
            )
    except IntegrityError:
        raise DomainError("results.objection_waiting") from None
    attach(objection, files=evidence, actor=filer, now=now)
    settle(row)
    ledger.append("results.objection_filed", subject=objection, actor=filer, now=now, ticket=ticket_number)
    return objection


def _renewed(row: PublicationRow | None, today: date) -> Republication | None:
    """Return the renewed publication of this result that runs today."""
    if row is None:
        return None
    return Republication.objects.filter(row=row, closed_at=None, closes_on__gte=today).first()


@transaction.atomic
def accept_objection(objection: Objection, *, actor: User, now: datetime) -> Objection:
    """Take an objection to look into it. Raises as `decide_objection` does."""
    _require_answerer(objection, actor)
    current = ObjectionStatus(objection.status)
    changes = {"accepted_by": actor, "accepted_at": now}
    move(objection, current, ObjectionEvent.ACCEPT, rules.OBJECTION_TRANSITIONS, **changes)
    ledger.append("results.objection_accepted", subject=objection, actor=actor, now=now, ticket=objection.ticket_number)
    return objection


@transaction.atomic
def decide_objection(objection: Objection, *, upheld: bool, answer: str, actor: User, now: datetime) -> Objection:
    """Answer an objection; one that nobody took yet is taken with it. An upheld one withholds that candidate's
    certificate until a correction.

    Raises `PermissionDenied` unless the actor is head, exam officer or quality supervisor of the
    body; `DomainError` "results.objection_involved" for anybody who examined, decided, confirmed
    or filed (I45), "results.answer_empty" (422), or `InvalidTransition` when it is answered.
    """
    row = _require_answerer(objection, actor)
    answer = answer.strip()[:TEXT_LIMIT]
    if not answer:
        raise DomainError("results.answer_empty", status=422)
    if ObjectionStatus(objection.status) is ObjectionStatus.FILED:
        accept_objection(objection, actor=actor, now=now)
    current = ObjectionStatus(objection.status)
    event = ObjectionEvent.UPHOLD if upheld else ObjectionEvent.DISMISS
    move(objection, current, event, rules.OBJECTION_TRANSITIONS, answer=answer, decided_by=actor, decided_at=now)
    settle(row)
    ledger.append(
        "results.objection_decided", subject=objection, actor=actor, now=now, upheld=upheld, ticket=objection.ticket_number
    )
    notice = news(
        notice_kinds.OBJECTION,
        objection.filer,
        facts={"answer": answer},
        url=reverse("results:publication", args=[objection.publication_id]),
        organisation=objection.publication.plan.organisation_id,
        now=now,
    )
    tell_many([notice])
    return objection


def _require_answerer(objection: Objection, actor: User) -> PublicationRow:
    """Return the published result that is objected to, if this person may answer for it (I45)."""
    require_role(actor, objection.publication.plan, Role.HEAD, Role.EXAM_OFFICER, Role.SUPERVISOR)
    row = PublicationRow.objects.select_related("seat__plan").get(
        publication_id=objection.publication_id, ticket_number=objection.ticket_number
    )
    if objection.filer_id == actor.pk or involved(actor, row.seat):
        raise DomainError("results.objection_involved")
    return row
