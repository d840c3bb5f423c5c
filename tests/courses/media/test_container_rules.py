"""A recording is what its bytes say; everything else is refused before it is kept."""

import io
import struct
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.media.rules.byte_ranges import Span, Unsatisfiable, wanted_span
from courses.media.rules.containers import read_facts
from courses.media.rules.playlists import check_playlist
from lms.core.errors import DomainError

from .conftest import box, mp4

CALM = settings(deadline=None)  # a busy machine is no fault of the rules


def element(key: str, content: bytes) -> bytes:
    return bytes.fromhex(key) + b"\x01" + len(content).to_bytes(7, "big") + content


def webm(*, duration: float = 60_000, track: int = 1, doc: bytes = b"webm") -> bytes:
    info = element("1549a966", element("2ad7b1", (1_000_000).to_bytes(3, "big")) + element("4489", struct.pack(">d", duration)))
    tracks = element("1654ae6b", element("ae", element("83", bytes([track])) + element("e0", element("b0", b"\x02\x80"))))
    segment = element("18538067", info + tracks + element("1f43b675", b"\0" * 50))
    return element("1a45dfa3", element("4282", doc)) + segment


def mp3(*, frames: int = 100) -> bytes:
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    return b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + frame * frames


def facts(data):
    return read_facts(io.BytesIO(data), len(data))


def test_a_video_is_known_by_its_track():
    found = facts(mp4(seconds=61.5))
    assert (found.kind, found.content_type, found.duration_ms) == ("video", "video/mp4", 61_500)
    assert (found.width, found.height) == (640, 360)


def test_a_sound_is_known_by_its_track_too():
    assert facts(mp4(kind=b"soun")).content_type == "audio/mp4"


def test_webm_tells_its_length_and_kind():
    assert facts(webm()).duration_ms == 60_000
    assert facts(webm(track=2)).content_type == "audio/webm"


def test_mp3_is_measured_by_its_frames():
    assert facts(mp3(frames=200)).duration_ms == pytest.approx(200 * 1152 / 44.1, rel=0.01)


HOSTILE = {
    "a page": b"<!doctype html><script>alert(1)</script>" * 20,
    "a program": b"\x7fELF" + bytes(500),
    "an archive": b"PK\x03\x04" + bytes(500),
    "a drawing": b"<svg xmlns='http://www.w3.org/2000/svg'/>" + bytes(100),
    "an mp4 with an unknown brand": box(b"ftyp", b"evil", bytes(4)) + mp4()[20:],
    "an mp4 that is cut off": mp4()[:-1],
    "an mp4 without content": mp4()[: mp4().index(b"mdat") - 4],
    "an mp4 without an index": box(b"ftyp", b"isom", bytes(4)) + box(b"mdat", bytes(100)),
    "an mp4 with a page behind it": mp4() + b"<script>alert(1)</script>",
    "an mp4 whose box reaches out of the file": mp4()[:16] + struct.pack(">I4s", 2**31, b"moov") + mp4()[28:],
    "an mp4 of an hour-glass of boxes": box(b"ftyp", b"isom", bytes(4)) + box(b"moov", box(b"trak") * 5000) + box(b"mdat", b"0"),
    "an mp4 that shows nothing": mp4(kind=b"text"),
    "matroska that is not webm": webm(doc=b"matroska"),
    "webm without a length": webm(duration=0),
    "webm of endless length": webm(duration=float("inf")),
    "subtitles alone": webm(track=17),
    "mp3 of one frame and noise": b"\xff\xfb\x90\x00" + b"noise" * 200,
    "nothing": b"",
    "two bytes": b"\xff\xfb",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_with_a_sentence(name):
    with pytest.raises(DomainError) as refusal:
        facts(HOSTILE[name])
    assert refusal.value.status == 422


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(mp4(payload=50)) - 1), st.integers(0, 255), st.sampled_from([mp4(payload=50), webm(), mp3(frames=5)]))
def test_no_changed_byte_makes_the_reader_stumble(place, value, data):
    changed = bytearray(data)
    changed[place % len(data)] = value
    with suppress(DomainError):  # anything else fails the test
        assert facts(bytes(changed)).duration_ms > 0


def test_a_recording_of_a_day_is_refused():
    with pytest.raises(DomainError, match="too_long"):
        facts(mp4(seconds=86_400))


# Ranges


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-", Span(0, 999)),
        ("bytes=0-0", Span(0, 0)),
        ("bytes=500-599", Span(500, 599)),
        ("bytes=900-5000", Span(900, 999)),
        ("bytes=-100", Span(900, 999)),
        ("bytes=-5000", Span(0, 999)),
    ],
)
def test_a_range_is_cut_to_the_file(header, span):
    assert wanted_span(header, 1000) == span


@pytest.mark.parametrize(
    "header", ["", "bytes=", "bytes=-", "items=0-5", "bytes=0-1,5-6", "bytes=9-3", "bytes=a-b", "bytes=１-２"]
)
def test_what_is_no_single_range_asks_for_the_whole(header):
    assert wanted_span(header, 1000) is None


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=5000-6000", "bytes=-0"])
def test_bytes_that_are_not_there_cannot_be_had(header):
    with pytest.raises(Unsatisfiable):
        wanted_span(header, 1000)


@CALM
@given(st.integers(0, 2**40), st.integers(0, 2**40), st.integers(1, 2**40))
def test_a_span_lies_inside_the_file(first, last, size):
    try:
        span = wanted_span(f"bytes={first}-{last}", size)
    except Unsatisfiable:
        assert first >= size
    else:
        assert span is None or 0 <= span.first <= span.last < size


# Playlists

PLAYLIST = """#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:6
#EXT-X-MAP:URI="film.mp4",BYTERANGE="800@0"
#EXTINF:6.0,
#EXT-X-BYTERANGE:100@800
film.mp4
#EXTINF:6.0,
#EXT-X-BYTERANGE:100
film.mp4
#EXT-X-ENDLIST"""


def test_a_playlist_of_the_same_file_is_taken_without_its_names():
    text = check_playlist(PLAYLIST.encode(), size=1000)
    assert text.count("{file}") == 3
    assert "film.mp4" not in text


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("100@800", "300@800", 6),
        ("#EXT-X-BYTERANGE:100\n", "", 9),
        ('URI="film.mp4"', 'URI="https://elsewhere.example/x"x', 4),
        ("#EXT-X-VERSION:7", '#EXT-X-KEY:METHOD=AES-128,URI="k"', 2),
        ("#EXTM3U", "<html>", 1),
    ],
)
def test_a_playlist_that_leads_elsewhere_is_refused_by_line(old, new, line):
    with pytest.raises(DomainError) as refusal:
        check_playlist(PLAYLIST.replace(old, new, 1).encode(), size=1000)
    assert (refusal.value.code, refusal.value.context["line"]) == ("media.playlist_wrong", line)
