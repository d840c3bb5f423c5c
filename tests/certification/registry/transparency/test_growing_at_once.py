"""Several growers at once, one of them killed, in processes of their own: the log has no gap, no double and whole heads."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.schema import ROOT, new_database

WRITE = """
import datetime, hashlib, django
django.setup()
from django.db import transaction
from lms.core import ledger
now = datetime.datetime(2026, 9, 7, 9, 0, tzinfo=datetime.UTC)
entries = [
    ledger.NewEntry("certificates.issued", f"certificates.certificate:{900_000 + number}", None, {"number": number})
    for number in range(3000)
]
from certification.registry.transparency import tasks
ledger.entries_appended.disconnect(dispatch_uid="registry.log")
with transaction.atomic():
    ledger.append_many(entries, now=now)
"""

GROW = """
import datetime, django
django.setup()
from certification.registry.transparency.services import grow
print("growing", flush=True)
print(grow(now=datetime.datetime(2026, 9, 7, 9, 30, tzinfo=datetime.UTC), batch=25).size, flush=True)
"""

CHECK = """
import django, json
django.setup()
from certification.registry.transparency.auditor import audit
from certification.registry.transparency.models import LogLeaf, TreeHead, TreeNode
from certification.registry.transparency.own import OwnLog
from lms.core import ledger
report = audit(OwnLog())
print(json.dumps([report.entries, LogLeaf.objects.count(), TreeHead.objects.count() == report.heads, ledger.verify().ok]))
"""


def start(program: str, env: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finish(process: "subprocess.Popen[str]") -> list[str]:
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return out.splitlines()


@pytest.mark.django_db
def test_growers_take_turns_and_a_killed_one_leaves_whole_batches(tmp_path: Path, settings: Any) -> None:
    with new_database(tmp_path) as url:
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "lms.settings.test",
            "DATABASE_URL": url,
            "SIGNING_PASSPHRASE": settings.SIGNING_PASSPHRASE,
        }
        # The test settings give each process a key folder of its own; these share one.
        shared = (
            f"from lms.settings.test import *\nfrom pathlib import Path\nSIGNING_KEY_DIR = Path({str(tmp_path)!r}) / 'keys'\n"
        )
        (tmp_path / "shared_keys.py").write_text(shared)
        env["PYTHONPATH"], env["DJANGO_SETTINGS_MODULE"] = f"{ROOT}{os.pathsep}{tmp_path}", "shared_keys"
        finish(start(WRITE, env))
        killed, other = start(GROW, env), start(GROW, env)
        assert killed.stdout is not None
        assert killed.stdout.readline() == "growing\n"
        time.sleep(0.15)
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        assert finish(other)[-1] == "3000"
        growers = [start(GROW, env) for _ in range(2)]
        assert [finish(grower)[-1] for grower in growers] == ["3000", "3000"]
        assert finish(start(CHECK, env)) == ["[3000, 3000, true, true]"]
