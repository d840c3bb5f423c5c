"""How fast certificates are issued, against the ordinary way (WeasyPrint and pyHanko, one after the other), in one run.

    .venv/bin/python benchmarks/issue.py            about a minute
    .venv/bin/python benchmarks/issue.py --full     many runs, 10,000 files for the memory

The last line printed is one JSON object.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import material
from benchmarks.measuring import machine

SHORT_ROUNDS, FULL_ROUNDS = 9, 60
SHORT_FILES, FULL_FILES = 1_000, 10_000
SHORT_JOBS, FULL_JOBS = (1_000,), (1_000, 10_000)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="many runs and large batches")
    chosen = parser.parse_args()
    material.start_django()
    from benchmarks import engines

    one = engines.measure(rounds=FULL_ROUNDS if chosen.full else SHORT_ROUNDS, files=FULL_FILES if chosen.full else SHORT_FILES)
    for name, value in one.items():
        print(f"{name}: {value}")
    jobs = [whole_job(people, workers) for people in (FULL_JOBS if chosen.full else SHORT_JOBS) for workers in (1, 2)]
    for job in jobs:
        print(json.dumps(job, ensure_ascii=False))
    print(
        json.dumps(
            {
                "benchmark": "issue",
                "ratio": one["ratio"],
                "baseline": "WeasyPrint and pyHanko for each certificate, one process, PAdES B-B, ECDSA P-256",
                "full": chosen.full,
                "engines": one,
                "whole_job": jobs,
                "machine": machine(),
            },
            ensure_ascii=False,
        )
    )
    return 0


def whole_job(people: int, workers: int) -> dict[str, object]:
    """Return what `whole_job.py` measured; it forks workers and makes a database, so it gets a process of its own."""
    script = Path(__file__).with_name("whole_job.py")
    command = [sys.executable, str(script), "--people", str(people), "--workers", str(workers)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own script
    measured: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return measured


if __name__ == "__main__":
    raise SystemExit(main())
