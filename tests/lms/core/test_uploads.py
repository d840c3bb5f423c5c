"""An upload is what its bytes are, not what its name says."""

import io
import subprocess
import sys
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from lms.core import uploads
from lms.core.errors import DomainError


def _picture(kind: str = "PNG", size: tuple[int, int] = (60, 80), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "white").save(out, kind)
    return out.getvalue()


def test_a_picture_is_painted_anew_as_jpeg():
    checked = uploads.check(SimpleUploadedFile("照片.png", _picture()))
    assert (checked.content_type, checked.name) == ("image/jpeg", "照片.jpg")
    assert Image.open(io.BytesIO(checked.data)).size == (60, 80)


def test_what_hid_behind_a_picture_is_gone():
    checked = uploads.check(SimpleUploadedFile("a.jpg", _picture("JPEG") + b"<script>alert(1)</script>"))
    assert b"<script>" not in checked.data


def test_a_pdf_is_taken_as_it_is():
    assert uploads.check(SimpleUploadedFile("证明.pdf", b"%PDF-1.7 ...")).content_type == "application/pdf"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.jpg", b"", "uploads.empty"),
        ("a.pdf", b"MZ\x90\x00 a program", "uploads.unknown_type"),
        ("a.jpg", b"<svg onload='alert(1)'/>", "uploads.unknown_type"),
        ("a.jpg", b"\xff\xd8\xff broken", "uploads.broken_image"),
        ("a.png", b"\x89PNG\r\n\x1a\n broken", "uploads.broken_image"),
    ],
)
def test_a_bad_file_is_refused(name, data, code):
    with pytest.raises(DomainError, match=code) as caught:
        uploads.check(SimpleUploadedFile(name, data))
    assert caught.value.status == 422


@pytest.mark.parametrize("size", [(70_000, 2), (2, 70_000)])
def test_a_picture_longer_than_a_jpeg_can_be_is_refused(size):
    with pytest.raises(DomainError, match=r"uploads\.broken_image"):
        uploads.check(SimpleUploadedFile("a.png", _picture("PNG", size)))


def _photo(size: tuple[int, int], **how: Any) -> bytes:
    out = io.BytesIO()
    Image.new("L", size, "white").save(out, "JPEG", **how)
    return out.getvalue()


def test_a_photo_of_a_phone_with_48_megapixels_is_taken_at_half_its_size():
    turned = Image.Exif()
    turned[0x0112] = 6
    checked = uploads.check(SimpleUploadedFile("a.jpg", _photo((8000, 6000), exif=turned)))
    assert Image.open(io.BytesIO(checked.data)).size == (3000, 4000)


def test_a_photo_of_12_megapixels_keeps_its_size():
    checked = uploads.check(SimpleUploadedFile("a.jpg", _photo((4032, 3024))))
    assert Image.open(io.BytesIO(checked.data)).size == (4032, 3024)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", lambda: _picture("PNG", (6324, 6324))),
        ("a.webp", lambda: _picture("WEBP", (3000, 2000))),
        ("a.jpg", lambda: _photo((8000, 6000), progressive=True)),
        ("b.jpg", lambda: _photo((9000, 8000))),
    ],
)
def test_a_picture_that_would_take_too_much_memory_is_refused_with_a_way_out(name, data):
    with pytest.raises(DomainError, match=r"uploads\.too_many_pixels") as caught:
        uploads.check(SimpleUploadedFile(name, data()))
    assert caught.value.status == 422


@pytest.mark.parametrize(
    "data",
    [
        lambda: _picture("PNG", (3535, 3535), "RGBA"),
        lambda: _photo((8000, 6000)),
        lambda: _picture("WEBP", (2236, 2236), "RGBA"),
    ],
)
def test_one_upload_takes_no_more_than_120_megabytes(data, tmp_path):
    (tmp_path / "upload").write_bytes(data())
    measure = (
        "import django, resource, sys; django.setup()\n"
        "from PIL import Image; Image.init()\n"
        "from lms.core import uploads\n"
        "data = open(sys.argv[1], 'rb').read()\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "uploads._repainted(data)\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)\n"
    )
    told = subprocess.run([sys.executable, "-c", measure, tmp_path / "upload"], capture_output=True, text=True, check=True)
    assert int(told.stdout) < 120


def test_a_file_over_the_limit_is_refused():
    with pytest.raises(DomainError, match=r"uploads\.too_large"):
        uploads.check(SimpleUploadedFile("a.pdf", b"%PDF-" + b"0" * 100), max_bytes=50)


def test_a_pdf_is_refused_where_only_pictures_belong():
    with pytest.raises(DomainError, match=r"uploads\.unknown_type"):
        uploads.check(SimpleUploadedFile("a.jpg", b"%PDF-1.7"), kinds=("image",))


def test_a_path_in_the_name_is_dropped():
    assert uploads.check(SimpleUploadedFile("..\\..\\evil.pdf", b"%PDF-1.7")).name == "evil.pdf"
