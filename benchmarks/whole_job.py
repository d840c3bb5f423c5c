"""The whole job of issuing: numbers, rows, ledger, credential, file on the disk, notices, by one worker or two.

Against the ordinary way (`naive.py`), which only makes the bytes: no database, no file, no ledger. Both in one run.
Called by `issue.py`; alone: python benchmarks/whole_job.py [--people 1000] [--workers 2] [--postgres URL] [--level …]
"""

import argparse
import cProfile
import json
import os
import pstats
import statistics
import sys
import tempfile
import time
import traceback
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NoReturn

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import crowd
from benchmarks.measuring import machine

NAIVE_RUNS = 12


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--postgres", default="")
    parser.add_argument("--level", default="PAdES-B-B", help="PAdES-B-B, PAdES-B-T or PAdES-B-LT")
    chosen = parser.parse_args()
    print(json.dumps(measure(**vars(chosen)), ensure_ascii=False))
    return 0


def measure(*, people: int, workers: int, postgres: str = "", level: str = "PAdES-B-B") -> dict[str, Any]:
    """Return wall time, rate and `ratio` to the naive way in one process. Django must not be set up yet in this process."""
    os.environ.update(SIGNATURE_LEVEL=level, TASK_BACKEND="database")
    with tempfile.TemporaryDirectory() as folder, crowd.house(Path(folder), postgres=postgres) as _url:
        from django.db import connections

        from certification.certificates.models import Certificate, IssueBatch
        from lms.core import ledger, store

        connections.close_all()
        # Before the crowd is here: a worker's memory is its own, not what its parent had loaded.
        hired = [Worker() for _ in range(workers)]
        (plan,) = crowd.load(people)
        crowd.compiled()
        batch = crowd.approved(plan)
        connections.close_all()
        for worker in hired:
            worker.get_ready(batch.pk)
        naive = [*_naive_seconds()]
        begin = time.perf_counter()
        for worker in hired:
            worker.go()
        peaks = [worker.finish() for worker in hired]
        wall = time.perf_counter() - begin
        naive += _naive_seconds()
        batch = IssueBatch.objects.get(pk=batch.pk)
        rows = list(Certificate.objects.values_list("number", "pdf_sha256", "status", "engine"))
        sizes = [len(store.read(sha256)) for _number, sha256, *_rest in rows[:: max(1, len(rows) // 200)]]
        each = statistics.median(naive)
        return {
            "people": people,
            "workers": workers,
            "level": level,
            "database": "postgresql" if postgres else "sqlite",
            "batch": batch.status,
            "issued": sum(status == "valid" for _number, _sha256, status, _engine in rows),
            "gaps": len(crowd.gaps([number for number, *_rest in rows])),
            "drawn_one_by_one": sum(engine == "reference" for *_rest, engine in rows),
            "wall_s": round(wall, 2),
            "per_s": round(people / wall, 1),
            "naive_ms": round(each * 1000, 1),
            "ratio": round(each * people / wall, 1),
            "ratio_to_naive_with_as_many_processes": round(each * people / workers / wall, 1),
            "peak_mb": max(peaks),
            "kilobytes_a_file": round(statistics.mean(sizes) / 1000, 1),
            "ledger_ok": ledger.verify().ok,
            "baseline": "WeasyPrint and pyHanko for each certificate, one process, PAdES B-B, nothing stored",
            "machine": machine(),
        }


def _naive_seconds() -> list[float]:
    """Return the seconds of each naive certificate, measured in a process that takes its memory along when it ends."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, json.dumps(_naive_seconds_here()).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        taken: list[float] = json.load(answer)
    os.waitpid(child, 0)
    return taken


def _naive_seconds_here() -> list[float]:
    from benchmarks import material
    from benchmarks.naive import NaiveIssuer

    taken = []
    with tempfile.TemporaryDirectory() as folder:
        _root, key, service = material.keys(Path(folder))
        naive = NaiveIssuer(key, service)
        for n, sheet in enumerate(material.sheets(NAIVE_RUNS + 1)):
            begin = time.perf_counter()
            naive.issue(sheet)
            if n:
                taken.append(time.perf_counter() - begin)
    return taken


class Worker:
    """A process that runs a batch, as a long-lived worker would: its press is compiled before the clock starts."""

    def __init__(self) -> None:
        asked, self._ask = os.pipe()
        self._answered, answer = os.pipe()
        self._pid = os.fork()
        if not self._pid:
            os.close(self._ask)
            _work(asked, answer)
        os.close(asked)
        os.close(answer)

    def get_ready(self, batch_pk: int) -> None:
        os.write(self._ask, f"{batch_pk:020d}".encode())
        if os.read(self._answered, 1) != b"r":
            raise RuntimeError("a worker could not get ready")

    def go(self) -> None:
        os.write(self._ask, b"g")

    def finish(self) -> float:
        """Wait for the worker and return the most memory that it had, in MB."""
        _pid, status, usage = os.wait4(self._pid, 0)
        if status:
            raise RuntimeError(f"a worker ended with {status}")
        return round(usage.ru_maxrss / 1024, 1)


def _work(asked: int, answer: int) -> NoReturn:
    status = 1
    try:
        from certification.certificates.models import IssueBatch
        from certification.certificates.press import press_for
        from certification.certificates.rules import Kind
        from certification.certificates.selectors import house_template, signing_key_of
        from certification.certificates.services import run_batch

        batch = IssueBatch.objects.select_related("organisation", "plan", "approved_by").get(pk=int(os.read(asked, 20)))
        press_for(house_template(Kind.SKILL_LEVEL), signing_key_of(batch.organisation_id))
        os.write(answer, b"r")
        os.read(asked, 1)
        with cProfile.Profile() if os.environ.get("PROFILE") else nullcontext() as profile:
            run_batch(batch, now=crowd.AFTER)
        if profile is not None:
            pstats.Stats(profile).sort_stats("cumulative").print_stats(60)
            sys.stdout.flush()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


if __name__ == "__main__":
    raise SystemExit(main())
