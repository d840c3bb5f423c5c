"""The kinds of notice. Each app names its own in `notice_kinds.py`; this is the register of all.

A notice keeps its kind and the facts, not the sentence: the sentence is made when somebody reads it or when it is
sent, in the language that she reads then.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lms.notices.rules import Channel, Sort

Text = str | Promise
SMS_THEN_MAIL = frozenset({Channel.SMS})
"""By SMS; who has no phone gets a mail, if the kind is urgent."""
MAIL = frozenset({Channel.MAIL})
BOTH = frozenset(Channel)


@dataclass(frozen=True)
class Words:
    """What a notice says, in one language."""

    subject: str
    text: str


Writer = Callable[[Mapping[str, Any]], Words]


@dataclass(frozen=True)
class Kind:
    """One kind of notice.

    `key` is `"<app>.<what>"`; `label` is what the page of choices calls it and `room` the heading it stands under.
    `write` makes the words from the facts in the active language. `urgent` kinds are sent at once, the others may
    wait for a gathered mail. A `binding` kind tells of something with legal force: nobody can switch it off.
    `for_staff` kinds concern a post; the page of choices shows them to who has one.
    """

    key: str
    room: Text
    label: Text
    write: Writer
    channels: frozenset[Channel] = SMS_THEN_MAIL
    urgent: bool = True
    binding: bool = False
    for_staff: bool = False

    @property
    def sort(self) -> Sort:
        return Sort(channels=self.channels, urgent=self.urgent, binding=self.binding)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Add a kind to the register; a key is given out once."""
    if kind.key in _kinds:
        raise ImproperlyConfigured(f"Two kinds of notice call themselves {kind.key}.")
    _kinds[kind.key] = kind
    return kind


@dataclass(frozen=True)
class Table:
    """The kinds of one app that stand under one heading of the page of choices; each `notice_kinds.py` begins with one."""

    app: str
    room: Text

    def kind(self, what: str, label: Text, write: Writer, **more: Any) -> Kind:
        """Name a kind, `"<app>.<what>"`, and return it; `more` are the other fields of `Kind`."""
        return register(Kind(key=f"{self.app}.{what}", room=self.room, label=label, write=write, **more))


def kind_of(key: str) -> Kind:
    """Return the kind of this key; `OTHER` for one that no app knows any more."""
    return _kinds.get(key, OTHER)


def all_kinds() -> Iterator[Kind]:
    """Yield every kind in the order in which the apps named them, ours for everything else last."""
    yield from (kind for kind in _kinds.values() if kind is not OTHER)
    yield OTHER


def said(subject: Text, text: Text) -> Writer:
    """Return a writer of two sentences whose `%(places)s` the facts fill."""
    return lambda facts: Words(str(subject) % facts, str(text) % facts)


def _as_told(facts: Mapping[str, Any]) -> Words:
    return Words(str(facts.get("subject", "")), str(facts.get("text", "")))


OTHER = register(
    Kind(key="notices.other", room=_("Everything else"), label=_("Other messages to me"), write=_as_told, channels=SMS_THEN_MAIL)
)
"""What `tell` sends: words somebody wrote, told as they are."""
