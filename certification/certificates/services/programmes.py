"""What a body gives certificates for: written down, changed, closed; and the list of who is to have one."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from certification.certificates.models import Certificate, IssueBatch, Programme
from certification.certificates.rules import Kind
from certification.certificates.rules.wording import check_wording
from certification.certificates.selectors import open_batch_of
from certification.certificates.services.batches import PREPARERS, prepare_batch
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.models import Organisation
from lms.organisations.selectors import has_role

FACTS = (
    "title",
    "title_en",
    "course",
    "hours",
    "credits",
    "credit_scheme",
    "valid_months",
    "renewal_credits",
    "template",
)
NEEDED = {
    Kind.COMPLETION: ("course",),
    Kind.HOURS: ("course", "hours"),
    Kind.CREDITS: ("course", "credits", "credit_scheme"),
    Kind.ACHIEVEMENT: (),
}
"""What a programme of each kind must say. Class hours and credits are earned in a course; an achievement is named."""


@transaction.atomic
def create_programme(
    organisation: Organisation, *, kind: Kind, facts: Mapping[str, Any], actor: User, now: datetime
) -> Programme:
    """Write down a new programme; `facts` holds some of `FACTS`.

    Raises `PermissionDenied`, and `DomainError`: `certificates.programme_title_taken`, `…programme_lacks` naming the
    fact, `…renewal_needs_months`, `…template_of_another_kind`, and those of `check_wording`.
    """
    _require(actor, organisation)
    programme = Programme(organisation=organisation, kind=kind.value)
    _write(programme, facts)
    _save(programme, force_insert=True)
    ledger.append("certificates.programme_created", subject=programme, actor=actor, now=now, programme_kind=kind.value)
    return programme


@transaction.atomic
def change_programme(programme: Programme, *, facts: Mapping[str, Any], actor: User, now: datetime) -> Programme:
    """Change what certificates will say from now on; those that are out keep what they say.

    Errors as above, and `certificates.programme_has_open_list`: what a head approves, or has approved, is not changed
    under her hands.
    """
    _require(actor, programme.organisation)
    programme = Programme.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=programme.pk)
    if open_batch_of(programme) is not None:
        raise DomainError("certificates.programme_has_open_list")
    _write(programme, facts)
    _save(programme)
    ledger.append("certificates.programme_changed", subject=programme, actor=actor, now=now, programme_kind=programme.kind)
    return programme


@transaction.atomic
def set_programme_open(programme: Programme, *, is_open: bool, actor: User, now: datetime) -> Programme:
    """Close a programme, after which no new list is prepared for it, or open it again."""
    _require(actor, programme.organisation)
    moved = Programme.objects.filter(pk=programme.pk, active=not is_open).update(active=is_open)
    if moved:
        kind = "certificates.programme_opened" if is_open else "certificates.programme_closed"
        ledger.append(kind, subject=programme, actor=actor, now=now)
    programme.refresh_from_db()
    return programme


@transaction.atomic
def prepare_programme(
    programme: Programme,
    *,
    people: Collection[User] = (),
    exclusions: Mapping[int, str] | None = None,
    actor: User,
    now: datetime,
) -> IssueBatch:
    """Put who is due, or who is named, on a list for the head's approval; the errors of `prepare_batch`.

    Raises `certificates.programme_closed` for one that is closed, `certificates.already_holds_this` when somebody
    named holds a standing certificate of it.
    """
    programme = Programme.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=programme.pk)
    if not programme.active:
        raise DomainError("certificates.programme_is_closed")
    if Certificate.objects.standing().filter(programme=programme, holder__in=people).exists():
        raise DomainError("certificates.already_holds_this")
    return prepare_batch(programme, people=people, exclusions=exclusions, actor=actor, now=now)


def _require(actor: User, organisation: Organisation) -> None:
    if not has_role(actor, organisation, *PREPARERS):
        raise PermissionDenied


def _save(programme: Programme, *, force_insert: bool = False) -> None:
    try:
        with transaction.atomic():
            programme.save(force_insert=force_insert)
    except IntegrityError:
        # Two clicks at once: the second meets the constraint.
        raise DomainError("certificates.programme_title_taken", status=422, title=programme.title) from None


def _write(programme: Programme, facts: Mapping[str, Any]) -> None:
    kind = Kind(programme.kind)
    for name in FACTS:
        if name in facts:
            setattr(programme, name, facts[name])
    # I38: what is no skill-level certificate never speaks like one.
    for name in ("title", "title_en", "credit_scheme"):
        setattr(programme, name, check_wording(getattr(programme, name), kind=kind))
    if not programme.title:
        raise DomainError("certificates.programme_lacks", status=422, fact=_label("title"))
    for name in NEEDED[kind]:
        if getattr(programme, name) in (None, ""):
            raise DomainError("certificates.programme_lacks", status=422, fact=_label(name))
    if programme.renewal_credits is not None and not programme.valid_months:
        raise DomainError("certificates.renewal_needs_months", status=422)
    if programme.template is not None and (
        programme.template.design != kind.value or programme.template.organisation_id != programme.organisation_id
    ):
        raise DomainError("certificates.template_of_another_kind", status=422)
    twins = Programme.objects.filter(organisation=programme.organisation, kind=kind.value, title=programme.title)
    if twins.exclude(pk=programme.pk).exists():
        raise DomainError("certificates.programme_title_taken", status=422, title=programme.title)


def _label(name: str) -> str:
    return str(Programme._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
