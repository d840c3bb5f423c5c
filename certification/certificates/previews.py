"""What a template will look like: imagined holders on it, marked as specimens across the page, never signed."""

import dataclasses
import hashlib
import io
from enum import StrEnum

from django.core.cache import cache

from certification.certificates.adversarial import trials
from certification.certificates.borders import Frame
from certification.certificates.comparison import drawn
from certification.certificates.models import TemplateVersion
from certification.certificates.rendering import render_sheet
from certification.certificates.sheet import PrintTemplate, Sheet
from lms.core.errors import DomainError

SPECIMEN = {"is_sample": True, "sample_note": "样张", "sample_note_en": "Specimen, not a certificate"}
DOTS_PER_INCH = 100
KEPT_SECONDS = 3600


class Case(StrEnum):
    """Whom a preview imagines."""

    ORDINARY = "ordinary"
    LONGEST = "longest"
    MINORITY = "minority"
    MISSING = "missing"


LABELS = {
    Case.ORDINARY: ("name 王小芳",),
    Case.LONGEST: ("name Maria Fernanda da Silva e Albuquerque do Nascimento Pereira",),
    Case.MINORITY: ("name 买买提·吐尔逊江·阿不都热依木江",),
    # No work type on a skill level, which prints two dashes; no identity document on the others.
    Case.MISSING: ("no identity document", "name 李娜"),
}


def specimen(template: PrintTemplate, case: Case, *, issuer: dict[str, str] | None) -> Sheet:
    """Return an imagined holder's sheet with the words 样张 across it and a number that nobody is given."""
    found = {trial.label: trial.sheet for trial in trials(template, issuer=issuer)}
    sheet = next(found[label] for label in LABELS[case] if label in found)
    claims = {**sheet.claims, "number": sheet.claims["number"][:-6] + "000000", "scheme": {**SPECIMEN, "title": ""}}
    if "work_type" in claims and case is not Case.MISSING:
        claims["work_type"] = {"zh": "假肢矫形与轮椅适配", "en": ""}
    return dataclasses.replace(sheet, claims=claims, qr_text=sheet.verify_url)


def issuer_of(version: TemplateVersion) -> dict[str, str] | None:
    """Return the body whose name stands on a preview; None for a template of the house."""
    organisation = version.template.organisation
    return {"zh": organisation.name, "en": organisation.name_en, "record_number": ""} if organisation else None


def preview_pdf(version: TemplateVersion, case: Case, *, frame: Frame | None = None) -> bytes:
    """Return the specimen as an unsigned PDF, in another `frame` when asked; about a second.

    Raises the `DomainError` of `render_sheet`.
    """
    template = version.as_print_template()
    if frame is not None:
        template = dataclasses.replace(template, frame=frame.value)
    issuer = issuer_of(version)
    name = hashlib.sha256(repr((template, issuer, case.value)).encode()).hexdigest()
    kept = cache.get(f"certificate-preview:{name}")
    if isinstance(kept, bytes):
        return kept
    pdf = render_sheet(specimen(template, case, issuer=issuer), template)
    cache.set(f"certificate-preview:{name}", pdf, KEPT_SECONDS)
    return pdf


def preview_picture(version: TemplateVersion, case: Case, *, frame: Frame | None = None) -> bytes:
    """Return the specimen as a PNG of 100 dots an inch; the errors of `preview_pdf`."""
    (picture, *_others) = drawn(preview_pdf(version, case, frame=frame), dots_per_inch=DOTS_PER_INCH).pages
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def require_drawable(version: TemplateVersion) -> None:
    """Draw every specimen once. Raises `DomainError`, such as for a character in the wording that no typeface has."""
    for case in Case:
        pdf = preview_pdf(version, case)
        if len(drawn(pdf, dots_per_inch=20).pages) != 1:
            raise DomainError("certificates.template_too_long", status=422)
