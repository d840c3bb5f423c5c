"""Take in a table of people, kill the worker in the middle, take it up again, and count.

A table with the 33 columns is made as an XLSX file: half of its people have an account, half are strangers, one line in
a hundred is wrong. It is handed in, looked at and taken in by the services that the pages use. `lost`: right lines without an
entry; `doubled`: lines, documents or people with two; both must be 0, and the ledger must verify. `ratio` is the time of a
line in the largest table against the smallest: 1 is linear. `peak_mb` is how much the process grew while it looked and took in.

    python benchmarks/import_applications.py [--sizes 1000 10000] [--kill] [--postgres URL] [--seed 1]
"""

import argparse
import datetime
import io
import json
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import crowd, measuring

WRONG_EVERY = 100
SHORTEST, LONGEST = 0.1, 0.9
"""A worker is killed once this share of the lines is written, by chance in between, and then some moments later."""
MOMENT_S = 0.15


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--kill", action="store_true", help="kill a worker in the middle of each table, and take it up again")
    parser.add_argument("--kills", type=int, default=1, help="how many workers to kill with each table")
    parser.add_argument("--postgres", default="")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    runs = []
    for size in options.sizes:
        kills = options.kills if options.kill else 0
        runs.append(in_a_process_of_its_own(postgres=options.postgres, size=size, kills=kills, seed=options.seed))
        print(json.dumps(runs[-1]))
    first, last = runs[0], runs[-1]
    result = {
        "ratio": round(first["rows_per_s"] / last["rows_per_s"], 2),
        "baseline": f"a line of {first['rows']} against one of {last['rows']}",
        "rows_per_s": last["rows_per_s"],
        "peak_mb": last["peak_mb"],
        "peak_mb_smallest": first["peak_mb"],
        "lost": sum(run["lost"] for run in runs),
        "doubled": sum(run["doubled"] for run in runs),
        "killed": sum(run["killed"] for run in runs),
        "ledger_ok": all(run["ledger_ok"] for run in runs),
        "database": "postgresql" if options.postgres else "sqlite",
        "runs": runs,
        **measuring.machine(),
    }
    print(json.dumps(result))
    if result["lost"] or result["doubled"] or not result["ledger_ok"]:
        sys.exit(1)


def in_a_process_of_its_own(*, postgres: str, **how: Any) -> dict[str, Any]:
    """Return what `run` returns, with a database of its own. The peak of a process never falls, so each table gets a fresh one."""
    sys.stdout.flush()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        status = 1
        try:
            # Tasks are queued and wait: what the pages would have done by a worker, this benchmark does itself.
            os.environ["TASK_BACKEND"] = "database"
            with (
                os.fdopen(writing, "w") as out,
                tempfile.TemporaryDirectory() as folder,
                crowd.house(Path(folder), postgres=postgres),
            ):
                json.dump(run(**how), out)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as source:
        told = source.read()
    if os.waitpid(child, 0)[1]:
        sys.exit(1)
    return dict(json.loads(told))


def run(*, size: int, kills: int, seed: int) -> dict[str, Any]:
    """Hand in, look at and take in one table, and return what was measured and counted."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from certification.applications.models import Intake
    from certification.applications.services import receive_table, take_in
    from certification.applications.services.looking import look_at_table
    from certification.applications.services.taking import take_table
    from lms.demo import story
    from lms.demo.world import FIRST_COURSE, load_world

    world = load_world(now=crowd.BEGIN, courses=FIRST_COURSE)
    plan = story.write_plan(world.cast, exam_date=datetime.date(2026, 9, 26), title="大批报名", room="R1", now=crowd.BEGIN)
    known = people_with_accounts(size // 2)
    upload = SimpleUploadedFile("people.xlsx", table(plan, size))
    now = crowd.BEGIN + datetime.timedelta(hours=1)
    intake = receive_table(plan, organisation=plan.organisation, upload=upload, actor=world.cast.officer, now=now)
    del upload
    forget_the_peak()
    before, begin = measuring.resident_megabytes(), time.perf_counter()
    look_at_table(fetched(Intake, intake.pk), now=now)
    looked = time.perf_counter() - begin
    intake = fetched(Intake, intake.pk)
    assert intake.status == "checked", intake.refusal
    take_in(intake, actor=world.cast.officer, now=now)
    killed, begin = 0, time.perf_counter()
    chance = random.Random(seed)
    for _ in range(kills):
        rows_first = int(chance.uniform(SHORTEST, LONGEST) * size)
        killed += kill_a_worker(intake.pk, now, rows_first=rows_first, moment=chance.uniform(0, MOMENT_S))
    left = Intake.objects.get(pk=intake.pk).take_job.done
    take_table(fetched(Intake, intake.pk), now=now)
    # With what killed workers did: each new one reads the table again before it goes on.
    took = time.perf_counter() - begin
    return {
        "rows": size,
        "looked_rows_per_s": round(size / looked, 1),
        "took_rows_per_s": round(size / took, 1),
        "rows_per_s": round(size / (looked + took), 1),
        "peak_mb": round(peak_megabytes() - before, 1),
        "killed": killed,
        "done_before_resuming": left,
        **counted(intake.pk, size, known),
    }


def fetched(model: Any, pk: int) -> Any:
    return model.objects.select_related("plan__scheme__occupation").get(pk=pk)


def forget_the_peak() -> None:
    """Let the kernel count the peak of this process anew."""
    Path("/proc/self/clear_refs").write_text("5")


def peak_megabytes() -> float:
    """Return the most memory that was really there since `forget_the_peak`."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1024


def kill_a_worker(pk: int, now: datetime.datetime, *, rows_first: int, moment: float) -> int:
    """Fork a worker, kill it (SIGKILL) some moment after so many rows are written, and return 1; 0 when it was done before."""
    from django.db import connections

    from certification.applications.models import Intake
    from certification.applications.services.taking import take_table

    # A forked child must not share a connection with its parent.
    connections.close_all()
    worker = os.fork()
    if worker == 0:
        try:
            take_table(fetched(Intake, pk), now=now)
        finally:
            os._exit(0)
    while Intake.objects.get(pk=pk).take_job.done < rows_first:
        if os.waitpid(worker, os.WNOHANG)[0]:
            return 0
        time.sleep(0.02)
    time.sleep(moment)
    if os.waitpid(worker, os.WNOHANG)[0]:
        return 0
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    return 1


def people_with_accounts(count: int) -> int:
    """Write people whose document is known, straight into the database; return how many."""
    from lms.accounts.models import IdentityDocument, User
    from lms.accounts.services import document_index

    for start in range(0, count, 500):
        numbers = range(start, min(start + 500, count))
        users = User.objects.bulk_create(
            User(name=crowd.name_of(n), phone=phone_of(n), phone_verified=True, username=f"p{n}") for n in numbers
        )
        IdentityDocument.objects.bulk_create(
            IdentityDocument(
                user=user,
                kind="resident_id",
                number=crowd.id_number(n),
                number_index=document_index(crowd.id_number(n)),
                birth_date=datetime.date(1980, 1, 1),
                sex="female",
                recorded_at=crowd.BEGIN,
            )
            for n, user in zip(numbers, users, strict=True)
        )
    return count


def phone_of(n: int) -> str:
    return f"+861{50_000_000_00 + n}"


def is_wrong(n: int) -> bool:
    return n % WRONG_EVERY == WRONG_EVERY - 1


def table(plan: Any, size: int) -> bytes:
    """Return the workbook, written row by row."""
    from openpyxl import Workbook

    from certification.applications.rules.sheet import COLUMNS

    book = Workbook(write_only=True)
    sheet = book.create_sheet("报名表")
    sheet.append(list(COLUMNS.values()))
    shared = {
        "work_type": plan.scheme.occupation.name, "level": plan.level_label, "condition": "4-1", "document_kind": "居民身份证",
        "holds_certificate": "否", "education": "高中", "province": "上海市", "source": "企业职工", "employer": "江湾养老服务集团",
        "applying_unit": "江湾养老服务集团", "category": "初次认定", "exam_type": "正考", "major": "护理", "profession_years": "8",
        "work_started_on": "2015-07", "experience": "2015-07 至 2020-08 静安康复中心 养老护理员；2020-09 至 今 江湾养老服务集团 养老护理员",
        "address": "示例市浦江区康复路 88 号", "collect": "电子证书", "postcode": "200000",
    }  # fmt: skip
    for n in range(size):
        line = {**shared, "serial": str(n + 1), "name": crowd.name_of(n), "document_number": crowd.id_number(n)}
        line["phone"] = "12" if is_wrong(n) else phone_of(n).removeprefix("+86")
        sheet.append([line.get(name, "") for name in COLUMNS])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def counted(pk: int, size: int, known: int) -> dict[str, Any]:
    """Return what is in the database afterwards, and what should not be."""
    from certification.applications.models import Application, Entry, Intake
    from lms.core import ledger

    right = sum(not is_wrong(n) for n in range(size))
    right_known = sum(not is_wrong(n) for n in range(known))
    entries = list(Entry.objects.filter(intake=pk).values_list("line", "number_index"))
    cases = list(Application.objects.values_list("candidate_id", flat=True))
    intake = Intake.objects.get(pk=pk)
    twice = [len(values) - len(set(values)) for values in ([line for line, _ in entries], [index for _, index in entries], cases)]
    return {
        "status": intake.status,
        "entered": len(entries),
        "applications": len(cases),
        "left_out": size - len(entries),
        "lost": max(0, right - len(entries)) + max(0, right_known - len(cases)),
        "doubled": sum(twice) + max(0, len(entries) - right) + max(0, len(cases) - right_known),
        "file_gone": not bytes(intake.sealed),
        "ledger_ok": ledger.verify().ok,
    }


if __name__ == "__main__":
    main()
