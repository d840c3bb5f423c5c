"""Many items at once: looked at line by line, then put into the bank as a whole."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from json import dumps
from typing import Any

from django.db import transaction

from courses.questionbank.models import Item, PaperItem
from courses.questionbank.rules import CheckedItem, Pool, check_item
from courses.questionbank.showings import shown_among
from lms.accounts.models import User
from lms.core import freshness, ledger
from lms.core.errors import DomainError
from lms.organisations.models import Organisation

ITEM_FIELDS = ["kind", "stem", "options", "answer", "explanation", "function", "module", "difficulty", "pool", "active"]
ALL_POOLS = frozenset(Pool)


class Outcome(StrEnum):
    """What an import would do with one line."""

    NEW = "new"
    CHANGED = "changed"
    RESTORED = "restored"
    SAME = "same"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One line of a table, as an import would take it; `error` says why it cannot."""

    line: int
    key: str
    stem: str
    outcome: Outcome
    error: DomainError | None = None


def look_at_items(
    rows: Iterable[tuple[int, Mapping[str, Any]]], *, organisation: Organisation, pools: Collection[Pool] = ALL_POOLS
) -> list[Finding]:
    """Return for each numbered row what `import_items` would do with it; writes nothing."""
    findings: list[Finding] = []
    checked: dict[str, tuple[int, CheckedItem]] = {}
    for line, row in rows:
        try:
            item = check_item(row)
            if item.key in checked:
                raise DomainError("questionbank.item_key_twice", status=422, key=item.key)
        except DomainError as error:
            findings.append(Finding(line, str(row.get("key", "")), str(row.get("stem", "")), Outcome.WRONG, error))
        else:
            checked[item.key] = line, item
    items = [item for _line, item in checked.values()]
    known = {item.key: item for item in Item.objects.filter(organisation=organisation, key__in=checked)}
    refusals = _refusals(items, known, pools)
    for line, item in checked.values():
        refusal = refusals.get(item.key)
        outcome = Outcome.WRONG if refusal else _outcome(item, known.get(item.key))
        findings.append(Finding(line, item.key, item.stem, outcome, refusal))
    return sorted(findings, key=lambda finding: finding.line)


@transaction.atomic
def import_items(
    rows: Iterable[Mapping[str, Any]],
    *,
    organisation: Organisation,
    actor: User | None,
    now: datetime,
    pools: Collection[Pool] = ALL_POOLS,
) -> int:
    """Put the rows into the organisation's bank and return how many items are new or changed.

    All or nothing: the first bad row raises `DomainError` (422) naming its key. Known keys are
    updated, so the same file twice changes nothing and returns 0. Items left out stay; retired ones that
    are named are in use again. A practice item that quizzes or lessons have shown cannot become an exam
    item: "questionbank.item_was_practice". Whoever may not write for all `pools` neither adds to another
    ("questionbank.pool_not_yours") nor changes an item of it ("questionbank.key_taken").
    """
    checked = [check_item(row) for row in rows]
    _refuse_repeats(checked)
    present = Item.objects.select_for_update().filter(organisation=organisation, key__in=[c.key for c in checked])
    known = {item.key: item for item in present}
    refusals = _refusals(checked, known, pools)
    if refusals:
        raise refusals[min(refusals)]
    new: list[Item] = []
    changed: list[Item] = []
    for item in checked:
        outcome = _outcome(item, known.get(item.key))
        fields = item.as_fields() | {"active": True}
        if outcome is Outcome.NEW:
            new.append(Item(organisation=organisation, key=item.key, **fields))
        elif outcome is not Outcome.SAME:
            for name, value in fields.items():
                setattr(known[item.key], name, value)
            changed.append(known[item.key])
    Item.objects.bulk_create(new, batch_size=200)
    Item.objects.bulk_update(changed, ITEM_FIELDS, batch_size=100)
    if new or changed:
        freshness.note_change()
        content = dumps([item.as_fields() | {"key": item.key} for item in checked], ensure_ascii=False, sort_keys=True)
        ledger.append(
            "questionbank.imported",
            subject=organisation,
            actor=actor,
            now=now,
            new=len(new),
            changed=len(changed),
            sha256=sha256(content.encode()).hexdigest(),
        )
    return len(new) + len(changed)


def known_answers(items: Iterable[Item]) -> set[int]:
    """Return the pks of those items that somebody may have seen with their answers: they stay out of exams."""
    keys = [item.pk for item in items]
    taken = PaperItem.objects.filter(item__in=keys, paper__attempt__isnull=False)
    return {*taken.values_list("item_id", flat=True), *shown_among(keys)}


def _refuse_repeats(checked: list[CheckedItem]) -> None:
    seen: set[str] = set()
    for item in checked:
        if item.key in seen:
            raise DomainError("questionbank.item_key_twice", status=422, key=item.key)
        seen.add(item.key)


def _refusals(checked: list[CheckedItem], known: Mapping[str, Item], pools: Collection[Pool]) -> dict[str, DomainError]:
    """Return for each key that may not come in why not."""
    to_exam = [known[item.key] for item in checked if item.pool is Pool.EXAM and _is_practice(known.get(item.key))]
    shown = known_answers(to_exam) if to_exam else set()
    found = {item.key: "item_was_practice" for item in to_exam if item.pk in shown}
    found |= {item.key: "key_taken" for item in checked if item.key in known and Pool(known[item.key].pool) not in pools}
    found |= {item.key: "pool_not_yours" for item in checked if item.pool not in pools}
    return {key: DomainError(f"questionbank.{code}", status=422, key=key) for key, code in found.items()}


def _is_practice(item: Item | None) -> bool:
    return item is not None and item.pool == Pool.PRACTICE.value


def _outcome(item: CheckedItem, present: Item | None) -> Outcome:
    if present is None:
        return Outcome.NEW
    if any(getattr(present, name) != value for name, value in item.as_fields().items()):
        return Outcome.CHANGED
    return Outcome.SAME if present.active else Outcome.RESTORED
