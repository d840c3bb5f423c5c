"""The 33 columns of the national-style table (domain.md §5.1): headings, and one line read and checked."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from certification.applications.rules.experience import read_experience
from certification.applications.rules.record import CATEGORIES, Fault, read_day, read_record
from certification.standards.rules import Level, add_years
from lms.accounts.rules import DocumentKind, Identity, check_birth_date, normalise_name, normalise_phone, read_identity
from lms.core.errors import DomainError

COLUMNS: Mapping[str, str] = {
    "serial": "序号",
    "work_type": "职业工种名称",
    "level": "认定等级",
    "condition": "申报条件",
    "document_kind": "证件类型",
    "document_number": "证件号码",
    "name": "姓名",
    "sex": "性别",
    "birth_date": "出生日期",
    "phone": "手机号码",
    "holds_certificate": "是否有职业资格证书",
    "certificate_level": "证书等级",
    "certificate_number": "证书编号",
    "education": "文化程度",
    "province": "所在省（市）区",
    "source": "考生来源",
    "employer": "所在单位",
    "applying_unit": "报名单位",
    "category": "认定分类",
    "major": "专业",
    "exam_type": "考试类型",
    "ethnicity": "民族",
    "work_started_on": "参加工作时间",
    "email": "电子邮箱",
    "profession_years": "专业年限",
    "household": "户籍所在地",
    "politics": "政治面貌",
    "diploma_number": "学历证书编号",
    "experience": "简要经历",
    "address": "通讯地址",
    "collect": "证书领取方式",
    "postcode": "邮政编码",
    "mail_address": "邮寄地址",
}
MANDATORY = (
    "work_type", "level", "condition", "document_kind", "document_number", "name", "phone", "holds_certificate",
    "education", "province", "source", "applying_unit", "category", "exam_type",
)  # fmt: skip
"""As the template has them, without 民族: it is wanted only where the body asks for it."""
HEADING_LINES = 5
"""Some templates have a title and remarks above; the headings stand within the first lines."""
DOCUMENT_WORDS: Mapping[str, DocumentKind] = {
    "居民身份证": DocumentKind.RESIDENT_ID,
    "身份证": DocumentKind.RESIDENT_ID,
    "201": DocumentKind.RESIDENT_ID,
    "港澳台居民居住证": DocumentKind.RESIDENT_ID,
    "外国人永久居留身份证": DocumentKind.RESIDENT_ID,
    "港澳居民来往内地通行证": DocumentKind.HMT_PERMIT,
    "台湾居民来往大陆通行证": DocumentKind.HMT_PERMIT,
    "港澳台通行证": DocumentKind.HMT_PERMIT,
    "护照": DocumentKind.PASSPORT,
}
DAY_CELL = re.compile(r"\d{4}-(\d{2})-(\d{2})")
YES, NO = ("是", "有"), ("否", "无")
SEXES = {"男": "male", "女": "female"}


@dataclass(frozen=True)
class Wanted:
    """What the plan asks of each line."""

    occupations: frozenset[str]
    """Names under which the occupation or work type of the plan may stand."""
    level: int
    conditions: frozenset[str]
    minimum_age: int
    sensitive: frozenset[str] = frozenset()
    """Sensitive columns that the body asks for."""


@dataclass(frozen=True)
class Row:
    """A line that is right. `number` is the document's, `phone` E.164; `certificate` is (level, number) or None."""

    name: str
    kind: DocumentKind
    number: str
    birth_date: date
    sex: str
    phone: str
    condition: str
    certificate: tuple[int, str] | None
    record: Mapping[str, Any]
    private: Mapping[str, str]
    employments: Sequence[Mapping[str, Any]] = ()


@dataclass
class _Reading:
    cells: Mapping[str, str]
    faults: list[Fault] = field(default_factory=list)

    def wrong(self, name: str, code: str, **context: Any) -> None:
        self.faults.append(Fault(name, f"applications.{code}", context))

    def took(self, name: str, error: DomainError) -> None:
        self.faults.append(Fault(name, error.code, error.context))


def places_of(cells: Sequence[str]) -> dict[str, int] | None:
    """Return at which place each column stands, or None when this is no line of headings.

    Brackets, stars and blanks in a heading do not count. Raises `DomainError` 422 `applications.columns_missing`.
    """
    known = {_plain(heading): name for name, heading in COLUMNS.items()}
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        name = known.get(_plain(cell))
        if name is not None:
            places.setdefault(name, place)
    if not {"name", "document_number"} & set(places):
        return None
    if missing := [COLUMNS[name] for name in MANDATORY if name not in places]:
        raise DomainError("applications.columns_missing", status=422, columns=missing)
    return places


def _plain(heading: str) -> str:
    return "".join(sign for sign in heading if sign not in "（）()*＊ \u3000\n必填")


def cells_of(cells: Sequence[str], places: Mapping[str, int]) -> dict[str, str]:
    """Return the values of one line by column."""
    return {name: cells[place] if place < len(cells) else "" for name, place in places.items()}


def read_row(cells: Mapping[str, str], wanted: Wanted, *, on: date) -> tuple[Row | None, list[Fault]]:
    """Return what one line says, or everything that is wrong with it.

    Checked: mandatory cells, the plan's occupation, level and conditions, the document with its birth date and sex
    and the age on the day `on` (I11), phone, and all choices.
    """
    reading = _Reading(cells)
    _check_plan(reading, wanted)
    name, phone = _contact(reading)
    identity, born, sex = _person(reading, wanted, on)
    certificate = _certificate(reading)
    asked = {key: value for key, value in cells.items() if key not in ("ethnicity", "politics", "household")}
    asked |= {key: cells[key] for key in wanted.sensitive if key in cells}
    record, private, faults = read_record(asked, on=on)
    reading.faults += faults
    for missing in (key for key in MANDATORY if not cells.get(key)):
        # What is empty is told once, not also as a wrong choice.
        reading.faults = [fault for fault in reading.faults if fault.field != missing]
        reading.wrong(missing, "cell_missing")
    if "ethnicity" in wanted.sensitive and not cells.get("ethnicity"):
        reading.wrong("ethnicity", "cell_missing")
    if reading.faults or identity is None or born is None:
        order = list(COLUMNS)
        return None, sorted(reading.faults, key=lambda fault: order.index(fault.field))
    employments, _unread = read_experience(cells.get("experience", ""), on=on)
    row = Row(
        name=name,
        kind=identity.kind,
        number=identity.number,
        birth_date=born,
        sex=sex,
        phone=phone,
        condition=condition_of(cells["condition"]),
        certificate=certificate,
        record=record,
        private=private,
        employments=employments,
    )
    return row, []


def _check_plan(reading: _Reading, wanted: Wanted) -> None:
    cells = reading.cells
    if cells.get("work_type") and cells["work_type"] not in wanted.occupations:
        reading.wrong("work_type", "other_occupation", names=sorted(wanted.occupations))
    if cells.get("level") and level_of(cells["level"]) != wanted.level:
        reading.wrong("level", "other_level", level=Level(wanted.level).label)
    if cells.get("condition") and condition_of(cells["condition"]) not in wanted.conditions:
        reading.wrong("condition", "condition_unknown", codes=sorted(wanted.conditions))
    if cells.get("category") and cells["category"] not in CATEGORIES.values():
        reading.wrong("category", "field_choice", words=list(CATEGORIES.values()))


def level_of(text: str) -> int | None:
    """Return the level that a cell names: `四级/中级工`, `四级`, `中级工` or `4`; None for anything else."""
    for level in Level:
        if text in (str(level.value), level.label, *level.label.split("/")):
            return int(level)
    return None


def condition_of(text: str) -> str:
    """Return the code that a cell names. Spreadsheets take `4-1` for the first of April; it is read back."""
    if (day := DAY_CELL.fullmatch(text)) is not None:
        return f"{int(day[1])}-{int(day[2])}"
    return "".join("-" if sign in "－—–－" else sign for sign in text).strip()


def _contact(reading: _Reading) -> tuple[str, str]:
    name = phone = ""
    try:
        name = normalise_name(reading.cells.get("name", ""))
        if len(name) > 60:
            reading.wrong("name", "field_too_long", longest=60)
    except DomainError as error:
        reading.took("name", error)
    try:
        phone = normalise_phone(reading.cells.get("phone", ""))
    except DomainError as error:
        reading.took("phone", error)
    return name, phone


def _person(reading: _Reading, wanted: Wanted, on: date) -> tuple[Identity | None, date | None, str]:
    """Read the document; birth date and sex it says itself, other documents need both cells (I11)."""
    cells = reading.cells
    kind = DOCUMENT_WORDS.get(cells.get("document_kind", ""))
    if kind is None:
        reading.wrong("document_kind", "field_choice", words=list(DOCUMENT_WORDS))
        return None, None, ""
    try:
        identity = read_identity(kind, cells.get("document_number", ""), today=on)
    except DomainError as error:
        reading.took("document_number", error)
        return None, None, ""
    stated, sex = _stated(reading)
    if identity.birth_date and stated and identity.birth_date != stated:
        reading.took("birth_date", DomainError("accounts.birth_date_disagrees"))
    if identity.sex and sex and identity.sex != sex:
        reading.took("sex", DomainError("accounts.sex_disagrees"))
    born = identity.birth_date or stated
    if born is None or not (identity.sex or sex):
        reading.took("birth_date", DomainError("accounts.birth_date_and_sex_needed"))
        return identity, None, ""
    try:
        check_birth_date(born, today=on)
    except DomainError as error:
        reading.took("birth_date", error)
    if add_years(born, wanted.minimum_age) > on:
        reading.wrong("document_number", "person_too_young", years=wanted.minimum_age)
    return identity, born, str(identity.sex or sex)


def _stated(reading: _Reading) -> tuple[date | None, str]:
    cells = reading.cells
    day = read_day(cells["birth_date"]) if cells.get("birth_date") else None
    if cells.get("birth_date") and day is None:
        reading.wrong("birth_date", "field_day")
    sex = SEXES.get(cells.get("sex", ""), "")
    if cells.get("sex") and not sex:
        reading.wrong("sex", "field_choice", words=list(SEXES))
    return day, sex


def _certificate(reading: _Reading) -> tuple[int, str] | None:
    """Level and number are needed when she says that she has one, and only then."""
    cells = reading.cells
    says = cells.get("holds_certificate", "")
    if says in NO:
        return None
    if says not in YES:
        reading.wrong("holds_certificate", "field_choice", words=[YES[0], NO[0]])
        return None
    level = level_of(cells.get("certificate_level", ""))
    if level is None:
        reading.wrong("certificate_level", "cell_missing")
    number = cells.get("certificate_number", "")
    if not number:
        reading.wrong("certificate_number", "cell_missing")
    return (level, number[:40]) if level is not None and number else None


def numbered(lines: Iterable[tuple[int, Sequence[str]]]) -> Iterable[tuple[int, dict[str, str]]]:
    """Yield each line below the headings with its number in the file and its cells by column.

    Lines that hold no more than a serial number are passed over. Raises `DomainError` 422: `applications.headings_missing`,
    `applications.columns_missing`.
    """
    places: dict[str, int] | None = None
    above = 0
    for number, cells in lines:
        if places is None:
            above += 1
            places = places_of(cells)
            if places is None and above >= HEADING_LINES:
                raise DomainError("applications.headings_missing", status=422)
            continue
        found = cells_of(cells, places)
        if any(value for name, value in found.items() if name != "serial"):
            yield number, found
    if places is None:
        raise DomainError("applications.headings_missing", status=422)
