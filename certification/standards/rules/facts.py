"""What a candidate says about herself, typed; the shape that an application stores as JSON."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from certification.standards.rules.periods import Period

DIPLOMA_KINDS = (
    "technical_school",
    "senior_technical_school",
    "technician_college",
    "secondary_vocational",
    "higher_vocational",
    "bachelor",
)
"""技工学校, 高级技工学校, 技师学院, 中等职业学校, 高等职业学校/大专, 本科及以上."""

TITLE_RANKS = ("junior", "middle", "senior")


@dataclass(frozen=True)
class Employment:
    occupation: str
    started_on: date
    ended_on: date | None = None
    """Last day at work, inclusive; None while it goes on."""
    employer: str = ""
    relevant: bool = True
    """True when the occupation is this one or one the standard calls related."""

    def until(self, on: date) -> Period:
        """Return the days completed before `on`: the day itself is not over yet."""
        end = on if self.ended_on is None else min(self.ended_on + timedelta(days=1), on)
        return (self.started_on, end)


@dataclass(frozen=True)
class CertificateFact:
    occupation: str
    level: int
    issued_on: date
    number: str = ""
    relevant: bool = True


@dataclass(frozen=True)
class TitleFact:
    name: str
    rank: str
    issued_on: date
    relevant: bool = True


@dataclass(frozen=True)
class Diploma:
    kind: str
    major: str
    graduated_on: date | None
    """None for a student in the final year."""
    school: str = ""
    evaluated: bool = False
    """经评估论证: the programme was evaluated against the standard."""
    relevant: bool = True


@dataclass(frozen=True)
class Facts:
    birth_date: date | None = None
    employments: tuple[Employment, ...] = ()
    certificates: tuple[CertificateFact, ...] = ()
    titles: tuple[TitleFact, ...] = ()
    diplomas: tuple[Diploma, ...] = ()
    apprenticeship_ended_on: date | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: Mapping[str, Any], *, occupations: Collection[str] = (), majors: Collection[str] = ()) -> "Facts":
        """Read stored facts; `occupations` and `majors` are this and the related ones of the scheme.

        Dates are ISO strings. Raises `ValueError` or `KeyError` on a malformed row.
        """
        return cls(
            birth_date=_date(data.get("birth_date")),
            employments=tuple(
                Employment(
                    occupation=row["occupation"],
                    started_on=date.fromisoformat(row["started_on"]),
                    ended_on=_date(row.get("ended_on")),
                    employer=row.get("employer", ""),
                    relevant=row["occupation"] in occupations,
                )
                for row in data.get("employments", ())
            ),
            certificates=tuple(
                CertificateFact(
                    occupation=row["occupation"],
                    level=int(row["level"]),
                    issued_on=date.fromisoformat(row["issued_on"]),
                    number=row.get("number", ""),
                    relevant=row["occupation"] in occupations,
                )
                for row in data.get("certificates", ())
            ),
            titles=tuple(
                TitleFact(
                    name=row["name"],
                    rank=row["rank"],
                    issued_on=date.fromisoformat(row["issued_on"]),
                    relevant=bool(row.get("matched", False)),
                )
                for row in data.get("titles", ())
            ),
            diplomas=tuple(
                Diploma(
                    kind=row["kind"],
                    major=row["major"],
                    graduated_on=_date(row.get("graduated_on")),
                    school=row.get("school", ""),
                    evaluated=bool(row.get("evaluated", False)),
                    relevant=row["major"] in majors,
                )
                for row in data.get("diplomas", ())
            ),
            apprenticeship_ended_on=_date(data.get("apprenticeship_ended_on")),
        )


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
