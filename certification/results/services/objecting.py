"""Somebody says that a published result is wrong, and somebody uninvolved answers."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from certification.results import notice_kinds, rules, selectors
from certification.results.models import Objection, Publication, PublicationRow
from certification.results.rules import ObjectionEvent, ObjectionStatus
from certification.results.services.shared import require_role
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.states import move
from lms.notices.services import news, tell_many
from lms.organisations.rules import Role

TEXT_LIMIT = 4000


@transaction.atomic
def file_objection(publication: Publication, *, ticket_number: str, filer: User, text: str, now: datetime) -> Objection:
    """Object to one result of the plan, passed or not, while the list hangs.

    Raises `DomainError` "results.publication_over", "results.ticket_unknown" (422),
    "results.objection_empty" (422) or "results.objection_waiting" for a second one while the
    first is unanswered.
    """
    publication = Publication.objects.select_for_update().get(pk=publication.pk)
    if publication.is_closed or not rules.is_running(closes_on=publication.closes_on, today=timezone.localdate(now)):
        raise DomainError("results.publication_over")
    ticket_number, text = ticket_number.strip(), text.strip()[:TEXT_LIMIT]
    if not text:
        raise DomainError("results.objection_empty", status=422)
    if not PublicationRow.objects.filter(publication=publication, ticket_number=ticket_number).exists():
        raise DomainError("results.ticket_unknown", ticket=ticket_number, status=422)
    try:
        with transaction.atomic():
            objection = Objection.objects.create(
                publication=publication, ticket_number=ticket_number, filer=filer, text=text, filed_at=now
            )
    except IntegrityError:
        raise DomainError("results.objection_waiting") from None
    ledger.append("results.objection_filed", subject=objection, actor=filer, now=now, ticket=ticket_number)
    return objection


@transaction.atomic
def decide_objection(objection: Objection, *, upheld: bool, answer: str, actor: User, now: datetime) -> Objection:
    """Answer an objection. An upheld one withholds that candidate's certificate until a correction.

    Raises `PermissionDenied` unless the actor is head, exam officer or quality supervisor of the
    body; `DomainError` "results.objection_involved" for anybody who examined, decided, confirmed
    or filed (I45), "results.answer_empty" (422), or `InvalidTransition` when it is answered.
    """
    plan = objection.publication.plan
    require_role(actor, plan, Role.HEAD, Role.EXAM_OFFICER, Role.SUPERVISOR)
    if selectors.has_examined(actor, plan) or selectors.has_decided(actor, plan) or objection.filer_id == actor.pk:
        raise DomainError("results.objection_involved")
    answer = answer.strip()[:TEXT_LIMIT]
    if not answer:
        raise DomainError("results.answer_empty", status=422)
    current = ObjectionStatus(objection.status)
    event = ObjectionEvent.UPHOLD if upheld else ObjectionEvent.DISMISS
    move(objection, current, event, rules.OBJECTION_TRANSITIONS, answer=answer, decided_by=actor, decided_at=now)
    if upheld:
        PublicationRow.objects.filter(publication_id=objection.publication_id, ticket_number=objection.ticket_number).update(
            withheld=True
        )
    ledger.append(
        "results.objection_decided", subject=objection, actor=actor, now=now, upheld=upheld, ticket=objection.ticket_number
    )
    notice = news(
        notice_kinds.OBJECTION,
        objection.filer,
        facts={"answer": answer},
        url=reverse("results:publication", args=[objection.publication_id]),
        organisation=plan.organisation_id,
        now=now,
    )
    tell_many([notice])
    return objection
