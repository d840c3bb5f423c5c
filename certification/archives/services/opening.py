"""Reading in a sealed archive: the head allows it, two people are there, every look is written down (I41, I43)."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from certification.archives.access import KEEPERS, WITNESSES
from certification.archives.models import Archive, Opening, OpeningApproval, OpeningView, Presence
from certification.archives.rules import VOLUMES, OpeningState
from certification.archives.selectors import seen_at, volumes_of
from lms.accounts.models import User
from lms.core import ledger, store
from lms.core.errors import DomainError
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role

PACKAGE = 0
"""Stands for the whole package where a volume is named."""
LONGEST = 1000


@transaction.atomic
def request_opening(
    archive: Archive, *, volumes: Collection[int], purpose: str, witness: User, actor: User, now: datetime
) -> Opening:
    """Ask to read these volumes with a second person beside.

    Raises `PermissionDenied` unless the actor is officer or head of the body and did not sit in the plan, `DomainError`
    "archives.not_sealed", or (422) "archives.no_volumes", "archives.purpose_missing", "archives.witness_unfit".
    """
    body = archive.plan.organisation_id
    if not has_role(actor, body, *KEEPERS) or _sat(archive, actor):
        raise PermissionDenied
    if not archive.is_sealed:
        raise DomainError("archives.not_sealed")
    wanted = sorted(set(volumes))
    if not wanted or not set(wanted) <= set(VOLUMES):
        raise DomainError("archives.no_volumes", status=422)
    words = purpose.replace("\0", "").strip()[:LONGEST]
    if not words:
        raise DomainError("archives.purpose_missing", status=422)
    if witness.pk == actor.pk or not has_role(witness, body, *WITNESSES) or _sat(archive, witness):
        raise DomainError("archives.witness_unfit", status=422)
    opening = Opening.objects.create(
        archive=archive, volumes=wanted, purpose=words, requested_by=actor, witness=witness, requested_at=now
    )
    ledger.append(
        "archives.opening_requested",
        subject=archive,
        actor=actor,
        now=now,
        opening=opening.pk,
        volumes=wanted,
        witness=witness.pk,
    )
    return opening


@transaction.atomic
def approve_opening(opening: Opening, *, actor: User, now: datetime) -> OpeningApproval:
    """Allow it; the head's act, who is neither of the two that read.

    Raises `PermissionDenied`, `DomainError` "archives.third_person" (403), "archives.opening_lapsed" or
    "archives.answered_already".
    """
    if not has_role(actor, opening.archive.plan.organisation_id, Role.HEAD) or _sat(opening.archive, actor):
        raise PermissionDenied
    if actor.pk in (opening.requested_by_id, opening.witness_id):
        raise DomainError("archives.third_person", status=403)
    state = seen_at(opening, now).state
    if state is OpeningState.LAPSED:
        raise DomainError("archives.opening_lapsed")
    if state is not OpeningState.ASKED:
        raise DomainError("archives.answered_already")
    try:
        with transaction.atomic():
            approval = OpeningApproval.objects.create(
                opening=opening,
                requested_by_id=opening.requested_by_id,
                witness_id=opening.witness_id,
                approved_by=actor,
                approved_at=now,
            )
    except IntegrityError:
        raise DomainError("archives.answered_already") from None
    ledger.append("archives.opening_approved", subject=opening.archive, actor=actor, now=now, opening=opening.pk)
    return approval


@transaction.atomic
def confirm_presence(opening: Opening, *, actor: User, now: datetime) -> Presence:
    """Confirm, signed in oneself, to be there; when both have, the volumes are open for a short time.

    Raises `PermissionDenied` for anybody but the two, or who is no longer of the body, `DomainError`
    "archives.not_approved", "archives.opening_lapsed" or "archives.answered_already".
    """
    _require_one_of_the_two(opening, actor)
    state = seen_at(opening, now).state
    if state is OpeningState.LAPSED:
        raise DomainError("archives.opening_lapsed")
    if state is OpeningState.ASKED:
        raise DomainError("archives.not_approved")
    try:
        with transaction.atomic():
            presence = Presence.objects.create(opening=opening, user=actor, at=now)
    except IntegrityError:
        raise DomainError("archives.answered_already") from None
    ledger.append("archives.presence_confirmed", subject=opening.archive, actor=actor, now=now, opening=opening.pk)
    return presence


@transaction.atomic
def read_volume(opening: Opening, number: int, *, actor: User, now: datetime) -> bytes:
    """Return a volume that is open, and write down that it was read.

    Raises `PermissionDenied` for anybody but the two, `DomainError` "archives.not_open", "archives.volume_not_opened" or
    "store.damaged" when its bytes are not the sealed ones.
    """
    _require_open(opening, actor, now)
    if number not in opening.volumes:
        raise DomainError("archives.volume_not_opened", status=403)
    volume = next(volume for volume in volumes_of(opening.archive) if volume.number == number)
    data = store.read(volume.sha256)
    _write_down(opening, number, actor=actor, now=now)
    return data


@transaction.atomic
def read_package(opening: Opening, *, actor: User, now: datetime) -> bytes:
    """Return the whole package, where all five volumes are open, and write it down; raises as `read_volume` does."""
    _require_open(opening, actor, now)
    if set(opening.volumes) != set(VOLUMES):
        raise DomainError("archives.volume_not_opened", status=403)
    data = store.read(opening.archive.package_sha256)
    _write_down(opening, PACKAGE, actor=actor, now=now)
    return data


def _write_down(opening: Opening, number: int, *, actor: User, now: datetime) -> None:
    OpeningView.objects.create(opening=opening, user=actor, volume=number, at=now)
    ledger.append("archives.read", subject=opening.archive, actor=actor, now=now, opening=opening.pk, volume=number)


def _require_open(opening: Opening, actor: User, now: datetime) -> None:
    _require_one_of_the_two(opening, actor)
    if seen_at(opening, now).state is not OpeningState.OPEN:
        raise DomainError("archives.not_open", status=403)


def _require_one_of_the_two(opening: Opening, actor: User) -> None:
    named = actor.pk in (opening.requested_by_id, opening.witness_id)
    if not named or not has_role(actor, opening.archive.plan.organisation_id, *WITNESSES) or _sat(opening.archive, actor):
        raise PermissionDenied


def _sat(archive: Archive, person: User) -> bool:
    """Tell whether this person was a candidate of the plan: candidates never read its archive."""
    return archive.plan.seats.filter(candidate=person).exists()
