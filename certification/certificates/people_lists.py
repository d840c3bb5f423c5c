"""Reading a list of people who are to have a certificate: phone or e-mail and name, one person a line.

Both must belong together: with a phone number alone nobody learns here whose it is.
"""

from dataclasses import dataclass, field

from certification.certificates.models import Certificate, Programme
from lms.accounts.models import User
from lms.accounts.rules import normalise_name, normalise_phone
from lms.core.errors import DomainError
from lms.core.tables import Line, read_table

MAX_PEOPLE = 2000
ASKED_AT_ONCE = 500
HEADINGS = ("手机", "电话", "姓名", "邮箱", "PHONE", "NAME", "E-MAIL", "EMAIL")


@dataclass(frozen=True)
class PersonLine:
    """One line of the list: `person` when it was understood, else `error` says why not. `text` is what stands there."""

    number: int
    text: str
    person: User | None = None
    error: DomainError | None = None


@dataclass
class PeopleReport:
    """A list as it was read, line by line. It can be prepared when every line names somebody."""

    lines: list[PersonLine] = field(default_factory=list)

    @property
    def people(self) -> list[User]:
        return [line.person for line in self.lines if line.person is not None]

    @property
    def wrong(self) -> list[PersonLine]:
        return [line for line in self.lines if line.error is not None]

    @property
    def is_sound(self) -> bool:
        return bool(self.people) and not self.wrong


def read_people(data: bytes, *, programme: Programme) -> PeopleReport:
    """Return every line with the account that it names, or why it names none.

    Raises what `read_table` raises, and `certificates.people_too_many` above 2,000 lines. Three queries for each 500
    lines.
    """
    lines = [line for line in read_table(data) if not _is_heading(line)]
    if len(lines) > MAX_PEOPLE:
        raise DomainError("certificates.people_too_many", status=422, most=MAX_PEOPLE)
    report = PeopleReport()
    first_line_of: dict[int, int] = {}
    for start in range(0, len(lines), ASKED_AT_ONCE):
        for read in _read(lines[start : start + ASKED_AT_ONCE], programme):
            person = read.person
            if person is not None and person.pk in first_line_of:
                error = DomainError("certificates.person_listed_twice", status=422, first=first_line_of[person.pk])
                read = PersonLine(read.number, read.text, error=error)
            elif person is not None:
                first_line_of[person.pk] = read.number
            report.lines.append(read)
    return report


def _read(lines: list[Line], programme: Programme) -> list[PersonLine]:
    asked = [(line, *_contact_and_name(line)) for line in lines]
    contacts = [contact for _line, contact, _name in asked if contact]
    by_contact = {person.phone: person for person in User.objects.filter(phone__in=contacts, phone_verified=True)}
    by_contact |= {person.email: person for person in User.objects.filter(email__in=contacts)}
    found = [person.pk for person in by_contact.values()]
    standing = set(
        Certificate.objects.standing().filter(programme=programme, holder__in=found).values_list("holder_id", flat=True)
    )
    return [_judge(line, by_contact.get(contact), name, standing, understood=bool(contact)) for line, contact, name in asked]


def _judge(line: Line, person: User | None, name: str, standing: set[int], *, understood: bool) -> PersonLine:
    text = " ".join(cell for cell in line.cells if cell)[:60]
    if not understood or not name:
        return PersonLine(line.number, text, error=DomainError("certificates.person_not_understood", status=422))
    # The same answer for an unknown number and for another's name: nobody learns here who has an account.
    if person is None or not person.is_active or normalise_name(person.name) != name:
        return PersonLine(line.number, text, error=DomainError("certificates.person_unknown", status=422))
    if person.pk in standing:
        return PersonLine(line.number, text, error=DomainError("certificates.already_holds_this", status=422))
    return PersonLine(line.number, text, person=person)


def _contact_and_name(line: Line) -> tuple[str, str]:
    """Return phone (+86…) or e-mail, and name; empty for what the line lacks. They may stand in either order."""
    contact = name = ""
    cells = list(line.cells)
    if len([cell for cell in cells if cell]) == 1:
        # Pasted with a blank between; a name may hold blanks itself.
        cells = next((cell for cell in cells if cell), "").split(None, 1)
    for cell in cells:
        if not contact and (read := _contact(cell)):
            contact = read
        elif not name and cell:
            try:
                name = normalise_name(cell)
            except DomainError:
                continue
    return contact, name


def _contact(cell: str) -> str:
    if "@" in cell:
        return cell.strip().lower()
    try:
        return normalise_phone(cell)
    except DomainError:
        return ""


def _is_heading(line: Line) -> bool:
    cells = [cell.upper() for cell in line.cells if cell]
    return line.number == 1 and any(heading in cell for cell in cells for heading in HEADINGS) and not any(map(_contact, cells))
