"""The attacks of the tampering benchmark do what they say, and the benchmark reports whoever would believe them."""

import io
import json

import pikepdf
import pytest

from benchmarks import tampering
from benchmarks.attacks import ATTACKS, OTHER_NAME, Forger, emptied_proof
from benchmarks.issued_files import ENGINES, Workshop
from benchmarks.material import sheets
from benchmarks.tampering import ONE_BYTE, Issued, Tellers
from certification.certificates.comparison import drawn, passing_key
from certification.certificates.stamping.archive import lift_to_lta
from certification.certificates.stamping.levels import Level
from certification.certificates.validation import check_pdf
from lms.core import store
from tests.exam_day import exam_day, shared_exam_day  # noqa: F401
from tests.issued import certified_day, demo_authority, issue, key_folder, portrait, shared_certified_day  # noqa: F401
from tests.signed_file import NOW

ALL = ["check", "page", "fingerprint"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A forger and one B-LT file of each engine."""
    workshop = Workshop(tmp_path_factory.mktemp("workshop"))
    sheet = sheets(1)[0]
    both = {
        engine: workshop.make(sheet, design="skill_level", edited=False, engine=engine, level=Level.LT)[0] for engine in ENGINES
    }
    return workshop, Forger(sheet.claims["holder"]["name"], passing_key(), workshop.stamper), both


def effect_of(data, forged):
    """What a reader finds different: the pages, the words on them, their look, or the claims."""
    with pikepdf.open(io.BytesIO(data)) as one, pikepdf.open(io.BytesIO(forged)) as other:
        if len(other.pages) != len(one.pages):
            return "page"
        if "/DSS" not in other.Root:
            return "DSS"
        claims = [
            json.loads(opened.Root.Names.EmbeddedFiles.Names[1].EF.F.read_bytes())["holder"]["name"] for opened in (one, other)
        ]
    before, after = drawn(data), drawn(forged)
    if claims[0] != claims[1]:
        return "attachment"
    if OTHER_NAME in after.text[0]:
        return "overlay"
    return "photo" if after.shades_from(before) > 100 else "nothing"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", ATTACKS)
def test_each_attack_shows_or_says_something_else_and_is_told(made, kind, engine):
    workshop, forger, both = made
    data = both[engine]
    forged = ATTACKS[kind](data, forger)
    assert effect_of(data, forged) in kind
    assert not check_pdf(forged, roots=workshop.key.roots, moment=NOW).ok
    if "in place" in kind:
        assert len(forged) == len(data)
    if "appended" in kind:
        assert forged.startswith(data)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_proof_taken_out_afterwards_is_told_and_an_untouched_file_under_the_same_stamp_is_not(made, engine):
    workshop, forger, both = made
    assert effect_of(both[engine], emptied_proof(both[engine], forger)) == "DSS"
    for data, ok in (
        (emptied_proof(both[engine], forger), False),
        (lift_to_lta(both[engine], time_stamper=forger.stamper), True),
    ):
        assert check_pdf(data, roots=workshop.key.roots, moment=NOW).ok is ok


@pytest.fixture
def issued(certified_day):
    certificate = issue(certified_day.decisions[0], actor=certified_day.head)
    name = certificate.claims["holder"]["name"]
    return Issued(certificate.engine, Level(certificate.signature_level), name, store.read(certificate.pdf_sha256))


def test_the_register_believes_what_it_issued_and_nothing_that_was_made_of_it(issued):
    told = tampering.tamper([issued], places=4)
    assert told["untold"] == []
    assert told["tampered"] == told["told"] == len(ATTACKS) + 1 + 4
    assert told["tampering"][ONE_BYTE] == {"tampered": 4, "told": 4}


@pytest.mark.parametrize("teller", ALL)
def test_a_teller_who_believes_everything_is_reported(issued, teller, monkeypatch):
    monkeypatch.setattr(Tellers, f"_{teller}", lambda self, data: True)
    told = tampering.tamper([issued], places=1)
    assert told["told"] == 0
    assert len(told["untold"]) == told["tampered"]
    assert all(item.endswith(f"believed by {teller}") for item in told["untold"])


def test_a_teller_who_believes_nothing_is_reported_too(issued, monkeypatch):
    monkeypatch.setattr(Tellers, "_page", lambda self, data: False)
    told = tampering.tamper([issued], places=0)
    assert told["untold"] == [f"untouched ({issued.engine}, {issued.level.value}): believed by ['check', 'fingerprint'] only"]


def test_a_changed_byte_is_another_byte_at_places_that_are_the_same_in_every_run(issued):
    def changed():
        return [data for kind, _label, data in tampering.tampered_files([issued], places=5) if kind == ONE_BYTE]

    places = [[n for n, (a, b) in enumerate(zip(issued.data, data, strict=True)) if a != b] for data in changed()]
    assert all(len(found) == 1 for found in places)
    assert changed() == changed()
