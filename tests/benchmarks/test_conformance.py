"""The conformance benchmark is content with what the product makes, and every judge in it finds a fault where there is one."""

import dataclasses
import json
import shutil
from collections import Counter
from types import SimpleNamespace

import pytest

from benchmarks import conformance, long_term
from benchmarks.issued_files import COMBINATIONS, Workshop, sheets_of, template
from benchmarks.judges import judges
from certification.certificates.comparison import passing_key
from certification.certificates.finishing import finish
from certification.certificates.rendering import render_sheet
from certification.certificates.sheet import DESIGNS
from certification.certificates.signing import sign_pdf
from certification.certificates.stamping.levels import Level
from tests.signed_file import NOW

LONG_TERM = "pyHanko offline, from the file's own DSS"


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    return Workshop(tmp_path_factory.mktemp("workshop"))


@pytest.fixture(scope="module")
def files(workshop):
    return list(workshop.files(10))


def told_about(workshop, file):
    """What the judges have against one file: judge → findings."""
    asked, _absent = judges(workshop.key.roots, workshop.folder)
    return {name: found for name, ask in asked.items() if (found := ask(file))}


def with_damage(workshop, damage):
    """An otherwise good certificate, damaged before it was signed."""

    def finisher(document, pdf):
        finish(document, pdf)
        assert damage(pdf)

    sheet = sheets_of("skill_level", 1)[0]
    return sign_pdf(render_sheet(sheet, template("skill_level", edited=False), finisher=finisher), key=workshop.key, now=NOW)


def test_ten_files_hold_every_design_engine_level_and_kind_of_template_and_no_judge_finds_anything(workshop, files):
    told = conformance.judge(SimpleNamespace(key=workshop.key, folder=workshop.folder, files=lambda count: files), len(files))
    assert told["findings"] == []
    assert set(told["by_design"]) == set(DESIGNS)
    assert set(told["by_engine"]) == {"compiled", "reference"}
    assert set(told["by_level"]) == {"PAdES-B-B", "PAdES-B-T", "PAdES-B-LT"}
    assert set(told["by_template"]) == {"the house's", "a body's"}
    assert told["judged"].pop(LONG_TERM) == told["by_level"]["PAdES-B-LT"]
    assert set(told["judged"].values()) == {10}


def test_sixty_files_hold_each_combination_of_each_design_once(monkeypatch, workshop):
    monkeypatch.setattr(Workshop, "make", lambda self, sheet, **wanted: (b"", wanted["engine"]))
    made = Counter((file.design, file.edited, file.wanted, file.level) for file in workshop.files(60))
    assert set(made.values()) == {1}
    assert len(made) == len(DESIGNS) * len(COMBINATIONS) == 60


def images_interpolated(pdf):
    pictures = [item for item in pdf.objects if getattr(item, "extra", {}).get("Subtype") == "/Image"]
    for picture in pictures:
        picture.extra["Interpolate"] = "true"
    return pictures


def figures_without_words(pdf):
    figures = [item for item in pdf.objects if isinstance(item, dict) and item.get("S") == "/Figure"]
    for figure in figures:
        del figure["Alt"]
    return figures


@pytest.mark.parametrize(
    ("damage", "judge", "word"),
    [
        (images_interpolated, "page-validation 3a", "Interpolate"),
        (figures_without_words, "page-validation ua1", "Figure"),
    ],
)
def test_a_fault_against_a_standard_is_found_and_the_run_tells_whose_it_is(workshop, files, damage, judge, word):
    faulty = dataclasses.replace(files[0], engine="reference", level=Level.B, data=with_damage(workshop, damage))
    told = conformance.judge(SimpleNamespace(key=workshop.key, folder=workshop.folder, files=lambda count: [faulty]), 1)
    assert [item for item in told["findings"] if f": {judge}: " in item and word in item and faulty.label in item]
    assert not told_about(workshop, faulty).keys() - {"page-validation 3a", "page-validation ua1", LONG_TERM}


def test_a_strangers_signature_is_found_by_those_who_ask_whom_to_trust(workshop, files):
    sheet = sheets_of("completion", 1)[0]
    unsigned = render_sheet(sheet, template("completion", edited=False))
    data = sign_pdf(unsigned, key=passing_key(), now=NOW)
    told = told_about(workshop, dataclasses.replace(files[0], level=Level.B, data=data))
    assert {"own check", "pyHanko"} <= set(told)
    assert told["own check"] == ["unknown_signer"]


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler-utils is not installed")
@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
def test_a_changed_byte_is_found_by_whoever_counts_and_a_file_cut_short_by_everybody(workshop, files):
    file = next(file for file in files if file.level is Level.LT)
    place = file.data.index(b"stream") + 200
    changed = file.data[:place] + bytes([file.data[place] ^ 1]) + file.data[place + 1 :]
    assert {"own check", "pyHanko", LONG_TERM, "pdfsig"} <= set(told_about(workshop, dataclasses.replace(file, data=changed)))
    asked, _absent = judges(workshop.key.roots, workshop.folder)
    assert set(told_about(workshop, dataclasses.replace(file, data=file.data[: len(file.data) // 2]))) == set(asked)


def test_a_program_that_is_not_installed_is_named(workshop, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    asked, absent = judges(workshop.key.roots, workshop.folder)
    assert absent == ["pdfsig", "qpdf"]
    assert len(asked) == 5


def test_a_file_that_does_not_reach_its_level_is_found(workshop, files):
    stamped = next(file for file in files if file.level is Level.T)
    told = told_about(workshop, dataclasses.replace(stamped, level=Level.LT))
    assert told["own check"] == ["PAdES-B-T instead of PAdES-B-LT"]
    assert LONG_TERM in told


def test_a_broken_proof_is_told_and_a_sound_one_taken_for_broken_would_be_reported(workshop, tmp_path, monkeypatch):
    without_list = dataclasses.replace(workshop.proof, crls=())
    proofs = [("a DSS without its list", without_list), ("nothing", workshop.proof)]
    monkeypatch.setattr(long_term, "broken_proofs", lambda *_: iter(proofs))
    counts, untold = long_term.broken_proofs_told(workshop, tmp_path)
    assert counts == {"made": 4, "told": 2}
    assert {item.partition(" (")[0] for item in untold} == {"nothing"}


def test_the_broken_proofs_are_six_and_differ_from_the_sound_one(workshop, tmp_path):
    proofs = dict(long_term.broken_proofs(workshop, tmp_path))
    assert len(proofs) == len(set(proofs.values())) == 6
    assert workshop.proof not in proofs.values()
    assert set(long_term.REVOKED) <= set(proofs)


@pytest.mark.parametrize(("ok", "code"), [(True, 0), (False, 1)])
def test_the_command_ends_with_one_line_of_json_and_says_by_its_code_whether_all_is_well(monkeypatch, capsys, ok, code):
    from contextlib import nullcontext

    asked = []

    def measured(files, *, places, folder):
        asked.append((files, places))
        return {"ok": ok, "files": files}

    monkeypatch.setattr(conformance, "conformance", measured)
    monkeypatch.setattr(conformance.crowd, "house", lambda folder: nullcontext())
    monkeypatch.setattr("sys.argv", ["conformance.py", "--full"])
    assert conformance.main() == code
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["benchmark"], told["ok"], asked) == ("conformance", ok, [(500, 200)])
