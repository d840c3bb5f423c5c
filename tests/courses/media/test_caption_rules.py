"""Captions come from many tools; each fault is named with its line, and what is kept is only time and words."""

import time
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.media.rules.captions import CaptionFaults, Cue, check_cues, format_time, parse_captions, parse_time, write_vtt
from courses.media.rules.transcript import narration_cues, paragraphs, reading_ms, sentences
from lms.core.errors import DomainError

CALM = settings(deadline=None)  # a busy machine is no fault of the rules

SRT = "1\r\n00:00:01,000 --> 00:00:03,500\r\n先量座宽。\r\n\r\n2\r\n00:00:04,000 --> 00:00:06,000\r\n再加<i>两厘米</i>。\r\n"
VTT = "WEBVTT - 讲解\n\nSTYLE\n::cue { color: red }\n\nNOTE 备注\n\n00:01.000 --> 00:03.500 align:start\n先量座宽。\n\nb\n00:04.000 --> 00:06.000\n再加 &lt;两厘米&gt;。\n"


def faults(text, **data):
    with pytest.raises(CaptionFaults) as refusal:
        parse_captions(text.encode())
    return [(fault.line, fault.code) for fault in refusal.value.faults]


def test_srt_becomes_cues():
    assert parse_captions(SRT.encode()) == [Cue(1000, 3500, "先量座宽。"), Cue(4000, 6000, "再加两厘米。")]


def test_webvtt_loses_styles_notes_and_positions():
    assert parse_captions(VTT.encode()) == [Cue(1000, 3500, "先量座宽。"), Cue(4000, 6000, "再加 <两厘米>。")]


def seconds_for(text):
    """Return the processor time that reading takes, whatever comes of it."""
    begun = time.process_time()
    with suppress(DomainError):
        parse_captions(text.encode())
    return time.process_time() - begun


@pytest.mark.parametrize(
    "hostile", ["-->" * 60_000 + "a\u3000x --", "00:01 --> 00:02\n" + "{\\" * 120_000, "00:01 --> 00:02\n" + "<a" * 120_000]
)
def test_a_file_made_to_be_read_for_hours_is_read_at_once(hostile):
    assert seconds_for(hostile) < 3


def test_marks_of_position_fall_away_and_a_lone_brace_stays():
    text = "1\n00:00:01,000 --> 00:00:03,500 X1:20 Y1:30\n{\\an8}先量{座宽}。{\\\n"
    assert parse_captions(text.encode()) == [Cue(1000, 3500, "先量{座宽}。{\\")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_files_of_windows_tools_are_read(encoding):
    assert parse_captions(SRT.encode(encoding))[0].text == "先量座宽。"


def test_each_fault_is_named_with_its_line():
    text = "1\n00:00:05,000 --> 00:00:02,000\n倒着\n\n2\n00:00:aa --> 00:00:07,000\n乱\n\n3\n没有时间\n\n4\n00:00:08,000 --> 00:00:09,000\n\n"
    assert faults(text) == [(2, "end_before_start"), (6, "bad_time"), (9, "no_timing"), (13, "no_words")]


def test_captions_that_overlap_are_named():
    assert faults("1\n00:01.000 --> 00:05.000\n甲\n\n2\n00:04.000 --> 00:06.000\n乙\n") == [(6, "overlap")]


def test_an_empty_file_has_no_captions():
    assert faults("WEBVTT\n\n") == [(1, "no_cues")]


def test_a_picture_is_no_captions():
    with pytest.raises(DomainError, match="captions_not_text"):
        parse_captions(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))


def test_captions_after_the_end_of_the_film_are_named():
    with pytest.raises(CaptionFaults) as refusal:
        check_cues([(1, Cue(0, 10, "甲")), (2, Cue(70_000, 71_000, "乙"))], duration_ms=60_000)
    assert [(fault.line, fault.code) for fault in refusal.value.faults] == [(2, "after_the_end")]


def test_markup_and_new_cues_cannot_be_smuggled_into_a_caption():
    cue = Cue(0, 1000, "</c><script>alert(1)</script>&amp;")
    text = write_vtt([cue])
    assert "<script>" not in text
    assert parse_captions(text.encode()) == [cue]


words = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cf")), min_size=1, max_size=40)


@CALM
@given(st.lists(st.tuples(st.integers(1, 5000), st.integers(1, 5000), words), min_size=1, max_size=20))
def test_what_is_written_is_read_again(rows):
    cues, moment = [], 0
    for gap, length, text in rows:
        if "-->" in text:
            continue
        cues.append(Cue(moment + gap, moment + gap + length, text))
        moment += gap + length
    if cues:
        read = parse_captions(write_vtt(cues).encode())
        assert [(cue.start, cue.end) for cue in read] == [(cue.start, cue.end) for cue in cues]


@CALM
@given(st.integers(0, 12 * 3600 * 1000))
def test_times_survive_writing(moment):
    assert parse_time(format_time(moment)) == moment


@pytest.mark.parametrize("text", ["", "1", "00:60", "00:61:00", "aa:bb", "-1:00", "99:99:99", "１:００"])
def test_what_is_no_time_is_none(text):
    assert parse_time(text) is None


# Transcript


def test_a_pause_begins_a_new_paragraph():
    cues = [Cue(0, 1000, "甲，"), Cue(1100, 2000, "乙。"), Cue(4000, 5000, "丙。")]
    assert [part.text for part in paragraphs(cues)] == ["甲，乙。", "丙。"]


def test_a_long_speech_without_pauses_ends_its_paragraphs_with_sentences():
    cues = [Cue(place * 1000, place * 1000 + 1000, "字" * 39 + ("。" if place % 2 else "，")) for place in range(12)]
    parts = paragraphs(cues)
    assert len(parts) > 1
    assert all(part.text.endswith("。") for part in parts)


@CALM
@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 3000)), max_size=30))
def test_no_caption_is_lost_in_the_transcript(gaps):
    cues, moment = [], 0
    for gap, length in gaps:
        cues.append(Cue(moment + gap, moment + gap + length, "话。"))
        moment += gap + length
    assert [cue for part in paragraphs(cues) for cue in part.cues] == cues


def test_a_narration_is_divided_into_sentences():
    assert sentences("先看轮椅。她问：“能走吗？”好！") == ["先看轮椅。", "她问：“能走吗？”", "好！"]


def test_slides_follow_one_another_by_reading_time():
    cues = narration_cues(["先看轮椅。再看坐垫。", "", "完。"])
    assert [place for place, _cue in cues] == [0, 0, 1, 2]
    assert all(before.end == after.start for (_a, before), (_b, after) in pairwise(cues))
    assert reading_ms("字" * 100) > reading_ms("字" * 50) > 0
