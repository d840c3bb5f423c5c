"""The file itself: what it shows, what it conforms to, and that no byte of it can be changed unseen. No database."""

import datetime
import io
import json
import re
import shutil
import subprocess

import pikepdf
import pytest
from weasyprint.urls import FatalURLFetchingError

from certification.certificates import signing
from certification.certificates.finishing import SIGNATURE_LABEL
from certification.certificates.lettering import outline
from certification.certificates.rendering import OwnFiles
from lms.core.errors import DomainError
from tests.signed_file import ID_NUMBER, NOW, VERIFY_URL, new_key, rendered


def text_of_pdf(data, tmp_path):
    path = tmp_path / "c.pdf"
    path.write_bytes(data)
    return subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True, text=True).stdout


needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")


@needs_poppler
def test_every_required_field_can_be_read_from_the_page(signed, tmp_path):
    text = text_of_pdf(signed, tmp_path)
    assert "王小芳" in text
    assert "康复辅助技术咨询师" in text
    squeezed = re.sub(r"\s+", "", text)
    for expected in (
        "职业技能等级证书",
        "王小芳",
        "居民身份证",
        ID_NUMBER,
        "康复辅助技术咨询师",
        "工种/职业方向",
        "--",
        "四级/中级工",
        "S000031000123264000001",
        "申城康复辅助器具行业协会",
        "二〇二六年九月二十一日",
        "http://jndj.osta.org.cn",
        "http://pjjg.osta.org.cn",
        "特发此证",
    ):
        assert expected in squeezed
    assert "监制" not in squeezed


@needs_poppler
def test_a_sample_says_so_in_words_and_across_the_page_and_a_real_scheme_does_not(unsigned, portrait, tmp_path):
    real = rendered(portrait, sample=False)
    assert "示例，非国家标准" in text_of_pdf(unsigned, tmp_path)
    assert "示例" not in text_of_pdf(real, tmp_path)
    assert len(unsigned) > len(real) + 2000  # the words across the field are drawn, not set


@pytest.mark.parametrize("name", ["王小芳", "阿依古丽·买买提", "欧阳䶮", "Maria Fernanda da Silva e Albuquerque"])
def test_the_signed_file_conforms_to_pdf_a_3a_and_pdf_ua_1(name, portrait, key):
    page = pytest.importorskip("page", reason="page-validation is a development tool")
    data = signing.sign_pdf(rendered(portrait, name=name), key=key, now=NOW)
    for profile in ("3a", "ua1"):
        report = page.validate_pdf_bytes(data, profile=profile)
        assert report.is_compliant, [(failure.rule_id, failure) for failure in report.failures]


def test_all_fonts_are_embedded_subsets_and_it_is_one_a4_page(signed):
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        assert len(pdf.pages) == 1
        assert [round(float(side)) for side in pdf.pages[0].MediaBox[2:]] == [595, 842]
        fonts = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"]
        assert fonts
        assert all(re.match(r"/[A-Z]{6}\+", str(font.FontName)) for font in fonts)
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
        assert {re.sub(r"^/[A-Z]{6}\+", "", str(font.FontName)) for font in fonts} == {
            "Noto-Serif-CJK-SC",
            "Noto-Serif-CJK-SC-Bold",
            "LXGW-WenKai",
        }


def test_english_runs_are_announced_as_english_and_the_signature_field_is_described(signed):
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        assert str(pdf.Root.Lang) == "zh-CN"
        tagged = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/StructElem"]
        assert sum(str(item.get("/Lang", "")) == "en" for item in tagged) >= 10
        assert str(pdf.Root.AcroForm.Fields[0].TU) == SIGNATURE_LABEL


def test_the_attached_claims_are_readable_and_hold_the_masked_number_only(signed):
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        attached = json.loads(pdf.attachments["certificate.json"].get_file().read_bytes())
    assert attached["number"] == "S000031000123264000001"
    assert attached["verify_url"] == VERIFY_URL
    assert ID_NUMBER not in json.dumps(attached)


def test_the_qr_code_leads_to_the_public_page(signed, tmp_path):
    zxing = pytest.importorskip("zxingcpp")
    from PIL import Image

    path = tmp_path / "c.pdf"
    path.write_bytes(signed)
    subprocess.run(["pdftoppm", "-r", "150", "-png", str(path), str(tmp_path / "c")], check=True)
    codes = zxing.read_barcodes(Image.open(next(tmp_path.glob("c*.png"))))
    assert [code.text for code in codes] == [VERIFY_URL]


def test_a_key_signs_only_while_its_certificate_is_in_force(unsigned, root):
    old = new_key(root, not_before=NOW - datetime.timedelta(days=900), not_after=NOW - datetime.timedelta(days=500))
    with pytest.raises(DomainError) as caught:
        signing.sign_pdf(unsigned, key=old, now=NOW)
    assert caught.value.code == "certificates.key_not_in_force"


def test_a_name_that_no_typeface_has_stops_the_certificate(portrait):
    with pytest.raises(DomainError) as caught:
        rendered(portrait, name="王\ue000芳")
    assert caught.value.code == "certificates.glyph_missing"
    with pytest.raises(DomainError):
        outline("\ue000")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/x.png", "file:///etc/passwd", "certificate:other.css", "data:text/css,a{}", "ftp://x/y", "x"]
)
def test_a_certificate_fetches_only_its_own_files(url):
    with pytest.raises(FatalURLFetchingError):
        OwnFiles({"a.css": (b"", "text/css")}).fetch(url)


def test_a_name_with_markup_is_printed_as_it_is(portrait, tmp_path):
    data = rendered(portrait, name='<img src="file:///etc/passwd">')
    assert data.startswith(b"%PDF-1.7")


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler-utils is not installed")
def test_poppler_finds_the_signature_valid_over_the_whole_document(signed, tmp_path):
    path = tmp_path / "c.pdf"
    path.write_bytes(signed)
    said = subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said
