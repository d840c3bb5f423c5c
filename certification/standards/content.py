"""A stored scheme as data again, and what of a scheme only the database can judge."""

from collections.abc import Mapping
from typing import Any

from certification.standards.models import Occupation, Scheme
from certification.standards.rules import WeightTable
from certification.standards.rules.content import OWNER_KINDS
from certification.standards.rules.tidying import Problem
from certification.standards.rules.weights import plain
from lms.core.errors import DomainError
from lms.organisations.models import Organisation


def content_of(scheme: Scheme) -> dict[str, Any]:
    """Return what the scheme says, in the shape of `rules.tidied`; no query when it was read by `in_full`."""
    occupation = scheme.occupation
    described: dict[str, Any] = {name: getattr(occupation, name) for name in ("edition", "code", "name", "name_en", "definition")}
    if occupation.replaces is not None:
        described["replaces"] = {"edition": occupation.replaces.edition, "code": occupation.replaces.code}
    return {
        "key": scheme.key,
        "version": scheme.version,
        "kind": scheme.kind,
        "owner": scheme.owner.slug if scheme.owner else "",
        "title": scheme.title,
        "document_number": scheme.document_number,
        "edition_year": scheme.edition_year,
        "effective_from": scheme.effective_from.isoformat() if scheme.effective_from else "",
        "source": scheme.source,
        "is_sample": scheme.is_sample,
        "sample_note": scheme.sample_note,
        "note": scheme.note,
        "occupation": described,
        "parameters": dict(scheme.parameters),
        "levels": [
            {
                "level": level.level,
                "parts": level.parts,
                "functions": level.functions,
                **{
                    table.value: {function: plain(weight) for function, weight in level.weights(table).items()}
                    for table in WeightTable
                },
                "conditions": [
                    {
                        "code": condition.code,
                        "text": condition.text,
                        "text_en": condition.text_en,
                        "requirement": condition.requirement,
                        "evidence": condition.evidence,
                    }
                    for condition in sorted(level.conditions.all(), key=lambda each: each.code)
                ],
            }
            for level in sorted(scheme.levels.all(), key=lambda each: -each.level)
        ],
    }


def owner_of(content: Mapping[str, Any]) -> Organisation | None:
    """Return the body that the content names by its short name or its name, or None."""
    named = content["owner"]
    if not named:
        return None
    return Organisation.objects.filter(slug=named).first() or Organisation.objects.filter(name=named).first()


def load_problems(content: Mapping[str, Any]) -> list[Problem]:
    """Return what keeps a tidied scheme from being stored here at all: an owner that cannot own it, an occupation known otherwise."""
    return [*_owner_problems(content), *_occupation_problems(content["occupation"])]


def _owner_problems(content: Mapping[str, Any]) -> list[Problem]:
    owner = owner_of(content)
    if content["owner"] and owner is None:
        return [Problem(("owner",), DomainError("standards.owner_unknown", status=422, owner=content["owner"]))]
    if owner is not None and owner.kind != OWNER_KINDS.get(content["kind"]):
        return [Problem(("owner",), DomainError("standards.owner_kind", status=422, owner=owner.name))]
    if Scheme.objects.filter(key=content["key"]).exclude(owner=owner).exists():
        return [Problem(("key",), DomainError("standards.key_taken", status=422, key=content["key"]))]
    return []


def _occupation_problems(named: Mapping[str, Any]) -> list[Problem]:
    """An occupation is recorded once for all schemes; a file that says something else about it is mistaken."""
    known = Occupation.objects.filter(edition=named["edition"], code=named["code"]).first()
    if known is None:
        return []
    return [
        Problem(
            ("occupation", name),
            DomainError("standards.occupation_differs", status=422, occupation=known.code, edition=known.edition, known=stored),
        )
        for name in ("name", "name_en", "definition")
        if (stored := getattr(known, name)) != named[name]
    ]
