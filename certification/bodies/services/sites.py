"""Sites, rooms and what stands in them."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from certification.bodies.access import require_keeper
from certification.bodies.models import Equipment, Room, Site
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.models import Organisation

SITE_FIELDS = ("name", "address", "contact", "way_in", "in_use")
ROOM_FIELDS = ("name", "purpose", "capacity", "accessible_seats", "in_use")


@transaction.atomic
def keep_site(site: Site, *, organisation: Organisation, facts: dict[str, Any], actor: User, now: datetime) -> Site:
    """Store a new site or change one; a site is never deleted but taken out of use.

    Raises `DomainError("bodies.site_name_taken")` (422).
    """
    require_keeper(actor, organisation)
    name = facts["name"].strip()
    if Site.objects.filter(organisation=organisation, name=name).exclude(pk=site.pk).exists():
        raise DomainError("bodies.site_name_taken", status=422, name=name)
    site.organisation = organisation
    _store(site, {**facts, "name": name}, SITE_FIELDS)
    ledger.append("bodies.site_kept", subject=site, actor=actor, now=now, in_use=site.in_use)
    return site


@transaction.atomic
def keep_room(room: Room, *, site: Site, facts: dict[str, Any], actor: User, now: datetime) -> Room:
    """Store a new room of the site or change one. Raises `DomainError("bodies.room_name_taken")` (422)."""
    require_keeper(actor, site.organisation_id)
    name = facts["name"].strip()
    if Room.objects.filter(site=site, name=name).exclude(pk=room.pk).exists():
        raise DomainError("bodies.room_name_taken", status=422, name=name)
    room.site = site
    _store(room, {**facts, "name": name}, ROOM_FIELDS)
    ledger.append("bodies.room_kept", subject=room, actor=actor, now=now, capacity=room.capacity, in_use=room.in_use)
    return room


@transaction.atomic
def add_equipment(room: Room, *, name: str, quantity: int, checked_on: date | None, actor: User, now: datetime) -> Equipment:
    """Add a line to what stands in the room. Raises `DomainError("bodies.equipment_listed")` (422)."""
    require_keeper(actor, room.site.organisation_id)
    piece, created = Equipment.objects.get_or_create(
        room=room, name=name.strip(), defaults={"quantity": quantity, "checked_on": checked_on}
    )
    if not created:
        raise DomainError("bodies.equipment_listed", status=422, name=piece.name)
    ledger.append("bodies.equipment_added", subject=room, actor=actor, now=now, equipment=piece.pk)
    return piece


@transaction.atomic
def remove_equipment(piece: Equipment, *, actor: User, now: datetime) -> None:
    """Take a line out; a second time changes nothing."""
    room = piece.room
    require_keeper(actor, room.site.organisation_id)
    removed, _rows = Equipment.objects.filter(pk=piece.pk).delete()
    if removed:
        ledger.append("bodies.equipment_removed", subject=room, actor=actor, now=now, equipment=piece.pk)


def _store(row: Site | Room, facts: dict[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        setattr(row, name, facts[name])
    row.save()
