"""The record of the rooms, a page at a time."""

from django.db.models import QuerySet

from certification.examday.models import Incident

PAGE = 50


def lines_page(lines: QuerySet[Incident], *, before: int) -> tuple[list[Incident], int]:
    """Return one page of these lines, the latest first, and behind which key the next one begins (0 for the last). One query."""
    rows = lines.select_related("seat", "by", "countersignature__by").order_by("-pk")
    found = list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0
