"""Are hundreds of certificates what they claim to be? Both engines, all levels of signature that one process can write.

    .venv/bin/python benchmarks/conformance.py [--files 500]

Every file is judged by page-validation (PDF/A-3a, PDF/UA-1) and by the product's own check (pyHanko among it), every
tenth also by `pdfsig` and `qpdf --check` where they are installed. The last line printed is one JSON object; the
exit code is 1 when anything was found. One sample is no test: some faults strike one file in 256 (see `finishing`).
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import material
from benchmarks.measuring import machine

# One file in so many is drawn by the reference engine, and one in so many bears a time stamp.
REFERENCE_EVERY, STAMPED_EVERY, OUTSIDE_EVERY = 5, 3, 10


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=500)
    chosen = parser.parse_args()
    material.start_django()
    with tempfile.TemporaryDirectory() as folder:
        summary = judge(chosen.files, Path(folder))
    print(json.dumps({"benchmark": "conformance", **summary, "machine": machine()}, ensure_ascii=False))
    return 1 if summary["findings"] else 0


def judge(files: int, folder: Path) -> dict[str, object]:
    """Draw, sign and judge the files; return counts and every finding."""
    from certification.certificates.adversarial import trials
    from certification.certificates.comparison import conformance_findings
    from certification.certificates.compiled import CompiledTemplate, SlotError
    from certification.certificates.rendering import SKILL_LEVEL, render_sheet
    from certification.certificates.signing import sign_pdf
    from certification.certificates.stamping.local import LocalTimeStamper
    from certification.certificates.validation import check_pdf

    _, key, service = material.keys(folder)
    now, stamper = material.moment(), LocalTimeStamper(service, now=material.moment)
    odd = [trial.sheet for trial in trials(SKILL_LEVEL)]
    batch = (odd + material.sheets(max(files - len(odd), 0)))[:files]
    compiled = CompiledTemplate(SKILL_LEVEL, patience=0)
    engines: Counter[str] = Counter()
    findings: list[str] = []
    for number, sheet in enumerate(batch):
        stamped = stamper if number % STAMPED_EVERY == 0 else None
        engine = "reference" if number % REFERENCE_EVERY == 0 else "compiled"
        data = b""
        if engine == "compiled":
            try:
                data = compiled.assemble(sheet, signer=key, now=now, time_stamp=stamped.token if stamped else None)
            except SlotError:
                engine = "reference"
        if engine == "reference":
            data = sign_pdf(render_sheet(sheet, SKILL_LEVEL), key=key, now=now, time_stamper=stamped)
        engines[engine] += 1
        found = list(conformance_findings(data))
        report = check_pdf(data, roots=key.roots, moment=now)
        if not report.ok:
            found.append(f"check: {report.finding.value}")
        if number % OUTSIDE_EVERY == 0:
            found += outside_findings(data, folder)
        findings += [f"{number} ({engine}): {item}" for item in found]
        if number % 100 == 99:
            print(f"{number + 1} files, {len(findings)} findings")
    return {"files": len(batch), "engines": dict(engines), "findings": findings}


def outside_findings(data: bytes, folder: Path) -> list[str]:
    """Return what poppler and qpdf have against the file."""
    path = folder / "judged.pdf"
    path.write_bytes(data)
    found = []
    if shutil.which("pdfsig"):
        said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False).stdout  # noqa: S603, S607
        if "Signature is Valid" not in said or "Total document signed" not in said:
            found.append("pdfsig: not valid over the whole document")
    if shutil.which("qpdf"):
        checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)  # noqa: S603, S607
        if checked.returncode:
            found.append(f"qpdf {checked.returncode}: {checked.stderr.strip()[-300:]}")
    return found


if __name__ == "__main__":
    raise SystemExit(main())
