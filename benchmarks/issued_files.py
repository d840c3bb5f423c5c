"""Certificate files of every design, engine and level in turn, on the house's template and on one that a body edited.

They are made of the parts that the product's press is made of, each with its credential attached. Half are imagined
holders that try what a design can bear (`adversarial.trials`), half are ordinary ones. No database.
"""

import copy
import datetime
import io
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from benchmarks import material
from certification.certificates import authority
from certification.certificates.adversarial import trials
from certification.certificates.compiled import CompiledTemplate, SlotError
from certification.certificates.credential.addresses import Addresses
from certification.certificates.credential.builder import CredentialFacts, build_credential
from certification.certificates.credential.holder import holder_salts
from certification.certificates.finishing import finish
from certification.certificates.keys.loading import LoadedKey
from certification.certificates.pictures import checked_seal, checked_signature
from certification.certificates.press import CREDENTIAL_FILE
from certification.certificates.rendering import Finisher, render_sheet
from certification.certificates.sheet import DESIGNS, PrintTemplate, Sheet, Signatory
from certification.certificates.signing import sign_pdf
from certification.certificates.stamping.levels import Level
from certification.certificates.stamping.local import LocalTimeStamper
from certification.certificates.stamping.revocation import RevocationMaterial

COMPILED, REFERENCE = ENGINES = ("compiled", "reference")
LEVELS = (Level.B, Level.T, Level.LT)
COMBINATIONS = tuple(itertools.product((False, True), ENGINES, LEVELS))
# Each design begins elsewhere in the combinations, so that a handful of files holds some of everything.
STRIDE = 5
ADDRESSES = Addresses("https://certificates.example.org.cn")
INK = (178, 34, 34, 255)


@dataclass(frozen=True)
class IssuedFile:
    """One file and how it came about. `wanted` is the engine that was asked, `engine` the one that drew it."""

    number: int
    design: str
    edited: bool
    wanted: str
    engine: str
    level: Level
    data: bytes

    @property
    def template_kind(self) -> str:
        return "a body's" if self.edited else "the house's"

    @property
    def label(self) -> str:
        """What a finding is told with."""
        return f"{self.number} ({self.design}, {self.template_kind} template, {self.engine}, {self.level.value})"


class Workshop:
    """A root, a body's key and a time-stamp service, and all that makes files with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        root, key, service = material.keys(folder)
        self.root: LoadedKey = root
        self.key: LoadedKey = key
        self.service: LoadedKey = service
        self.stamper = LocalTimeStamper(self.service, now=material.moment)
        self.proof = self.proof_by(self.root, now=material.moment(), directory=folder)
        self._compiled: dict[tuple[str, bool, bool], CompiledTemplate] = {}

    def proof_by(self, root: LoadedKey, *, now: datetime.datetime, directory: Path) -> RevocationMaterial:
        """Return what a B-LT file carries: the certificates, and the list as of `now` that is kept in `directory`."""
        listed = authority.issue_list(root, now=now, directory=directory)
        certificates = (self.key.certificate, self.service.certificate, self.root.certificate)
        return RevocationMaterial(
            certificates=tuple(certificate.public_bytes(Encoding.DER) for certificate in certificates),
            crls=(listed.public_bytes(Encoding.DER),),
        )

    def with_proof(self, proof: RevocationMaterial) -> "Workshop":
        """Return the same workshop, whose B-LT files carry another proof."""
        other = copy.copy(self)
        other.proof, other._compiled = proof, {}
        return other

    def make(self, sheet: Sheet, *, design: str, edited: bool, engine: str, level: Level) -> tuple[bytes, str]:
        """Return the signed file and the engine that drew it: the reference engine also where a slot refuses the sheet."""
        sheet = replace(sheet, files=(*sheet.files, replace(CREDENTIAL_FILE, data=self._credential(sheet))))
        stamper = None if level is Level.B else self.stamper
        if engine == COMPILED:
            try:
                compiled = self._compiled_template(design, edited, level is Level.LT)
                stamp = stamper.token if stamper else None
                return compiled.assemble(sheet, signer=self.key, now=material.moment(), time_stamp=stamp), COMPILED
            except SlotError:
                pass
        finisher = finisher_for(self.proof if level is Level.LT else None)
        unsigned = render_sheet(sheet, template(design, edited=edited), finisher=finisher)
        return sign_pdf(unsigned, key=self.key, now=material.moment(), time_stamper=stamper), REFERENCE

    def _compiled_template(self, design: str, edited: bool, proven: bool) -> CompiledTemplate:
        name = (design, edited, proven)
        if name not in self._compiled:
            finisher = finisher_for(self.proof if proven else None)
            self._compiled[name] = CompiledTemplate(template(design, edited=edited), finisher=finisher, patience=0)
        return self._compiled[name]

    def _credential(self, sheet: Sheet) -> bytes:
        token = sheet.verify_url.rstrip("/").rpartition("/")[2]
        facts = CredentialFacts(
            addresses=ADDRESSES,
            issuer_slug="shencheng",
            token=token,
            status_index=1,
            salts=holder_salts(b"a benchmark's own", token),
            issued_at=sheet.issued_at,
            id_number=sheet.id_number,
        )
        return build_credential(sheet.claims, facts, signer=self.key)

    def files(self, count: int) -> Iterator[IssuedFile]:
        """Yield `count` files, the designs in turn, and for each design the combinations in turn."""
        sheets = {design: sheets_of(design, -(-count // len(DESIGNS))) for design in DESIGNS}
        for number in range(count):
            turn, place = divmod(number, len(DESIGNS))
            design = DESIGNS[place]
            edited, wanted, level = COMBINATIONS[(turn + place * STRIDE) % len(COMBINATIONS)]
            data, engine = self.make(sheets[design][turn], design=design, edited=edited, engine=wanted, level=level)
            yield IssuedFile(number, design, edited, wanted, engine, level, data)


def finisher_for(proof: RevocationMaterial | None) -> Finisher:
    """Return what finishes a file, with the proof in it."""
    return partial(finish, material=proof)


def sheets_of(design: str, count: int) -> list[Sheet]:
    """Return the sheets of one design in an order of chance that is the same in every run."""
    chance = random.Random(design)
    odd = [trial.sheet for trial in trials(template(design, edited=False))]
    odd = chance.sample(odd, min(len(odd), count - count // 2))
    chosen: list[Sheet] = [*odd, *material.sheets(count - len(odd), design=design)]
    chance.shuffle(chosen)
    return chosen


@lru_cache(maxsize=2 * len(DESIGNS))
def template(design: str, *, edited: bool) -> PrintTemplate:
    """Return the house's template of a design, or one to which a body gave wording, seal and two signatures."""
    if not edited:
        return PrintTemplate(key=f"{design}-1", design=design)
    return PrintTemplate(
        key="12-3",
        design=design,
        statement_zh="经考核，兹证明持证人符合本证书所列各项要求，特发此证。",
        statement_en="This is to certify that the holder has met the requirements stated in this certificate.",
        seal=checked_seal(SimpleUploadedFile("seal.png", _inked(600, 600), content_type="image/png")),
        signatories=(
            Signatory("周敏", "会长", "President", picture=checked_signature(SimpleUploadedFile("s.png", _inked(480, 160)))),
            Signatory("陈立", "考评负责人", ""),
        ),
    )


def _inked(width: int, height: int) -> bytes:
    """Return a PNG with an inked ring and strokes on clear ground, soft at the edges as a scan is."""
    picture = Image.new("RGBA", (4 * width, 4 * height), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((40, 40, 4 * width - 40, 4 * height - 40), outline=INK, width=60)
    for part in range(1, 4):
        draw.line((width, part * height, 3 * width, (4 - part) * height), fill=INK, width=40)
    out = io.BytesIO()
    picture.resize((width, height), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()
