"""Is it told when a certificate was tampered with? Asked of files that a register of this process has really issued.

For each engine at each level a batch of people is issued; one file of each is taken. Told is: `check_pdf` does not find
it genuine, and the public page `/verify/file/`, asked as a browser asks (with the file, and with its fingerprint alone),
refuses it. The untouched file must be believed by all three, or nothing would be shown.
"""

import hashlib
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.utils import override_settings

from benchmarks import crowd
from benchmarks.attacks import ATTACKS, EMPTIED_PROOF, Forger, emptied_proof
from benchmarks.issued_files import ENGINES, LEVELS
from benchmarks.verify import unlimited
from certification.certificates import authority
from certification.certificates.comparison import passing_key
from certification.certificates.models import Certificate, TemplateVersion
from certification.certificates.print_sources import print_fingerprint
from certification.certificates.rules import Kind
from certification.certificates.selectors import house_template
from certification.certificates.services import approve_batch, prepare_batch, run_batch
from certification.certificates.stamping.levels import Level
from certification.certificates.stamping.local import LocalTimeStamper
from certification.certificates.validation import check_pdf, trusted_roots, trusted_stamps
from certification.results.selectors import decided_for_issue
from lms.core import store

# The compiled engine leaves the first sheets of each kind to the reference engine.
PEOPLE_A_BATCH = 3
SEED = 20261127
ONE_BYTE = "one changed byte"


@dataclass(frozen=True)
class Issued:
    """A certificate's file and how it came about."""

    engine: str
    level: Level
    holder: str
    data: bytes


def issue_each() -> list[Issued]:
    """Return one issued file of each engine at each level."""
    (plan,) = crowd.load(PEOPLE_A_BATCH * len(ENGINES) * len(LEVELS))
    return [_issue(plan, engine=engine, level=level) for engine in ENGINES for level in LEVELS]


def _issue(plan: Any, *, engine: str, level: Level) -> Issued:
    """Issue a batch as two people do, and return a file that this engine drew."""
    TemplateVersion.objects.filter(pk=house_template(Kind.SKILL_LEVEL).pk).update(
        engine=engine, sources_sha256=print_fingerprint("skill_level")
    )
    officer, head = crowd.staff_of(plan)
    due = [decision.seat.candidate_id for decision in decided_for_issue(plan)]
    due = [person for person in due if not Certificate.objects.filter(holder_id=person).exists()]
    with override_settings(SIGNATURE_LEVEL=level.value, ISSUE_WORKERS=0):
        batch = prepare_batch(plan, exclusions=dict.fromkeys(due[PEOPLE_A_BATCH:], "later"), actor=officer, now=crowd.AFTER)
        approve_batch(batch, actor=head, now=crowd.AFTER)
        run_batch(batch, now=crowd.AFTER)
    made = Certificate.objects.filter(issue_item__batch=batch, engine=engine, signature_level=level.value)
    certificate = made.select_related("holder").latest("pk")
    return Issued(engine, level, certificate.claims["holder"]["name"], store.read(certificate.pdf_sha256))


def tampered_files(files: list[Issued], *, places: int) -> Iterator[tuple[str, str, bytes]]:
    """Yield `(kind, label, bytes)`: every attack on every file, and one byte changed at so many places all over them."""
    # The service that the register believes, for a forger may ask it too.
    stamper = LocalTimeStamper(authority.make_demo_stamps())
    for file in files:
        forger = Forger(file.holder, passing_key(), stamper)
        for kind, attack in ATTACKS.items():
            yield kind, f"{file.engine}, {file.level.value}", attack(file.data, forger)
        if file.level is Level.LT:
            yield EMPTIED_PROOF, f"{file.engine}, {file.level.value}", emptied_proof(file.data, forger)
    chance = random.Random(SEED)
    for number in range(places):
        file = files[number % len(files)]
        place = chance.randrange(len(file.data))
        changed = bytearray(file.data)
        changed[place] ^= 1 + chance.randrange(255)
        yield ONE_BYTE, f"{file.engine}, {file.level.value}, byte {place}", bytes(changed)


class Tellers:
    """The three that are asked: each tells whether it believes a file."""

    def __init__(self) -> None:
        self._client = Client()
        self._roots, self._stamp_roots = trusted_roots(), trusted_stamps()

    def believers(self, data: bytes) -> list[str]:
        """Return the names of those who take the file for genuine."""
        asked = {"check": self._check, "page": self._page, "fingerprint": self._fingerprint}
        return [name for name, believes in asked.items() if believes(data)]

    def _check(self, data: bytes) -> bool:
        return check_pdf(data, roots=self._roots, stamp_roots=self._stamp_roots).ok

    def _page(self, data: bytes) -> bool:
        status, answer = self._asked({"file": SimpleUploadedFile("c.pdf", data, content_type="application/pdf")})
        if status == 200:
            return bool(answer["status"] == "valid")
        if (status, answer.get("status")) != (422, "file_refused"):
            raise RuntimeError(f"The page answers {status}: {answer}")
        return bool(answer["file"]["valid"])

    def _fingerprint(self, data: bytes) -> bool:
        status, answer = self._asked({"sha256": hashlib.sha256(data).hexdigest()})
        if status not in (200, 404):
            raise RuntimeError(f"The page answers {status}: {answer}")
        return status == 200

    def _asked(self, fields: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        answer = self._client.post("/verify/file/", fields, headers={"accept": "application/json"})
        return answer.status_code, answer.json()


def tamper(files: list[Issued], *, places: int) -> dict[str, Any]:
    """Tamper with issued files and ask; return the counts by kind, and in words whatever was not told."""
    made: Counter[str] = Counter()
    told: Counter[str] = Counter()
    untold = []
    with unlimited():
        tellers = Tellers()
        for file in files:
            believers = tellers.believers(file.data)
            if believers != ["check", "page", "fingerprint"]:
                untold.append(f"untouched ({file.engine}, {file.level.value}): believed by {believers} only")
        for kind, label, data in tampered_files(files, places=places):
            made[kind] += 1
            believers = tellers.believers(data)
            told[kind] += not believers
            if believers:
                untold.append(f"{kind} ({label}): believed by {', '.join(believers)}")
    return {
        "tampered": made.total(),
        "told": told.total(),
        "tampered_files": len(files),
        "tampering": {kind: {"tampered": count, "told": told[kind]} for kind, count in made.items()},
        "untold": untold,
    }
