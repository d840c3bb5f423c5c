"""How fast certificates are issued, against the ordinary way (WeasyPrint and pyHanko, one after the other), in one run.

    .venv/bin/python benchmarks/issue.py            about a minute
    .venv/bin/python benchmarks/issue.py --full     many runs, 10,000 files for the memory

The last line printed is one JSON object.
"""

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import material
from benchmarks.measuring import machine

SHORT_ROUNDS, FULL_ROUNDS = 9, 60
SHORT_FILES, FULL_FILES = 1_000, 10_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="many runs and large batches")
    chosen = parser.parse_args()
    material.start_django()
    from benchmarks import engines

    one = engines.measure(rounds=FULL_ROUNDS if chosen.full else SHORT_ROUNDS, files=FULL_FILES if chosen.full else SHORT_FILES)
    for name, value in one.items():
        print(f"{name}: {value}")
    print(
        json.dumps(
            {
                "benchmark": "issue",
                "ratio": one["ratio"],
                "baseline": "WeasyPrint and pyHanko for each certificate, one process, PAdES B-B, ECDSA P-256",
                "full": chosen.full,
                "engines": one,
                "machine": machine(),
            },
            ensure_ascii=False,
        )
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
