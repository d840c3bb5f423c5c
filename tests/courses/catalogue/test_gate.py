"""A lesson that shuts somebody out cannot be submitted or published; its editor reads why beside the block."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import unescape

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection

from courses.catalogue.accessibility.facts import parts_of
from courses.catalogue.accessibility.gate import findings_of
from courses.catalogue.accessibility.messages import MESSAGES, message_of
from courses.catalogue.accessibility.rules import WARNINGS
from courses.catalogue.models import Figure, LessonPage, ModulePage
from courses.catalogue.rules import check_svg
from courses.media.services.captions import upload_captions
from courses.packages.models import Package
from lms.core.errors import DomainError

from ..media.conftest import CAPTIONS, collection, make_recording  # noqa: F401
from ..media.conftest import _folders as _media_folders  # noqa: F401
from ..packages.conftest import KEYS, WORDS, make_package  # noqa: F401
from ..packages.conftest import _folders as _package_folders  # noqa: F401
from .lesson_form import lesson_form
from .test_isolation import BACKEND

pytestmark = pytest.mark.django_db

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"><rect width="200" height="100" fill="{}"/><text x="20" y="50" font-size="16" fill="{}">门口净宽</text></svg>'
TEXT = ("text", "<p>从门扇量到门框。</p>")
POINTS = ("key_points", {"points": ["先量人，再量门。"]})


@pytest.fixture
def figure(college, tree):
    def make(alt="门口净宽的量法：从门扇到门框。", ground="#ffffff", ink="#1b2422"):
        drawing = check_svg(SVG.format(ground, ink).encode())
        figure = Figure(title="量门口", alt=alt, collection=Collection.objects.get(name=college.name))
        figure.set_svg(drawing.text, width=drawing.width, height=drawing.height)
        figure.save()
        return figure

    return make


@pytest.fixture
def photo(college, tree, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return Image.objects.create(title="IMG_1", file=get_test_image_file(), collection=Collection.objects.get(name=college.name))


@pytest.fixture
def write(course, author):
    """Return a function that drafts a lesson of these blocks between a text and its key points."""

    def draft(*blocks):
        module = ModulePage.objects.child_of(course).first()
        lesson = LessonPage(slug="draft", title="量门口", live=False, owner=author, body=[TEXT, *blocks, POINTS])
        module.add_child(instance=lesson)
        lesson.save_revision(user=author)
        return LessonPage.objects.get(pk=lesson.pk)

    return draft


@pytest.fixture
def press(author, client):
    """Return a function that presses a button of the lesson's editing page, as the author unless told otherwise."""

    def button(lesson, action, *, who=author, **more):
        client.force_login(who, backend=BACKEND)
        latest = lesson.get_latest_revision_as_object()
        data = lesson_form(latest, **more)
        return client.post(f"/cms/pages/{lesson.pk}/edit/", data | ({action: "1"} if action else {}))

    return button


@dataclass(frozen=True)
class Hand:
    """What an author has at hand to put into a lesson; `film` and `sound` take `captions=False`."""

    figure: Callable
    film: Callable
    sound: Callable
    photo: Image
    package: Package


@pytest.fixture
def hand(figure, make_recording, make_package, photo, now):
    def recording(kind, *, captions=True):
        made = make_recording("量座宽", kind=kind)
        if captions:
            upload_captions(made, language="zh-Hans", data=CAPTIONS, actor=None, now=now)
        return made

    return Hand(figure, partial(recording, b"vide"), partial(recording, b"soun"), photo, make_package())


def text(words):
    return ("text", words)


def grid(head, rows):
    columns = [{"type": "text", "heading": words} for words in head]
    table = {"columns": columns, "rows": [{"values": row} for row in rows], "caption": ""}
    return ("table", {"title": "门", "table": table})


def step(**picture):
    steps = [{"title": "量", "text": "", "picture": picture}, {"title": "记", "text": ""}]
    return ("steps", {"title": "怎样量", "steps": steps})


def slides(*pictures):
    return ("slides", {"title": "看", "slides": [{"picture": picture, "narration": "先量。"} for picture in pictures]})


def shown(**picture):
    return ("figure", {"caption": "", **picture})


def played(kind, recording):
    return (kind, {"recording": recording, "task": ""})


def package(hand, *, words=WORDS, keys=KEYS):
    return ("package", {"package": hand.package, "task": "", "words": words, "keys": keys})


# Each rule by its code and, where one rule is broken in several ways, how: the block that breaks it and its clean twin.
CASES = {
    "picture_without_alt": lambda hand: (shown(photo=hand.photo, alt=""), shown(photo=hand.photo, alt="尺子横在门口。")),
    "picture_without_alt in a step": lambda hand: (step(photo=hand.photo, alt=""), step(photo=hand.photo, alt="尺子横在门口。")),
    "picture_without_alt in a slide": lambda hand: (
        slides({"figure": hand.figure()}, {"photo": hand.photo}),
        slides({"figure": hand.figure()}, {"photo": hand.photo, "alt": "尺子横在门口。"}),
    ),
    "picture_without_alt of a drawing": lambda hand: (shown(figure=hand.figure(alt=" ")), shown(figure=hand.figure())),
    "picture_alt_empty": lambda hand: (shown(photo=hand.photo, alt="IMG_2034.jpg"), shown(photo=hand.photo, alt="门口。")),
    "picture_faint": lambda hand: (shown(figure=hand.figure(ink="#9a9a9a")), shown(figure=hand.figure(ink="#5a5a5a"))),
    "video_without_captions": lambda hand: (played("video", hand.film(captions=False)), played("video", hand.film())),
    "recording_without_transcript": lambda hand: (played("audio", hand.sound(captions=False)), played("audio", hand.sound())),
    "package_without_words": lambda hand: (package(hand, words="选轮椅。"), package(hand)),
    "package_without_keys": lambda hand: (package(hand, keys=""), package(hand)),
    "heading_empty": lambda hand: (text("<h2> </h2><p>门。</p>"), text("<h2>门</h2><p>门。</p>")),
    "heading_skips": lambda hand: (text("<h3>门扇</h3>"), text("<h2>门</h2><h3>门扇</h3>")),
    "link_empty": lambda hand: (
        text('<p>门的尺寸<a href="https://example.org/"> </a></p>'),
        text('<p><a href="https://example.org/">门的尺寸表</a></p>'),
    ),
    "link_vague": lambda hand: (
        text('<p>门的尺寸<a href="https://example.org/">点击这里</a></p>'),
        text('<p><a href="https://example.org/">门的尺寸表</a></p>'),
    ),
    "table_empty": lambda hand: (grid([], []), grid(["门", "净宽"], [["卧室门", "800"]])),
    "table_without_head": lambda hand: (
        grid(["门", ""], [["卧室门", "800"]]),
        grid(["门", "净宽"], [["卧室门", "800"]]),
    ),
    "table_row_without_name": lambda hand: (grid(["门", "净宽"], [["", "800"]]), grid(["", "净宽"], [["卧室门", "800"]])),
}
WITH_IT = {"video_without_captions": ["recording_without_transcript"]}
"""What else is found where a rule is broken: who cannot hear a film without captions has no transcript of it either."""


def test_every_rule_that_holds_a_lesson_up_has_a_case_here():
    assert {name.split()[0] for name in CASES} == set(MESSAGES) - WARNINGS


@pytest.mark.parametrize("rule", CASES)
def test_what_breaks_a_rule_is_named_at_its_block_and_not_submitted_and_its_clean_twin_is(write, press, hand, rule):
    broken, mended = CASES[rule](hand)
    code = rule.split()[0]
    lesson = write(broken)
    block = lesson.body[1]
    findings = findings_of(lesson)
    assert [finding.code for finding in findings] == [code, *WITH_IT.get(code, [])]
    assert {finding.block for finding in findings} == {block.id}

    answer = press(lesson, "action-submit")
    assert answer.status_code == 200
    assert lesson.current_workflow_state is None
    (error,) = answer.context["form"].errors["body"].as_data()
    assert list(error.block_errors) == [1]
    page = unescape(answer.content.decode())
    assert f'href="#block-{block.id}-section"' in page
    assert told(error) == message_of(findings[0])
    assert told(error) in page

    lesson.delete()
    assert press(write(mended), "action-submit").status_code == 302
    assert LessonPage.objects.get(slug="draft").current_workflow_state is not None


def told(error):
    """Return the innermost sentence of a block's error."""
    found = getattr(error, "block_errors", None) or {}
    if found:
        return told(next(iter(found.values())))
    return str((getattr(error, "non_block_errors", None) or error.messages)[0])


def test_the_error_stands_at_the_very_field_that_mends_it(write, press, photo):
    answer = press(write(step(photo=photo, alt="")), "action-submit")
    (error,) = answer.context["form"].errors["body"].as_data()
    field = error.block_errors[1].block_errors["steps"].block_errors[0].block_errors["picture"].block_errors
    assert list(field) == ["alt"]


def test_a_draft_may_break_every_rule_and_the_list_at_the_top_tells_what(write, press, photo, client):
    lesson = write(("figure", {"photo": photo, "alt": "", "caption": ""}))
    assert press(lesson, "").status_code == 302
    page = client.get(f"/cms/pages/{lesson.pk}/edit/").content.decode()
    assert f'data-gate-block="{lesson.body[1].id}"' in page


def test_missing_or_repeated_key_points_are_told_and_hold_nothing_up(course, author, press, client):
    lesson = LessonPage(slug="draft", title="量门口", live=False, owner=author, body=[TEXT])
    ModulePage.objects.child_of(course).first().add_child(instance=lesson)
    lesson.save_revision(user=author)
    assert [(finding.code, finding.is_warning) for finding in findings_of(lesson)] == [("key_points_missing", True)]
    client.force_login(author, backend=BACKEND)
    page = client.get(f"/cms/pages/{lesson.pk}/edit/").content.decode()
    assert message_of(findings_of(lesson)[0]) in page
    assert press(lesson, "action-submit").status_code == 302


# Other doors


@pytest.fixture
def broken(write, photo):
    return write(("figure", {"photo": photo, "alt": "", "caption": ""}))


def test_the_publish_button_is_refused_too(broken, press, make_user):
    keeper = make_user("站长", is_superuser=True)
    assert press(broken, "action-publish", who=keeper).status_code == 200
    assert not LessonPage.objects.get(pk=broken.pk).live


def test_a_review_cannot_be_begun_by_a_service(broken, author):
    with pytest.raises(DomainError, match="lesson_shuts_out"):
        broken.get_workflow().start(broken, author)
    assert broken.current_workflow_state is None


def test_publishing_several_at_once_is_refused(broken, reviewer, client):
    client.force_login(reviewer, backend=BACKEND)
    answer = client.post(f"/cms/bulk/wagtailcore/page/publish/?id={broken.pk}", {"confirm": "1"})
    assert answer.status_code == 422
    assert not LessonPage.objects.get(pk=broken.pk).live


def test_publishing_through_the_api_is_refused(broken, reviewer, client):
    client.force_login(reviewer, backend=BACKEND)
    answer = client.post(f"/cms/api/main/pages/{broken.pk}/action/publish/")
    assert answer.status_code == 400
    assert not LessonPage.objects.get(pk=broken.pk).live


def test_a_lesson_that_came_to_shut_somebody_out_during_review_is_not_approved(write, press, figure, reviewer):
    drawing = figure()
    lesson = write(("figure", {"figure": drawing, "caption": ""}))
    press(lesson, "action-submit")
    state = lesson.current_workflow_task_state
    Figure.objects.filter(pk=drawing.pk).update(alt="")
    with pytest.raises(DomainError, match="lesson_shuts_out"):
        state.approve(user=reviewer)
    assert not LessonPage.objects.get(pk=lesson.pk).live
    Figure.objects.filter(pk=drawing.pk).update(alt="门口的量法")
    LessonPage.objects.get(pk=lesson.pk).current_workflow_task_state.approve(user=reviewer)
    assert LessonPage.objects.get(pk=lesson.pk).live


def test_one_that_waits_for_its_hour_does_not_hold_up_the_others(write, figure):
    drawing = figure()
    lesson = write(("figure", {"figure": drawing, "caption": ""}))
    lesson.go_live_at = timezone.now() + datetime.timedelta(hours=1)
    lesson.save_revision().publish()
    Figure.objects.filter(pk=drawing.pk).update(alt="")
    with time_machine.travel(lesson.go_live_at + datetime.timedelta(minutes=1)):
        call_command("publish_scheduled")
    assert LessonPage.objects.get(pk=lesson.pk).live


# What a form may point at


def test_a_form_cannot_point_at_another_colleges_drawing(write, press, figure, association):
    foreign = figure()
    foreign.collection = Collection.get_first_root_node().add_child(name="别的学院")
    foreign.save()
    lesson = write(("figure", {"figure": figure(), "caption": ""}))
    answer = press(lesson, "", **{"body-1-value-figure": str(foreign.pk)})
    assert (answer.status_code, answer.url) == (302, "/cms/")
    assert lesson.get_latest_revision_as_object().body[1].value["figure"] != foreign


def test_what_stood_there_before_may_stay(write, press, figure, reviewer):
    """The reviewer of another house edits the lesson without owning its drawings."""
    lesson = write(("figure", {"figure": figure(), "caption": ""}))
    press(lesson, "action-submit")
    answer = press(lesson, "", who=reviewer, summary="改过的摘要")
    assert answer.status_code == 302


def test_a_block_that_nobody_described_here_still_tells_its_title(write):
    lesson = write(("case", {"title": "老张", "situation": "。", "analysis": "。", "result": "。"}))
    assert parts_of(lesson.body)[1].headings[0].text == "老张"
