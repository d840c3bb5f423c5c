"""What can be done with many rows at once. An app names its actions in `queues.py` as `ACTIONS`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.core.queues.keeping import latest_return, put_aside, take_back
from lms.core.queues.rows import QueueRow
from lms.core.queues.sources import midnight

Chosen = Mapping[str, Any]
"""What the person chose beside the rows; plain values that fit into JSON."""


@dataclass(frozen=True)
class Line:
    """What will become of one row, or why nothing can."""

    row: QueueRow
    text: str
    ok: bool = True


@dataclass(frozen=True)
class Done:
    """What became of one row. `undo` is what undoing it needs, fit for JSON."""

    text: str
    undo: dict[str, Any] = field(default_factory=dict)


class Action:
    """One thing to do with many rows. `key` is `"<app>.<verb>"`; `label` stands on the button, `effect` under it.

    Each row is asked again when it is done: between look and press somebody may have been faster. `undo_for` says how
    long it can be undone at most; None means never, and `effect` says so.
    """

    key: str
    label: str | Promise
    effect: str | Promise
    undo_for: timedelta | None = None

    def takes(self, row: QueueRow) -> bool:
        """Tell whether the action is offered for such a row; whether it is possible is another question."""
        raise NotImplementedError

    def form(self, data: Any, rows: Sequence[QueueRow], *, actor: Any, now: datetime) -> forms.Form | None:
        """Return the form for what has to be chosen first; its cleaned data, as text, is the choice."""
        return None

    def preview(self, rows: Sequence[QueueRow], chosen: Chosen, *, actor: Any, now: datetime) -> list[Line]:
        """Return a line for each row, in their order; nothing changes."""
        raise NotImplementedError

    def undo_until(self, chosen: Chosen, now: datetime) -> datetime | None:
        """Return when undoing ends; None where nothing can be undone."""
        return now + self.undo_for if self.undo_for else None

    def apply(self, row: QueueRow, chosen: Chosen, *, actor: Any, now: datetime) -> Done:
        """Do it with one row through the app's own service. Raises `DomainError` or `PermissionDenied` where it cannot be."""
        raise NotImplementedError

    def afterwards(self, rows: Sequence[QueueRow], chosen: Chosen, *, actor: Any, now: datetime) -> None:
        """What follows once from all rows that were done, such as one message to one person; nothing by default."""

    def undo(self, facts: Mapping[str, Any], *, actor: Any, now: datetime) -> None:
        """Undo it with one row. Raises `DomainError` when it cannot be undone any more."""
        raise NotImplementedError


class DayForm(forms.Form):
    until = forms.DateField(
        label=pgettext_lazy("work put aside", "Show it again on"),
        help_text=gettext_lazy("Until then the rows stay away from your desk alone; others see them."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["until"].initial = today + timedelta(days=1)
        self.fields["until"].widget.attrs["min"] = (today + timedelta(days=1)).isoformat()

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until <= self.today:
            raise forms.ValidationError(text_of(DomainError("queues.day_not_in_future")))
        return until


class Postpone(Action):
    """Put rows aside until a day, for oneself alone."""

    key = "queues.postpone"
    label = gettext_lazy("Put aside until a day")
    effect = gettext_lazy("Only your own desk changes. You can undo it until that day.")

    def takes(self, row: QueueRow) -> bool:
        return True

    def form(self, data: Any, rows: Sequence[QueueRow], *, actor: Any, now: datetime) -> forms.Form | None:
        return DayForm(data, today=localdate(now))

    def preview(self, rows: Sequence[QueueRow], chosen: Chosen, *, actor: Any, now: datetime) -> list[Line]:
        until, today = date.fromisoformat(chosen["until"]), localdate(now)
        back = _("Comes back on %(day)s") % {"day": date_format(until, "DATE_FORMAT")}
        lines = []
        for row in rows:
            last = latest_return(row.due_day, today)
            refusal = "" if until <= last else text_of(DomainError("queues.too_long", date=last))
            lines.append(Line(row, refusal or back, ok=not refusal))
        return lines

    def undo_until(self, chosen: Chosen, now: datetime) -> datetime | None:
        return midnight(date.fromisoformat(chosen["until"]))

    def apply(self, row: QueueRow, chosen: Chosen, *, actor: Any, now: datetime) -> Done:
        until = date.fromisoformat(chosen["until"])
        aside = put_aside(row, until=until, actor=actor, now=now)
        text = _("Comes back on %(day)s") % {"day": date_format(until, "DATE_FORMAT")}
        return Done(text, _facts(aside))

    def undo(self, facts: Mapping[str, Any], *, actor: Any, now: datetime) -> None:
        take_back(facts["queue"], facts["row"], at=facts["at"], actor=actor, now=now)


class MarkDone(Action):
    """Mark as done what only tells something; it comes back by itself when there is news."""

    key = "queues.done"
    label = gettext_lazy("Mark as done")
    effect = gettext_lazy("The row leaves your own desk until there is something new in it. You can undo it for 30 days.")
    undo_for = timedelta(days=30)

    def takes(self, row: QueueRow) -> bool:
        return bool(row.seen_as)

    def preview(self, rows: Sequence[QueueRow], chosen: Chosen, *, actor: Any, now: datetime) -> list[Line]:
        return [
            Line(row, _("Leaves your desk")) if row.seen_as else Line(row, text_of(DomainError("queues.not_a_notice")), ok=False)
            for row in rows
        ]

    def apply(self, row: QueueRow, chosen: Chosen, *, actor: Any, now: datetime) -> Done:
        return Done(_("Left your desk"), _facts(put_aside(row, until=None, actor=actor, now=now)))

    def undo(self, facts: Mapping[str, Any], *, actor: Any, now: datetime) -> None:
        take_back(facts["queue"], facts["row"], at=facts["at"], actor=actor, now=now)


class BringBack(Action):
    """Show rows again that were put aside."""

    key = "queues.bring_back"
    label = gettext_lazy("Put back on my desk")
    effect = gettext_lazy("The rows stand on your desk again at once. There is nothing to undo: you can put them aside again.")

    def takes(self, row: QueueRow) -> bool:
        return row.is_aside

    def preview(self, rows: Sequence[QueueRow], chosen: Chosen, *, actor: Any, now: datetime) -> list[Line]:
        return [Line(row, _("Stands on your desk again"), ok=True) for row in rows]

    def apply(self, row: QueueRow, chosen: Chosen, *, actor: Any, now: datetime) -> Done:
        take_back(row.queue_key, row.name, at="", actor=actor, now=now)
        return Done(_("Stands on your desk again"))


def _facts(aside: Any) -> dict[str, Any]:
    return {"queue": aside.queue, "row": aside.row, "at": aside.at.isoformat()}


OWN_ACTIONS: list[Action] = [Postpone(), MarkDone(), BringBack()]
"""What everybody may do with her own desk, whatever the app."""
