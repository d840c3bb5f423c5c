"""Who the people of a table are, and what forbids to enter them. A fixed number of queries for any number of lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from certification.applications.models import Application, Entry
from certification.applications.rules.intakes import EntryStatus
from certification.applications.rules.record import Fault
from certification.applications.rules.sheet import Row
from certification.applications.selectors import forbids
from certification.applications.services.cases import clash
from certification.plans.models import Plan
from lms.accounts.models import IdentityDocument, User
from lms.accounts.services import document_index


@dataclass
class People:
    """Of some lines of a table (keys: their numbers): who is known, and who may not be entered."""

    known: dict[int, User] = field(default_factory=dict)
    documented: set[int] = field(default_factory=set)
    """Lines whose person has recorded this very document herself."""
    faults: dict[int, Fault] = field(default_factory=dict)


def look_at_people(plan: Plan, rows: Mapping[int, Row]) -> People:
    """Find the people of these lines and what forbids them. Five queries.

    Somebody is known by her document number, or else by a phone that she has proved; the name has to be hers in either
    case. Who is not known is nobody here: a table never tells whether a number has an account.
    """
    indexes = {line: document_index(row.number) for line, row in rows.items()}
    people = People()
    _find(people, rows, indexes)
    _forbid_entered(people, plan, indexes)
    _forbid_twice(people)
    _forbid_staff(people, plan)
    _forbid_live_cases(people, plan)
    return people


def _find(people: People, rows: Mapping[int, Row], indexes: Mapping[int, str]) -> None:
    documents = IdentityDocument.objects.filter(number_index__in=indexes.values(), user__is_active=True)
    by_index = {row.number_index: row.user for row in documents.select_related("user").defer("number")}
    phones = User.objects.filter(phone__in={row.phone for row in rows.values()}, phone_verified=True, is_active=True)
    by_phone = {person.phone: person for person in phones}
    for line, row in rows.items():
        documented, reached = by_index.get(indexes[line]), by_phone.get(row.phone)
        if documented is not None and documented.name == row.name:
            people.known[line] = documented
            people.documented.add(line)
        elif reached is not None and reached.name == row.name:
            people.known[line] = reached


def _forbid_entered(people: People, plan: Plan, indexes: Mapping[int, str]) -> None:
    entered = set(
        Entry.objects.filter(plan=plan, number_index__in=indexes.values())
        .exclude(status=EntryStatus.DECLINED.value)
        .values_list("number_index", flat=True)
    )
    for line, index in indexes.items():
        if index in entered:
            people.faults[line] = Fault("document_number", "applications.already_entered")


def _forbid_twice(people: People) -> None:
    """Two documents of one person are one person (I9)."""
    met: set[int] = set()
    for line in sorted(people.known):
        person = people.known[line]
        if person.pk in met:
            people.faults.setdefault(line, Fault("name", "applications.same_person_twice"))
        met.add(person.pk)


def _forbid_staff(people: People, plan: Plan) -> None:
    staff = set(plan.assignments.values_list("user_id", flat=True))
    for line, person in people.known.items():
        if person.pk in staff:
            people.faults.setdefault(line, Fault("name", "applications.person_is_staff"))


def _forbid_live_cases(people: People, plan: Plan) -> None:
    candidates = {person.pk for person in people.known.values()}
    cases: dict[int, list[Application]] = {}
    live = Application.objects.live().filter(candidate__in=candidates).select_related("plan__scheme").order_by("pk")
    for case in live.defer("private", "facts", "record", "evaluation"):
        cases.setdefault(case.candidate_id, []).append(case)
    for line, person in people.known.items():
        if (fault := _case_against(plan, cases.get(person.pk, []))) is not None:
            people.faults.setdefault(line, fault)


def _case_against(plan: Plan, cases: Sequence[Application]) -> Fault | None:
    for case in cases:
        if case.plan_id == plan.pk:
            return Fault("name", "applications.person_applied")
        if forbids(case, plan):
            return Fault("name", f"{clash(plan, case).code}_other")
    return None
