"""People with and without phone and mail, kinds that only tests know, and gateways that fail or die."""

import datetime

import pytest

from lms.notices import kinds
from lms.notices.gateways import MemorySmsGateway
from lms.notices.kinds import BOTH, MAIL, Kind, said
from tests.conftest import SHANGHAI

NIGHT = datetime.datetime(2026, 9, 7, 22, 30, tzinfo=SHANGHAI)
MORNING = datetime.datetime(2026, 9, 8, 7, 0, tzinfo=SHANGHAI)


class Killed(BaseException):
    """The worker's process is gone; nothing below may catch it."""


class Provider:
    """An SMS provider that sends one reference once, and a worker that dies or fails at a wished moment."""

    delivered: dict[str, tuple[str, str]] = {}
    dies_before = dies_after = False
    refuses = 0

    def send(self, phone: str, text: str, *, reference: str = "") -> None:
        cls = type(self)
        if cls.refuses:
            cls.refuses -= 1
            raise ConnectionError("the provider is away")
        if cls.dies_before:
            cls.dies_before = False
            raise Killed
        cls.delivered.setdefault(reference, (phone, text))
        if cls.dies_after:
            cls.dies_after = False
            raise Killed


@pytest.fixture(autouse=True)
def _empty_outbox():
    MemorySmsGateway.outbox.clear()


@pytest.fixture
def provider(settings):
    settings.SMS_GATEWAY = f"{__name__}.Provider"
    Provider.delivered.clear()
    Provider.dies_before = Provider.dies_after = False
    Provider.refuses = 0
    return Provider


@pytest.fixture
def sms():
    return MemorySmsGateway.outbox


@pytest.fixture
def kind(monkeypatch):
    """Register kinds for one test: an urgent one, a calm one, one with legal force."""
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    sentences = said("Order of %(day)s", "%(name)s is ready on %(day)s.")
    make = {
        "urgent": Kind(key="test.urgent", room="Room", label="Urgent things", write=sentences),
        "calm": Kind(key="test.calm", room="Room", label="Calm things", write=sentences, channels=MAIL, urgent=False),
        "binding": Kind(key="test.binding", room="Room", label="Legal things", write=sentences, channels=BOTH, binding=True),
    }
    for one in make.values():
        kinds.register(one)
    return make


@pytest.fixture
def person(make_user):
    """Somebody with a proved phone and an e-mail."""
    return make_user("王小芳", phone="+8613712345678", email="fang@example.com")


@pytest.fixture
def told(kind, django_capture_on_commit_callbacks):
    """Return a function that tells somebody something and lets the task run at that moment."""
    import time_machine

    from lms.notices.services import news, tell_many

    def tell(name, user, *, now, **extra):
        facts = extra.pop("facts", {"name": "轮椅", "day": datetime.date(2026, 9, 10)})
        with time_machine.travel(now, tick=False), django_capture_on_commit_callbacks(execute=True):
            kept = tell_many([news(kind[name], user, facts=facts, now=now, **extra)])
        return kept[0] if kept else None

    return tell
