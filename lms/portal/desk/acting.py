"""Many rows at once: what would happen, doing it once, and undoing it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.core.queues import Action, Line, QueueRow, actions, rows_named
from lms.portal.models import BulkAct, BulkLine

MOST_ROWS = 200
"""Rows of one action; more would keep the person waiting."""


@dataclass(frozen=True)
class Preview:
    """What will happen with each row. `form` asks for what has to be chosen; `chosen` is what it says, None while it is wrong."""

    action: Action
    lines: list[Line]
    form: forms.Form | None
    chosen: dict[str, str] | None
    gone: int
    """How many of the rows that were picked do not wait any more."""

    @property
    def possible(self) -> int:
        return sum(line.ok for line in self.lines)


def preview(action: Action, idents: Sequence[str], sent: QueryDict | None, *, actor: User, now: datetime) -> Preview:
    """Return what the action would do; nothing changes. `sent` is the filled-in form, None when it was not seen yet."""
    rows = rows_named(actor, now, set(idents))
    taken = [row for row in rows if action.takes(row)]
    form = action.form(sent, taken, actor=actor, now=now)
    if form is not None and sent is None:
        form = action.form(_initial(form), taken, actor=actor, now=now)
    chosen = _chosen(form)
    lines = action.preview(taken, chosen, actor=actor, now=now) if chosen is not None else []
    refused = text_of(DomainError("queues.action_unknown"))
    lines += [Line(row, refused, ok=False) for row in rows if row not in taken]
    return Preview(action, lines, form, chosen, gone=len(set(idents)) - len(rows))


def act_of(token: UUID, actor: User) -> BulkAct | None:
    """Return what the person did with this token already, if she did."""
    return BulkAct.objects.filter(token=token, actor=actor).first()


def _initial(form: forms.Form) -> dict[str, str]:
    return {name: _text(field.initial) for name, field in form.fields.items()}


def _chosen(form: forms.Form | None) -> dict[str, str] | None:
    if form is None:
        return {}
    return {name: _text(value) for name, value in form.cleaned_data.items()} if form.is_valid() else None


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


@transaction.atomic
def carry_out(
    action: Action, idents: Sequence[str], chosen: Mapping[str, str], *, token: UUID, actor: User, now: datetime
) -> BulkAct:
    """Do it with each row that still waits and allows it, and write down what became of each.

    Whoever comes twice with one token gets what the first time did: a second click waits for the first and changes
    nothing. Each row is done or refused on its own.
    """
    until = action.undo_until(chosen, now)
    defaults = {"actor": actor, "action": action.key, "chosen": dict(chosen), "at": now, "undo_until": until}
    act, is_new = BulkAct.objects.get_or_create(token=token, defaults=defaults)
    if act.actor_id != actor.pk:
        raise Http404
    if not is_new:
        return act
    waiting = {row.ident: row for row in rows_named(actor, now, set(idents))}
    lines = {ident: _do(action, waiting.get(ident), chosen, act=act, now=now) for ident in dict.fromkeys(idents)}
    BulkLine.objects.bulk_create(lines.values())
    if done := [waiting[ident] for ident, line in lines.items() if line.ok]:
        action.afterwards(done, chosen, actor=actor, now=now)
    return act


def _do(action: Action, row: QueueRow | None, chosen: Mapping[str, str], *, act: BulkAct, now: datetime) -> BulkLine:
    line = BulkLine(act=act, title=row.title[:300] if row else _("A row that is gone"), url=row.url[:200] if row else "")
    try:
        with transaction.atomic():
            if row is None:
                raise DomainError("queues.not_waiting")
            if not action.takes(row):
                raise DomainError("queues.action_unknown")
            done = action.apply(row, chosen, actor=act.actor, now=now)
    except (DomainError, PermissionDenied) as error:
        line.ok, line.text = False, _why(error)
    else:
        line.ok, line.text, line.undo = True, done.text, done.undo
    return line


@transaction.atomic
def undo(act: BulkAct, *, actor: User, now: datetime) -> BulkAct:
    """Undo each row that can still be undone, and write down which could not; a second time changes nothing.

    Raises `DomainError` `queues.too_late_to_undo` when the time is over or it can never be undone.
    """
    locked = BulkAct.objects.select_for_update().get(pk=act.pk, actor=actor)
    if locked.undone_at is not None:
        return locked
    action = actions().get(locked.action)
    if action is None or not locked.can_be_undone(now):
        raise DomainError("queues.too_late_to_undo")
    lines = list(locked.lines.filter(ok=True))
    for line in lines:
        try:
            with transaction.atomic():
                action.undo(line.undo, actor=actor, now=now)
        except (DomainError, PermissionDenied) as error:
            line.undone, line.undo_text = False, _why(error)
        else:
            line.undone = True
    BulkLine.objects.bulk_update(lines, ["undone", "undo_text"])
    locked.undone_at = now
    locked.save(update_fields=["undone_at"])
    return locked


def _why(error: DomainError | PermissionDenied) -> str:
    return text_of(error) if isinstance(error, DomainError) else _("You are not allowed to do this.")
