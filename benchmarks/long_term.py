"""Does a B-LT file prove itself, with no network and nothing but its own DSS? And is it told when it cannot?

The policy asks for a list or an answer about every certificate (`require`: stricter than pyHanko's `hard-fail`, which asks
only where a certificate names an address). Source: ETSI EN 319 142-1 5.4 and 6.3.
"""

import datetime
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import DocumentSecurityStore, validate_pdf_signature
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from benchmarks import material
from benchmarks.issued_files import ENGINES, Workshop, sheets_of
from certification.certificates import authority
from certification.certificates.stamping.levels import Level
from certification.certificates.stamping.revocation import RevocationMaterial
from certification.certificates.validation import check_pdf

LATER = datetime.timedelta(days=3)
A_DAY, A_SEASON = datetime.timedelta(days=1), datetime.timedelta(days=90)
REVOKED = ("the signer revoked", "the time-stamp service revoked")


def offline_findings(data: bytes, *, roots: list[asn1_x509.Certificate]) -> list[str]:
    """Return what pyHanko has against the file when it may ask nobody and every certificate needs proof."""
    policy: dict[str, Any] = {
        "trust_roots": roots,
        "allow_fetching": False,
        "revocation_mode": "require",
        "moment": material.moment() + LATER,
    }
    try:
        reader = PdfFileReader(io.BytesIO(data))
        try:
            context = DocumentSecurityStore.read_dss(reader).as_validation_context(policy)
        except NoDSSFoundError:
            context = ValidationContext(**policy, crls=[], ocsps=[])
        (signature,) = reader.embedded_signatures
        status = validate_pdf_signature(signature, context, ts_validation_context=context)
    except Exception as error:  # whatever it raises is what it has against the file
        return [f"{type(error).__name__}: {error}"]
    found = [] if status.bottom_line else [f"not believed: {status.summary()}"]
    if status.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        found.append(f"covers {status.coverage}")
    if status.timestamp_validity is None or not status.timestamp_validity.trusted:
        found.append("no time stamp that is believed")
    return found


def broken_proofs(workshop: Workshop, folder: Path) -> Iterator[tuple[str, RevocationMaterial]]:
    """Yield `(what is wrong, the DSS)`: proofs that prove nothing, or prove that somebody was revoked."""
    yield "an empty DSS", RevocationMaterial()
    yield "a DSS without its list", replace(workshop.proof, crls=())
    moment = material.moment()
    yield "a list of a season ago", workshop.proof_by(workshop.root, now=moment - A_SEASON, directory=folder / "old")
    stranger = authority.make_demo_authority(directory=folder / "stranger")
    yield "a stranger's list under our name", workshop.proof_by(stranger, now=moment, directory=folder / "stranger")
    for wrong, key in zip(REVOKED, (workshop.key, workshop.service), strict=True):
        directory = folder / wrong
        authority.revoke(workshop.root, key.certificate.serial_number, now=moment - A_DAY, directory=directory)
        yield wrong, workshop.proof_by(workshop.root, now=moment, directory=directory)


def broken_proofs_told(workshop: Workshop, folder: Path) -> tuple[dict[str, int], list[str]]:
    """Return how many files with a broken proof were made and told, and which ones were not.

    Told is: pyHanko does not believe it offline, the product does not call it B-LT, and one with somebody revoked in
    its own list is not genuine to the product at all.
    """
    sheet = sheets_of("skill_level", 1)[0]
    made, untold = 0, []
    for wrong, proof in broken_proofs(workshop, folder):
        for engine in ENGINES:
            other = workshop.with_proof(proof)
            data, drew = other.make(sheet, design="skill_level", edited=False, engine=engine, level=Level.LT)
            made += 1
            report = check_pdf(data, roots=workshop.key.roots, moment=material.moment())
            if not offline_findings(data, roots=workshop.key.roots):
                untold.append(f"{wrong} ({drew}): pyHanko believes it")
            if report.level == Level.LT or (report.ok and wrong in REVOKED):
                untold.append(f"{wrong} ({drew}): the product finds it {report.finding.value}, {report.level}")
    return {"made": made, "told": made - len({item.rpartition(":")[0] for item in untold})}, untold
