"""The archive of a large plan: everybody's day is put straight into the tables, then the services print, seal and verify it.

    .venv/bin/python benchmarks/archive.py [--people 200] [--postgres URL]

The last line printed is one JSON object: seconds to print and to seal, pages, bytes, how much memory printing took, what
each volume's PDF/A check found, whether the index counts every row, and whether a copy verifies in a process without a
database. The exit code is 1 when anything is wrong.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import crowd
from benchmarks.measuring import machine

ROOT = Path(__file__).resolve().parent.parent
LINES = 6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--postgres", default="")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, crowd.house(Path(folder), postgres=chosen.postgres):
        found = measure(chosen.people, Path(folder))
    print(json.dumps({"benchmark": "archive", "people": chosen.people, **found, "machine": machine()}, ensure_ascii=False))
    return 0 if found["ok"] else 1


def measure(people: int, folder: Path) -> dict[str, Any]:
    """Return all figures. Needs Django and a database of its own."""
    import page

    from certification.archives.models import Archive
    from certification.archives.services import build, prepare_archive, seal_archive
    from certification.certificates.services import run_batch
    from lms.core import store

    plan = crowd.load(people)[0]
    _sit(plan)
    crowd.compiled()
    run_batch(crowd.approved(plan), now=crowd.AFTER)
    plan.refresh_from_db()
    officer, head = crowd.staff_of(plan)
    before = _peak()
    begin = time.perf_counter()
    archive: Archive = prepare_archive(plan, actor=officer, now=crowd.AFTER)
    build(archive.job, now=crowd.AFTER)
    printed = time.perf_counter() - begin
    after = _peak()
    archive.refresh_from_db()
    begin = time.perf_counter()
    archive = seal_archive(archive, actor=head, now=crowd.AFTER)
    sealed = time.perf_counter() - begin
    volumes = list(archive.volumes.filter(turn=archive.turn))
    faults = [
        f"{volume.number}: {failure.message}"
        for volume in volumes
        for failure in page.validate_pdf_bytes(store.read(volume.sha256), profile="3a").failures
    ]
    counts = {item["key"]: item["count"] for volume in volumes for item in volume.items}
    uncounted = [key for key, expected in _expected(plan).items() if counts[key] != expected]
    verified = _verified_elsewhere(store.read(archive.package_sha256), folder)
    return {
        "ok": not faults and not uncounted and verified["ok"],
        "print_s": round(printed, 1),
        "seal_s": round(sealed, 1),
        "peak_mb": after,
        "grew_mb": after - before,
        "pages": {str(volume.number): volume.pages for volume in volumes},
        "bytes": sum(volume.bytes for volume in volumes),
        "rows": sum(counts.values()),
        "pdf_a_faults": faults,
        "uncounted": uncounted,
        "verified": verified["ok"],
        "wrong": verified["wrong"],
    }


def _sit(plan: Any) -> None:
    """Give everybody what a day leaves behind: stations, three signed sheets at each, part results, a supervisor's record."""
    from certification.assessment.models import ScorePoint, ScoreSheet, Station
    from certification.plans.models import StaffAssignment
    from certification.results.models import PartResult
    from certification.supervision.models import SupervisorRecord
    from certification.supervision.rules import Question
    from lms.accounts.models import User

    officer, _head = crowd.staff_of(plan)
    team = [User.objects.create_person(name=f"考评{n}", phone=f"+86137020{n:05d}") for n in range(3)]
    supervisors = StaffAssignment.objects.filter(plan=plan, role="supervisor")
    if not supervisors.exists():
        person = User.objects.create_person(name="督导", phone="+8613702099999")
        StaffAssignment.objects.create(
            plan=plan, user=person, role="supervisor", assigned_at=crowd.BEGIN, declared_at=crowd.BEGIN
        )
    answers = {question.value: "yes" for question in Question}
    for row in supervisors.all():
        SupervisorRecord.objects.create(
            plan=plan, supervisor=row.user, answers=answers, conclusion="orderly", content_sha256="0" * 64, written_at=crowd.BEGIN
        )
    seats = list(plan.seats.all())
    sheets = []
    for order in range(2):
        station = Station.objects.create(plan=plan, order=order + 10, name=f"工位{order}", functions=[], minutes=20)
        points = [
            ScorePoint.objects.create(
                station=station, item=_item(station), order=n, text=f"操作步骤{n}，动作规范并说明理由", max=10
            )
            for n in range(1, LINES + 1)
        ]
        scores = {str(point.pk): "8.0" for point in points}
        sheets += [
            ScoreSheet(
                station=station, seat=seat, assessor=person, status="signed", scores=scores, total="48.0",
                opened_at=crowd.BEGIN, signed_at=crowd.BEGIN, content_sha256="1" * 64,
            )
            for seat in seats
            for person in team
        ]  # fmt: skip
    ScoreSheet.objects.bulk_create(sheets, batch_size=500)
    PartResult.objects.bulk_create(
        [
            PartResult(seat=seat, part=part, outcome="scored", value="80", recorded_at=crowd.BEGIN, recorded_by=officer)
            for seat in seats
            for part in ("theory", "skill")
        ],
        batch_size=500,
    )


def _item(station: Any) -> Any:
    from certification.assessment.models import StationItem

    item, _made = StationItem.objects.get_or_create(station=station, order=1, defaults={"name": "必考"})
    return item


def _expected(plan: Any) -> dict[str, int]:
    """Count by the tables what the index has to count."""
    from certification.applications.models import Application
    from certification.assessment.models import ScoreSheet
    from certification.certificates.models import Certificate
    from certification.results.models import Decision, PartResult, PublicationRow

    return {
        "approved": plan.seats.count(),
        "applications": Application.objects.filter(plan=plan).count(),
        "sheets": ScoreSheet.objects.filter(seat__plan=plan).count(),
        "part_results": PartResult.objects.filter(seat__plan=plan).count(),
        "decisions": Decision.objects.filter(seat__plan=plan).count(),
        "publication_rows": PublicationRow.objects.filter(publication__plan=plan).count(),
        "certificates": Certificate.objects.filter(decision__seat__plan=plan).count(),
    }


def _verified_elsewhere(package: bytes, folder: Path) -> dict[str, Any]:
    """Check a copy as another machine would: by the command, in a process whose database does not exist."""
    copy = folder / "copy.zip"
    copy.write_bytes(package)
    env = {**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:9/none"}
    command = [sys.executable, "manage.py", "verify_archive", str(copy), "--json"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    found: dict[str, Any] = json.loads(done.stdout or '{"ok": false, "wrong": ["no answer"]}')
    return found


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    sys.exit(main())
