"""A scheme as data: one shape for files, forms and rows, and everything that is wrong with it at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from certification.standards.rules.eligibility import check_requirement
from certification.standards.rules.levels import Level
from certification.standards.rules.parameters import parameter_error
from certification.standards.rules.requirements import EVIDENCE_KINDS, alternatives, odd_fields, tidy_evidence, tidy_line
from certification.standards.rules.tidying import CODE, KEY, Path, Problem, Reader
from certification.standards.rules.weights import BASIC_REQUIREMENTS, Weight, WeightTable, check_parts, plain, weight_problems
from lms.core.errors import DomainError

KINDS = ("national", "industry", "enterprise")
OWNER_KINDS: Mapping[str, str] = {"industry": "association", "enterprise": "employer"}
"""Which kind of organisation may own a norm. A national standard is nobody's; an enterprise norm is always somebody's."""
NAMES = (
    "key", "version", "kind", "owner", "title", "document_number", "edition_year", "effective_from", "source",
    "is_sample", "sample_note", "note", "occupation", "parameters", "levels",
)  # fmt: skip
OCCUPATION_NAMES = ("edition", "code", "name", "name_en", "definition", "replaces")
LEVEL_NAMES = ("level", "parts", "functions", "theory", "skill", "conditions")
CONDITION_NAMES = ("code", "text", "text_en", "requirement", "evidence")
PART_NAMES = ("kind", "pass_mark", "minutes")
PART_KINDS = ("theory", "skill", "review")
LONGEST = {"title": 120, "document_number": 60, "source": 300, "sample_note": 200, "note": 2000, "owner": 50}
LONGEST_FUNCTION = 60
LONGEST_TEXT = 1000
YEARS = (1950, 2100)


@dataclass(frozen=True)
class Tidied:
    """The scheme in its one shape, and what had none. `data` can be stored when `problems` is empty."""

    data: dict[str, Any]
    problems: list[Problem]

    def checked(self) -> dict[str, Any]:
        """Return the data, or raise the first problem."""
        for problem in self.problems:
            raise problem.error
        return self.data


def tidied(raw: Any) -> Tidied:
    """Bring a scheme that was written down into its one shape: numbers as numbers, weights as texts, rows in the printed order.

    Levels and conditions keep their order, so that a problem's path leads back to what was written (`in_order` sorts
    them). What cannot be read is a problem; whether the scheme may be published is another question (`publication_problems`).
    """
    reader = Reader()
    given = reader.mapping(raw, ())
    if not given:
        reader.wrong((), "nothing_there")
    reader.known(given, NAMES, ())
    kind = reader.choice(given.get("kind"), ("kind",), KINDS)
    texts = {name: reader.text(given.get(name), (name,), longest=most, needed=name == "title") for name, most in LONGEST.items()}
    data: dict[str, Any] = {
        "key": reader.shaped(given.get("key"), ("key",), KEY, longest=60),
        "version": reader.number(given.get("version", 1), ("version",), low=1, high=9999),
        "kind": kind,
        "owner": texts["owner"],
        "title": texts["title"],
        "document_number": texts["document_number"],
        "edition_year": reader.number(given.get("edition_year"), ("edition_year",), low=YEARS[0], high=YEARS[1]),
        "effective_from": reader.day(given.get("effective_from"), ("effective_from",)),
        "source": texts["source"],
        "is_sample": reader.flag(given.get("is_sample"), ("is_sample",)),
        "sample_note": texts["sample_note"],
        "note": texts["note"],
        "occupation": _occupation(reader, given.get("occupation")),
        "parameters": _parameters(reader, given.get("parameters")),
        "levels": _levels(reader, given.get("levels")),
    }
    if data["is_sample"] and not data["sample_note"]:
        reader.wrong(("is_sample",), "sample_note_missing")
    if kind == "national" and data["owner"]:
        reader.wrong(("owner",), "owner_not_allowed")
    if kind == "enterprise" and not data["owner"]:
        reader.wrong(("owner",), "owner_needed")
    return Tidied(data, reader.problems)


def _occupation(reader: Reader, raw: Any) -> dict[str, Any]:
    path: Path = ("occupation",)
    given = reader.mapping(raw, path)
    if not given:
        reader.wrong(path, "missing", what="occupation")
        return {"edition": YEARS[0], "code": "", "name": "", "name_en": "", "definition": ""}
    reader.known(given, OCCUPATION_NAMES, path)
    found = _edition_and_code(reader, given, path) | {
        "name": reader.text(given.get("name"), (*path, "name"), longest=60, needed=True),
        "name_en": reader.text(given.get("name_en"), (*path, "name_en"), longest=120, needed=True),
        "definition": reader.text(given.get("definition"), (*path, "definition"), longest=LONGEST_TEXT),
    }
    before = reader.mapping(given.get("replaces"), (*path, "replaces"))
    if before:
        reader.known(before, ("edition", "code"), (*path, "replaces"))
        found["replaces"] = _edition_and_code(reader, before, (*path, "replaces"))
        if found["replaces"]["edition"] >= found["edition"]:
            reader.wrong((*path, "replaces"), "edition_order")
    return found


def _edition_and_code(reader: Reader, given: Mapping[str, Any], path: Path) -> dict[str, Any]:
    return {
        "edition": reader.number(given.get("edition"), (*path, "edition"), low=YEARS[0], high=YEARS[1]),
        "code": reader.shaped(given.get("code"), (*path, "code"), CODE, longest=10),
    }


def _parameters(reader: Reader, raw: Any) -> dict[str, Any]:
    given = reader.mapping(raw, ("parameters",))
    for name, value in given.items():
        if (error := parameter_error(name, value)) is not None:
            reader.problems.append(Problem(("parameters", name), error))
    return {name: list(value) if isinstance(value, list) else value for name, value in given.items()}


def _levels(reader: Reader, raw: Any) -> list[dict[str, Any]]:
    levels: list[dict[str, Any]] = []
    for place, row in enumerate(reader.rows(raw, ("levels",))):
        path: Path = ("levels", place)
        given = reader.mapping(row, path)
        reader.known(given, LEVEL_NAMES, path)
        level = reader.number(given.get("level"), (*path, "level"), low=min(Level), high=max(Level))
        if level in {known["level"] for known in levels}:
            reader.wrong((*path, "level"), "level_twice", level=level)
        levels.append(_level(reader, given, path, level))
    if not levels:
        reader.wrong(("levels",), "levels_missing")
    return levels


def _level(reader: Reader, given: Mapping[str, Any], path: Path, level: int) -> dict[str, Any]:
    functions = _functions(reader, given.get("functions"), path, level)
    return {
        "level": level,
        "parts": _parts(reader, given.get("parts"), (*path, "parts")),
        "functions": functions,
        "theory": _table(reader, given.get("theory"), path, level, WeightTable.THEORY, functions),
        "skill": _table(reader, given.get("skill"), path, level, WeightTable.SKILL, functions),
        "conditions": _conditions(reader, given.get("conditions"), (*path, "conditions")),
    }


def _functions(reader: Reader, raw: Any, path: Path, level: int) -> list[str]:
    functions: list[str] = []
    for place, name in enumerate(reader.rows(raw, (*path, "functions"))):
        function = reader.text(name, (*path, "functions", place), longest=LONGEST_FUNCTION, needed=True)
        if function in functions or function in BASIC_REQUIREMENTS:
            reader.wrong((*path, "functions", place), "function_named_twice", level=level, function=function)
        elif function:
            functions.append(function)
    return functions


def _table(reader: Reader, raw: Any, path: Path, level: int, table: WeightTable, functions: Sequence[str]) -> dict[str, str]:
    weights: dict[str, str] = {}
    for name, value in reader.mapping(raw, (*path, table.value)).items():
        row: Path = (*path, table.value, name)
        function = reader.text(name, row, longest=LONGEST_FUNCTION, needed=True)
        weight = reader.share(value, row, level=level, table=table.value, function=function)
        if function in weights:
            reader.wrong(row, "function_twice", level=level, table=table.value, function=function)
        elif function and weight is not None:
            weights[function] = weight
    order = [*BASIC_REQUIREMENTS, *functions, *weights]
    return {name: weights[name] for name in sorted(weights, key=order.index)}


def _parts(reader: Reader, raw: Any, path: Path) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    for place, row in enumerate(reader.rows(raw, path)):
        here: Path = (*path, place)
        given = reader.mapping(row, here)
        reader.known(given, PART_NAMES, here)
        part = {
            "kind": reader.choice(given.get("kind"), (*here, "kind"), PART_KINDS),
            "pass_mark": reader.mark(given.get("pass_mark"), (*here, "pass_mark")),
            "minutes": reader.number(given.get("minutes"), (*here, "minutes"), low=1, high=1440),
        }
        if part["kind"] in {known["kind"] for known in parts}:
            reader.wrong(here, "part_twice", part=part["kind"])
        parts.append(part)
    return sorted(parts, key=lambda each: PART_KINDS.index(each["kind"]))


def _conditions(reader: Reader, raw: Any, path: Path) -> list[dict[str, Any]]:
    conditions: list[dict[str, Any]] = []
    for place, row in enumerate(reader.rows(raw, path)):
        here: Path = (*path, place)
        given = reader.mapping(row, here)
        reader.known(given, CONDITION_NAMES, here)
        condition = {
            "code": reader.text(given.get("code"), (*here, "code"), longest=8, needed=True),
            "text": reader.text(given.get("text"), (*here, "text"), longest=LONGEST_TEXT, needed=True),
            "text_en": reader.text(given.get("text_en"), (*here, "text_en"), longest=LONGEST_TEXT),
            "requirement": _requirement(reader, given.get("requirement"), here, str(given.get("code", ""))[:8]),
            "evidence": _evidence(reader, given.get("evidence"), (*here, "evidence")),
        }
        if condition["code"] in {known["code"] for known in conditions}:
            reader.wrong(here, "condition_twice", condition=condition["code"])
        conditions.append(condition)
    return conditions


def _requirement(reader: Reader, raw: Any, path: Path, code: str) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    for place, row in enumerate(reader.rows(raw, (*path, "requirement"))):
        here: Path = (*path, "requirement", place)
        line = tidy_line(reader.mapping(row, here))
        for name in odd_fields(line):
            reader.wrong((*here, name), "requirement_field", condition=code, kind=str(line["kind"])[:40], field=name[:40])
        lines.append(line)
    return lines


def _evidence(reader: Reader, raw: Any, path: Path) -> list[str | list[str]]:
    evidence = tidy_evidence(reader.rows(raw, path))
    for place, entry in enumerate(evidence):
        for kind in alternatives(entry):
            if kind not in EVIDENCE_KINDS:
                reader.wrong((*path, place), "evidence_unknown", kind=kind[:40])
    return evidence


def in_order(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a tidied scheme with levels from 5 to 1 and conditions by code: the order in which it is kept."""
    levels = [
        {**level, "conditions": sorted(level["conditions"], key=lambda each: str(each["code"]))}
        for level in sorted(data["levels"], key=lambda each: -int(each["level"]))
    ]
    return {**data, "levels": levels}


LOWEST_PASS_MARK = Decimal(60)
"""Each part is passed with 60 of 100; a norm may ask for more. Source: domain.md §3.2, I25."""


def publication_problems(data: Mapping[str, Any]) -> list[Problem]:
    """Return all that keeps a tidied scheme from being published: I1, I2, I4, I25, and conditions that nobody could check."""
    return [problem for place, level in enumerate(data["levels"]) for problem in _level_problems(level, ("levels", place))]


def _level_problems(level: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    number = int(level["level"])
    found = weight_problems(
        level=number, theory=weights_of(level["theory"]), skill=weights_of(level["skill"]), functions=level["functions"]
    )
    for wrong in found:
        row = (wrong.function,) if wrong.function else ()
        yield Problem((*path, wrong.table.value, *row), wrong.error)
    try:
        check_parts(number, [part["kind"] for part in level["parts"]])
    except DomainError as error:
        yield Problem((*path, "parts"), error)
    for place, part in enumerate(level["parts"]):
        if Decimal(part["pass_mark"]) < LOWEST_PASS_MARK:
            context = {"level": number, "part": part["kind"], "mark": part["pass_mark"], "floor": plain(LOWEST_PASS_MARK)}
            too_low = DomainError("standards.pass_mark_too_low", status=422, **context)
            yield Problem((*path, "parts", place, "pass_mark"), too_low)
    if not level["conditions"]:
        yield Problem((*path, "conditions"), DomainError("standards.conditions_missing", status=422, level=number))
    for place, condition in enumerate(level["conditions"]):
        try:
            check_requirement(condition["requirement"], code=condition["code"])
        except DomainError as error:
            yield Problem((*path, "conditions", place), error)


def weights_of(table: Mapping[str, str]) -> list[Weight]:
    return [Weight(function, Decimal(weight)) for function, weight in table.items()]


def column_sum(table: Mapping[str, str]) -> str:
    """Return what a column adds up to, as it is written."""
    return plain(sum((Decimal(weight) for weight in table.values()), Decimal(0)))
