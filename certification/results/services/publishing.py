"""The list of results (公示): hung out, and taken down."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from certification.plans import services as plans
from certification.plans.models import Plan, Seat
from certification.plans.rules import Event as PlanEvent
from certification.results import notice_kinds, rules, selectors
from certification.results.models import PreparedList, Publication, PublicationRow
from certification.results.rules import PublicationEvent, PublicationStatus
from certification.results.services.shared import fingerprint, locked, require_role, require_scored
from lms.accounts.models import User
from lms.core import ledger, workdays
from lms.core.crypto import mask_name
from lms.core.errors import DomainError
from lms.core.states import move, next_status
from lms.notices.models import Notice
from lms.notices.services import news, tell_many
from lms.organisations.rules import Role


@transaction.atomic
def prepare_list(plan: Plan, *, actor: User, now: datetime) -> PreparedList:
    """Prepare the list of a plan whose decisions are all confirmed; the head has to approve it. The same list again by the
    same person is no new act.

    Raises `PermissionDenied` for anybody but an exam officer of the body, `DomainError` "results.not_scored" or
    "results.not_confirmed".
    """
    plan = locked(plan)
    require_role(actor, plan, Role.EXAM_OFFICER)
    require_scored(plan)
    seats = _confirmed_seats(plan)
    sealed = _sealed(seats)
    last = PreparedList.objects.filter(plan=plan).order_by("-pk").first()
    if last is not None and (last.prepared_by_id, last.content_sha256) == (actor.pk, sealed):
        return last
    prepared = PreparedList.objects.create(plan=plan, prepared_by=actor, prepared_at=now, rows=len(seats), content_sha256=sealed)
    ledger.append("results.list_prepared", subject=plan, actor=actor, now=now, rows=len(seats), sha256=sealed)
    return prepared


@transaction.atomic
def publish_results(plan: Plan, *, actor: User, now: datetime) -> Publication:
    """Approve the prepared list and hang it out, masked, from today for the scheme's number of full working days (I30).

    A row is frozen for everybody of the plan, so that each can read her own and object; the public
    list shows those who passed (`selectors.public_rows`). Raises `PermissionDenied` for anybody but the head,
    `DomainError` "results.not_scored", "results.not_confirmed", "results.not_prepared", "results.list_changed" when it
    is not the list that was prepared, or "results.publish_same_person" for who prepared it.
    """
    plan = locked(plan)
    require_role(actor, plan, Role.HEAD)
    require_scored(plan)
    seats = _confirmed_seats(plan)
    prepared = PreparedList.objects.filter(plan=plan).order_by("-pk").first()
    if prepared is None:
        raise DomainError("results.not_prepared")
    if prepared.prepared_by_id == actor.pk:
        raise DomainError("results.publish_same_person")
    sealed = _sealed(seats)
    if prepared.content_sha256 != sealed:
        raise DomainError("results.list_changed")
    opens_on = timezone.localdate(now)
    closes_on = rules.last_day(opens_on, days=plan.scheme.parameter("publication_days"), add_workdays=workdays.add_workdays)
    publication = Publication.objects.create(
        plan=plan,
        opens_on=opens_on,
        closes_on=closes_on,
        prepared_by_id=prepared.prepared_by_id,
        published_by=actor,
        published_at=now,
        content_sha256=sealed,
    )
    publish_rows(publication, seats, now=now)
    plans.advance(plan, PlanEvent.START_PUBLICATION, actor=actor, now=now)
    facts = {"opens_on": opens_on.isoformat(), "closes_on": closes_on.isoformat(), "rows": len(seats), "sha256": sealed}
    ledger.append("results.published", subject=publication, actor=actor, now=now, prepared_by=prepared.prepared_by_id, **facts)
    return publication


@transaction.atomic
def publish_rows(publication: Publication, seats: Sequence[Seat], *, now: datetime) -> list[PublicationRow]:
    """Write the masked lines of these seats, whose decisions are confirmed, and tell each candidate that her result is out.

    The caller has asked for roles, and fetched `candidate__identity` and `decision`.
    """
    rows = PublicationRow.objects.bulk_create(
        (PublicationRow(publication=publication, seat=seat, **line_of(seat)) for seat in seats), batch_size=500
    )
    tell_many([_notice_of_result(seat, publication, now) for seat in seats])
    return rows


def line_of(seat: Seat) -> dict[str, Any]:
    """Return what a list says of one candidate: ticket, masked name and number, parts, passed or not (I30)."""
    identity = getattr(seat.candidate, "identity", None)
    return {
        "ticket_number": seat.ticket_number,
        "masked_name": mask_name(seat.candidate.get_full_name()),
        "masked_id": identity.masked if identity is not None else "",
        "parts": seat.decision.parts,
        "passed": seat.decision.passed,
    }


def _confirmed_seats(plan: Plan) -> list[Seat]:
    seats = list(Seat.objects.filter(plan=plan).select_related("candidate__identity", "decision").order_by("ticket_number"))
    if not seats or any(getattr(seat, "decision", None) is None or seat.decision.confirmed_at is None for seat in seats):
        raise DomainError("results.not_confirmed")
    return seats


def _sealed(seats: Sequence[Seat]) -> str:
    return fingerprint([[seat.ticket_number, seat.decision.parts, seat.decision.passed] for seat in seats])


def _notice_of_result(seat: Seat, publication: Publication, now: datetime) -> Notice:
    plan = publication.plan
    return news(
        notice_kinds.RESULT,
        seat.candidate,
        facts={"plan": plan.title, "date": publication.closes_on},
        url=reverse("results:own", args=[seat.pk]),
        organisation=plan.organisation_id,
        now=now,
    )


@transaction.atomic
def close_publication(publication: Publication, *, actor: User, now: datetime) -> Publication:
    """End a publication whose last day is over and whose objections are all answered (I31).

    Raises `PermissionDenied`, `DomainError` "results.publication_running",
    "results.objections_open", or `InvalidTransition` when it is closed already.
    """
    publication = Publication.objects.select_for_update().select_related("plan__organisation").get(pk=publication.pk)
    require_role(actor, publication.plan, Role.HEAD, Role.EXAM_OFFICER)
    current = PublicationStatus(publication.status)
    event = PublicationEvent.CLOSE
    next_status(rules.PUBLICATION_TRANSITIONS, current, event)
    if rules.is_running(closes_on=publication.closes_on, today=timezone.localdate(now)):
        raise DomainError("results.publication_running", closes_on=publication.closes_on)
    if waiting := selectors.open_objections(publication.pk).count():
        raise DomainError("results.objections_open", count=waiting)
    move(publication, current, event, rules.PUBLICATION_TRANSITIONS, closed_by=actor, closed_at=now)
    ledger.append("results.publication_closed", subject=publication, actor=actor, now=now)
    if not selectors.decided_for_issue(publication.plan).exists():
        # Nobody gets a certificate, so no issue will end the plan; its candidates must be free to apply again.
        plans.advance(publication.plan, PlanEvent.CERTIFY, actor=actor, now=now)
    return publication
