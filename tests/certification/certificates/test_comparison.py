"""A template is published for the compiled engine only when both engines draw its odd holders alike. No database."""

import dataclasses
import json

import pytest
from PIL import Image

from certification.certificates import adversarial, comparison
from certification.certificates.adversarial import Trial, trials
from certification.certificates.comparison import ComparisonReport, compare_engines
from certification.certificates.compiled import SlotError
from certification.certificates.rendering import SKILL_LEVEL
from certification.certificates.sheet import DESIGNS

CHOSEN = ("name 龘靐齉爩", "name 𠮷野家", "name 김영희", "passport", "grey photo")


@pytest.fixture(scope="module")
def chosen():
    return [trial for trial in trials(SKILL_LEVEL) if trial.label in CHOSEN]


@pytest.fixture(scope="module")
def report(chosen):
    return compare_engines(SKILL_LEVEL, sheets=chosen)


def test_about_fifty_trials_try_every_level_and_every_kind_of_name():
    tried = trials(SKILL_LEVEL)
    assert len(tried) >= 50
    assert len({trial.label for trial in tried}) == len(tried)
    assert {trial.sheet.claims["level"]["code"] for trial in tried} == {1, 2, 3, 4, 5}
    assert {trial.sheet.claims["scheme"]["is_sample"] for trial in tried} == {True, False}
    assert all(design in DESIGNS for design in adversarial._TRIALS)


def test_both_engines_agree_and_the_share_that_falls_back_is_told(report):
    assert report.ok, [record for record in report.records if not record.ok]
    assert {record.label for record in report.records if record.engine == "reference"} == {"name 김영희", "grey photo"}
    assert report.fallback_share == 2 / 5
    assert all(record.reason for record in report.records if record.engine == "reference")


def test_the_report_is_json(report):
    told = json.loads(json.dumps(report.as_json()))
    assert told["ok"] is True
    assert told["fallback_share"] == 0.4
    assert {record["label"] for record in told["records"]} == set(CHOSEN)


@pytest.mark.parametrize("fault", ["pixels", "text", "structure"])
def test_an_engine_that_draws_something_else_is_found_out(fault, chosen, monkeypatch):
    drawn = comparison.drawn
    seen = []

    def tampered(pdf, **settings):
        result = drawn(pdf, **settings)
        seen.append(pdf)
        if len(seen) % 2:
            return result
        page = result.pages[0].copy()
        page.putpixel((600, 600), (0, 0, 0) if page.getpixel((600, 600)) != (0, 0, 0) else (255, 255, 255))
        changed = {"pixels": {"pages": (page,)}, "text": {"text": ("x",)}, "structure": {"structure": []}}[fault]
        return dataclasses.replace(result, **changed)

    monkeypatch.setattr(comparison, "drawn", tampered)
    assert not compare_engines(SKILL_LEVEL, sheets=chosen[:1]).ok


def test_a_file_that_breaks_a_standard_is_found_out(chosen, monkeypatch):
    monkeypatch.setattr(comparison, "render_sheet", lambda *_: _without_language(chosen[0]))
    report = compare_engines(SKILL_LEVEL, sheets=chosen[:1])
    assert not report.ok
    assert any("Lang" in finding or "lang" in finding for finding in report.records[0].findings)


def _without_language(trial: Trial) -> bytes:
    import io

    import pikepdf

    from certification.certificates.rendering import render_sheet

    with pikepdf.open(io.BytesIO(render_sheet(trial.sheet, SKILL_LEVEL))) as pdf:
        del pdf.Root.Lang
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def test_a_template_of_which_nothing_can_be_compiled_is_not_ok(chosen, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise SlotError("wrapping")

    monkeypatch.setattr(comparison.CompiledTemplate, "assemble", refuse)
    report = compare_engines(SKILL_LEVEL, sheets=chosen[:1])
    assert report.fallback_share == 1
    assert not report.ok
    assert not ComparisonReport("x", ()).ok


def test_pages_of_another_size_are_as_different_as_can_be():
    small, large = (comparison.Drawn((Image.new("RGB", size),), ("",), []) for size in ((2, 2), (3, 3)))
    assert small.shades_from(large) == 255
    assert small.is_like(small)
