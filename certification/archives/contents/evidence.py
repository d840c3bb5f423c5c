"""Evidence that belongs to an objection, to a review or appeal, or to a correction order of a plan."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from certification.archives.contents.columns import AT_ONCE
from certification.plans.models import Plan
from certification.results.models import CaseEvidence


def evidence_of(plan: Plan) -> Iterable[CaseEvidence]:
    """Return the evidence of a plan in the order in which it came, each with what it `belongs_to`. One query."""
    ours = Q(objection__publication__plan=plan) | Q(case__seat__plan=plan) | Q(order__seat__plan=plan)
    rows = CaseEvidence.objects.filter(ours).select_related("objection", "case__seat", "order__seat", "added_by")
    for row in rows.order_by("pk").iterator(chunk_size=AT_ONCE):
        row.belongs_to = _belongs_to(row)  # type: ignore[attr-defined]
        yield row


def _belongs_to(row: CaseEvidence) -> str:
    if row.objection is not None:
        return _("Objection, ticket %(number)s") % {"number": row.objection.ticket_number}
    if row.case is not None:
        return _("%(kind)s, ticket %(number)s") % {"kind": row.case.get_kind_display(), "number": row.case.seat.ticket_number}
    assert row.order is not None
    return _("Correction order, ticket %(number)s") % {"number": row.order.seat.ticket_number}
