"""The benchmarks measure what they say."""

import io

import pikepdf

from benchmarks import material
from benchmarks.measuring import interleaved, milliseconds
from benchmarks.naive import NaiveIssuer
from certification.certificates.comparison import drawn
from certification.certificates.rendering import SKILL_LEVEL, render_sheet
from certification.certificates.stamping.local import LocalTimeStamper


def test_work_is_done_in_turns_after_one_run_that_does_not_count():
    order = []
    work = {"a": (lambda number: order.append(("a", number)), 1), "b": (lambda number: order.append(("b", number)), 2)}
    taken = interleaved(work, rounds=2)
    assert order == [("a", 0), ("b", 0), ("a", 1), ("b", 1), ("b", 2), ("a", 2), ("b", 3), ("b", 4)]
    assert {name: len(seconds) for name, seconds in taken.items()} == {"a": 2, "b": 4}
    assert milliseconds([0.001, 0.5, 0.002]) == 2.0


def test_the_batch_is_the_same_in_every_run_and_no_two_holders_share_a_number():
    one, other = material.sheets(60), material.sheets(60)
    assert one == other
    assert len({sheet.claims["number"] for sheet in one}) == 60
    assert 15_000 < len(one[0].photo) < 32_000


def test_a_programmes_batch_has_numbers_of_its_own_kind_and_no_photo():
    batch = material.sheets(3, design="credits")
    assert [sheet.claims["number"] for sheet in batch] == [f"XF00012202600000{n}" for n in range(3)]
    assert {(sheet.photo, sheet.id_number) for sheet in batch} == {(None, "")}


def test_the_naive_way_draws_the_product_s_page_and_signs_it(tmp_path):
    _, key, service = material.keys(tmp_path)
    sheet = material.sheets(1)[0]
    naive = NaiveIssuer(key, LocalTimeStamper(service, now=material.moment))
    plain, stamped = naive.issue(sheet), naive.issue(sheet, stamped=True)
    assert drawn(plain).shades_from(drawn(render_sheet(sheet, SKILL_LEVEL))) == 0
    for data in (plain, stamped):
        with pikepdf.open(io.BytesIO(data)) as pdf:
            assert str(pdf.Root.AcroForm.Fields[-1].V.SubFilter) == "/ETSI.CAdES.detached"
    assert len(stamped) > len(plain)
