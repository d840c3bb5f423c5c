"""What the course room's pages cost, with few and with many learners, against a bare view and a bare Wagtail page.

    .venv/bin/python benchmarks/pages.py [--full] [--sizes 10 1000] [--requests 200] [--postgres URL]

Everything goes through the product's own middleware in this process; no sockets. In every round the works take turns.
`course_room.py` makes the room: 30 courses in the catalogue, a class of up to 5,000, a reader of six courses with four
notes in the lesson that is measured and 20 in the next.

- `bare`: a view that returns 2 kB of text. `wagtail`, `wagtail_signed_in`: a page of eight blocks (`barepage/`).
- `upsert`: a view that asks who is there and writes one row: the least that a save can cost.
- `catalogue`: /courses/ without sign-in. `lesson`, `noted_lesson`, `dashboard`: signed in. `class`: its teacher looks.
- `save`: the place in a lesson. `done`: a lesson is completed. `watch`: a player reports a second of a film.

`growth` is the cost with the most learners over that with the fewest, paced by `bare`; `--full` means 10, 1,000 and
100,000 learners. A class is compared from the first size on that fills a page of its list. `ratio` is the speed of the
lesson over that of the bare Wagtail page, both signed in. `queries` counts questions to tables, not that a transaction
opens and closes; a save may ask five.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import crowd
from benchmarks.course_room import Room, Work
from benchmarks.measuring import machine

SAVES = ("save", "done", "watch")
OURS = ("catalogue", "lesson", "noted_lesson", "dashboard", "class", *SAVES)
BESIDE = {
    "catalogue": "wagtail",
    **dict.fromkeys(("lesson", "noted_lesson", "dashboard", "class"), "wagtail_signed_in"),
    **dict.fromkeys(SAVES, "upsert"),
}
"""What each is compared with."""
TARGETS = {"lesson": 0.85, "catalogue": 3.0, "save": 0.5, "watch": 0.5}
"""The least speed over what it is compared with."""
GROWTH_LIMIT = 1.3
QUERY_LIMIT = 5
"""How much a save may ask."""
CONTROL = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
PAGE_SIZE = 50
"""How many learners a page of a class's list shows (`courses.learning.selectors.classes`)."""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 1000])
    parser.add_argument("--full", action="store_true", help="10, 1,000 and 100,000 learners")
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--postgres", default="")
    chosen = parser.parse_args()
    sizes = [10, 1000, 100_000] if chosen.full else chosen.sizes
    with (
        tempfile.TemporaryDirectory() as folder,
        crowd.house(Path(folder), postgres=chosen.postgres, settings="benchmarks.barepage.settings"),
    ):
        result = measured(sizes, requests=chosen.requests)
    database = "postgresql" if chosen.postgres else "sqlite"
    print(json.dumps({"benchmark": "pages", "database": database, **result, "machine": machine()}))
    return 0 if result["ok"] else 1


def measured(sizes: list[int], *, requests: int) -> dict[str, Any]:
    room = Room()
    figures: dict[int, dict[str, float]] = {}
    for size in sizes:
        room.grow_to(size)
        figures[size] = medians(room.works(), requests)
    last = figures[sizes[-1]]
    growth = {name: growth_of(name, figures) for name in OURS if name != "class"}
    if len(filled := {size: figure for size, figure in figures.items() if size > PAGE_SIZE}) > 1:
        growth["class"] = growth_of("class", filled)
    ratios = {name: round(last[beside] / last[name], 3) for name, beside in BESIDE.items()}
    queries = counted(room.works())
    met = all(ratios[name] >= least for name, least in TARGETS.items())
    few = all(queries[name] <= QUERY_LIMIT for name in SAVES)
    return {
        "sizes": sizes,
        "milliseconds": {str(size): figure for size, figure in figures.items()},
        "per_second_over_bare": {name: round(last["bare"] / last[name], 3) for name in OURS},
        "queries": queries,
        "growth": growth,
        "ratios": ratios,
        "ratio": ratios["lesson"],
        "baseline": "a bare Wagtail page of eight blocks, signed in, same run",
        "ok": met and few and all(value <= GROWTH_LIMIT for value in growth.values()),
    }


def growth_of(name: str, figures: Mapping[int, Mapping[str, float]]) -> float:
    """Return the cost of a work at the last size over that at the first, paced by the bare view."""
    each = list(figures.values())
    first, last = each[0], each[-1]
    return round(last[name] / first[name] / (last["bare"] / first["bare"]), 3)


def medians(works: Mapping[str, Work], requests: int) -> dict[str, float]:
    """Return the median milliseconds of each work, taken in turns."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for n in range(-10, requests):
        for name, work in works.items():
            work.before()
            begin = time.perf_counter()
            answer = work.ask()
            seconds = time.perf_counter() - begin
            assert answer.status_code == work.status, (name, answer.status_code, answer.get("Location"))
            if n >= 0:
                taken[name].append(seconds)
    return {name: round(statistics.median(times) * 1000, 3) for name, times in taken.items()}


def counted(works: Mapping[str, Work]) -> dict[str, int]:
    """Return how many questions each work asks of the tables."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found = {}
    for name, work in works.items():
        work.before()
        with CaptureQueriesContext(connection) as asked:
            work.ask()
        found[name] = len([query for query in asked.captured_queries if not query["sql"].startswith(CONTROL)])
    return found


if __name__ == "__main__":
    raise SystemExit(main())
