"""Issue a batch while its workers are killed at random instants, and see what is left when it is done.

Two workers at a time are forked, one of them is killed (SIGKILL), the batch is paused and resumed as a person would do
it, until everybody has a certificate. `lost`: people without one; `doubled`: people or numbers with two; `gaps`:
series with a hole. All three must be 0, and the ledger must verify.

    python benchmarks/killed_issue.py [--kills 100] [--people 400] [--postgres URL] [--seed 1]
"""

import argparse
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

from benchmarks import crowd


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--postgres", default="")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, crowd.house(Path(folder), postgres=options.postgres):
        result = issue_and_kill(people=options.people, kills=options.kills, seed=options.seed)
    result["database"] = "postgresql" if options.postgres else "sqlite"
    print(json.dumps(result))
    if result["lost"] or result["doubled"] or result["gaps"] or not result["ledger_ok"]:
        sys.exit(1)


def issue_and_kill(*, people: int, kills: int, seed: int) -> dict[str, object]:
    """Return the counts; needs a database of its own, because processes are forked from this one."""
    from django.db import connections
    from django.test.utils import override_settings

    from certification.certificates.models import Certificate, IssueBatch
    from certification.certificates.press import press_for
    from certification.certificates.rules import Kind
    from certification.certificates.selectors import house_template, signing_key_of
    from certification.certificates.services import pause_batch, resume_batch, taking
    from lms.core import ledger, store

    chance = random.Random(seed)
    (plan,) = crowd.load(people)
    crowd.compiled()
    batch = crowd.approved(plan)
    officer, _head = crowd.staff_of(plan)
    # Compiled once here, so that each forked worker starts at once with it.
    warm_up(press_for(house_template(Kind.SKILL_LEVEL), signing_key_of(plan.organisation_id)), plan)
    # Small bites, so that many instants lie inside every step.
    taking.CHUNK = 5
    killed = rounds = 0
    while rounds < 100 * kills:
        rounds += 1
        connections.close_all()
        workers = [fork_worker(batch.pk) for _ in range(2)]
        doomed = workers.pop(chance.randrange(2)) if killed < kills else None
        if doomed is not None:
            time.sleep(chance.uniform(0.0, 0.25))
            os.kill(doomed, signal.SIGKILL)
            os.waitpid(doomed, 0)
            killed += 1
            # The other one dies as well, every second time, in the middle of something else.
            if chance.random() < 0.5:
                time.sleep(chance.uniform(0.0, 0.05))
                os.kill(workers[0], signal.SIGKILL)
        for worker in workers:
            if killed < kills:
                os.kill(worker, signal.SIGKILL)
            os.waitpid(worker, 0)
        batch = IssueBatch.objects.select_related("organisation", "plan", "approved_by").get(pk=batch.pk)
        if batch.status == "done":
            if killed >= kills or rounds > kills:
                break
        with override_settings(ISSUE_WORKERS=0):
            if batch.status == "running":
                pause_batch(batch, actor=officer, now=crowd.AFTER)
            if batch.status == "paused":
                resume_batch(batch, actor=officer, now=crowd.AFTER)
    certificates = list(Certificate.objects.values_list("holder_id", "number", "pdf_sha256", "status"))
    return {
        "people": people,
        "kills": killed,
        "rounds": rounds,
        "batch": batch.status,
        "issued": sum(status == "valid" for *_rest, status in certificates),
        "lost": people - len({holder for holder, *_rest in certificates}),
        "doubled": len(certificates)
        - len({number for _holder, number, *_rest in certificates})
        + len(certificates)
        - len({holder for holder, *_rest in certificates}),
        "gaps": len(crowd.gaps([number for _holder, number, *_rest in certificates])),
        "files_missing": sum(not store.exists(sha256) for _holder, _number, sha256, _status in certificates),
        "ledger_ok": ledger.verify().ok,
        "ledger_entries": ledger.verify().entries,
    }


def warm_up(press: Any, plan: Any) -> None:
    """Let the press draw one certificate of this plan, so that its page is compiled before processes are forked."""
    from certification.certificates.claims import claims_for_decision
    from certification.certificates.dossiers import decisions_of, dossiers_for_plan
    from certification.certificates.rules import Kind
    from certification.certificates.selectors import house_template
    from certification.certificates.sheet import Sheet
    from certification.results.selectors import decided_for_issue
    from lms.core import store

    pks = list(decided_for_issue(plan).values_list("pk", flat=True)[:1])
    (dossier,) = dossiers_for_plan(plan, decisions_of(pks), actor=None, today=crowd.AFTER.date())
    claims = claims_for_decision(
        dossier.decision, number="S000031000123264999999", issued_on=crowd.AFTER.date(), identity=dossier.identity,
        template=house_template(Kind.SKILL_LEVEL),
    )  # fmt: skip
    url = "http://127.0.0.1:8000/verify/0123456789abcdef0123456789abcdef/"
    for _twice in range(2):
        press.draw(
            Sheet(claims, id_number=dossier.identity.number, photo=store.read(dossier.photo_sha256), verify_url=url,
                  qr_text=url, issued_at=crowd.AFTER),
            now=crowd.AFTER,
        )  # fmt: skip


def fork_worker(batch_pk: int) -> int:
    """Return the process that works on the batch until it is done or dead."""
    worker = os.fork()
    if worker:
        return worker
    status = 1
    try:
        from certification.certificates.models import IssueBatch
        from certification.certificates.services import run_batch

        run_batch(IssueBatch.objects.select_related("organisation", "plan", "approved_by").get(pk=batch_pk), now=crowd.AFTER)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


if __name__ == "__main__":
    main()
