"""Recordings small enough to build by hand, and a college that owns them."""

import struct
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from wagtail.models import Collection

from courses.catalogue.models import LessonPage
from courses.media.services.captions import upload_captions
from courses.media.services.recordings import keep_recording
from lms.demo.recordings import load_recording

CAPTIONS = "1\n00:00:00,000 --> 00:00:04,000\n先量座宽。\n\n2\n00:00:04,500 --> 00:00:08,000\n再量座深。\n".encode()


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def mp4(*, seconds: float = 60, kind: bytes = b"vide", payload: int = 5000) -> bytes:
    """An MP4 with one track, a true index and content that plays nothing."""
    clock = struct.pack(">IIIII", 0, 0, 0, 1000, int(seconds * 1000)) + bytes(80)
    frame = bytes(76) + struct.pack(">II", 640 << 16, 360 << 16)
    track = box(b"trak", box(b"tkhd", frame), box(b"mdia", box(b"hdlr", bytes(8) + kind + bytes(12))))
    content = bytes(place % 251 for place in range(payload))
    return box(b"ftyp", b"isom", bytes(4), b"isom") + box(b"moov", box(b"mvhd", clock), track) + box(b"mdat", content)


@pytest.fixture(autouse=True)
def _folders(settings, tmp_path):
    """Each test has a store of its own."""
    settings.UPLOAD_DIR = tmp_path / "uploads"
    storages = dict(settings.STORAGES)
    storages["recordings"] = {**storages["recordings"], "OPTIONS": {"location": str(tmp_path / "recordings")}}
    settings.STORAGES = storages


@pytest.fixture
def collection(tree, college):
    return Collection.objects.get(name=college.name)


@pytest.fixture
def make_recording(collection, tmp_path, now):
    """Return a function that stores a recording: `make_recording("量座宽", seconds=60)`."""

    def make(title="量座宽", *, where=None, **facts):
        path = tmp_path / "whole"
        path.write_bytes(mp4(**facts))
        return keep_recording(path, title=title, collection=where or collection, actor=None, now=now)

    return make


@pytest.fixture
def recording(make_recording):
    return make_recording()


@pytest.fixture
def sign_in(client):
    def enter(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


@pytest.fixture
def publish_with(lessons):
    """Return a function that publishes the first lesson with these recordings in it."""

    def publish(*recordings):
        lesson = lessons[0]
        for recording in recordings:
            if not recording.captions.exists():
                # Without them a lesson is not published.
                upload_captions(recording, language="zh-Hans", data=CAPTIONS, actor=None, now=recording.created_at)
        lesson.body = [(row.kind, {"recording": row, "task": ""}) for row in recordings]
        lesson.save_revision().publish()
        return lesson

    return publish


# In a browser


@pytest.fixture
def film_lesson(course, college, now) -> LessonPage:
    """The first lesson with the demonstration's film in it."""
    lesson = LessonPage.objects.descendant_of(course).order_by("path").first()
    film = load_recording("five-measures", college=college, actor=None, now=now)
    lesson.body = [("video", {"recording": film, "task": "数一数，一共量几处？"})]
    lesson.save_revision().publish()
    return lesson


@pytest.fixture
def open_film(browser: Browser, live_server, client, make_user, film_lesson):
    """Return a function that opens the lesson as one learner: `open_film()` is one more tab of hers.

    Each `device` has a store of its own; with a `skew` (milliseconds) its clock is that much ahead.
    """
    client.force_login(make_user("王小芳"), backend="django.contrib.auth.backends.ModelBackend")
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    devices: dict[str, BrowserContext] = {}
    problems: list[str] = []

    def listen(message) -> None:
        if "Content Security Policy" in message.text or message.type == "error":
            problems.append(message.text)

    def open_lesson(moment: str = "", *, device: str = "phone", skew: int | None = None) -> Page:
        if device not in devices:
            devices[device] = browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 740})
            devices[device].add_cookies([cookie])
        page = devices[device].new_page()
        if skew is not None:
            page.clock.install(time=datetime.now(UTC) + timedelta(milliseconds=skew))
        page.on("console", listen)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(live_server.url + (moment or film_lesson.url))
        page.locator("[data-bar]").wait_for()
        return page

    yield open_lesson
    for context in devices.values():
        context.close()
    assert problems == []
