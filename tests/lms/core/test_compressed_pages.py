"""Pages go compressed to whoever takes them so; files and parts of files keep their length."""

import gzip

import pytest
from django.http import FileResponse, HttpResponse
from django.test import RequestFactory

from lms.core.middleware import CompressedTextMiddleware

LONG = "<p>轮椅坡道</p>" * 200


def answer(response, *, accepts="gzip, br"):
    request = RequestFactory().get("/", HTTP_ACCEPT_ENCODING=accepts)
    return CompressedTextMiddleware(lambda _request: response)(request)


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "image/svg+xml", "application/json"])
def test_text_goes_compressed_and_comes_back_whole(kind):
    sent = answer(HttpResponse(LONG, content_type=kind))
    assert sent["Content-Encoding"] == "gzip"
    assert len(sent.content) < len(LONG.encode()) / 4
    assert gzip.decompress(sent.content).decode() == LONG


def test_who_takes_nothing_compressed_gets_the_page_as_it_is():
    assert answer(HttpResponse(LONG), accepts="").content.decode() == LONG


@pytest.mark.parametrize(("kind", "status"), [("video/mp4", 200), ("application/pdf", 200), ("text/html", 206)])
def test_films_documents_and_parts_keep_their_bytes(kind, status):
    sent = answer(HttpResponse(LONG, content_type=kind, status=status))
    assert (sent.content.decode(), sent.has_header("Content-Encoding")) == (LONG, False)


def test_what_is_streamed_is_not_touched(tmp_path):
    (tmp_path / "page.html").write_text(LONG, encoding="utf-8")
    sent = answer(FileResponse((tmp_path / "page.html").open("rb"), content_type="text/html"))
    assert b"".join(sent.streaming_content).decode() == LONG


def test_the_length_of_a_compressed_page_tells_no_secret():
    lengths = {len(answer(HttpResponse(LONG)).content) for _request in range(20)}
    assert len(lengths) > 1


@pytest.mark.django_db
def test_the_site_itself_sends_its_pages_compressed(client):
    assert client.get("/accessibility/", headers={"accept-encoding": "gzip"})["Content-Encoding"] == "gzip"
    assert not client.get("/accessibility/").has_header("Content-Encoding")
