"""One item is written, changed, taken out of use, put back. Papers keep their own frozen copy whatever happens to it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from courses.questionbank.models import Item
from courses.questionbank.rules import CheckedItem, Pool, check_item
from courses.questionbank.services.importing import known_answers
from lms.accounts.models import User
from lms.core import freshness, ledger
from lms.core.errors import DomainError
from lms.organisations.models import Organisation


@transaction.atomic
def write_item(
    row: Mapping[str, Any],
    *,
    organisation: Organisation,
    pools: Collection[Pool],
    actor: User,
    now: datetime,
    item: Item | None = None,
    seen: str = "",
) -> Item:
    """Put a new item into the bank, or change `item`; return it. A new one without a key gets the next free one.

    The key of an item never changes: draws depend on it. `seen` is the fingerprint of the text that was changed.
    Raises the 422s of `check_item`, "questionbank.key_taken", "questionbank.pool_not_yours" for a pool for which the
    actor does not write, "questionbank.item_was_practice" when what was shown would become an exam item, and
    "questionbank.item_changed" (409) when somebody else was faster.
    """
    if item is None:
        return _add(row, organisation, pools, actor, now)
    current = Item.objects.select_for_update().get(pk=item.pk, organisation=organisation)
    checked = check_item({**row, "key": current.key})
    before = current.as_checked()
    _refuse_pools({checked.pool, before.pool}, pools, current.key)
    if before.sha256 != seen:
        raise DomainError("questionbank.item_changed", key=current.key)
    if checked == before:
        return current
    if checked.pool is Pool.EXAM and before.pool is Pool.PRACTICE and known_answers([current]):
        raise DomainError("questionbank.item_was_practice", status=422, key=current.key)
    for name, value in checked.as_fields().items():
        setattr(current, name, value)
    current.save()
    _note("questionbank.item_changed", current, checked, actor, now)
    return current


def _add(row: Mapping[str, Any], organisation: Organisation, pools: Collection[Pool], actor: User, now: datetime) -> Item:
    # The row of the organisation is the lock: two new items never get the same key.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    checked = check_item({**row, "key": row.get("key") or _free_key(organisation)})
    _refuse_pools({checked.pool}, pools, checked.key)
    try:
        with transaction.atomic():
            added = Item.objects.create(organisation=organisation, key=checked.key, **checked.as_fields())
    except IntegrityError:
        raise DomainError("questionbank.key_taken", status=422, key=checked.key) from None
    _note("questionbank.item_added", added, checked, actor, now)
    return added


def _free_key(organisation: Organisation) -> str:
    """Return the first free one of Q00001, Q00002 … after those of the bank."""
    ours = Item.objects.filter(organisation=organisation, key__regex=r"^Q[0-9]{5}$")
    last = ours.order_by("-key").values_list("key", flat=True).first()
    return f"Q{int(last[1:]) + 1 if last else 1:05d}"


def _refuse_pools(named: set[Pool], pools: Collection[Pool], key: str) -> None:
    if not named <= set(pools):
        raise DomainError("questionbank.pool_not_yours", status=422, key=key)


def _note(kind: str, item: Item, checked: CheckedItem, actor: User, now: datetime) -> None:
    ledger.append(kind, subject=item, actor=actor, now=now, pool=checked.pool.value, sha256=checked.sha256)


@transaction.atomic
def retire_item(item: Item, *, actor: User, now: datetime) -> None:
    """Take the item out of use: no paper draws it and no lesson shows it any more. Drawn papers keep it.

    Raises `DomainError` "core.invalid_transition" when it is out of use already.
    """
    _put(item, active=False)
    ledger.append("questionbank.item_retired", subject=item, actor=actor, now=now)


@transaction.atomic
def restore_item(item: Item, *, actor: User, now: datetime) -> None:
    """Put a retired item back into use. Raises `DomainError` "core.invalid_transition" when it is in use."""
    _put(item, active=True)
    ledger.append("questionbank.item_restored", subject=item, actor=actor, now=now)


def _put(item: Item, *, active: bool) -> None:
    # The WHERE clause is the lock: of two writers only one changes the row.
    if not Item.objects.filter(pk=item.pk, active=not active).update(active=active):
        raise DomainError("core.invalid_transition")
    item.active = active
    freshness.note_change()


@transaction.atomic
def open_item(item: Item, *, actor: User, now: datetime) -> None:
    """Note in the ledger that somebody reads an exam item with its answer (invariant I21); practice is no secret."""
    if item.pool == Pool.EXAM.value:
        ledger.append("questionbank.item_opened", subject=item, actor=actor, now=now)
