"""Whether a published result may lead to a certificate today; asked anew after each act about it."""

from django.db.models import Exists, OuterRef, Q

from certification.results.case_rules import OPEN_CASE, OPEN_ORDER, CaseStatus, OrderStatus
from certification.results.models import Case, CorrectionOrder, Objection, PublicationRow, Republication
from certification.results.rules import OPEN_OBJECTION, ObjectionStatus


def settle(row: PublicationRow) -> bool:
    """Write down whether this person's certificate has to wait, and tell it.

    It waits while a review or an appeal is open, while a correction is asked for, while what was upheld is not corrected
    yet, and while the corrected result is public again (I28, I31). Other people's certificates do not wait for it.
    """
    withheld = _open(row) or _uncorrected(row) or Republication.objects.filter(row=row, closed_at=None).exists()
    PublicationRow.objects.filter(pk=row.pk).exclude(withheld=withheld).update(withheld=withheld)
    row.withheld = withheld
    return withheld


def _open(row: PublicationRow) -> bool:
    cases = Case.objects.filter(seat_id=row.seat_id, status__in=[status.value for status in OPEN_CASE])
    orders = CorrectionOrder.objects.filter(seat_id=row.seat_id, status__in=[status.value for status in OPEN_ORDER])
    renewed = Objection.objects.filter(republication__row=row, status__in=[status.value for status in OPEN_OBJECTION])
    return cases.exists() or orders.exists() or renewed.exists()


def _uncorrected(row: PublicationRow) -> bool:
    """Tell whether something was upheld that neither a correction nor a later appeal has settled."""
    objections = Objection.objects.filter(
        publication_id=row.publication_id, ticket_number=row.ticket_number, status=ObjectionStatus.UPHELD.value
    )
    cases = Case.objects.filter(seat_id=row.seat_id, status=CaseStatus.UPHELD.value, needs_correction=True)
    return (
        objections.filter(~_corrected("objection") & ~_set_aside("against_objection")).exists()
        or cases.filter(~_corrected("case") & ~_set_aside("against_case")).exists()
    )


def _corrected(source: str) -> Q:
    orders = CorrectionOrder.objects.filter(**{source: OuterRef("pk")}, status=OrderStatus.APPLIED.value)
    return Q(Exists(orders))


def _set_aside(against: str) -> Q:
    """An upheld appeal takes the place of the answer that it was against; whether it needs a correction, it says itself."""
    return Q(Exists(Case.objects.filter(**{against: OuterRef("pk")}, status=CaseStatus.UPHELD.value)))
