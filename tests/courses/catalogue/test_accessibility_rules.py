"""What shuts somebody out of a lesson, told from plain facts; and which words of a drawing are too faint."""

import time
from types import SimpleNamespace

import pytest

from courses.catalogue.accessibility.colours import contrast, read_colour
from courses.catalogue.accessibility.contrast import faint_words
from courses.catalogue.accessibility.facts import parts_of
from courses.catalogue.accessibility.messages import MESSAGES, message_of
from courses.catalogue.accessibility.rules import Finding, Heading, Part, Picture, Recording, Table, blocking, examine
from courses.catalogue.accessibility.words import read_html

CLOSE = Part("end", "key_points", points=("先量人。",))


def codes(*parts, easy_read=()):
    return [finding.code for finding in examine([*parts, CLOSE], easy_read=easy_read)]


def text(html):
    headings, links = read_html(html)
    return Part("b1", "text", headings=headings, links=links)


def svg(inside, size=100):
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">{inside}</svg>'


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<h2>一</h2><h3>二</h3><h2>三</h2>", []),
        ("<h3>一</h3>", ["heading_skips"]),
        ("<h2>一</h2><h4>二</h4>", ["heading_skips"]),
        ("<h2> </h2>", ["heading_empty"]),
        ('<p><a href="https://example.org/">门的尺寸表</a></p>', []),
        ('<p><a href="https://example.org/"> </a></p>', ["link_empty"]),
        ('<p><a href="https://example.org/">点击这里</a></p>', ["link_vague"]),
        ('<p><a linktype="page" id="3">Click <b>here</b>!</a></p>', ["link_vague"]),
        ('<p><a href="https://example.org/">https://example.org/</a></p>', ["link_vague"]),
        ('<p><a name="place"></a></p>', []),
    ],
)
def test_headings_and_links_of_a_text(html, found):
    assert codes(text(html)) == found


def test_a_heading_is_judged_by_the_one_before_it_in_another_block():
    steps = Part("b0", "steps", headings=(Heading(2, "怎样量"), Heading(3, "坐正")))
    assert codes(steps, text("<h3>再量一遍</h3>")) == []
    assert codes(text("<h3>再量一遍</h3>"), steps) == ["heading_skips"]


@pytest.mark.parametrize(
    ("alt", "found"),
    [
        ("", ["picture_without_alt"]),
        ("  ", ["picture_without_alt"]),
        ("IMG_2034", ["picture_alt_empty"]),
        ("门口 改造后.JPG", ["picture_alt_empty"]),
        ("示意图", ["picture_alt_empty"]),
        ("Image", ["picture_alt_empty"]),
        ("门口。", []),
        ("一条 1:12 的坡道", []),
    ],
)
def test_a_picture_says_what_it_shows(alt, found):
    assert codes(Part("b1", "figure", pictures=(Picture(alt, ("figure",)),))) == found


@pytest.mark.parametrize(
    ("recording", "found"),
    [
        (Recording(is_video=True, has_captions=True, has_transcript=True), []),
        (Recording(is_video=True, has_captions=False, has_transcript=True), ["video_without_captions"]),
        (Recording(is_video=True, has_captions=True, has_transcript=False), ["recording_without_transcript"]),
        (Recording(is_video=False, has_captions=False, has_transcript=True), []),
        (Recording(is_video=False, has_captions=False, has_transcript=False), ["recording_without_transcript"]),
    ],
)
def test_what_is_said_can_be_read(recording, found):
    assert codes(Part("b1", "video", recordings=(recording,))) == found


class Rows(list):
    """Like the manager of related rows."""

    def all(self):
        return list(self)


def block(kind, **value):
    return SimpleNamespace(block_type=kind, id="b1", value=value)


@pytest.mark.parametrize(
    ("recording", "found"),
    [
        (SimpleNamespace(captions=Rows([SimpleNamespace(cues=[[0, 900, "先量。"]])])), []),
        (SimpleNamespace(captions=Rows()), ["video_without_captions", "recording_without_transcript"]),
        (SimpleNamespace(captions=Rows([SimpleNamespace(cues=[])])), ["video_without_captions", "recording_without_transcript"]),
        (SimpleNamespace(captions="WEBVTT", transcript=""), ["recording_without_transcript"]),
        (SimpleNamespace(captions="WEBVTT", transcript=lambda: "先量。"), []),
    ],
)
def test_captions_are_found_however_a_recording_keeps_them(recording, found):
    assert codes(*parts_of([block("video", recording=recording)])) == found


def test_a_sound_needs_its_words_and_no_captions():
    assert codes(*parts_of([block("audio", recording=SimpleNamespace(transcript="先量。"))])) == []
    assert codes(*parts_of([block("audio", recording=SimpleNamespace(captions=Rows()))])) == ["recording_without_transcript"]


@pytest.mark.parametrize(
    ("head", "first", "found"),
    [
        (("门", "净宽"), ("卧室门",), []),
        (("", "净宽"), ("卧室门",), []),
        (("门", " "), ("卧室门",), ["table_without_head"]),
        (("",), ("卧室门",), ["table_without_head"]),
        (("门", "净宽"), ("卧室门", ""), ["table_row_without_name"]),
        ((), (), ["table_empty"]),
    ],
)
def test_a_table_names_its_columns_and_rows(head, first, found):
    assert codes(Part("b1", "table", tables=(Table(head, first),))) == found


def test_key_points_are_only_advice():
    assert codes() == []
    missing = examine([text("<p>。</p>")])
    twice = examine([CLOSE, Part("again", "key_points", points=("先量人。 ",))])
    assert [finding.code for finding in missing] == ["key_points_missing"]
    assert {finding.code for finding in twice} == {"key_points_twice", "key_point_repeated"}
    assert blocking([*missing, *twice]) == []


def test_a_long_sentence_of_the_easy_version_is_only_advice():
    assert codes(easy_read=["坐下时，双脚要踩平。"]) == []
    (finding,) = examine([CLOSE], easy_read=["坐下来的时候请您一定要把两只脚都完完全全地踩平在地面上。"])
    assert (finding.code, finding.is_warning) == ("easy_read_long", True)


def test_findings_come_in_the_order_of_the_lesson_and_advice_last():
    first, second = text("<h4>一</h4>"), Part("b2", "figure", pictures=(Picture("", ("figure",)),))
    found = examine([first, second])
    assert [finding.code for finding in found] == ["heading_skips", "picture_without_alt", "key_points_missing"]


def test_every_code_has_its_sentence():
    context = dict.fromkeys(("name", "words", "ratio", "needed", "after", "column", "most"), "x")
    assert all(message_of(Finding(code, "", context=context)) for code in MESSAGES)


# Contrast


def test_contrast_goes_from_one_to_twenty_one():
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)
    assert contrast((9, 9, 9), (9, 9, 9)) == 1


@pytest.mark.parametrize(
    ("words", "colour"),
    [
        ("#0E5A4F", (14, 90, 79)),
        ("white", (255, 255, 255)),
        ("rgb(1, 2, 3)", (1, 2, 3)),
        ("none", None),
        ("url(#a)", None),
        ("currentColor", (0, 0, 0)),
    ],
)
def test_colours_are_read_as_svg_writes_them(words, colour):
    assert read_colour(words) == colour


@pytest.mark.parametrize(
    ("inside", "is_faint"),
    [
        ('<text x="10" y="50" font-size="16">门</text>', False),
        ('<text x="10" y="50" font-size="16" fill="#999">门</text>', True),
        # The ground is what is painted below, not the page.
        ('<rect width="100" height="100" fill="#0E5A4F"/><text x="10" y="50" font-size="16" fill="#fff">门</text>', False),
        ('<text x="10" y="50" font-size="16" fill="#fff">门</text><rect width="100" height="100" fill="#0E5A4F"/>', True),
        ('<rect width="9" height="9" fill="#0E5A4F"/><text x="10" y="50" font-size="16" fill="#fff">门</text>', True),
        ('<circle cx="18" cy="45" r="20" fill="#0E5A4F"/><text x="10" y="50" font-size="16" fill="#fff">门</text>', False),
        ('<path d="M0 0H100V100H0Z" fill="#222"/><text x="10" y="50" font-size="16" fill="#333">门</text>', True),
        (
            '<line x1="0" y1="45" x2="90" y2="45" stroke="#222" stroke-width="24"/><text x="10" y="50" font-size="16">门</text>',
            True,
        ),
        (
            '<line x1="0" y1="45" x2="90" y2="45" stroke="#222" stroke-width="2"/><text x="10" y="50" font-size="16">门</text>',
            False,
        ),
        # Inherited, moved, see-through, used again.
        ('<g fill="#999"><text x="10" y="50" font-size="16">门</text></g>', True),
        (
            '<rect x="200" width="50" height="50" fill="#222"/><g transform="translate(200 0)"><text x="5" y="30">门</text></g>',
            True,
        ),
        ('<text x="10" y="50" font-size="16" opacity="0.4">门</text>', True),
        ('<rect width="99" height="99" fill="#000" fill-opacity="0.05"/><text x="10" y="50" font-size="16">门</text>', False),
        ('<defs><text id="t" x="10" y="50" fill="#999">门</text></defs>', False),
        ('<defs><text id="t" x="10" y="50" fill="#999">门</text></defs><use href="#t"/>', True),
        # Large words need less.
        ('<text x="10" y="50" font-size="30" fill="#8a8a8a">门</text>', False),
        ('<text x="10" y="50" font-size="16" fill="#8a8a8a">门</text>', True),
        ('<text x="10" y="50" font-size="20" font-weight="700" fill="#8a8a8a">门</text>', False),
        # Spans have colours of their own; a halo is a ground; what is not seen needs no contrast.
        ('<text x="10" y="50">门<tspan fill="#aaa">口</tspan></text>', True),
        (
            '<rect width="99" height="99"/><text x="10" y="50" stroke="#fff" stroke-width="4" paint-order="stroke">门</text>',
            False,
        ),
        ('<text x="10" y="50" fill="#aaa" display="none">门</text>', False),
    ],
)
def test_words_stand_out_from_what_is_painted_below_them(inside, is_faint):
    assert bool(faint_words(svg(inside))) is is_faint


def test_the_worst_words_are_told_with_what_they_lack():
    inside = '<text x="10" y="30" fill="#aaa">看不清</text><text x="10" y="60" fill="#888">也看不清</text>'
    part = Part("b1", "figure", pictures=(Picture("门。", ("figure",), "门", svg(inside)),))
    (finding,) = examine([part, CLOSE])
    assert finding.context["words"] == "看不清"
    assert float(finding.context["ratio"]) < float(finding.context["needed"]) == 4.5


def copies_of_copies(levels=7, each=12):
    """Return a drawing of some lines that paints twelve copies of twelve copies … of one word."""
    groups = [f'<g id="g{level}">' + f'<use href="#g{level - 1}"/>' * each + "</g>" for level in range(1, levels)]
    return f'<defs><text id="g0" fill="#aaa" x="9" y="50">门</text>{"".join(groups)}</defs><use href="#g{levels - 1}"/>'


@pytest.mark.parametrize(
    "inside",
    [
        copies_of_copies(),
        '<path d="M0 0' + "L9 9 " * 9_000 + '"/>' + '<text fill="#aaa" x="9" y="9">门</text>' * 1_500,
        f'<g transform="{"a(" * 60_000}"/>',
        f'<g transform="{"a" * 120_000}"/>',
    ],
)
def test_a_drawing_made_to_be_judged_for_hours_is_judged_within_seconds(inside):
    begun = time.process_time()
    faint_words(svg(inside))
    assert time.process_time() - begun < 20


def test_of_a_drawing_with_too_much_in_it_the_words_found_first_are_told():
    assert {words.text for words in faint_words(svg(copies_of_copies()))} == {"门"}


def test_a_drawing_that_cannot_be_read_is_no_finding_of_contrast():
    assert faint_words("<svg") == ()
