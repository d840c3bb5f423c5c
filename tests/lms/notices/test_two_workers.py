"""Four workers at the same messages: on either kind of database, each message goes out once."""

import json
import os
import subprocess
import sys

import pytest

from tests.schema import ROOT, new_database

pytestmark = pytest.mark.own_database

PROGRAM = """
import datetime, json, threading, django
django.setup()
from django.db import connection
from lms.accounts.models import User
from lms.notices import kinds
from lms.notices.gateways import MemorySmsGateway
from lms.notices.kinds import MAIL, Kind, said
from lms.notices.models import Delivery, Notice
from lms.notices.sending import deliver, gather_digests, sweep
from lms.notices.services import news, tell_many

night = datetime.datetime(2026, 9, 7, 14, 30, tzinfo=datetime.UTC)
morning = datetime.datetime(2026, 9, 8, 0, 0, tzinfo=datetime.UTC)
people = [User.objects.create_person(name=f"学员{n}", phone=f"+86139000000{n:02}", phone_verified=True, email=f"{n}@demo.example")
          for n in range(12)]
tell_many([Notice(user=one, subject="x", text="y", created_at=night) for one in people])
calm = kinds.register(Kind(key="race.calm", room="", label="", write=said("x", "y"), channels=MAIL, urgent=False))
tell_many([news(calm, one, facts={}, now=night) for one in people for _ in range(2)])

def at_once(work, times=4):
    begin, said, failed = threading.Barrier(times), [], []
    def run():
        begin.wait()
        try: said.append(work())
        except Exception as error: failed.append(repr(error))
        finally: connection.close()
    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return said, failed

first = Delivery.objects.filter(channel="sms").order_by("pk").first().pk
told, failed = at_once(lambda: deliver(first, now=morning))
gathered, failed_too = at_once(lambda: gather_digests(now=morning))
swept, failed_three = at_once(lambda: sweep(now=morning).sent)
from django.core import mail
print(json.dumps({
    "failed": failed + failed_too + failed_three,
    "first": sorted(told),
    "gathered": sum(gathered),
    "sms": sorted(phone for phone, _text in MemorySmsGateway.outbox) == sorted(one.phone for one in people),
    "mails": sorted(one.to[0] for one in getattr(mail, "outbox", [])) == sorted(one.email for one in people),
    "left": Delivery.objects.exclude(status__in=["sent", "gathered"]).count(),
}))
"""


def test_of_four_workers_one_sends_and_of_four_gatherers_one_gathers(tmp_path):
    with new_database(tmp_path) as url:
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": "lms.settings.test", "DATABASE_URL": url}
        done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, env=env, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result == {
        "failed": [],
        "first": [False, False, False, True],
        "gathered": 12,
        "sms": True,
        "mails": True,
        "left": 0,
    }
