"""What recordings and slides say is found at its moment; what not everybody may hear is not found."""

import pytest

from courses.catalogue.filters import filters_of
from courses.catalogue.indexing import rebuild
from courses.catalogue.models import SearchText
from courses.catalogue.search import find, find_lessons
from courses.media.rules.captions import Cue
from courses.media.rules.kinds import Audience
from courses.media.rules.transcript import spoken_text
from courses.media.services.captions import set_captions
from courses.media.services.recordings import describe

pytestmark = pytest.mark.django_db


def say(recording, *lines, language="zh-Hans"):
    """Let the recording say a line every ten seconds."""
    cues = [Cue(place * 10_000, place * 10_000 + 4_000, line) for place, line in enumerate(lines)]
    return set_captions(recording, language=language, cues=cues, actor=None, now=recording.created_at)


def places(query, **asked):
    return [(row.pk, row.kind, row.moment, row.url) for row in find(query, **asked).lessons]


# What is said


def test_a_word_of_a_transcript_leads_to_the_second_at_which_it_is_said(publish_with, recording):
    say(recording, "先松开刹车。", "再看座垫。", "气压表在左边。")
    lesson = publish_with(recording)
    link = f"{lesson.url}?at=20#recording-{recording.pk}"
    assert places("气压表") == [(lesson.pk, "transcript", 20_000, link)]
    assert [piece.text for piece in find_lessons("气压表")[0].pieces if piece.hit] == ["气压表"]


def test_a_word_that_two_captions_share_is_found_where_it_begins(publish_with, recording):
    say(recording, "先看轮椅坡", "道稳不稳。")
    publish_with(recording)
    assert [place[2] for place in places("轮椅坡道")] == [0]


def test_words_far_apart_in_one_recording_are_found_together(publish_with, recording):
    say(recording, "先松开刹车。", *["别的话。"] * 3, "气压表在左边。")
    publish_with(recording)
    assert [place[2] for place in places("气压表 刹车")] == [0]
    assert places("气压表 助听器") == []


def test_a_word_of_the_lessons_title_and_one_of_its_recording_are_found_together(publish_with, recording):
    say(recording, "气压表在左边。")
    lesson = publish_with(recording)
    assert [place[:2] for place in places(f"{lesson.title} 气压表")] == [(lesson.pk, "transcript")]


def test_the_lessons_own_text_goes_before_its_recording_only_when_it_says_more(publish_with, recording, lessons):
    say(recording, "坡道。", "坡道。")
    lesson = publish_with(recording)
    lesson.body = [("text", "<p>坡道、坡道、坡道。</p>"), ("video", {"recording": recording, "task": ""})]
    lesson.save_revision().publish()
    assert [place[1] for place in places("坡道")] == ["lesson"]
    assert len(find_lessons("坡道")) == 1


def test_captions_in_english_are_found_as_well(publish_with, recording):
    say(recording, "气压表在左边。")
    say(recording, "Look at the gauge.", language="en")
    lesson = publish_with(recording)
    assert [place[:3] for place in places("gauge")] == [(lesson.pk, "transcript", 0)]


def test_narrated_slides_lead_to_the_second_of_their_sentence(lessons):
    slides = [{"picture": {}, "narration": "先松开刹车。"}, {"picture": {}, "narration": "再看气压表。"}]
    lessons[0].body = [("slides", {"title": "换座垫", "slides": slides})]
    lessons[0].save_revision().publish()
    row = find_lessons("气压表")[0]
    assert (row.kind, row.moment) == ("slides", 1_800)
    assert row.url.endswith(f"?at=1#slides-{lessons[0].body[0].id}")


def test_the_moments_of_a_very_long_recording_go_on_in_its_later_rows(publish_with, make_recording):
    film = make_recording(seconds=40_000)
    say(film, *["说了很多别的话，说了很多别的话。" * 20] * 50, "气压表在左边。")
    lesson = publish_with(film)
    assert SearchText.objects.filter(page_id=lesson.pk, kind="transcript").count() > 1
    assert [place[2] for place in places("气压表")] == [500_000]


def test_places_in_what_is_said_are_those_of_the_text():
    text, moments = spoken_text("量座宽", [Cue(0, 900, "Seat"), Cue(1000, 1900, "width\n first"), Cue(2000, 2900, "坐正")])
    assert text == "量座宽 Seat width first坐正"
    assert [(text[place:], ms) for place, ms in moments] == [
        ("Seat width first坐正", 0),
        ("width first坐正", 1000),
        ("坐正", 2000),
    ]


# Who may find it


def test_what_only_learners_may_hear_is_found_by_nobody_until_it_is_for_everyone(publish_with, recording):
    say(recording, "气压表在左边。")
    describe(recording, title="量座宽", audience=Audience.LEARNERS, signed=None)
    publish_with(recording)
    assert places("气压表") == []
    describe(recording, title="量座宽", audience=Audience.EVERYONE, signed=None)
    assert len(places("气压表")) == 1
    describe(recording, title="量座宽", audience=Audience.LEARNERS, signed=None)
    assert places("气压表") == []
    rebuild()
    assert places("气压表") == []


def test_strangers_find_no_word_said_in_a_course_that_is_not_open(publish_with, recording, course):
    say(recording, "气压表在左边。")
    publish_with(recording)
    course.is_open = False
    course.save_revision().publish()
    assert places("气压表", open_only=True) == []
    assert len(places("气压表")) == 1


def test_what_an_unpublished_lesson_or_a_draft_says_is_not_found(publish_with, make_recording):
    first, second = make_recording(), make_recording("调靠背", seconds=61)
    say(first, "气压表在左边。")
    say(second, "调靠背的角度。")
    lesson = publish_with(first)
    lesson.body = [("video", {"recording": second, "task": ""})]
    revision = lesson.save_revision()
    assert (len(places("气压表")), places("角度")) == (1, [])
    revision.publish()
    assert (places("气压表"), len(places("角度"))) == ([], 1)
    lesson.refresh_from_db()
    lesson.unpublish()
    assert places("角度") == []


# What changes


def test_corrected_captions_are_found_and_the_wrong_ones_no_more(publish_with, recording):
    say(recording, "气鸭表在左边。")
    publish_with(recording)
    say(recording, "气压表在左边。")
    assert (places("气鸭表"), len(places("气压表"))) == ([], 1)


def test_courses_are_filtered_by_what_their_lessons_really_offer(publish_with, recording, course, lessons):
    def offered():
        groups = filters_of({}).groups
        return {choice.value for group in groups if group.name == "access" for choice in group.choices}

    assert offered() == set()
    publish_with(recording)
    assert offered() == {"captions", "transcript"}
    lessons[1].easy_read = "先坐好。"
    lessons[1].save_revision().publish()
    assert offered() == {"captions", "transcript", "easy_read"}
    publish_with()
    assert offered() == {"easy_read"}
