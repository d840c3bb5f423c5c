"""The words of the registration form, in the active language."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.applications.rules.record import PROVINCES

FIELD_LABELS = {
    "serial": _("Serial number"),
    "work_type": _("Occupation or work type"),
    "level": _("Level"),
    "condition": _("Eligibility condition"),
    "document_kind": _("Kind of document"),
    "document_number": _("Document number"),
    "name": _("Name"),
    "sex": _("Sex"),
    "birth_date": _("Date of birth"),
    "phone": _("phone"),
    "holds_certificate": _("Holds a certificate"),
    "certificate_level": _("Level of the certificate"),
    "certificate_number": _("Certificate number"),
    "education": pgettext_lazy("registration form", "Education"),
    "province": _("Province"),
    "source": pgettext_lazy("registration form", "Who you are"),
    "employer": pgettext_lazy("registration form", "Employer"),
    "applying_unit": _("Unit that registers you"),
    "category": pgettext_lazy("registration form", "Kind of assessment"),
    "major": _("Major"),
    "exam_type": pgettext_lazy("registration form", "First attempt or re-sit"),
    "ethnicity": _("Ethnic group"),
    "work_started_on": _("First day of your working life"),
    "email": _("e-mail"),
    "profession_years": _("Years in the occupation"),
    "household": _("Place of registered residence"),
    "politics": _("Political status"),
    "diploma_number": _("Number of the diploma"),
    "experience": _("Short curriculum"),
    "address": _("Postal address"),
    "collect": _("How you get the certificate"),
    "postcode": _("Postcode"),
    "mail_address": _("Address for the certificate"),
}
EDUCATION_LABELS = {
    "doctor": pgettext_lazy("education", "Doctorate"),
    "master": pgettext_lazy("education", "Postgraduate"),
    "bachelor": pgettext_lazy("education", "Bachelor"),
    "college": pgettext_lazy("education", "College (three years)"),
    "secondary_vocational": pgettext_lazy("education", "Secondary specialised school"),
    "technical_school": pgettext_lazy("education", "Technical school"),
    "senior_technical_school": pgettext_lazy("education", "Advanced technical school"),
    "technician_college": pgettext_lazy("education", "Technician college"),
    "high_school": pgettext_lazy("education", "Senior high school"),
    "vocational_high_school": pgettext_lazy("education", "Vocational high school"),
    "middle_school": pgettext_lazy("education", "Junior high school"),
    "primary_school": pgettext_lazy("education", "Primary school"),
}
SOURCE_LABELS = {
    "employee": pgettext_lazy("source", "Employed"),
    "student": pgettext_lazy("source", "Student"),
    "jobseeker": pgettext_lazy("source", "Without work"),
    "rural": pgettext_lazy("source", "From the countryside, working elsewhere"),
    "veteran": pgettext_lazy("source", "Ex-serviceman or -woman"),
    "self_employed": pgettext_lazy("source", "Freelance or self-employed"),
    "other": pgettext_lazy("source", "Other"),
}
EXAM_TYPE_LABELS = {"first": pgettext_lazy("exam", "First attempt"), "resit": pgettext_lazy("exam", "Re-sit")}
CATEGORY_LABELS = {
    "initial": pgettext_lazy("assessment", "First assessment"),
    "promotion": pgettext_lazy("assessment", "Promotion to a higher level"),
}
COLLECT_LABELS = {
    "self": pgettext_lazy("certificate", "I collect it"),
    "mail": pgettext_lazy("certificate", "By post"),
    "electronic": pgettext_lazy("certificate", "Electronic certificate only"),
}
CHOICE_LABELS = {
    "education": EDUCATION_LABELS,
    "source": SOURCE_LABELS,
    "exam_type": EXAM_TYPE_LABELS,
    "collect": COLLECT_LABELS,
    "province": PROVINCES,
}
