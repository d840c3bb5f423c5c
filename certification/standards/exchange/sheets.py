"""Reading a scheme from a workbook: each sheet by its name, each column by its heading, each row in its place."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from certification.standards.exchange import words
from certification.standards.exchange.located import SHEET, Located, Place
from certification.standards.rules.parameters import DEFAULT_PARAMETERS
from certification.standards.rules.requirements import FLAGS, NUMBERS
from certification.standards.rules.tidying import FALSE, TRUE, Path
from certification.standards.rules.weights import BASIC_REQUIREMENTS
from lms.core.tables import Line, read_workbook

LONGEST_CELL = 2001
"""One more than the longest text of a scheme, so that a longer one is refused and not cut."""
MOST_ROWS = 2000
LONGEST_SHOWN = 80
NOTHING = ("", "—", "-", "–")


def read(data: bytes) -> Located:
    """Return what the workbook says. Raises what `read_workbook` raises; everything else becomes a problem of its row."""
    return _Reading(read_workbook(data, longest=LONGEST_CELL, most_rows=MOST_ROWS)).located


class _Reading:
    def __init__(self, lines: Mapping[str, list[Line]]) -> None:
        self.located = Located()
        self.levels: dict[int, dict[str, Any]] = {}
        self.order: list[int] = []
        self.facts: dict[str, Any] = {}
        self.parameters: dict[str, Any] = {}
        takers: Mapping[str, Callable[[Path, dict[str, str]], None]] = {
            words.FACT_SHEET: self.fact,
            words.WEIGHT_SHEET: self.weight,
            words.PART_SHEET: self.part,
            words.CONDITION_SHEET: self.condition,
            words.LINE_SHEET: self.line,
            words.PARAMETER_SHEET: self.parameter,
        }
        for sheet, take in takers.items():
            if sheet not in lines:
                self.located.wrong((SHEET, sheet), "sheet_missing", sheet=sheet)
                continue
            for path, row in self.rows(sheet, lines[sheet]):
                take(path, row)
        self.located.raw = self.facts | {
            "parameters": self.parameters,
            "levels": [self.levels[level] for level in self.order],
        }

    def rows(self, sheet: str, lines: list[Line]) -> Iterator[tuple[Path, dict[str, str]]]:
        """Yield path and cells by column of each row below the headings."""
        columns = words.SHEETS[sheet]
        headings = lines[0].cells if lines else ()
        places = {name: headings.index(heading) for name, heading in columns.items() if heading in headings}
        missing = [heading for name, heading in columns.items() if name not in places and name != "meaning"]
        if missing:
            self.located.wrong((SHEET, sheet), "columns_missing", sheet=sheet, columns=missing)
            return
        for line in lines[1:]:
            path: Path = (SHEET, sheet, line.number)
            place = Place(line.number, sheet)
            self.located.places[path] = place
            self.located.texts[place] = " · ".join(cell for cell in line.cells if cell)[:LONGEST_SHOWN]
            yield path, {name: line.cells[at] if at < len(line.cells) else "" for name, at in places.items()}

    def also(self, path: Path, *names: Path) -> None:
        """Let these parts of the data be found on the row of `path`; the first row that says a thing keeps it."""
        for name in names:
            self.located.places.setdefault(name, self.located.places[path])

    def level_at(self, path: Path, text: str) -> tuple[int, dict[str, Any]] | None:
        """Return place and data of the level that a row belongs to; None, and a problem, when it is no level."""
        key = words.key_of(text, words.LEVELS)
        if key not in words.LEVELS:
            self.located.wrong(path, "level_unknown", value=text[:20])
            return None
        level = int(key)
        if level not in self.levels:
            self.levels[level] = {
                "level": level, "parts": [], "functions": [], "theory": {}, "skill": {}, "conditions": [],
            }  # fmt: skip
            self.order.append(level)
        place = self.order.index(level)
        self.also(path, ("levels", place))
        return place, self.levels[level]

    def fact(self, path: Path, row: dict[str, str]) -> None:
        known = {word: names for names, word in words.FACTS.items()} | {".".join(names): names for names in words.FACTS}
        names = known.get(row["name"])
        if names is None:
            self.located.wrong(path, "name_unknown", name=row["name"][:40])
            return
        value = words.key_of(row["value"], words.KINDS) if names == ("kind",) else row["value"]
        self.also(path, names, names[:1], names[:2])
        *tables, name = names
        if value == "" and len(names) > 2:
            return
        into = self.facts
        for table in tables:
            into = into.setdefault(table, {})
        if name in into:
            self.located.wrong(path, "name_twice", name=row["name"][:40])
        into[name] = value

    def weight(self, path: Path, row: dict[str, str]) -> None:
        if (found := self.level_at(path, row["level"])) is None:
            return
        place, level = found
        function = row["function"]
        if function in (*level["functions"], *level["theory"], *level["skill"]):
            self.located.wrong(path, "function_named_twice", level=level["level"], function=function)
            return
        if function not in BASIC_REQUIREMENTS:
            level["functions"].append(function)
            self.also(path, ("levels", place, "functions", len(level["functions"]) - 1))
        for table in ("theory", "skill"):
            if row[table] not in NOTHING:
                level[table][function] = row[table]
                self.also(path, ("levels", place, table, function))

    def part(self, path: Path, row: dict[str, str]) -> None:
        if (found := self.level_at(path, row["level"])) is None:
            return
        place, level = found
        level["parts"].append(
            {"kind": words.key_of(row["kind"], words.PARTS), "pass_mark": row["pass_mark"], "minutes": row["minutes"]}
        )
        self.also(path, ("levels", place, "parts"), ("levels", place, "parts", len(level["parts"]) - 1))

    def condition(self, path: Path, row: dict[str, str]) -> None:
        if (found := self.level_at(path, row["level"])) is None:
            return
        place, level = found
        evidence = [
            [words.key_of(word.strip(), words.EVIDENCE) for word in entry.split(words.EITHER)]
            for entry in row["evidence"].replace(";", words.AND).split(words.AND)
            if entry.strip() not in NOTHING
        ]
        texts = {name: row[name] for name in ("code", "text", "text_en")}
        level["conditions"].append(texts | {"requirement": [], "evidence": evidence})
        self.also(path, ("levels", place, "conditions"), ("levels", place, "conditions", len(level["conditions"]) - 1))

    def line(self, path: Path, row: dict[str, str]) -> None:
        if (found := self.level_at(path, row["level"])) is None:
            return
        place, level = found
        at = next((at for at, each in enumerate(level["conditions"]) if each["code"] == row["code"]), None)
        if at is None:
            self.located.wrong(path, "condition_unknown", condition=row["code"][:20])
            return
        lines = level["conditions"][at]["requirement"]
        lines.append(_line_of(row))
        self.also(path, ("levels", place, "conditions", at, "requirement", len(lines) - 1))

    def parameter(self, path: Path, row: dict[str, str]) -> None:
        name = words.key_of(row["name"], words.PARAMETERS)
        self.also(path, ("parameters", name))
        if name in self.parameters:
            self.located.wrong(path, "name_twice", name=row["name"][:40])
        self.parameters[name] = parameter_of(name, row["value"])


def _line_of(row: Mapping[str, str]) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "kind": words.key_of(row["kind"], words.LINES),
        "since": words.key_of(row["since"], words.SINCE),
        "rank": words.key_of(row["rank"], words.RANKS),
        "kinds": [words.key_of(word.strip(), words.DIPLOMAS) for word in row["kinds"].split(words.COMMA) if word.strip()],
        "level": words.key_of(row["held"], words.LEVELS),
        "years": row["years"],
        "min_years": row["min_years"],
    }
    if fields["kind"] != "work_years" and fields["since"] == "":
        del fields["since"]
    for name in NUMBERS:
        fields[name] = _whole(fields[name])
    for name in FLAGS:
        fields[name] = _flag(row[name])
    return fields


def parameter_of(name: str, text: str) -> Any:
    """Return the value that a cell or a field says, in the type that the parameter has; the text itself when it has not."""
    default = DEFAULT_PARAMETERS.get(name)
    if isinstance(default, bool):
        return _flag(text)
    if isinstance(default, int):
        return _whole(text)
    if isinstance(default, list):
        entries = [entry.strip() for entry in text.replace(",", words.COMMA).replace("，", words.COMMA).split(words.COMMA)]
        return [_whole(entry) if name == "senior_assessor_levels" else entry for entry in entries if entry not in NOTHING]
    return text


def _whole(text: str) -> Any:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def _flag(text: str) -> Any:
    lowered = text.strip().lower()
    if lowered in TRUE:
        return True
    return False if lowered in FALSE else text
