"""What a body is told of the people whom it entered: whether they handed in, never whether they were known before."""

from typing import Any

from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.utils.translation import pgettext_lazy

from certification.applications.models import Entry, Intake
from certification.applications.rules import Status
from certification.applications.rules.intakes import EntryStatus

STANDING_LABELS = {
    "handed_in": pgettext_lazy("entered person", "Handed in"),
    "waiting": pgettext_lazy("entered person", "Not handed in yet"),
    "declined": pgettext_lazy("entered person", "Does not take part"),
    "expired": pgettext_lazy("entered person", "Not confirmed in time; deleted"),
}


def told_entries(intake: Intake) -> QuerySet[Any]:
    """Return the entries of a table, each with its `standing`, a key of `STANDING_LABELS`.

    Who has an account gets a draft at once, and others an entry to confirm: both wait until the person hands in, since a
    table must not tell which numbers are known here (decision 18). Numbers and forms stay where they are.
    """
    told = Case(
        When(status=EntryStatus.EXPIRED.value, then=Value("expired")),
        When(Q(status=EntryStatus.DECLINED.value) | Q(application__status=Status.WITHDRAWN.value), then=Value("declined")),
        When(application__submitted_at__isnull=False, then=Value("handed_in")),
        default=Value("waiting"),
        output_field=CharField(),
    )
    return Entry.objects.filter(intake=intake).annotate(standing=told).only("line", "name", "status")
