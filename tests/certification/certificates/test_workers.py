"""Workers that are killed, and workers of two bodies at once: each in processes and a database of their own.

The same programs with many more people and kills: `benchmarks/killed_issue.py` and `benchmarks/at_once.py`.
"""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.schema import database_url

pytestmark = pytest.mark.own_database


def played(script, *arguments):
    """Run a program of `benchmarks/` on the kind of database under test and return its last line."""
    server = ["--postgres", database_url()] if database_url() else []
    done = subprocess.run(
        [sys.executable, f"benchmarks/{script}.py", *arguments, *server],
        cwd=settings.BASE_DIR,
        env={**os.environ, "PYTHONPATH": str(settings.BASE_DIR)},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return {**json.loads(done.stdout.splitlines()[-1]), "said": done.stderr[-4000:]}


def test_workers_killed_at_random_instants_lose_nobody_and_no_number():
    result = played("killed_issue", "--kills", "6", "--people", "40")
    assert (result["issued"], result["lost"], result["doubled"], result["gaps"]) == (40, 0, 0, 0)
    assert result["kills"] == 6
    assert result["ledger_ok"]


def test_two_bodies_with_two_workers_each_give_out_no_number_twice():
    result = played("at_once", "--people", "20")
    assert (result["issued"], result["lost"], result["doubled"], result["gaps"]) == (40, 0, 0, 0)
    assert result["workers_failed"] == 0, result["said"]
    assert result["ledger_ok"]
