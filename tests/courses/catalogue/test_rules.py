"""Splitting Chinese for search, excerpts, and what a drawing may hold; no database."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.catalogue.rules import (
    AT_CLASSES,
    check_at_classes,
    check_svg,
    excerpt,
    index_words,
    marked,
    query_phrases,
    relevance,
)
from lms.core.errors import DomainError

FIGURES = Path("lms/demo/data/courses/at-service-basics/figures")


def svg(inner: str = "", *, box: str = 'viewBox="0 0 720 420"') -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {box}>{inner}</svg>'.encode()


def test_chinese_is_cut_into_overlapping_pairs_and_single_characters():
    assert index_words("轮椅坡道") == "轮椅 椅坡 坡道 坡 椅 轮 道"


def test_latin_words_and_numbers_stay_whole_and_lower():
    assert index_words("ICF 与 ISO9999").split()[:3] == ["icf", "与", "iso9999"]


def test_a_query_becomes_one_phrase_for_each_run():
    assert query_phrases("轮椅坡道 ICF") == ["轮椅 椅坡 坡道", "icf"]
    assert query_phrases("轮") == ["轮"]
    assert query_phrases(" ,.“” ") == []


@given(st.text(max_size=40), st.text(alphabet="轮椅坡道助行器", min_size=1, max_size=6), st.text(max_size=40))
def test_every_chinese_word_of_a_text_is_found_among_its_index_words(before, word, after):
    words = f" {index_words(before + ' ' + word + ' ' + after)} "
    assert all(f" {phrase} " in words for phrase in query_phrases(word))


def test_an_excerpt_shows_the_hit_in_its_surroundings():
    pieces = excerpt("前言。" * 30 + "轮椅的座宽要量准。" + "后记。" * 30, "轮椅", width=30)
    assert [piece.text for piece in pieces if piece.hit] == ["轮椅"]
    text = "".join(piece.text for piece in pieces)
    assert text.startswith("…")
    assert text.endswith("…")
    assert len(text) == 32


def test_an_excerpt_begins_with_a_sentence_where_one_begins_shortly_before():
    text = "很长的前言，" * 10 + "先看路面。坐轮椅的人上坡前先刹车。" + "后记。" * 30
    assert "".join(piece.text for piece in excerpt(text, "轮椅", width=30)).startswith("…坐轮椅的人")
    without = "很长的前言，" * 10 + "坐轮椅的人上坡前先刹车。" + "后记。" * 30
    assert "".join(piece.text for piece in excerpt(without, "轮椅", width=30)).startswith("…前言，很长的前言，坐轮椅的人")


@given(st.text(max_size=120), st.text(max_size=10))
def test_an_excerpt_never_invents_text(text, query):
    joined = "".join(piece.text for piece in excerpt(text, query))
    assert joined.strip("…") in " ".join(text.split()) or "…" in text


def test_a_plain_drawing_is_rewritten_with_its_size():
    drawing = check_svg(svg('<title>坡道</title><path d="M0 0L10 10" stroke="#0E5A4F"/><use href="#a"/>'))
    assert (drawing.width, drawing.height) == (720, 420)
    assert "坡道" in drawing.text


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        ("<script>alert(1)</script>", "svg_element"),
        ("<foreignObject><p/></foreignObject>", "svg_element"),
        ("<style>*{}</style>", "svg_element"),
        ("<image href='https://example.org/a.png'/>", "svg_element"),
        ("<animate attributeName='href'/>", "svg_element"),
        ("<a href='#x'/>", "svg_element"),
        ("<html:p xmlns:html='http://www.w3.org/1999/xhtml'/>", "svg_element"),
        ("<path onclick='alert(1)' d='M0 0'/>", "svg_attribute"),
        ("<path ONLOAD='alert(1)' d='M0 0'/>", "svg_attribute"),
        ("<path style='fill:url(https://example.org)'/>", "svg_attribute"),
        ("<use href='https://example.org/x.svg#a'/>", "svg_reference"),
        ("<use xlink:href='data:image/svg+xml,x'/>", "svg_reference"),
        ("<use href='javascript:alert(1)'/>", "svg_reference"),
        ("<path fill='url(https://example.org/a)'/>", "svg_reference"),
        ("<path fill='URL( https://example.org/#a )'/>", "svg_reference"),
    ],
)
def test_a_drawing_with_anything_that_acts_or_reaches_out_is_refused(inner, code):
    with pytest.raises(DomainError) as caught:
        check_svg(svg(inner))
    assert caught.value.code == f"catalogue.{code}"
    assert caught.value.status == 422


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"%PDF-1.7", "svg_unreadable"),
        (b"<svg>", "svg_unreadable"),
        (b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "svg_unreadable"),
        (b"<!DOCTYPE svg [<!ENTITY a 'x'>]>" + svg(), "svg_unreadable"),
        (svg(box=""), "svg_without_size"),
        (svg(box='viewBox="0 0 0 0"'), "svg_without_size"),
        (svg("<path d='" + "M0 0" * 80_000 + "'/>"), "svg_too_large"),
    ],
)
def test_a_file_that_is_no_drawing_is_refused(data, code):
    with pytest.raises(DomainError, match=code):
        check_svg(data)


@pytest.mark.parametrize("side", ["9" * 400, "100001", "1" + "0" * 309])
def test_a_drawing_larger_than_any_screen_is_refused(side):
    with pytest.raises(DomainError, match=r"catalogue\.svg_without_size"):
        check_svg(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} 10"/>'.encode())


def test_a_size_of_a_hundred_thousand_digits_is_refused_at_once():
    begun = time.process_time()
    with pytest.raises(DomainError, match=r"catalogue\.svg_without_size"):
        check_svg(svg(box=f'viewBox="{"1" * 100_000}"'))
    assert time.process_time() - begun < 3


@pytest.mark.parametrize("box", ["0 0 720 420", "-10,-.5 72. 1.5", " +0 0  7.25,4.5 "])
def test_sizes_are_read_as_drawing_programs_write_them(box):
    assert check_svg(svg(box=f'viewBox="{box}"')).width


@pytest.mark.parametrize("depth", [101, 5_000, 40_000])
def test_a_drawing_nested_too_deeply_is_refused(depth):
    inner = "<g>" * depth + "</g>" * depth
    with pytest.raises(DomainError, match=r"catalogue\.svg_unreadable"):
        check_svg(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">{inner}</svg>'.encode())


def test_comments_and_instructions_fall_away():
    drawing = check_svg(b"<?xml version='1.0'?><?xml-stylesheet href='x.css'?>" + svg("<!-- <script> --><g/>"))
    assert "script" not in drawing.text
    assert "stylesheet" not in drawing.text


@pytest.mark.parametrize("path", sorted(FIGURES.glob("*.svg")), ids=lambda path: path.stem)
def test_the_figures_of_the_demonstration_are_plain_drawings(path):
    assert check_svg(path.read_bytes()).width > 0


def test_there_are_twelve_classes_and_an_unknown_one_is_refused():
    assert len(AT_CLASSES) == 12
    assert check_at_classes(["12", 4, "12"]) == ["04", "12"]
    with pytest.raises(DomainError, match="at_class_unknown"):
        check_at_classes(["13"])


def test_an_excerpt_begins_where_most_of_the_words_stand_together():
    text = "轮椅在门口。" + "说明。" * 60 + "坡道要让轮椅上得去。" + "说明。" * 60
    pieces = excerpt(text, "轮椅 坡道")
    assert {piece.text for piece in pieces if piece.hit} == {"轮椅", "坡道"}


def test_a_short_latin_word_is_marked_only_where_it_stands_alone():
    assert [piece.text for piece in marked("OT 与 pot 与 others", "ot") if piece.hit] == ["OT"]
    assert [piece.text for piece in marked("wheelchair，ICF", "wheel") if piece.hit] == ["wheel"]


def test_relevance_prefers_a_text_that_holds_all_words_often():
    both, one = "坡道 轮椅 坡道 轮椅", "坡道 坡道 坡道 坡道 坡道 轮椅"
    assert relevance(both, ["坡道", "轮椅"]) > relevance(one, ["坡道", "轮椅"]) > relevance("坡道", ["坡道", "轮椅"])
