"""The demonstration's organisations and people, from `data/organisations` and `data/people`."""

import datetime
import hashlib
import hmac
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from stdnum.iso7064 import mod_11_2
from wagtail.models import Collection

from certification.bodies.models import Equipment, Filing, FilingScope, Room, Site, StaffMember
from certification.bodies.services import issue_staff_card
from certification.standards.models import Scheme
from lms.accounts.models import User
from lms.accounts.services import record_identity
from lms.organisations.models import Organisation
from lms.organisations.rules import Role
from lms.organisations.services import add_member

DATA = Path(__file__).parent / "data"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Any:
    """Return the content of a data file."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 (a safe loader, written in C where there is one)


def demo_password(key: str) -> str:
    """Return the sign-in of a demo person: the same on each run of this machine, another on each machine."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"demo-person:{key}".encode(), hashlib.sha256).hexdigest()
    return f"fu-{digest[:4]}-{digest[4:8]}-{digest[8:12]}"


def demo_id_number(born: datetime.date, sequence: int, sex: str) -> str:
    """Return a number with a right check digit in the region 310199, which nobody has."""
    order = sequence * 2 + (1 if sex == "male" else 0)
    stem = f"310199{born:%Y%m%d}{order:03d}"
    return stem + mod_11_2.calc_check_digit(stem)


def load_organisations() -> dict[str, Organisation]:
    """Make what is missing and return all organisations by slug."""
    found: dict[str, Organisation] = {}
    for row in read_yaml(DATA / "organisations" / "organisations.yaml"):
        organisation, _created = Organisation.objects.update_or_create(
            slug=row["slug"], defaults={"name": row["name"], "name_en": row["name_en"], "kind": row["kind"]}
        )
        found[row["slug"]] = organisation
        if filing := row.get("filing"):
            _load_filing(organisation, filing)
        for site in row.get("sites", ()):
            _load_site(organisation, site)
    return found


def collection_of(college: Organisation) -> Collection:
    """Return where the college's files lie; without a tree of its own, the root."""
    root = Collection.get_first_root_node()
    found: Collection = root.get_children().filter(name=college.name).first() or root
    return found


def _load_filing(organisation: Organisation, row: dict[str, Any]) -> None:
    filing, _created = Filing.objects.update_or_create(
        organisation=organisation,
        record_number=row["record_number"],
        defaults={
            "type_letter": row["type_letter"],
            "body_code": row["body_code"],
            "province": row["province"],
            "sequence": row["sequence"],
            "filed_name": organisation.name,
            "filed_name_en": organisation.name_en,
            "valid_from": row["valid_from"],
            "valid_until": row["valid_until"],
        },
    )
    for scope in row["scopes"]:
        occupation = Scheme.objects.filter(key=scope["scheme"]).latest("version").occupation
        for level in scope["levels"]:
            FilingScope.objects.get_or_create(filing=filing, occupation=occupation, work_type="", level=level)


def _load_site(organisation: Organisation, row: dict[str, Any]) -> None:
    facts = {"address": row["address"], "way_in": row.get("way_in", "")}
    site, _created = Site.objects.update_or_create(organisation=organisation, name=row["name"], defaults=facts)
    for line in row["rooms"]:
        equipment = line.pop("equipment", {})
        room, _created = Room.objects.update_or_create(site=site, name=line.pop("name"), defaults=line)
        for name, quantity in equipment.items():
            Equipment.objects.update_or_create(room=room, name=name, defaults={"quantity": quantity})


def load_people(organisations: dict[str, Organisation], *, now: datetime.datetime) -> dict[str, User]:
    """Make who is missing and return all demo people by key."""
    people: dict[str, User] = {}
    for sequence, row in enumerate(read_yaml(DATA / "people" / "people.yaml"), start=1):
        phone = f"+86{row['phone']}"
        person = User.objects.filter(phone=phone, phone_verified=True).first()
        if person is None:
            person = User.objects.create_person(
                name=row["name"],
                phone=phone,
                phone_verified=True,
                email=row.get("email"),
                password=demo_password(row["key"]),
            )
        people[row["key"]] = person
        for slug, roles in row.get("roles", {}).items():
            for role in roles:
                add_member(person, organisations[slug], Role(role), actor=None, now=now)
        if born := row.get("born"):
            if not hasattr(person, "identity"):
                number = demo_id_number(born, sequence, row["sex"])
                record_identity(person, kind="resident_id", number=number, actor=person, now=now)
        if register := row.get("register"):
            StaffMember.objects.get_or_create(organisation=organisations[register], user=person, defaults={"entered_at": now})
        if card := row.get("card"):
            _load_card(person, organisations[next(iter(row["roles"]))], card, now=now)
    return people


def _load_card(person: User, organisation: Organisation, row: dict[str, Any], *, now: datetime.datetime) -> None:
    issue_staff_card(
        user=person,
        organisation=organisation,
        kind=row.get("kind", "assessor"),
        occupation=Scheme.objects.filter(key=row["scheme"]).latest("version").occupation,
        levels=row["levels"],
        number=row["number"],
        valid_from=datetime.date(2025, 1, 1),
        valid_until=datetime.date(2027, 12, 31),
        actor=None,
        now=now,
    )
