"""Captions of a recording: a file, or row by row; learners get them as WebVTT and as a transcript."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from courses.media.models import CaptionTrack
from courses.media.services.captions import upload_captions
from lms.core.errors import DomainError
from lms.core.messages import text_of

pytestmark = pytest.mark.django_db
SRT = "1\n00:00:01,000 --> 00:00:03,500\n先量座宽。\n\n2\n00:00:07,000 --> 00:00:09,000\n再加两厘米。\n"


@pytest.fixture
def editor(author, tree, sign_in):
    return sign_in(author)


@pytest.fixture
def captioned(recording, now):
    upload_captions(recording, language="zh-Hans", data=SRT.encode(), actor=None, now=now)
    return recording


def send(client, recording, text):
    fields = {"language": "zh-Hans", "file": SimpleUploadedFile("字幕.srt", text.encode())}
    return client.post(f"/recordings/{recording.pk}/captions/", fields)


def test_an_srt_file_becomes_captions_and_a_transcript(editor, recording):
    assert send(editor, recording, SRT).status_code == 302
    page = editor.get(recording.get_absolute_url()).content.decode()
    assert page.count("transcript__paragraph") == 2
    track = editor.get(CaptionTrack.objects.get().url)
    assert track["Content-Type"].startswith("text/vtt")
    assert "00:00:01.000 --> 00:00:03.500\n先量座宽。" in track.content.decode()


def test_a_faulty_file_is_refused_by_line_and_changes_nothing(editor, captioned):
    answer = send(editor, captioned, SRT.replace("00:00:03,500", "00:00:00,500"))
    assert answer.status_code == 422
    faults = answer.content.decode().partition('id="faults"')[2].partition("</ul>")[0]
    assert "2" in faults
    assert CaptionTrack.objects.get().version == 1


def test_captions_are_for_those_who_may_watch(captioned, publish_with, client):
    url = CaptionTrack.objects.get().url
    assert client.get(url).status_code == 404
    publish_with(captioned)
    assert client.get(url).status_code == 200


def rows(*given, version):
    starts, ends, texts = zip(*given, strict=True)
    return {"start": starts, "end": ends, "text": texts, "version": version}


def test_the_editor_saves_times_and_words_and_drops_empty_rows(editor, captioned):
    url = f"/recordings/{captioned.pk}/captions/zh-Hans/"
    assert "00:00:01.000" in editor.get(url).content.decode()
    fields = rows(("0:05", "0:08.5", "后面的"), ("00:00:01.000", "00:00:02", "前面的"), ("", "", "  "), version=1)
    assert editor.post(url, fields).status_code == 302
    assert CaptionTrack.objects.get().cues == [[1000, 2000, "前面的"], [5000, 8500, "后面的"]]


def test_the_editor_names_the_wrong_row_and_keeps_what_was_typed(editor, captioned):
    url = f"/recordings/{captioned.pk}/captions/zh-Hans/"
    answer = editor.post(url, rows(("0:01", "0:02", "好"), ("0:03", "昨天", "坏"), version=1))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#row-2"' in page
    assert "昨天" in page
    assert CaptionTrack.objects.get().version == 1


def test_two_editors_do_not_overwrite_each_other(editor, captioned):
    url = f"/recordings/{captioned.pk}/captions/zh-Hans/"
    assert editor.post(url, rows(("0:01", "0:02", "甲"), version=1)).status_code == 302
    assert editor.post(url, rows(("0:01", "0:02", "乙"), version=1)).status_code == 422
    assert CaptionTrack.objects.get().cues == [[1000, 2000, "甲"]]


def test_a_language_that_is_not_offered_has_no_page(editor, captioned):
    assert editor.get(f"/recordings/{captioned.pk}/captions/xx/").status_code == 404


def delete(client, recording, language="zh-Hans"):
    return client.post(f"/recordings/{recording.pk}/captions/{language}/delete/")


def test_captions_of_which_a_published_transcript_is_made_stay(editor, captioned, publish_with, now):
    upload_captions(captioned, language="en", data=SRT.encode(), actor=None, now=now)
    publish_with(captioned)
    answer = delete(editor, captioned)
    assert answer.status_code == 422
    assert text_of(DomainError("media.captions_in_use")) in answer.content.decode()
    assert delete(editor, captioned, "en").status_code == 302
    assert CaptionTrack.objects.get().language == "zh-Hans"


def test_captions_that_no_reader_has_can_be_deleted(editor, captioned):
    assert delete(editor, captioned).status_code == 302
    assert not CaptionTrack.objects.exists()


def test_the_lesson_shows_player_and_transcript_without_javascript(captioned, publish_with, client):
    lesson = publish_with(captioned)
    page = client.get(lesson.url).content.decode()
    assert 'controls preload="metadata"' in page
    assert f'<track kind="captions" src="{CaptionTrack.objects.get().url}" srclang="zh-Hans"' in page
    assert "再加两厘米。" in page


def test_a_sound_does_not_fit_into_the_block_for_video(make_recording):
    from django.core.exceptions import ValidationError

    from courses.media.blocks import AudioBlock, VideoBlock

    sound = make_recording("对话", kind=b"soun")
    AudioBlock().clean({"recording": sound, "task": ""})
    with pytest.raises(ValidationError):
        VideoBlock().clean({"recording": sound, "task": ""})


def test_the_list_of_recordings_costs_the_same_with_many(editor, make_recording, django_assert_max_num_queries):
    for number in range(25):
        make_recording(f"第{number}段")
    with django_assert_max_num_queries(14):
        first = editor.get("/recordings/")
    assert first.content.decode().count('class="row__title"') == 20
    older = first.context["before"]
    assert editor.get(f"/recordings/?before={older}").content.decode().count('class="row__title"') == 5
