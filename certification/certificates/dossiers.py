"""What is known of each person who is due a certificate, gathered for many at once in a constant number of queries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from certification.applications.models import Application
from certification.certificates.models import Certificate, Programme
from certification.certificates.rules import IssueFacts, refusal_to_issue
from certification.plans.models import Plan
from certification.results.models import Decision, Publication, PublicationRow
from certification.results.selectors import has_examined, open_objections
from courses.learning.models import CompletionStatement
from lms.accounts.models import IdentityDocument, User
from lms.core.errors import DomainError


@dataclass(frozen=True)
class Dossier:
    """One person who is due a certificate. `refusal` says why she cannot have it today, None when she can."""

    holder: User
    decision: Decision | None = None
    statement: CompletionStatement | None = None
    identity: IdentityDocument | None = None
    photo_sha256: str = ""
    refusal: DomainError | None = field(default=None, compare=False)


def decisions_of(pks: Collection[int]) -> list[Decision]:
    """Return the decisions with all that claims are made of, in ticket order. One query."""
    return list(
        Decision.objects.filter(pk__in=pks)
        .select_related("seat__candidate", "seat__plan__organisation", "seat__plan__filing", "seat__plan__scheme__occupation")
        .order_by("seat__ticket_number")
    )


def dossiers_for_plan(plan: Plan, decisions: Sequence[Decision], *, actor: User | None, today: date) -> list[Dossier]:
    """Return one dossier per decision of this plan, in the order given. At most nine queries, however many.

    `actor` is who issues; somebody who examined here makes every one refused (I44). None: not asked yet.
    """
    seats = [decision.seat_id for decision in decisions]
    holders = [decision.seat.candidate_id for decision in decisions]
    publication = Publication.objects.filter(plan=plan).first()
    objections = open_objections(publication.pk).count() if publication else 0
    rows = dict(PublicationRow.objects.filter(seat_id__in=seats).values_list("seat_id", "withheld"))
    identities = {document.user_id: document for document in IdentityDocument.objects.filter(user_id__in=holders)}
    photos = dict(Application.objects.filter(seat_id__in=seats).values_list("seat_id", "photo_sha256"))
    standing = set(
        Certificate.objects.standing()
        .filter(
            holder_id__in=holders,
            occupation_id=plan.scheme.occupation_id,
            work_type=plan.work_type,
            level=plan.level,
            organisation_id=plan.organisation_id,
        )
        .values_list("holder_id", flat=True)
    )
    acted = "examined" if actor is not None and has_examined(actor, plan) else ""
    dossiers = []
    for decision in decisions:
        holder = decision.seat.candidate
        published = publication if decision.seat_id in rows else None
        facts = IssueFacts(
            passed=decision.passed,
            confirmed=decision.confirmed_at is not None,
            closes_on=published.closes_on if published else None,
            publication_closed=published is not None and published.is_closed,
            open_objections=objections if published else 0,
            withheld=rows.get(decision.seat_id, False),
            has_certificate=holder.pk in standing,
            acted=acted,
        )
        identity, photo = identities.get(holder.pk), photos.get(decision.seat_id) or ""
        refusal = refusal_to_issue(facts, today=today) or _missing(identity, photo)
        dossiers.append(Dossier(holder=holder, decision=decision, identity=identity, photo_sha256=photo, refusal=refusal))
    return dossiers


def dossiers_for_programme(programme: Programme, people: Sequence[tuple[User, CompletionStatement | None]]) -> list[Dossier]:
    """Return one dossier per person, in the order given. Two queries."""
    holders = [holder.pk for holder, _statement in people]
    identities = {document.user_id: document for document in IdentityDocument.objects.filter(user_id__in=holders)}
    standing = set(
        Certificate.objects.standing().filter(holder_id__in=holders, programme=programme).values_list("holder_id", flat=True)
    )
    dossiers = []
    for holder, statement in people:
        refusal = None
        if holder.pk in standing:
            refusal = DomainError("certificates.already_holds_this")
        elif programme.course_id is not None and statement is None:
            refusal = DomainError("certificates.course_not_completed")
        dossiers.append(Dossier(holder=holder, statement=statement, identity=identities.get(holder.pk), refusal=refusal))
    return dossiers


def _missing(identity: IdentityDocument | None, photo: str) -> DomainError | None:
    if identity is None:
        return DomainError("certificates.no_identity")
    return None if photo else DomainError("certificates.no_photo")
