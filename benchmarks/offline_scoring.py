"""Assessors come back into the network at once, each with a tablet full of entries, out of order and some of them twice.

python benchmarks/offline_scoring.py [--assessors 10] [--entries 500] [--batch 100] [--seed 1] [--postgres URL]

Every entry must have exactly one outcome, every sheet must hold what its tablet held, the chains and the ledger must hold.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
import uuid
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import crowd, measuring
from tests.tablet import Writer

TAPS = 4
"""On one sheet before its signature: each of two lines is given and corrected once."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--assessors", type=int, default=10)
    parser.add_argument("--entries", type=int, default=500)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, crowd.house(Path(folder), postgres=options.postgres):
        result = sync_at_once(
            assessors=options.assessors, entries=options.entries, batch=options.batch, seed=options.seed, folder=Path(folder)
        )
    result["database"] = "postgresql" if options.postgres else "sqlite"
    print(json.dumps(result))
    bad = ("lost", "doubled", "unexplained", "sheets_wrong", "chains_broken", "tablets_failed")
    if any(result[name] for name in bad) or not result["ledger_ok"]:
        sys.exit(1)


def sync_at_once(*, assessors: int, entries: int, batch: int, seed: int, folder: Path) -> dict[str, Any]:
    """Return the counts; processes are forked, so this process must hold no connection that it still needs."""
    from django.db import connections

    from certification.assessment.models import ScoreSheet
    from certification.assessment.offline.models import EntryOutcome, StrayEntry, Tablet, TabletEntry
    from certification.assessment.offline.selectors import broken_entries
    from lms.core import ledger

    day = a_day(assessors=assessors, sheets=entries // (TAPS + 1))
    filled = [fill(day, place) for place in range(assessors)]
    connections.close_all()
    begin = time.perf_counter()
    running = [
        fork_tablet(tablet, writer, batch=batch, seed=seed + place, folder=folder)
        for place, (tablet, writer) in enumerate(filled)
    ]
    failed = sum(os.waitpid(worker, 0)[1] != 0 for worker in running)
    wall = time.perf_counter() - begin
    told = [file.read_text().split() for file in folder.glob("tablet-*")]
    written = sum(writer.announced for _tablet, writer in filled)
    kept = TabletEntry.objects.count()
    outcomes = list(EntryOutcome.objects.values_list("result", flat=True))
    return {
        "assessors": assessors,
        "entries": written,
        "sent_twice": sum(writer.announced // 10 for _tablet, writer in filled),
        "tablets_failed": failed,
        "lost": written - kept,
        "doubled": kept - len(set(TabletEntry.objects.values_list("tablet_id", "sequence"))) + StrayEntry.objects.count(),
        "unexplained": abs(kept - len(outcomes)) + outcomes.count("refused"),
        "applied": outcomes.count("applied"),
        "superseded": outcomes.count("superseded"),
        "sheets": ScoreSheet.objects.filter(status="signed").count(),
        "sheets_wrong": sum(wrong_sheets(tablet, writer) for tablet, writer in filled),
        "chains_broken": sum(
            bool(broken_entries(tablet.entries.order_by("sequence"))) for tablet in Tablet.objects.order_by("pk")
        ),
        "ledger_ok": ledger.verify().ok,
        "wall_s": round(wall, 1),
        "slowest_request_s": max((float(longest) for longest, _busy in told), default=None),
        "busy_answers": sum(int(busy) for _longest, busy in told),
        "ms_per_entry": round(1000 * wall / written, 2),
        "machine": measuring.machine(),
    }


def a_day(*, assessors: int, sheets: int) -> SimpleNamespace:
    """Return an exam day with so many assessors and so many candidates that each assessor owes `sheets` sheets."""
    from certification.bodies.models import StaffCard
    from certification.plans.models import Plan, Seat, StaffAssignment
    from lms.organisations.rules import Role
    from tests.conftest import NOW, join, make_person
    from tests.exam_day import lay_out, make_exam_day

    phones = iter(range(13_700_000_001, 13_800_000_000))
    day = make_exam_day(lambda name: make_person(name, phone=f"+86{next(phones)}"))
    cards = {field: value for field, value in StaffCard.objects.values()[0].items() if field not in ("id", "user_id", "number")}
    for number in range(len(day.assessors), assessors):
        person = join(make_person(f"考评员{number}", phone=f"+86{next(phones)}"), day.plan.organisation, Role.ASSESSOR)
        StaffCard.objects.create(**cards, user=person, number=f"KP-{number}")
        StaffAssignment.objects.create(plan=day.plan, user=person, role="assessor", assigned_at=NOW, declared_at=NOW)
        day.assessors.append(person)
    for number in range(len(day.seats) + 1, sheets // 2 + 1):
        person = make_person(f"考生{number}", phone=f"+86{next(phones)}")
        day.seats.append(
            Seat.objects.create(
                plan=day.plan, candidate=person, ticket_number=f"26000123001{number:03d}", room="一号考场", number=number
            )
        )
    del day.seats[sheets // 2 :]
    day.stations = lay_out(day)
    Plan.objects.filter(pk=day.plan.pk).update(status="in_exam")
    day.plan.refresh_from_db()
    return day


def fill(day: SimpleNamespace, place: int) -> tuple[Any, Writer]:
    """Return a registered tablet of one assessor, and all that was written on it without a network."""
    from certification.assessment.offline.services import register_tablet, take_in

    assessor = day.assessors[place]
    tablet = register_tablet(day.plan, pk=uuid.uuid4(), assessor=assessor, label="", now=day.plan.skill_starts_at)
    take_in(tablet, sent=[], announced=0, actor=assessor, now=day.plan.skill_starts_at)
    writer = Writer(str(tablet.pk), tablet.key)
    for station in day.stations:
        points = list(station.points.filter(fatal=False).order_by("order"))
        for number, seat in enumerate(day.seats):
            for value in (number % 20, (number + place) % 20):
                for point in points:
                    writer.point(point, seat, str(value))
            writer.sign(station, seat)
    return tablet, writer


def fork_tablet(tablet: Any, writer: Writer, *, batch: int, seed: int, folder: Path) -> int:
    """Send everything from a process of its own, as a page would that lost half of the answers."""
    child = os.fork()
    if child:
        return child
    try:
        send_all(tablet, writer, batch=batch, chance=random.Random(seed), folder=folder)
    except BaseException:
        import traceback

        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def send_all(tablet: Any, writer: Writer, *, batch: int, chance: random.Random, folder: Path) -> None:
    from django.db import OperationalError

    from certification.assessment.offline.models import Tablet
    from certification.assessment.offline.services import take_in

    now = Tablet.objects.select_related("plan").get(pk=tablet.pk).plan.skill_starts_at + timedelta(hours=3)
    entries = [*writer.entries, *chance.sample(writer.entries, writer.announced // 10)]
    chance.shuffle(entries)
    longest, arrived, busy = 0.0, 0, 0
    while entries or arrived < writer.announced:
        sent, entries = entries[:batch], entries[batch:]
        begin = time.perf_counter()
        try:
            received = take_in(tablet, sent=sent, announced=writer.announced, actor=tablet.assessor, now=now)
        except OperationalError:
            # SQLite lets one write at a time and is not fair: the page gets no answer, waits a little and sends again.
            busy += 1
            entries = [*sent, *entries]
            time.sleep(chance.uniform(2, 5))
            continue
        longest = max(longest, time.perf_counter() - begin)
        if not sent and received.tablet.arrived == arrived:
            raise AssertionError(f"{arrived} of {writer.announced}")
        arrived = received.tablet.arrived
    (folder / f"tablet-{tablet.pk}").write_text(f"{longest:.2f} {busy}")


def wrong_sheets(tablet: Any, writer: Writer) -> int:
    """Return how many sheets on the server are not signed with exactly what the tablet held."""
    from certification.assessment.models import ScoreSheet

    stored = {(s.station_id, s.seat_id): s for s in ScoreSheet.objects.filter(assessor=tablet.assessor)}
    wrong = abs(len(stored) - len(writer.sheets))
    for place, held in writer.sheets.items():
        sheet = stored.get(place)
        same = sheet is not None and {k: Decimal(v) for k, v in sheet.scores.items()} == {
            k: Decimal(v) for k, v in held["scores"].items()
        }
        wrong += not (same and sheet is not None and sheet.is_signed)
    return wrong


if __name__ == "__main__":
    main()
