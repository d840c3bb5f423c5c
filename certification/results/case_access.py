"""The only way a view reaches reviews, appeals, correction orders and their files."""

from typing import TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.http import Http404

from certification.plans.models import Plan, Seat
from certification.results.access import objection_to_answer, plans_with_results
from certification.results.models import Case, CaseEvidence, CorrectionOrder, Objection
from lms.accounts.models import User
from lms.organisations.rules import Role
from lms.organisations.selectors import organisations_where

Row = TypeVar("Row", bound=Model)

CASE = (
    *("seat__plan__organisation", "seat__plan__scheme__occupation", "seat__candidate", "seat__publication_row__publication"),
    *("filer", "accepted_by", "decided_by", "against_objection", "against_case"),
)


def cases_of_body(user: User) -> QuerySet[Case]:
    """Return reviews and appeals about results that this person may see as staff."""
    return Case.objects.filter(seat__plan__in=plans_with_results(user)).select_related(*CASE)


def case_of_body(user: User, pk: int) -> Case:
    """Return such a case; another body's is not found (I42)."""
    return _found(cases_of_body(user), pk)


def own_case(user: User, pk: int) -> Case:
    """Return what this person filed; anybody else's is not found."""
    return _found(Case.objects.filter(filer=user).select_related(*CASE), pk)


def own_published_seat(user: User, pk: int) -> Seat:
    """Return the candidate's own seat whose result is public."""
    seats = Seat.objects.filter(candidate=user, publication_row__isnull=False)
    return _found(seats.select_related("plan__scheme__occupation", "publication_row__publication__plan__scheme"), pk)


def thing_to_appeal(user: User, what: str, pk: int) -> tuple[Seat, Objection | Case | None]:
    """Return whose result it is and the answer that this person may appeal against, None for the result itself."""
    if what == "result":
        return own_published_seat(user, pk), None
    if what == "case":
        case = _found(Case.objects.filter(seat__candidate=user), pk)
        return _published(case.seat_id), case
    about_own = Q(publication__rows__ticket_number=F("ticket_number"), publication__rows__seat__candidate=user)
    objection = _found(Objection.objects.filter(Q(filer=user) | about_own).distinct(), pk)
    seat = Seat.objects.filter(
        plan__publication=objection.publication_id, ticket_number=objection.ticket_number, publication_row__isnull=False
    ).first()
    return _published(seat.pk if seat else 0), objection


def order_of_body(user: User, pk: int) -> CorrectionOrder:
    """Return a correction order of the person's body."""
    orders = CorrectionOrder.objects.filter(seat__plan__in=plans_with_results(user))
    with_names = orders.select_related(
        *("seat__plan__organisation", "seat__plan__scheme__occupation", "seat__candidate", "seat__publication_row"),
        *("requested_by", "approved_by", "refused_by", "objection", "case", "republication__closed_by"),
    )
    return _found(with_names, pk)


def seat_to_correct(user: User, pk: int) -> Seat:
    """Return a seat with a public result in a body of which this person is exam officer or head."""
    bodies = organisations_where(user, Role.EXAM_OFFICER, Role.HEAD)
    seats = Seat.objects.filter(plan__organisation__in=bodies, publication_row__isnull=False)
    return _found(seats.select_related("plan__organisation", "candidate", "decision", "publication_row"), pk)


def source_of(user: User, seat: Seat, *, objection: int, case: int) -> Objection | Case | None:
    """Return what was upheld about this seat and leads to a correction; not found where it is about another."""
    if objection:
        found = objection_to_answer(user, objection)
        if (found.publication.plan_id, found.ticket_number) != (seat.plan_id, seat.ticket_number):
            raise Http404
        return found
    if case:
        return _found(cases_of_body(user).filter(seat=seat), case)
    return None


def evidence_to_read(user: User, pk: int) -> CaseEvidence:
    """Return a file: of whoever added it, and of the staff of the body whose result it is about."""
    plans: QuerySet[Plan] = plans_with_results(user)
    staff = Q(objection__publication__plan__in=plans) | Q(case__seat__plan__in=plans) | Q(order__seat__plan__in=plans)
    return _found(CaseEvidence.objects.filter(Q(added_by=user) | staff), pk)


def _published(seat_pk: int) -> Seat:
    seats = Seat.objects.filter(publication_row__isnull=False)
    return _found(seats.select_related("plan__scheme__occupation", "publication_row__publication__plan__scheme"), seat_pk)


def _found(rows: QuerySet[Row], pk: int) -> Row:
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
