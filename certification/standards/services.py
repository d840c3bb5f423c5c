"""A scheme comes in whole, as data, and is published at once; nobody types weights into forms."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from certification.standards import rules
from certification.standards.models import EligibilityCondition, Occupation, Scheme, SchemeLevel, WeightRow
from certification.standards.rules import Weight, WeightTable
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError


@transaction.atomic
def load_scheme(data: Mapping[str, Any], *, actor: User | None, now: datetime) -> Scheme:
    """Return the published scheme described by `data`, creating it when it is new.

    Loading the same key, version and content again changes nothing. Other content
    under the same version raises `DomainError("standards.version_taken")`: a
    published version is never edited (I3). Wrong weight sums, functions, parts or
    requirements raise a `DomainError` that names them (I1, I2, I4), and nothing is stored.
    """
    parameters = rules.with_defaults(data.get("parameters", {}))
    levels = [_checked_level(row) for row in data["levels"]]
    digest = _digest(data)
    existing = Scheme.objects.filter(key=data["key"], version=data["version"]).first()
    if existing is not None:
        if existing.content_sha256 != digest:
            raise DomainError("standards.version_taken", key=data["key"], version=data["version"])
        return existing
    scheme = Scheme.objects.create(
        occupation=_occupation(data["occupation"]),
        key=data["key"],
        version=data["version"],
        kind=data["kind"],
        title=data["title"],
        document_number=data.get("document_number", ""),
        edition_year=data["edition_year"],
        is_sample=data.get("is_sample", False),
        sample_note=data.get("sample_note", ""),
        note=data.get("note", ""),
        parameters=parameters,
        status="published",
        content_sha256=digest,
    )
    for row, theory, skill in levels:
        _create_level(scheme, row, theory, skill)
    ledger.append(
        "standards.published",
        subject=scheme,
        actor=actor,
        now=now,
        key=scheme.key,
        version=scheme.version,
        sha256=digest,
        sample=scheme.is_sample,
    )
    return scheme


def _occupation(data: Mapping[str, Any]) -> Occupation:
    occupation, _created = Occupation.objects.get_or_create(
        edition=data["edition"],
        code=data["code"],
        defaults={"name": data["name"], "name_en": data["name_en"], "definition": data.get("definition", "")},
    )
    return occupation


def _checked_level(row: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[Weight], list[Weight]]:
    level = int(row["level"])
    theory, skill = _weights(level, row["theory"]), _weights(level, row["skill"])
    rules.check_weights(level=level, theory=theory, skill=skill, functions=row["functions"])
    rules.check_parts(level, [part["kind"] for part in row["parts"]])
    for condition in row["conditions"]:
        rules.check_requirement(condition["requirement"], code=condition["code"])
    return row, theory, skill


def _weights(level: int, table: Mapping[str, Any]) -> list[Weight]:
    try:
        return [Weight(function, Decimal(str(weight))) for function, weight in table.items()]
    except InvalidOperation:
        raise DomainError("standards.weight_not_a_number", status=422, level=level) from None


def _create_level(scheme: Scheme, row: Mapping[str, Any], theory: list[Weight], skill: list[Weight]) -> None:
    scheme_level = SchemeLevel.objects.create(scheme=scheme, level=row["level"], parts=row["parts"], functions=row["functions"])
    WeightRow.objects.bulk_create(
        WeightRow(scheme_level=scheme_level, table=table.value, function=item.function, weight=item.weight, order=order)
        for table, items in ((WeightTable.THEORY, theory), (WeightTable.SKILL, skill))
        for order, item in enumerate(items, start=1)
    )
    EligibilityCondition.objects.bulk_create(
        EligibilityCondition(
            scheme_level=scheme_level,
            code=condition["code"],
            text=condition["text"],
            text_en=condition["text_en"],
            requirement=condition["requirement"],
            evidence=condition["evidence"],
        )
        for condition in row["conditions"]
    )


def _digest(data: Mapping[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
