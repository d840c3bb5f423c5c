"""The compiled engine draws what the reference engine draws, or refuses. No database."""

import copy
import dataclasses
import io
import json
import multiprocessing
import pickle
import shutil
import subprocess

import pikepdf
import pytest

from certification.certificates import adversarial
from certification.certificates.comparison import SHADES_OF_ROUNDING, conformance_findings, drawn
from certification.certificates.compiled import CompiledTemplate, CompileError, SlotError, compile_template
from certification.certificates.compiled.template import KEPT_PAGES
from certification.certificates.rendering import SKILL_LEVEL
from certification.certificates.sheet import PrintTemplate, SheetFile, Signatory
from certification.certificates.signing import sign_pdf
from certification.certificates.stamping.local import LocalTimeStamper
from certification.certificates.validation import Finding, check_pdf
from lms.core.errors import DomainError
from tests.signed_file import NOW, new_key


@pytest.mark.parametrize(
    "name", ["王小芳", "一", "欧阳䶮", "𠮷野家", "王 小芳", "Anna", "Wafi Tofi", "AVATo", "José", "李（小）芳"]
)
def test_both_engines_give_the_same_pixels_text_and_tags(name, compiled, reference, sheet_of, key):
    sheet = sheet_of(name=name)
    one, other = drawn(compiled.assemble(sheet, signer=key, now=NOW)), drawn(reference(sheet))
    assert one.text == other.text
    assert one.structure == other.structure
    assert one.shades_from(other) <= SHADES_OF_ROUNDING


def test_another_holder_is_seen_to_differ(compiled, reference, sheet_of, key):
    one, other = drawn(compiled.assemble(sheet_of(name="李娜"), signer=key, now=NOW)), drawn(reference(sheet_of(name="王小芳")))
    assert one.text != other.text
    assert one.shades_from(other) > 100
    assert not one.is_like(other)


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler-utils is not installed")
def test_poppler_sees_no_difference_at_all(compiled, reference, sheet_of, key, tmp_path):
    sheet = sheet_of(name="买买提江")
    seen = []
    for name, data in (("a", compiled.assemble(sheet, signer=key, now=NOW)), ("b", reference(sheet))):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(data)
        subprocess.run(["pdftoppm", "-r", "150", "-singlefile", path, tmp_path / name], check=True)
        commands = (["pdftotext", "-layout", path, "-"], ["pdfinfo", "-struct-text", path])
        said = [subprocess.run(command, capture_output=True, check=True).stdout for command in commands]
        seen.append(((tmp_path / f"{name}.ppm").read_bytes(), *said))
    assert seen[0] == seen[1]


def test_the_signed_file_is_intact_and_a_changed_byte_is_told(compiled, sheet_of, key):
    data = compiled.assemble(sheet_of(name="李娜"), signer=key, now=NOW)
    report = check_pdf(data, roots=key.roots, moment=NOW)
    assert report.finding is Finding.INTACT
    assert report.signed_at == NOW
    assert report.number == "S000031000123264000001"
    for place in range(100, len(data), len(data) // 60):
        changed = bytearray(data)
        changed[place] ^= 0x01
        assert not check_pdf(bytes(changed), roots=key.roots, moment=NOW).ok, place


def test_the_file_is_one_revision_and_conforms_to_both_standards(compiled, sheet_of, key):
    data = compiled.assemble(sheet_of(name="欧阳䶮"), signer=key, now=NOW)
    assert data.count(b"%%EOF") == 1
    assert conformance_findings(data) == ()


def test_a_file_with_a_time_stamp_is_intact_and_holds_it(compiled, sheet_of, key, root):
    from tests.stamped_file import service_key

    service = LocalTimeStamper(service_key(root), now=lambda: NOW)
    data = compiled.assemble(sheet_of(), signer=key, now=NOW, time_stamp=service.token)
    report = check_pdf(data, roots=key.roots, moment=NOW)
    assert report.finding is Finding.INTACT
    # The OID of id-aa-signatureTimeStampToken, RFC 3161 appendix A.
    assert b"060b2a864886f70d010910020e".upper() in data


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler-utils is not installed")
@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
def test_poppler_and_qpdf_have_nothing_against_it(compiled, sheet_of, key, tmp_path):
    path = tmp_path / "c.pdf"
    path.write_bytes(compiled.assemble(sheet_of(name="王芳"), signer=key, now=NOW))
    said = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert subprocess.run(["qpdf", "--check", path], capture_output=True, check=False).returncode == 0


def test_the_title_the_qr_code_and_the_files_are_this_sheets_own(compiled, sheet_of, key):
    zxing = pytest.importorskip("zxingcpp")
    import pypdfium2

    first = sheet_of()
    sheet = sheet_of(
        name="李（小）芳", replace={"qr_text": "https://example.org/v/1#x.y.z", "verify_url": "https://example.org/v/1"}
    )
    changed = copy.deepcopy(sheet.claims)
    changed["number"] = "S000031000123264000777"
    data = compiled.assemble(dataclasses.replace(sheet, claims=changed), signer=key, now=NOW)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert str(pdf.docinfo.Title) == "职业技能等级证书 S000031000123264000777 李（小）芳"
        assert "S000031000123264000777" in pdf.Root.Metadata.read_bytes().decode()
        attached = pdf.attachments["certificate.json"].get_file()
        assert json.loads(attached.read_bytes()) == changed | {"verify_url": "https://example.org/v/1"}
        assert first.verify_url not in str(pdf.trailer)
        spoken = [str(item.Alt) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item]
    assert "查验二维码 QR code that opens https://example.org/v/1" in spoken
    picture = pypdfium2.PdfDocument(data)[0].render(scale=2).to_pil()
    assert [code.text for code in zxing.read_barcodes(picture)] == ["https://example.org/v/1#x.y.z"]


def test_two_holders_of_one_batch_share_all_but_their_own(compiled, sheet_of, key):
    one, other = (compiled.assemble(sheet_of(name=name), signer=key, now=NOW) for name in ("王小芳", "李娜"))
    assert one[:60_000] == other[:60_000]
    assert one != other
    assert len(one) < 130_000


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("script", {"name": "김영희"}),
        ("script", {"name": "王e\u0301"}),
        ("script", {"name": "王\u200d芳"}),
        ("script", {"name": "（A）王"}),
        ("glyph", {"name": "王\U0002fa1d"}),
        ("white_space", {"name": "王  芳"}),
        ("white_space", {"name": "王\u3000芳"}),
        ("width", {"work_type": "康复辅助器具" * 6}),
        ("glyph", {"replace": {"id_number": "Ｅ１２３"}}),
        ("picture", {"replace": {"photo": adversarial.photo(mode="L")}}),
        ("picture", {"replace": {"photo": adversarial.photo(kind="PNG")}}),
        ("picture", {"replace": {"photo": b"not a picture"}}),
    ],
)
def test_a_sheet_that_breaks_a_slots_rule_is_refused_with_the_reason(reason, changes, compiled, sheet_of, key):
    with pytest.raises(SlotError) as caught:
        compiled.assemble(sheet_of(**changes), signer=key, now=NOW)
    assert caught.value.reason == reason


def test_the_first_sheet_of_a_ground_goes_to_the_reference_engine_and_the_second_compiles(sheet_of, key):
    patient = CompiledTemplate(SKILL_LEVEL, patience=1)
    with pytest.raises(SlotError) as caught:
        patient.assemble(sheet_of(), signer=key, now=NOW)
    assert caught.value.reason == "ground"
    assert patient.assemble(sheet_of(name="李娜"), signer=key, now=NOW).startswith(b"%PDF-1.7")


def test_a_design_that_cannot_be_taken_apart_is_refused_at_once_the_next_time(sheet_of, key, monkeypatch):
    from certification.certificates.compiled import template

    rendered = []

    def fails(*_args, **_kwargs):
        rendered.append(1)
        raise CompileError("2 pages")

    monkeypatch.setattr(template, "compile_page", fails)
    hasty = CompiledTemplate(SKILL_LEVEL, patience=0)
    for _ in range(3):
        with pytest.raises(CompileError):
            hasty.assemble(sheet_of(), signer=key, now=NOW)
    assert len(rendered) == 1


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("script", {"name": "김영희"}),
        ("script", {"name": "Ирина"}),
        ("wrapping", {"work_type": "康复辅助器具" * 6}),
        ("script", {"name": "e\u0301va"}),
    ],
)
def test_an_odd_first_holder_does_not_spoil_the_ground_for_the_next(reason, changes, sheet_of, key):
    hasty = CompiledTemplate(SKILL_LEVEL, patience=0)
    with pytest.raises(SlotError) as caught:
        hasty.assemble(sheet_of(**changes), signer=key, now=NOW)
    assert caught.value.reason == reason
    assert hasty.assemble(sheet_of(name="李娜"), signer=key, now=NOW)


def test_pages_are_kept_up_to_a_bound(sheet_of, key, monkeypatch, compiled):
    from certification.certificates.compiled import template

    page = next(iter(compiled._pages.values()))
    monkeypatch.setattr(template, "compile_page", lambda *_args, **_kwargs: page)
    hasty = CompiledTemplate(SKILL_LEVEL, patience=0)
    for number in range(KEPT_PAGES + 5):
        sheet = sheet_of()
        sheet.claims["issuer"] = {"zh": f"机构{number}", "en": "", "record_number": ""}
        hasty.compile(sheet)
    assert len(hasty._pages) == KEPT_PAGES


def _assembled(template, sheet, key, queue):
    queue.put(len(template.assemble(sheet, signer=key, now=NOW)))


def test_a_worker_forked_after_compiling_assembles_and_a_pickled_template_compiles_anew(compiled, sheet_of, key):
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    worker = context.Process(target=_assembled, args=(compiled, sheet_of(name="李娜"), key, queue))
    worker.start()
    assert queue.get(timeout=30) == len(compiled.assemble(sheet_of(name="李娜"), signer=key, now=NOW))
    worker.join()
    copied = pickle.loads(pickle.dumps(compiled))  # noqa: S301
    assert copied.template == SKILL_LEVEL
    assert not copied._pages


def test_a_key_that_is_not_in_force_signs_nothing(compiled, sheet_of, root):
    import datetime

    old = new_key(root, not_before=NOW - datetime.timedelta(days=900), not_after=NOW - datetime.timedelta(days=500))
    with pytest.raises(DomainError) as caught:
        compiled.assemble(sheet_of(), signer=old, now=NOW)
    assert caught.value.code == "certificates.key_not_in_force"


def test_wording_signatories_seal_and_more_files_are_drawn_by_both_engines_alike(sheet_of, key):
    from certification.certificates.rendering import render_sheet

    seal = adversarial.photo(kind="PNG")
    template = PrintTemplate(
        key="12-3",
        design="skill_level",
        statement_zh="兹证明持证人已达到本证书所载等级的要求。",
        statement_en="This is to certify that the holder meets the level stated below.",
        seal=seal,
        signatories=(Signatory("周敏", "会长", "President", picture=seal), Signatory("陈立", "考评负责人", "")),
    )
    badge = SheetFile(name="credential.json", data=b'{"type": "x"}', media_type="application/vc", description="证 Credential")
    sheet = sheet_of(replace={"files": (badge,)})
    data = compile_template(template, sheet).assemble(sheet, signer=key, now=NOW)
    unsigned = render_sheet(sheet, template)
    assert drawn(data).is_like(drawn(unsigned))
    assert "周敏" in "".join(drawn(data).text)
    assert conformance_findings(data) == conformance_findings(sign_pdf(unsigned, key=key, now=NOW)) == ()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.attachments["credential.json"].get_file().read_bytes() == badge.data
        assert pdf.attachments["credential.json"].get_file().mime_type == "application/vc"
