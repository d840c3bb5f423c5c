"""What the keys of a body ask of its head and its exam officers."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from certification.certificates.models import KEY_EVENT_LABELS, KeyChange, SigningKey
from certification.certificates.rules.keys import WARNING_DAYS, ChangeStatus, KeyEvent
from lms.core.queues import QueueRow
from lms.organisations.rules import Role
from lms.organisations.selectors import organisations_where

KEYS = gettext_lazy("Signing keys")


def key_rows(user: Any, now: datetime) -> Iterable[QueueRow]:
    """Proposals of others that wait for this person, and for heads the keys that end within 90 days. Two queries."""
    deciding = organisations_where(user, Role.HEAD, Role.EXAM_OFFICER)
    changes = KeyChange.objects.filter(status=ChangeStatus.OPEN.value, signing_key__organisation__in=deciding)
    for change in changes.exclude(proposed_by=user.pk).select_related("signing_key", "proposed_by"):
        yield QueueRow(
            queue=KEYS,
            title=change.signing_key.name,
            detail=_("%(name)s proposes: %(event)s")
            % {"name": change.proposed_by.get_full_name(), "event": KEY_EVENT_LABELS[KeyEvent(change.event)]},
            url=reverse("certificates:key", args=[change.signing_key_id]),
            due=change.proposed_at,
            key=f"change-{change.pk}",
            organisation=change.signing_key.organisation_id,
        )
    ending = SigningKey.objects.in_use().filter(
        organisation__in=organisations_where(user, Role.HEAD), not_after__lte=now + timedelta(days=max(WARNING_DAYS) + 1)
    )
    for key in ending:
        days = max(0, (timezone.localdate(key.not_after) - timezone.localdate(now)).days)
        if days > max(WARNING_DAYS):
            continue
        yield QueueRow(
            queue=KEYS,
            title=key.name,
            detail=ngettext("The certificate ends in %(days)s day", "The certificate ends in %(days)s days", days)
            % {"days": days},
            url=reverse("certificates:key", args=[key.pk]),
            due=key.not_after,
            key=f"end-{key.pk}",
            organisation=key.organisation_id,
        )
