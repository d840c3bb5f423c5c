"""The page of choices: language, quiet hours, gathered mails, and one box for each kind on each way."""

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import User
from lms.core.forms import offer_choices
from lms.notices.kinds import Kind
from lms.notices.models import DIGEST_LABELS, NoticeSettings
from lms.notices.rules import Channel, Digest
from lms.notices.selectors import Room

HALF_HOURS = [datetime.time(hour, minute) for hour in range(24) for minute in (0, 30)]


def _clock(value: Any) -> datetime.time:
    return datetime.time.fromisoformat(str(value))


def _hours() -> list[tuple[str, str]]:
    return [(f"{time:%H:%M}", f"{time:%H:%M}") for time in HALF_HOURS]


class ChoicesForm(forms.Form):
    """Settings of one person; the boxes of kinds are read by `changed_boxes`."""

    language = forms.ChoiceField(label=_("Language of messages and mails"), choices=settings.LANGUAGES)
    quiet_from = forms.TypedChoiceField(label=_("No SMS from"), coerce=_clock, choices=_hours)
    quiet_until = forms.TypedChoiceField(
        label=_("until"),
        coerce=_clock,
        choices=_hours,
        help_text=_("What comes in these hours is sent when they end. The same time twice: no quiet hours."),
    )
    digest = forms.TypedChoiceField(
        label=_("Mails that are not urgent"),
        coerce=Digest,
        choices=[(digest.value, label) for digest, label in DIGEST_LABELS.items()],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, user: User, present: NoticeSettings, **kwargs: Any) -> None:
        hours = {name: f"{getattr(present, name):%H:%M}" for name in ("quiet_from", "quiet_until")}
        super().__init__(*args, **kwargs)
        self.initial = {"language": user.language, "digest": present.digest, **hours}
        for name, value in hours.items():
            # A time that a link or an import has set may lie between the half hours.
            if value not in dict(_hours()):
                offer_choices(self, name, sorted([(value, value), *_hours()]))


def changed_boxes(rooms: list[Room], sent: Any) -> list[tuple[Kind, Channel, bool]]:
    """Return the boxes that the person has changed. What is locked or leads nowhere was not hers to change."""
    return [
        (row.kind, way.channel, way.name in sent)
        for room in rooms
        for row in room.rows
        if not row.kind.binding
        for way in row.ways
        if way.reachable and (way.name in sent) != way.wanted
    ]
