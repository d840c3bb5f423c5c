"""What the desk calls the things of a scheme, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.standards.rules.differences import Change, Section
from lms.core.errors import DomainError
from lms.core.messages import text_of

PART_LABELS = {
    "theory": _("Theory exam"),
    "skill": _("Skill test"),
    "review": _("Comprehensive review"),
}
LINE_LABELS = {
    "min_age": _("Reached an age (years)"),
    "employed": _("Works in this or a related occupation"),
    "work_years": _("Years of work"),
    "holds_certificate": _("Holds a certificate"),
    "holds_title": _("Holds a professional title"),
    "diploma": _("Has a diploma"),
    "apprenticeship_done": _("Finished an apprenticeship"),
}
SINCE_LABELS = {
    "total": _("in all"),
    "certificate": _("after the certificate"),
    "title": _("after the title"),
}
EVIDENCE_LABELS = {
    "work_proof": _("Proof of work from the employer"),
    "social_insurance": _("Social insurance record"),
    "certificate": _("Skill-level or qualification certificate"),
    "diploma": _("Diploma"),
    "chsi_report": _("CHSI online verification report"),
    "enrolment_proof": _("Proof of enrolment"),
    "title_certificate": _("Certificate of professional title"),
    "apprenticeship_proof": _("Proof of apprenticeship"),
    "other": pgettext_lazy("evidence", "Other"),
}
FACT_LABELS = {
    "key": pgettext_lazy("scheme", "Key"),
    "kind": _("Kind"),
    "owner": _("Body that owns it"),
    "title": pgettext_lazy("scheme", "Title"),
    "document_number": _("Document number"),
    "edition_year": _("Edition (year)"),
    "effective_from": _("In force from"),
    "source": pgettext_lazy("scheme", "Source of the text"),
    "is_sample": _("Sample, without force"),
    "sample_note": _("What a sample says of itself"),
    "note": pgettext_lazy("scheme", "Note"),
    "occupation.edition": _("Edition of the classification"),
    "occupation.code": _("Code of the occupation"),
    "occupation.name": _("Occupation"),
    "occupation.name_en": _("Occupation in English"),
    "occupation.definition": _("Definition of the occupation"),
    "occupation.replaces": _("Code in the edition before"),
}
PARAMETER_LABELS = {
    "plan_lead_days": _("Working days from the publication of a plan to the exam, at least"),
    "reg_close_days": _("Working days from the end of registration to the exam, at least"),
    "arrange_days": _("Working days before the exam when seats are arranged"),
    "score_due": _("Working days after the exam when scores are in"),
    "publication_start_due": _("Working days after the exam when results are made public"),
    "publication_days": _("Working days that results are public, at least"),
    "archive_due": _("Working days after the exam when the archive is closed"),
    "review_request_days": _("Working days in which a re-check can be asked for"),
    "review_decide_days": _("Working days in which a re-check is answered"),
    "part_validity_months": _("Months that a passed part is kept"),
    "max_resits": _("Re-sits at most"),
    "rounding": _("Rounding of scores"),
    "invigilator_ratio": _("Candidates for each invigilator, at most"),
    "min_invigilators": _("Invigilators in a room, at least"),
    "assessor_ratio": _("Candidates for each assessor, at most"),
    "min_assessors": _("Assessors in a team, at least"),
    "assessors_odd": _("An odd number of assessors"),
    "senior_assessor_levels": _("Levels that need senior assessors"),
    "aggregation": _("How the assessors' totals become one"),
    "divergence_points": _("Points between the highest and the lowest total at a station, above which somebody scores anew"),
    "arbitration": _("Who scores anew where assessors differ too much"),
    "review_panel_min": _("Members of a review panel, at least"),
    "review_panel_odd": _("An odd number of panel members"),
    "recuse_trainers": _("Who trained a candidate does not assess her"),
    "recuse_same_unit": _("Colleagues of a candidate do not assess her"),
    "min_age": _("Youngest age of an applicant"),
    "late_limit_minutes": _("Minutes after which nobody is let in"),
    "paper_retention_years": _("Years that papers are kept"),
    "electronic_retention_years": _("Years that electronic records are kept"),
    "video_retention_years": _("Years that recordings are kept"),
    "assessor_card_years": _("Years that an assessor's card is valid"),
    "supervisor_card_years": _("Years that a supervisor's card is valid"),
    "related_occupations": _("Related occupations"),
    "majors": _("Majors of this and related fields"),
}
ROUNDING_LABELS = {"none": _("none: 59.5 stays 59.5"), "half_up": _("half up: 59.5 counts as 60")}
CHOICE_LABELS: Mapping[str, Mapping[str, Any]] = {
    "rounding": ROUNDING_LABELS,
    "aggregation": {
        "mean": _("the mean of all"),
        "trimmed": _("from five assessors on, the mean without the highest and the lowest"),
    },
    "arbitration": {
        "additional": _("a senior assessor who is not of the team"),
        "joint": _("the team leader, after the team has reviewed the case together"),
    },
}
"""What the choices of a parameter mean."""
SECTION_LABELS = {
    Section.FACTS: _("Facts"),
    Section.PARTS: pgettext_lazy("scheme", "Parts"),
    Section.THEORY: _("Theory weights"),
    Section.SKILL: _("Skill weights"),
    Section.FUNCTIONS: _("Functions without a weight"),
    Section.CONDITIONS: _("Conditions"),
    Section.PARAMETERS: _("Parameters"),
}
CHANGE_LABELS = {
    Change.SAME: pgettext_lazy("difference", "Same"),
    Change.CHANGED: pgettext_lazy("difference", "Changed"),
    Change.ADDED: pgettext_lazy("difference", "New"),
    Change.REMOVED: pgettext_lazy("difference", "Gone"),
}
TABLE_LABELS = {"theory": _("Theory"), "skill": _("Skill")}
WORDS_OF: Mapping[str, Mapping[str, Any]] = {
    "table": TABLE_LABELS,
    "part": PART_LABELS,
    "required": PART_LABELS,
    "given": PART_LABELS,
    "kind": LINE_LABELS,
    "name": PARAMETER_LABELS,
}
"""Which names of an error's facts are keys that people know by other words."""


def told(error: DomainError) -> str:
    """Return the sentence for what is wrong with a scheme, its keys in the reader's words."""
    context = {name: _in_words(WORDS_OF[name], value) if name in WORDS_OF else value for name, value in error.context.items()}
    return text_of(DomainError(error.code, status=error.status, **context))


def _in_words(words: Mapping[str, Any], value: Any) -> Any:
    return "、".join(str(words.get(key, key)) for key in value.split(", ")) if isinstance(value, str) else value
