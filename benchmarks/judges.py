"""Who says whether a file is what it claims to be: each judge returns what it has against it, nothing when it is content.

Four of the five are not ours: page-validation (ISO 19005-3 level A, ISO 14289-1), pyHanko's own validation, poppler's
`pdfsig`, `qpdf --check`. The fifth is the product's own check, as the public page and the command use it.
"""

import io
import shutil
import subprocess
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import page
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from benchmarks import material
from benchmarks.issued_files import IssuedFile
from benchmarks.long_term import offline_findings
from certification.certificates.stamping.levels import Level
from certification.certificates.validation import check_pdf

Judge = Callable[[IssuedFile], list[str]]


def judges(roots: list[asn1_x509.Certificate], folder: Path) -> tuple[dict[str, Judge], list[str]]:
    """Return the judges by name, and the names of those that are not installed here."""
    found: dict[str, Judge] = {
        "page-validation 3a": partial(standard, profile="3a"),
        "page-validation ua1": partial(standard, profile="ua1"),
        "own check": partial(own_check, roots=roots),
        "pyHanko": partial(pyhanko, roots=roots),
        "pyHanko offline, from the file's own DSS": partial(long_term, roots=roots),
    }
    outside: Mapping[str, Callable[[Path], list[str]]] = {"pdfsig": pdfsig, "qpdf": qpdf}
    for name, program in outside.items():
        if shutil.which(name):
            found[name] = partial(by_program, program=program, folder=folder)
    return found, [name for name in outside if name not in found]


def has_a_say(name: str, file: IssuedFile) -> bool:
    """Tell whether this judge has a say about the file: only a B-LT file claims to prove itself offline."""
    return file.level is Level.LT or "DSS" not in name


def standard(file: IssuedFile, *, profile: str) -> list[str]:
    """Ask page-validation for one profile."""
    try:
        report = page.validate_pdf_bytes(file.data, profile=profile)
    except Exception as error:  # a file that it cannot read conforms to nothing
        return [f"{type(error).__name__}: {error}"]
    found = [f"{failure.rule_id}: {failure.message}" for failure in report.failures]
    return found or ([] if report.is_compliant else ["not compliant"])


def own_check(file: IssuedFile, *, roots: list[asn1_x509.Certificate]) -> list[str]:
    """Ask the product: intact, and of the level that it was made at."""
    report = check_pdf(file.data, roots=roots, moment=material.moment())
    if not report.ok:
        return [report.finding.value]
    return [] if report.level == file.level else [f"{report.level} instead of {file.level}"]


def pyhanko(file: IssuedFile, *, roots: list[asn1_x509.Certificate]) -> list[str]:
    """Ask pyHanko: one signature, valid and trusted, over the whole file; its time stamp, if it should have one, too."""
    try:
        signatures = PdfFileReader(io.BytesIO(file.data)).embedded_signatures
        if len(signatures) != 1:
            return [f"{len(signatures)} signatures"]
        context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=material.moment())
        status = validate_pdf_signature(signatures[0], context, ts_validation_context=context)
    except Exception as error:  # whatever it raises is what it has against the file
        return [f"{type(error).__name__}: {error}"]
    found = [] if status.bottom_line else [f"not believed: {status.summary()}"]
    if status.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        found.append(f"covers {status.coverage}")
    stamp = status.timestamp_validity
    if file.level is not Level.B and not (stamp is not None and stamp.valid and stamp.trusted):
        found.append("no time stamp that is believed")
    return found


def long_term(file: IssuedFile, *, roots: list[asn1_x509.Certificate]) -> list[str]:
    """Ask pyHanko again, with nothing but what the file carries."""
    return offline_findings(file.data, roots=roots)


def by_program(file: IssuedFile, *, program: Callable[[Path], list[str]], folder: Path) -> list[str]:
    """Lay the file down and ask a program about it."""
    path = folder / "judged.pdf"
    path.write_bytes(file.data)
    return program(path)


def pdfsig(path: Path) -> list[str]:
    """Ask poppler about the signature's arithmetic; whom to trust it is not told."""
    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False).stdout  # noqa: S603, S607
    wanted = ("Signature is Valid", "Total document signed")
    return [f"does not say: {words}" for words in wanted if said.count(words) != 1]


def qpdf(path: Path) -> list[str]:
    """Ask qpdf about the syntax."""
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)  # noqa: S603, S607
    return [f"exit code {checked.returncode}: {checked.stderr.strip()[-300:]}"] if checked.returncode else []
