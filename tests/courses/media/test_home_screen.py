"""The site on the home screen of a phone: its own pictures, in the sizes that phones ask for."""

from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from PIL import Image

GROUND = (14, 90, 79)


def drawn(name):
    return Image.open(finders.find(f"img/{name}.png"))


@pytest.fixture
def icons(client, db):
    return client.get("/manifest.webmanifest").json()["icons"]


def test_a_phone_finds_each_size_it_may_ask_for(icons):
    assert {(icon["sizes"], icon["purpose"]) for icon in icons} == {
        ("any", "any"),
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }


def test_each_picture_is_ours_and_as_large_as_the_manifest_says(icons):
    for icon in icons:
        address = urlsplit(icon["src"])
        assert (address.scheme, address.netloc) == ("", "")
        assert address.path.startswith("/static/img/")
        if icon["type"] == "image/png":
            picture = Image.open(finders.find(address.path.removeprefix("/static/")))
            assert f"{picture.width}x{picture.height}" == icon["sizes"]


def test_what_a_phone_cuts_round_is_filled_to_the_edge():
    for name in ("icon-maskable-512", "apple-touch-icon"):
        picture = drawn(name)
        assert picture.mode == "RGB"
        assert {picture.getpixel(corner) for corner in ((0, 0), (picture.width - 1, picture.height - 1))} == {GROUND}


def test_the_mark_lies_within_the_circle_that_a_phone_leaves():
    picture = drawn("icon-maskable-512")
    middle, reach = 256, 0.4 * 512
    outside = [
        (x, y)
        for x in range(0, 512, 4)
        for y in range(0, 512, 4)
        if (x - middle) ** 2 + (y - middle) ** 2 > reach**2 and picture.getpixel((x, y)) != GROUND
    ]
    assert outside == []


@pytest.mark.parametrize("page", ["/", "/offline/"])
def test_a_page_names_the_picture_for_an_iphone(client, db, page):
    assert 'rel="apple-touch-icon" href="/static/img/apple-touch-icon.png"' in client.get(page).content.decode()
