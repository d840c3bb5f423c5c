"""Earlier versions under which a passed part still counts (I26), declared by who publishes the scheme."""

from datetime import datetime

from django.db import transaction

from certification.standards.access import require_publisher
from certification.standards.models import EquivalentVersion, Scheme
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError


def equivalent_versions(scheme_id: int) -> set[int]:
    """Return the keys of the versions whose passed parts count under this one, itself among them. One query."""
    rows = EquivalentVersion.objects.filter(scheme=scheme_id).order_by()
    return {scheme_id, *rows.values_list("earlier_id", flat=True)}


def declarable(scheme: Scheme) -> list[Scheme]:
    """Return the earlier published versions under the same key of which nothing is declared yet. One query."""
    if scheme.is_draft:
        return []
    declared = EquivalentVersion.objects.filter(scheme=scheme).values("earlier")
    earlier = Scheme.objects.filter(key=scheme.key, status="published", version__lt=scheme.version)
    return list(earlier.exclude(pk__in=declared).order_by("-version"))


@transaction.atomic
def declare_equivalent(scheme: Scheme, *, earlier: Scheme, reason: str, actor: User, now: datetime) -> EquivalentVersion:
    """Declare that parts passed under an earlier version count under this one; twice is once, and it is never taken back:
    candidates rely on it.

    Each version is declared by itself: what counts under the second counts under the third only if that is said as well.
    Raises `PermissionDenied` unless the actor heads the body that keeps the scheme, `DomainError` "standards.not_earlier"
    (422) unless both are published under one key, this one later, or "standards.equivalence_reason" (422).
    """
    require_publisher(actor, scheme.owner)
    if scheme.is_draft or earlier.is_draft or earlier.key != scheme.key or earlier.version >= scheme.version:
        raise DomainError("standards.not_earlier", status=422)
    if not (reason := reason.strip()[:300]):
        raise DomainError("standards.equivalence_reason", status=422)
    row, made = EquivalentVersion.objects.get_or_create(
        scheme=scheme, earlier=earlier, defaults={"reason": reason, "declared_by": actor, "declared_at": now}
    )
    if made:
        ledger.append(
            "standards.version_equivalent",
            subject=scheme,
            actor=actor,
            now=now,
            key=scheme.key,
            version=scheme.version,
            earlier=earlier.version,
        )
    return row
