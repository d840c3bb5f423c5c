"""The designs of completion, hours, credits and achievement: what they say, how they differ, that they conform."""

import io
import itertools
from functools import lru_cache

import pikepdf
import pypdfium2
import pytest
from PIL import ImageChops

from certification.certificates.adversarial import SHENCHENG, trials
from certification.certificates.comparison import COMPILED, compare_engines, conformance_findings, drawn
from certification.certificates.frames import draw_frame, draw_ornament
from certification.certificates.programme_trials import plain_claims
from certification.certificates.rendering import render_sheet
from certification.certificates.rules import TITLES, Kind
from certification.certificates.sheet import DESIGNS, PrintTemplate, Signatory

PROGRAMME_DESIGNS = [design for design in DESIGNS if design != "skill_level"]
THREE = tuple(Signatory(name, "教学负责人", "Head of Teaching") for name in ("沈国强", "阿依古丽·买买提", "周敏"))


def template(design, **contents):
    return PrintTemplate(key="1-1", design=design, **contents)


def sheet(design, label="name 王小芳"):
    return next(trial.sheet for trial in trials(template(design)) if trial.label == label)


@lru_cache
def thumbnail(design):
    return drawn(render_sheet(sheet(design), template(design)), dots_per_inch=10).pages[0]


def text_of(pdf):
    with pypdfium2.PdfDocument(pdf) as document:
        return "".join(page.get_textpage().get_text_bounded() for page in document)


@pytest.mark.parametrize("design", PROGRAMME_DESIGNS)
def test_each_design_says_its_own_name_and_none_of_the_skill_level(design):
    text = text_of(render_sheet(sheet(design), template(design)))
    assert TITLES[Kind(design)]["zh"] in text
    assert TITLES[Kind(design)]["en"] in text
    for reserved in ("职业技能等级", "osta", "Vocational Skill"):
        assert reserved not in text


@pytest.mark.parametrize("design", PROGRAMME_DESIGNS)
@pytest.mark.parametrize("label", ["long programme", "renewed", "specimen", "no identity document"])
def test_each_design_is_one_page_and_conforms_even_with_three_signatories(design, label):
    pdf = render_sheet(sheet(design, label), template(design, signatories=THREE))
    assert len(drawn(pdf, dots_per_inch=20).pages) == 1
    assert conformance_findings(pdf) == ()
    text = text_of(pdf)
    for signatory in THREE:
        assert signatory.name in text


@pytest.mark.parametrize("design", PROGRAMME_DESIGNS)
def test_all_fonts_are_embedded_and_english_is_tagged_as_english(design):
    pdf = render_sheet(sheet(design), template(design))
    languages = set()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        fonts = [
            item for item in opened.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
        ]
        languages = {str(item.Lang) for item in opened.objects if isinstance(item, pikepdf.Dictionary) and "/Lang" in item}
    assert fonts
    assert all(any(name in font for name in ("/FontFile", "/FontFile2", "/FontFile3")) for font in fonts)
    assert languages == {"zh-CN", "en"}


@pytest.mark.parametrize("design", PROGRAMME_DESIGNS)
def test_both_engines_draw_the_design_alike(design):
    tried = list(trials(template(design)))[::9]
    report = compare_engines(template(design), sheets=tried)
    assert report.ok, [record for record in report.records if not record.ok]
    # A name in a script that the compiled engine leaves to the other one is no fault.
    assert all(record.engine == COMPILED or record.reason.startswith("script") for record in report.records)


@pytest.mark.parametrize("design", DESIGNS)
def test_a_renewed_certificate_says_so_and_a_first_one_does_not(design):
    first = sheet(design)
    claims = {
        **first.claims,
        "note": {"zh": "本证书经更正重新颁发，证书编号不变。", "en": "Issued again after a correction; the number is unchanged."},
        "reissued_on": "2026-11-30",
    }
    again = type(first)(**{**first.__dict__, "claims": claims})
    words = text_of(render_sheet(again, template(design)))
    assert "更正重新颁发" in words
    assert "二〇二六年十一月三十日" in words
    assert "重新颁发" not in text_of(render_sheet(first, template(design)))


def test_an_achievement_shows_its_last_day_where_it_has_one():
    with_end = text_of(render_sheet(sheet("achievement"), template("achievement")))
    assert "二〇二八年九月二十日" in with_end
    assert "有效期至" not in text_of(render_sheet(sheet("achievement", "for ever"), template("achievement")))


def test_the_document_number_is_printed_masked():
    text = text_of(render_sheet(sheet("completion"), template("completion")))
    assert "310***********1235" in text
    assert "310199190003071235" not in text


def test_a_specimen_says_so_across_the_page():
    pdf = render_sheet(sheet("credits", "specimen"), template("credits"))
    assert "样张" in text_of(pdf)
    plain = drawn(render_sheet(sheet("credits"), template("credits")), dots_per_inch=40)
    assert drawn(pdf, dots_per_inch=40).shades_from(plain) > 20


def test_no_two_designs_share_frame_or_ornament():
    for one, other in itertools.combinations(DESIGNS, 2):
        assert draw_frame(one) != draw_frame(other)
        assert draw_ornament(one) != draw_ornament(other)


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(DESIGNS, 2)))
def test_designs_differ_at_a_glance(one, other):
    """At the size of a thumbnail a tenth of the page still has another colour."""
    distance = ImageChops.difference(thumbnail(one), thumbnail(other)).convert("L").histogram()
    assert sum(distance[16:]) > sum(distance) * 0.1


def test_imagined_claims_have_the_fields_that_real_ones_have():
    for kind in list(Kind)[1:]:
        claims = plain_claims(kind, SHENCHENG, name="王小芳")
        assert {"title", "number", "issued_on", "holder", "programme", "issuer"} <= claims.keys()
