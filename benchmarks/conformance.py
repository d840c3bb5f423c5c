"""Are hundreds of certificates what they claim to be, and is every one told that was tampered with? One line of JSON at the end.

    .venv/bin/python benchmarks/conformance.py [--files 60] [--places 200] [--full]

1. Files of all designs, both engines, the levels B-B, B-T and B-LT, on the house's templates and on ones that a body
   edited (`issued_files`), each before every judge (`judges`). A number of files that is a multiple of 60 has each
   combination equally often. One sample is no test: some faults strike one file in 256 (see `finishing`).
2. B-LT files whose proof is broken (`long_term`).
3. Certificates issued into a register, tampered with (`tampering`).

The exit code is 1 when a judge found anything, or a tampered file was not told.
"""

import argparse
import json
import logging
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import crowd
from benchmarks.measuring import machine

FILES, FULL_FILES, PLACES = 60, 500, 200


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--places", type=int, default=PLACES, help="random places at which one byte is changed")
    parser.add_argument("--full", action="store_true", help=f"{FULL_FILES} files")
    chosen = parser.parse_args()
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, crowd.house(Path(folder)):
        summary = conformance(FULL_FILES if chosen.full else chosen.files, places=chosen.places, folder=Path(folder))
    summary = {"benchmark": "conformance", **summary, "seconds": round(time.perf_counter() - begin), "machine": machine()}
    print(json.dumps(summary, ensure_ascii=False))
    return 0 if summary["ok"] else 1


def conformance(files: int, *, places: int, folder: Path) -> dict[str, Any]:
    """Return all counts, and in words whatever was found or not told. Needs Django and a database."""
    from benchmarks import long_term, tampering
    from benchmarks.issued_files import Workshop

    # What does not validate is meant not to, and its findings are in the answer.
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    logging.getLogger("certification.certificates.press").setLevel(logging.WARNING)
    logging.getLogger("django.request").setLevel(logging.ERROR)  # a refused file is a 422, which is logged as a warning
    workshop = Workshop(folder / "workshop")
    judged = judge(workshop, files)
    proofs, untold = long_term.broken_proofs_told(workshop, folder)
    tampered = tampering.tamper(tampering.issue_each(), places=places)
    ok = not judged["findings"] and not untold and tampered["told"] == tampered["tampered"] and not tampered["untold"]
    return {"ok": ok, **judged, "broken_proofs": {**proofs, "untold": untold}, **tampered}


def judge(workshop: Any, files: int) -> dict[str, Any]:
    """Make the files and bring each before every judge that has a say about it."""
    from benchmarks.judges import has_a_say, judges

    asked, absent = judges(workshop.key.roots, workshop.folder)
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("design", "engine", "level", "template")}
    both: dict[str, Counter[str]] = {}
    judged: Counter[str] = Counter()
    findings: list[str] = []
    refused = 0
    for file in workshop.files(files):
        for name, value in zip(counts, (file.design, file.engine, file.level.value, file.template_kind), strict=True):
            counts[name][value] += 1
        both.setdefault(file.design, Counter())[file.engine] += 1
        refused += file.engine != file.wanted
        for name, ask in asked.items():
            if has_a_say(name, file):
                judged[name] += 1
                findings += [f"{file.label}: {name}: {item}" for item in ask(file)]
        if file.number % 100 == 99:
            print(f"{file.number + 1} files, {len(findings)} findings", flush=True)
    return {
        "files": files,
        **{f"by_{name}": dict(sorted(count.items())) for name, count in counts.items()},
        "by_design_and_engine": {design: dict(sorted(count.items())) for design, count in both.items()},
        "left_to_the_reference_engine": refused,
        "judged": dict(judged),
        "judges_absent": absent,
        "findings": findings,
    }


if __name__ == "__main__":
    raise SystemExit(main())
