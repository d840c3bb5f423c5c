"""Arranging candidates into rooms: seconds for 1,000 and 10,000, and what the checker of the tests finds afterwards.

    .venv/bin/python benchmarks/arrange.py [--sizes 1000 10000] [--rounds 3]

Imagined candidates, seeded: four in five have an employer (many small ones, some large), one in a hundred a wheelchair or more
time, one in five hundred an interpreter, one in a thousand a reader. `ratio` is how much longer ten times as many take, by
candidate; 1 is linear. Exit code 1 when the checker finds anything that the rule did not tell, or 10,000 take over ten seconds.
"""

import argparse
import json
import random
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from certification.examday.rules.arranging import arrange
from certification.examday.rules.places import Candidate, RoomSpace
from tests.certification.examday import checker

LIMIT_S = 10.0
COLUMNS = 5


def people_of(size: int) -> list[Candidate]:
    """Return so many imagined candidates, the same ones every time."""
    chance = random.Random(size)
    return [
        Candidate(
            key,
            frozenset({f"单位{min(int(chance.expovariate(1 / 40)), 300)}"} if chance.random() < 0.8 else ()),
            wheelchair=chance.random() < 0.01,
            own_room=chance.random() < 0.001,
            sign_interpreter=chance.random() < 0.002,
            extra_time=30 if chance.random() < 0.01 else 0,
        )
        for key in range(size)
    ]


def measure(size: int, rounds: int) -> dict[str, object]:
    people = people_of(size)
    rooms = [RoomSpace(key, 30, 2) for key in range(1, size // 28 + 4)]
    times = []
    for _round in range(rounds):
        began = time.perf_counter()
        proposal = arrange(people, rooms, seed="benchmark", columns=COLUMNS)
        times.append(time.perf_counter() - began)
    found = checker.faults(people, rooms, proposal.places, columns=COLUMNS)
    return {
        "candidates": size,
        "rooms": len({place.room for place in proposal.places.values()}),
        "seconds": round(statistics.median(times), 3),
        "unplaced": len(found.get("unplaced", ())),
        "neighbours": len(found.get("neighbours", ())),
        "groups_split": len(found.get("group_split", ())),
        "untold": checker.bare(found) != checker.told(proposal.findings),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--full", action="store_true", help="the default sizes are the full ones; five rounds")
    options = parser.parse_args()
    rows = [measure(size, 5 if options.full else options.rounds) for size in options.sizes]
    for row in rows:
        print(row)
    first, last = rows[0], rows[-1]
    each = [float(str(row["seconds"])) / int(str(row["candidates"])) for row in (first, last)]
    result = {
        "benchmark": "arrange",
        "rows": rows,
        "seconds": last["seconds"],
        "baseline": "the smallest size of the same run, per candidate",
        "ratio": round(each[1] / each[0], 2) if each[0] else None,
    }
    print(json.dumps(result, ensure_ascii=False))
    return 1 if any(row["untold"] for row in rows) or float(str(last["seconds"])) > LIMIT_S else 0


if __name__ == "__main__":
    sys.exit(main())
