"""Two bodies issue at the same time, each with two workers; nobody may get a number twice and no serial may be missing.

python benchmarks/at_once.py [--people 300] [--bodies 2] [--workers 2] [--postgres URL]
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import crowd
from benchmarks.killed_issue import fork_worker


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--bodies", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--postgres", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, crowd.house(Path(folder), postgres=options.postgres):
        result = issue_at_once(people=options.people, bodies=options.bodies, workers=options.workers)
    result["database"] = "postgresql" if options.postgres else "sqlite"
    print(json.dumps(result))
    if result["lost"] or result["doubled"] or result["gaps"] or not result["ledger_ok"]:
        sys.exit(1)


def issue_at_once(*, people: int, bodies: int, workers: int) -> dict[str, Any]:
    """Return the counts; processes are forked, so this process must hold no connection that it still needs."""
    from django.db import connections

    from certification.certificates.models import Certificate
    from certification.certificates.services import taking
    from lms.core import ledger

    plans = crowd.load(people, bodies=bodies)
    crowd.compiled()
    batches = [crowd.approved(plan) for plan in plans]
    taking.CHUNK = 7
    connections.close_all()
    begin = time.perf_counter()
    running = [fork_worker(batch.pk) for _ in range(workers) for batch in batches]
    failed = sum(os.waitpid(worker, 0)[1] != 0 for worker in running)
    wall = time.perf_counter() - begin
    rows = list(Certificate.objects.values_list("number", "holder_id", "status", "organisation_id"))
    return {
        "people": people * bodies,
        "bodies": bodies,
        "workers": len(running),
        "workers_failed": failed,
        "issued": sum(status == "valid" for _number, _holder, status, _body in rows),
        "lost": people * bodies - len({holder for _number, holder, *_rest in rows}),
        "doubled": len(rows) - len({number for number, *_rest in rows}),
        "gaps": len(crowd.gaps([number for number, *_rest in rows])),
        "ledger_ok": ledger.verify().ok,
        "wall_s": round(wall, 1),
    }


if __name__ == "__main__":
    main()
