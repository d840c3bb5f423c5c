"""A scheme comes in whole, as data. It is a draft until it is published, and then it is never edited: a change is a new version."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from certification.standards import rules
from certification.standards.access import require_keeper, require_publisher
from certification.standards.content import content_of, load_problems, owner_of
from certification.standards.models import EligibilityCondition, Occupation, Scheme, SchemeLevel, WeightRow
from certification.standards.rules import WeightTable
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError

FACTS = ("title", "document_number", "edition_year", "source", "is_sample", "sample_note", "note")


@transaction.atomic
def load_scheme(data: Mapping[str, Any], *, actor: User | None, now: datetime) -> Scheme:
    """Return the published scheme described by `data`, creating it when it is new.

    Loading the same key, version and content again changes nothing. Other content
    under the same version raises `DomainError("standards.version_taken")`: a
    published version is never edited (I3). Wrong weight sums, functions, parts or
    requirements raise a `DomainError` that names them (I1, I2, I4), and nothing is stored.
    """
    content = rules.in_order(rules.tidied(data).checked())
    content["parameters"] = rules.with_defaults(content["parameters"])
    for problem in (*rules.publication_problems(content), *load_problems(content)):
        raise problem.error
    owner = owner_of(content)
    content["owner"] = owner.slug if owner else ""
    existing = Scheme.objects.filter(key=content["key"], version=content["version"]).first()
    if existing is not None:
        if existing.is_draft or _compared(content_of(existing)) != _compared(content):
            raise DomainError("standards.version_taken", key=content["key"], version=content["version"])
        return existing
    return _publish(_write(Scheme(key=content["key"], version=content["version"]), content), actor=actor, now=now)


@transaction.atomic
def keep_draft(data: Mapping[str, Any], *, actor: User, now: datetime) -> Scheme:
    """Return the draft that now has this content: the open draft of its key, or a new one under the next version.

    Raises what `tidied` found first, `standards.key_taken` when the key belongs to somebody else, and
    `PermissionDenied` unless the actor keeps the norms of the owner. The draft may be unsound; only its publication asks.
    """
    content = rules.in_order(rules.tidied(data).checked())
    for problem in load_problems(content):
        raise problem.error
    require_keeper(actor, owner_of(content))
    latest = Scheme.objects.select_for_update().filter(key=content["key"]).order_by("-version").first()
    if latest is not None:
        require_keeper(actor, latest.owner)
        if latest.is_draft:
            return _write(latest, content)
    return _write(Scheme(key=content["key"], version=latest.version + 1 if latest else 1), content)


@transaction.atomic
def copy_version(scheme: Scheme, *, actor: User, now: datetime) -> Scheme:
    """Return a new draft with the content of this version, under the next number. The version itself stays as it is (I3).

    Raises `standards.draft_exists` while another draft of the scheme is open.
    """
    require_keeper(actor, scheme.owner)
    latest = Scheme.objects.select_for_update().filter(key=scheme.key).order_by("-version").first()
    assert latest is not None
    if latest.is_draft:
        raise DomainError("standards.draft_exists", version=latest.version)
    return _write(Scheme(key=scheme.key, version=latest.version + 1), content_of(scheme))


@transaction.atomic
def change_draft(draft: Scheme, *, content: Mapping[str, Any], seen: str, actor: User, now: datetime) -> Scheme:
    """Give the draft this content. `seen` is the hash of the content that the actor saw before she changed it.

    Raises `standards.frozen` for a published version (I3) and `standards.changed_meanwhile` when somebody was faster.
    """
    require_keeper(actor, draft.owner)
    locked = _locked_draft(draft)
    if locked.content_sha256 != seen:
        raise DomainError("standards.changed_meanwhile")
    return _write(locked, rules.in_order(rules.tidied(content).checked()))


@transaction.atomic
def publish_scheme(draft: Scheme, *, actor: User, now: datetime) -> Scheme:
    """Publish the draft; from now on it is never edited (I3).

    Raises `PermissionDenied` unless the actor heads the body that keeps it, and the first of `publication_problems` (I1, I2, I4).
    """
    require_publisher(actor, draft.owner)
    locked = _locked_draft(draft)
    for problem in rules.publication_problems(content_of(locked)):
        raise problem.error
    return _publish(locked, actor=actor, now=now)


@transaction.atomic
def discard_draft(draft: Scheme, *, actor: User, now: datetime) -> None:
    """Throw the draft away; published versions stay."""
    require_keeper(actor, draft.owner)
    _locked_draft(draft).delete()


def _locked_draft(draft: Scheme) -> Scheme:
    locked = Scheme.objects.select_for_update().filter(pk=draft.pk).first()
    if locked is None or not locked.is_draft:
        raise DomainError("standards.frozen")
    return locked


def _publish(scheme: Scheme, *, actor: User | None, now: datetime) -> Scheme:
    scheme.status = "published"
    scheme.save()
    ledger.append(
        "standards.published",
        subject=scheme,
        actor=actor,
        now=now,
        key=scheme.key,
        version=scheme.version,
        sha256=scheme.content_sha256,
        sample=scheme.is_sample,
    )
    return scheme


def _write(scheme: Scheme, content: Mapping[str, Any]) -> Scheme:
    """Write the content into the rows of a draft, or of a new one."""
    scheme.status = "draft"
    scheme.kind = content["kind"]
    scheme.owner = owner_of(content)
    scheme.occupation = _occupation(content["occupation"])
    for name in FACTS:
        setattr(scheme, name, content[name])
    scheme.effective_from = date.fromisoformat(content["effective_from"]) if content["effective_from"] else None
    scheme.parameters = rules.with_defaults(content["parameters"])
    if scheme.pk:
        scheme.save()
        scheme.levels.all().delete()
    else:
        _insert(scheme)
    for row in content["levels"]:
        _create_level(scheme, row)
    scheme.content_sha256 = digest_of(content_of(scheme))
    scheme.save(update_fields=["content_sha256"])
    return scheme


def _insert(scheme: Scheme) -> None:
    """Store the new version; of two people who open the same number at once, the second is told."""
    try:
        with transaction.atomic():
            scheme.save()
    except IntegrityError:
        raise DomainError("standards.draft_exists", version=scheme.version) from None


def _occupation(data: Mapping[str, Any]) -> Occupation:
    before = data.get("replaces")
    names = {"name": data["name"], "name_en": data["name_en"]}
    replaces = None
    if before is not None:
        replaces, _created = Occupation.objects.get_or_create(edition=before["edition"], code=before["code"], defaults=names)
    occupation, _created = Occupation.objects.get_or_create(
        edition=data["edition"],
        code=data["code"],
        defaults={**names, "definition": data["definition"], "replaces": replaces},
    )
    return occupation


def _create_level(scheme: Scheme, row: Mapping[str, Any]) -> None:
    level = SchemeLevel.objects.create(scheme=scheme, level=row["level"], parts=row["parts"], functions=row["functions"])
    WeightRow.objects.bulk_create(
        WeightRow(scheme_level=level, table=table.value, function=function, weight=weight, order=order)
        for table in WeightTable
        for order, (function, weight) in enumerate(row[table.value].items(), start=1)
    )
    EligibilityCondition.objects.bulk_create(
        EligibilityCondition(scheme_level=level, **condition) for condition in row["conditions"]
    )


def digest_of(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 (64 hex) of a scheme's content, its version included."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _compared(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content with the parameters that came to be after it was stored."""
    return {**content, "parameters": rules.with_defaults(content["parameters"])}
