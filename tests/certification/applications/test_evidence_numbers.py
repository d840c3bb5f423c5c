"""The number of an earlier certificate, of whatever system: evidence, and nothing more."""

import pytest

from certification.applications.evidence_numbers import what_the_number_says
from certification.applications.forms import CertificateForm
from certification.standards.rules.certificate_numbers import NumberKind, recognise, stated_level, stated_year


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("S000031000123253000001", NumberKind.SKILL_LEVEL),
        ("S00003100012325T000001", NumberKind.SKILL_LEVEL_OTHER),
        ("1209000000301234", NumberKind.QUALIFICATION),
        ("1234567890123", NumberKind.SHANGHAI),
        ("0001234567890123", NumberKind.SHANGHAI),
        ("RSN12345678901234567", NumberKind.UNKNOWN),
        ("S00003100012325300000", NumberKind.UNKNOWN),
        ("123456789012345", NumberKind.UNKNOWN),
    ],
)
def test_each_system_is_recognised_by_its_shape(typed, kind):
    assert recognise(typed) is kind


def test_only_a_number_of_22_characters_states_level_and_year():
    assert (stated_level("S000031000123253000001"), stated_year("S000031000123253000001")) == (3, 2025)
    for other in ("1209000000301234", "S00003100012325T000001", ""):
        assert (stated_level(other), stated_year(other)) == (None, None)


def form_with(number):
    form = CertificateForm({"occupation": "养老护理员", "level": "5", "issued_on": "2020-06-01", "number": number})
    form.fields["occupation"].choices = [("养老护理员", "养老护理员")]
    assert form.is_valid(), form.errors
    return form.cleaned_data["number"]


def test_the_form_keeps_a_known_number_in_the_registers_spelling():
    assert form_with(" s0000-31 000123 25 3 000001") == "S000031000123253000001"
    assert form_with("1209 0000 0030 1234") == "1209000000301234"


def test_the_form_keeps_any_other_text_as_it_was_typed():
    assert form_with("rsn 1234") == "rsn 1234"
    assert form_with("") == ""


def test_the_reviewer_reads_where_the_number_contradicts_what_was_stated():
    row = {"number": "S000031000123253000001", "level": 3, "issued_on": "2025-03-01"}
    assert "3" not in what_the_number_says(row)
    assert "3" in what_the_number_says({**row, "level": 4})
    assert "2025" in what_the_number_says({**row, "issued_on": "2024-03-01"})
    assert what_the_number_says({**row, "number": ""}) == ""
