"""What a sheet prints where: the texts that differ from holder to holder apart from everything that shapes the page.

Both engines draw a `Layout` and see nothing else of the sheet, so what is not a slot cannot differ between two
certificates that share a ground.
"""

import datetime
import io
import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from PIL import Image, UnidentifiedImageError

from certification.certificates.programme_layout import programme_ground, programme_slots, reissue_ground, reissue_slots
from certification.certificates.rules import chinese_date
from certification.certificates.sheet import PrintTemplate, Sheet, SheetFile

CLAIMS_FILE = "certificate.json"
CLAIMS_DESCRIPTION = "机器可读的证书内容 What the certificate says, for machines"
EXIF_ORIENTATION, EXIF_UPRIGHT = 0x0112, 1

# A name of more characters than this is set smaller, and once more smaller; then its width counts, in half characters.
LONG_NAME, LONGEST_NAME = 5, 12
WIDE_NAME, WIDEST_NAME = 40, 76


@dataclass(frozen=True)
class DocumentFacts:
    """What the file says of itself (ISO 32000-1 14.3.3); `created` is an ISO 8601 moment."""

    title: str
    subject: str
    keywords: str
    created: str


@dataclass(frozen=True)
class Layout:
    """One sheet, laid out.

    `slots`: name → text in a place of its own, which the design marks with `data-slot`. `ground`: JSON values, all
    else that the design reads. `facts` and `qr_alt`: texts that are not printed. `photo`: the picture's bytes or
    None. `files`: what travels in the file, the claims first.
    """

    slots: dict[str, str]
    ground: dict[str, Any]
    facts: DocumentFacts
    qr_alt: str
    qr_text: str
    photo: bytes | None
    files: tuple[SheetFile, ...]
    attached_at: datetime.datetime

    @cached_property
    def ground_key(self) -> str:
        """The ground as canonical JSON: two sheets with the same key differ in their slots only."""
        return json.dumps(self.ground, ensure_ascii=False, sort_keys=True)


def lay_out(sheet: Sheet, template: PrintTemplate) -> Layout:
    """Return what the design of `template` prints of `sheet`. Raises `KeyError` for claims that lack a field."""
    slots, ground, facts = _DESIGNS[template.design](sheet)
    files = (_claims_file(sheet), *sheet.files)
    ground["empty"] = sorted(name for name, text in slots.items() if not text)
    ground["photo"] = photo_shape(sheet.photo) if sheet.photo is not None else None
    ground["files"] = [[file.name, file.media_type, file.description, file.relationship] for file in files]
    return Layout(
        slots=slots,
        ground=ground,
        facts=facts,
        qr_alt=f"查验二维码 QR code that opens {sheet.verify_url}",
        qr_text=sheet.qr_text,
        photo=sheet.photo,
        files=files,
        attached_at=sheet.issued_at,
    )


def photo_shape(photo: bytes) -> list[Any]:
    """Return `[format, mode, width, height, upright]` of a picture, pixels; `["unknown"]` when it is none."""
    try:
        with Image.open(io.BytesIO(photo)) as picture:
            # Without an EXIF segment there is nothing to ask for, and asking would decode the picture.
            turned = picture.getexif().get(EXIF_ORIENTATION, EXIF_UPRIGHT) if "exif" in picture.info else EXIF_UPRIGHT
            return [picture.format, picture.mode, picture.width, picture.height, turned == EXIF_UPRIGHT]
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return ["unknown"]


def _skill_level(sheet: Sheet) -> tuple[dict[str, str], dict[str, Any], DocumentFacts]:
    claims = sheet.claims
    issued_on = datetime.date.fromisoformat(claims["issued_on"])
    holder, number = claims["holder"], claims["number"]
    slots = {
        "name": holder["name"],
        "id_kind_zh": holder["id_kind"]["zh"],
        "id_kind_en": holder["id_kind"]["en"],
        "id_number": sheet.id_number,
        "number": number,
        "work_type": claims["work_type"]["zh"],
        "issued_zh": chinese_date(issued_on),
        "issued_on": claims["issued_on"],
        **reissue_slots(claims),
    }
    ground = {
        **reissue_ground(claims),
        "title": claims["title"],
        "name_size": _name_size(holder["name"]),
        "occupation": claims["occupation"],
        "level": claims["level"],
        "part_names": "、".join(part["zh"] for part in claims["parts"]),
        "part_names_en": _listed([part["en"] for part in claims["parts"]]),
        "scheme": claims["scheme"],
        "issuer": claims["issuer"],
        "lookup": claims["lookup"],
    }
    return slots, ground, _facts(claims["title"], number=number, name=holder["name"], issued_on=claims["issued_on"])


def _programme(sheet: Sheet) -> tuple[dict[str, str], dict[str, Any], DocumentFacts]:
    claims = sheet.claims
    name, number = claims["holder"]["name"], claims["number"]
    slots = programme_slots(claims)
    ground = programme_ground(claims) | {"name_size": _name_size(name)}
    return slots, ground, _facts(claims["title"], number=number, name=name, issued_on=claims["issued_on"])


_DESIGNS: dict[str, Callable[[Sheet], tuple[dict[str, str], dict[str, Any], DocumentFacts]]] = {
    "skill_level": _skill_level,
    "completion": _programme,
    "hours": _programme,
    "credits": _programme,
    "achievement": _programme,
}


def _facts(title: dict[str, str], *, number: str, name: str, issued_on: str) -> DocumentFacts:
    return DocumentFacts(
        # A title is one line: HTML folds white space in it, and both engines must write the same.
        title=" ".join(f"{title['zh']} {number} {name}".split()),
        subject=f"{title['en']} {number}",
        keywords=f"{title['zh']}, {number}",
        created=f"{issued_on}T00:00:00+08:00",
    )


def _name_size(name: str) -> str:
    width = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in name)
    if width > WIDE_NAME:
        return "widest" if width > WIDEST_NAME else "wide"
    return "longest" if len(name) > LONGEST_NAME else "long" if len(name) > LONG_NAME else "usual"


def _listed(names: list[str]) -> str:
    """Return `["a", "b", "c"]` as “a, b and c”."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _claims_file(sheet: Sheet) -> SheetFile:
    """Return the claims as a file inside the PDF (PDF/A-3, relationship Data), the ID number masked."""
    text = json.dumps({**sheet.claims, "verify_url": sheet.verify_url}, ensure_ascii=False, sort_keys=True)
    return SheetFile(name=CLAIMS_FILE, data=text.encode(), media_type="application/json", description=CLAIMS_DESCRIPTION)
