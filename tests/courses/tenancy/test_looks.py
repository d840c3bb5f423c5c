"""An organisation's colour can be read, its logo can do nothing but be seen, and both stand on its pages only."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from courses.tenancy.models import Brand
from courses.tenancy.rules import DARK_GROUNDS, LIGHT_GROUNDS, accents, check_accent, contrast
from lms.core.errors import DomainError

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><path d="M0 0L9 9"/></svg>'
SHEET = re.compile(r"/brand/[\w-]+/[0-9a-f]{16}\.css")
LOGO = re.compile(r"/brand/[\w-]+/[0-9a-f]{16}/logo")


def png():
    out = io.BytesIO()
    Image.new("RGBA", (90, 30), (10, 90, 80, 255)).save(out, "PNG")
    return out.getvalue()


def upload(name, data):
    return SimpleUploadedFile(name, data)


@pytest.fixture
def look(administrator, college, enter):
    def set_look(**form):
        return enter(administrator).post(f"/desk/college/{college.slug}/look/", {"accent": "", **form})

    return set_look


def test_black_on_white_is_twenty_one_to_one():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("colour", ["#0e5a4f", "#7A1FA2", "#8a3b00"])
def test_a_colour_that_can_be_read_is_taken_and_its_dark_twin_can_be_read_too(colour):
    light, dark = accents(check_accent(colour))
    assert min(contrast(light.colour, ground) for ground in LIGHT_GROUNDS) >= 4.5
    assert min(contrast(dark.colour, ground) for ground in DARK_GROUNDS) >= 7
    assert all(contrast(accent.on, accent.colour) >= 4.5 for accent in (light, dark))


@pytest.mark.parametrize(("colour", "code"), [("#ffcc00", "faint_colour"), ("#777777", "faint_colour"), ("red", "bad_colour")])
def test_a_faint_or_crooked_colour_is_refused(colour, code):
    with pytest.raises(DomainError, match=code):
        check_accent(colour)


def test_a_style_sheet_is_no_place_for_more_than_a_colour(look):
    assert look(accent="#0e5a4f;}").status_code == 422
    assert look(accent="}*{x:").status_code == 422
    assert not Brand.objects.exclude(accent="").exists()


def test_the_college_and_its_courses_wear_colour_and_logo_by_files_that_may_be_kept(look, course, tree, client):
    assert look(accent="#7a1fa2", logo=upload("a.svg", SVG)).status_code == 302
    client.logout()
    for page in (tree, course):
        text = client.get(page.url).content.decode()
        assert 'style="' not in text
        sheet = client.get(SHEET.search(text)[0])
        assert "--pine: #7a1fa2" in sheet.content.decode()
        assert sheet.headers["Cache-Control"].endswith("immutable")
        assert sheet.headers["Content-Type"].startswith("text/css")
        logo = client.get(LOGO.search(text)[0])
        assert (logo.status_code, logo.headers["Content-Type"]) == (200, "image/svg+xml")
        assert "sandbox" in logo.headers["Content-Security-Policy"]


def test_a_new_colour_has_a_new_address_and_the_old_one_is_gone(look, tree, client):
    look(accent="#7a1fa2")
    old = SHEET.search(client.get(tree.url).content.decode())[0]
    look(accent="#0e5a4f")
    new = SHEET.search(client.get(tree.url).content.decode())[0]
    assert new != old
    assert client.get(old).status_code == 404


def test_another_college_does_not_wear_it(look, other, client):
    look(accent="#7a1fa2")
    assert "/brand/" not in client.get(other.college_page.url).content.decode()


def test_a_png_is_painted_anew(look, college):
    look(logo=upload("a.png", png() + b"<script>"))
    brand = Brand.objects.get(organisation=college)
    assert brand.logo_type == "image/png"
    assert b"<script>" not in bytes(brand.logo)
    assert (brand.logo_width, brand.logo_height) == (90, 30)


@pytest.mark.parametrize(
    "data",
    [SVG.replace(b"<path", b"<script>1</script><path"), b"\x89PNG\r\n\x1a\nnot really", b"GIF89a", b"x" * 300_001, b""],
    ids=["script", "broken", "gif", "large", "empty"],
)
def test_a_harmful_or_broken_logo_is_refused(look, data):
    assert look(logo=upload("a.svg", data)).status_code == 422
    assert not Brand.objects.exclude(logo_sha256="").exists()


def test_a_logo_stays_until_it_is_removed(look, college):
    look(logo=upload("a.svg", SVG))
    look(accent="#0e5a4f")
    assert Brand.objects.get(organisation=college).logo_sha256
    look(drop_logo="on")
    assert not Brand.objects.get(organisation=college).logo_sha256


def test_only_its_administrator_changes_the_look(college, author, other_administrator, enter):
    for person in (author, other_administrator):
        assert enter(person).get(f"/desk/college/{college.slug}/look/").status_code == 404
