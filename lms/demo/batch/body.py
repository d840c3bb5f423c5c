"""The body of the simulation and its people, made once in a database."""

import datetime
from collections.abc import Callable, Iterator
from itertools import count

from certification.bodies.models import StaffMember
from certification.bodies.services import issue_staff_card, record_filing
from certification.bodies.services.impartiality import declare_impartiality
from certification.bodies.services.staff import enter_staff
from certification.certificates.authority import make_body_key, make_demo_authority
from certification.standards.models import Scheme
from certification.standards.services import load_scheme
from lms.accounts.models import IdentityDocument, User
from lms.accounts.services import document_index
from lms.demo.batch.crew import Bench, Crew
from lms.demo.batch.names import id_of, name_of, phone_of
from lms.demo.batch.sessions import SCHEMES
from lms.demo.organisations import DATA, read_yaml
from lms.organisations.models import Organisation
from lms.organisations.rules import Role
from lms.organisations.services import add_member

SLUG = "simulated-body"
SEQUENCE = "000789"
VALID = (datetime.date(2025, 1, 1), datetime.date(2028, 12, 31))
BENCHES = {"at-consultant-sample": (5, 9), "elderly-care-worker-2019": (5, 9), "health-carer-2024": (9, 3)}
"""Assessors with the ordinary card and with the senior one: forty in all."""
INVIGILATORS = 40


def has_run() -> bool:
    """Tell whether the simulation's body stands in this database already."""
    return Organisation.objects.filter(slug=SLUG).exists()


def found_body(*, now: datetime.datetime) -> Crew:
    """Make the body with filing, key, staff, cards and declarations, and load the schemes."""
    for path in sorted((DATA / "standards").glob("*.yaml")):
        load_scheme(read_yaml(path), actor=None, now=now)
    schemes = {key: Scheme.objects.filter(key=key, status="published").latest("version") for key in SCHEMES}
    body = Organisation.objects.create(slug=SLUG, kind="association", name="申城技能评价中心（模拟）", name_en="Simulated Body")
    record_filing(
        organisation=body,
        type_letter="S",
        body_code="0000",
        province="31",
        sequence=SEQUENCE,
        record_number="模拟备案〔2025〕第0789号",
        filed_name=body.name,
        filed_name_en=body.name_en,
        valid_from=VALID[0],
        valid_until=VALID[1],
        scopes=[(scheme.occupation, "", level) for scheme in schemes.values() for level in (5, 4, 3, 2)],
        actor=None,
        now=now,
    )
    make_demo_authority()
    make_body_key(body, actor=None, now=now)
    return _people(body, schemes, now=now)


def _people(body: Organisation, schemes: dict[str, Scheme], *, now: datetime.datetime) -> Crew:
    numbers = count(1)

    def hire(role: Role | None) -> User:
        n = next(numbers)
        person = User.objects.create_person(name=name_of(n * 7), phone=phone_of(n, staff=True), phone_verified=True)
        if role is not None:
            add_member(person, body, role, actor=None, now=now)
        return person

    officers = (hire(Role.EXAM_OFFICER), hire(Role.EXAM_OFFICER))
    heads = (hire(Role.HEAD), hire(Role.HEAD))
    reviewers = (hire(Role.ELIGIBILITY_REVIEWER), hire(Role.ELIGIBILITY_REVIEWER))
    supervisors = [hire(Role.SUPERVISOR) for _ in range(3)]
    cards = count(1)
    for person in supervisors:
        for scheme in schemes.values():
            _card(person, body, scheme, "supervisor", next(cards), now=now)
    invigilators = [hire(None) for _ in range(INVIGILATORS)]
    for person in invigilators:
        enter_staff(body, user=person, employer="", actor=officers[0], now=now)
    benches = {
        key: _bench(body, schemes[key], sizes, lambda: hire(Role.ASSESSOR), cards, now=now) for key, sizes in BENCHES.items()
    }
    for entry in StaffMember.objects.filter(organisation=body).select_related("user", "organisation").order_by("pk"):
        declare_impartiality(entry, actor=entry.user, now=now)
    return Crew(body, officers, heads, reviewers, supervisors, invigilators, benches)


def _bench(
    body: Organisation,
    scheme: Scheme,
    sizes: tuple[int, int],
    hire: Callable[[], User],
    cards: Iterator[int],
    *,
    now: datetime.datetime,
) -> Bench:
    assessors, seniors = ([hire() for _ in range(size)] for size in sizes)
    for person in assessors:
        _card(person, body, scheme, "assessor", next(cards), now=now)
    for person in seniors:
        _card(person, body, scheme, "senior_assessor", next(cards), now=now)
    return Bench(assessors, seniors)


def _card(person: User, body: Organisation, scheme: Scheme, kind: str, number: int, *, now: datetime.datetime) -> None:
    issue_staff_card(
        user=person,
        organisation=body,
        kind=kind,
        occupation=scheme.occupation,
        levels=[5, 4, 3] if kind == "assessor" else [5, 4, 3, 2, 1],
        number=f"MN-{number:04d}",
        valid_from=VALID[0],
        valid_until=VALID[1],
        actor=None,
        now=now,
    )


def make_candidates(size: int, *, now: datetime.datetime) -> list[User]:
    """Make the people who will apply, with their documents, in bulk: they are the world, no act."""
    rows = [User(name=name_of(n), phone=phone_of(n), phone_verified=True) for n in range(size)]
    for row in rows:
        row.set_unusable_password()
    people = User.objects.bulk_create(rows, batch_size=500)
    documents = []
    for n, person in enumerate(people):
        sex = "female" if n % 3 else "male"
        number, born = id_of(n, sex=sex)
        documents.append(
            IdentityDocument(
                user=person,
                kind="resident_id",
                number=number,
                number_index=document_index(number),
                birth_date=born,
                sex=sex,
                recorded_at=now,
            )
        )
    IdentityDocument.objects.bulk_create(documents, batch_size=500)
    return people
