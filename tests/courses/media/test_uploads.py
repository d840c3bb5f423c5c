"""Uploads come in pieces, break off anywhere, and become a recording only when they are whole and what they say."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from courses.media import access, storage
from courses.media.models import Recording, Upload
from courses.media.purposes import _PURPOSES, purpose
from courses.media.services.uploads import sweep_uploads
from lms.core.errors import DomainError

from .conftest import mp4

pytestmark = pytest.mark.django_db
DATA = mp4(payload=30_000)


@pytest.fixture
def sender(author, tree, sign_in):
    return sign_in(author)


def begin(client, collection, *, size=None, title="量座宽"):
    body = json.dumps({"title": title, "size": len(DATA) if size is None else size, "collection": collection.pk})
    return client.post("/recordings/uploads/", body, content_type="application/json", headers={"accept": "application/json"})


def piece(client, url, data, offset):
    kind = "application/offset+octet-stream"
    return client.patch(url, data, content_type=kind, headers={"upload-offset": str(offset), "accept": "application/json"})


def test_a_file_in_pieces_becomes_a_recording(sender, collection, author):
    url = begin(sender, collection).json()["url"]
    assert piece(sender, url, DATA[:10_000], 0).json()["offset"] == 10_000
    assert piece(sender, url, DATA[10_000:20_000], 10_000).json()["offset"] == 20_000
    assert Recording.objects.count() == 0
    done = piece(sender, url, DATA[20_000:], 20_000)
    recording = Recording.objects.get()
    assert (done.status_code, done.json()["recording"]) == (201, recording.get_absolute_url())
    assert (recording.duration_ms, recording.created_by, recording.collection) == (60_000, author, collection)
    with storage.recordings().open(recording.file) as file:
        assert file.read() == DATA
    assert not Upload.objects.exists()


def test_half_a_character_falls_out_of_a_title(sender, collection):
    assert begin(sender, collection, title="量\ud83d座\0宽").status_code == 201
    assert Upload.objects.get().title == "量座宽"
    assert begin(sender, collection, title="\ud83d\0").status_code == 422


def test_after_a_break_it_goes_on_where_the_server_has_it(sender, collection):
    url = begin(sender, collection).json()["url"]
    piece(sender, url, DATA[:7_000], 0)
    assert sender.head(url)["Upload-Offset"] == "7000"
    wrong = piece(sender, url, DATA[5_000:9_000], 5_000)
    assert (wrong.status_code, wrong.json()["offset"]) == (409, 7_000)
    assert piece(sender, url, DATA[7_000:], 7_000).status_code == 201


def test_a_piece_that_comes_twice_is_taken_once(sender, collection):
    url = begin(sender, collection).json()["url"]
    piece(sender, url, DATA[:7_000], 0)
    assert piece(sender, url, DATA[:7_000], 0).status_code == 409
    piece(sender, url, DATA[7_000:], 7_000)
    with storage.recordings().open(Recording.objects.get().file) as file:
        assert file.read() == DATA


def test_more_than_was_announced_is_not_taken(sender, collection):
    url = begin(sender, collection, size=20_000).json()["url"]
    answer = piece(sender, url, DATA, 0)
    assert answer.status_code == 422  # twenty thousand bytes of it are a file that is cut off
    assert Recording.objects.count() == 0


def test_a_hostile_file_is_refused_with_its_first_piece(sender, collection, settings):
    url = begin(sender, collection, size=10**9).json()["url"]
    answer = piece(sender, url, b"<!doctype html><script>" + bytes(1000), 0)
    assert (answer.status_code, answer.json()["code"]) == (422, "media.unknown_container")
    assert list(settings.UPLOAD_DIR.glob("*")) == []
    assert sender.head(url).status_code == 404


def test_a_file_that_only_begins_like_a_film_is_refused_at_the_end_and_leaves_nothing(sender, collection, settings, tmp_path):
    data = DATA[:-10] + b"0" * 20
    url = begin(sender, collection, size=len(data)).json()["url"]
    answer = piece(sender, url, data, 0)
    assert (answer.status_code, answer.json()["code"]) == (422, "media.unreadable")
    assert list(settings.UPLOAD_DIR.glob("*")) == []
    assert not [path for path in (tmp_path / "recordings").rglob("*") if path.is_file()]
    assert Recording.objects.count() == Upload.objects.count() == 0


@pytest.mark.parametrize(("size", "code"), [(0, "media.empty"), (-5, "media.empty"), (2**50, "media.too_large")])
def test_an_impossible_size_is_refused_before_anything_is_sent(sender, collection, size, code):
    answer = begin(sender, collection, size=size)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_nobody_else_may_add_to_it_or_see_it(sender, collection, reviewer, make_user, sign_in):
    url = begin(sender, collection).json()["url"]
    for person in (reviewer, make_user("路人")):
        client = sign_in(person)
        assert piece(client, url, DATA, 0).status_code == 404
        assert client.get(url).status_code == 404


def test_only_authors_upload_and_only_into_their_own_college(sender, collection, make_user, sign_in, author):
    from wagtail.models import Collection

    foreign = Collection.get_first_root_node().add_child(name="别的学校")
    assert begin(sender, foreign).status_code == 404
    assert begin(sign_in(make_user("路人")), collection).status_code == 403


def test_two_windows_do_not_write_at_once(sender, collection):
    url = begin(sender, collection).json()["url"]
    with storage.writing(storage.growing(url.split("/")[-2])):
        answer = piece(sender, url, DATA[:100], 0)
    assert (answer.status_code, answer.json()["code"]) == (409, "media.upload_busy")


def test_a_last_piece_that_comes_while_the_file_is_looked_through_hears_why_it_waits(sender, collection, monkeypatch):
    url = begin(sender, collection).json()["url"]
    use, second = purpose("recording"), []

    def keep(path, **facts):
        second.append(piece(sender, url, b"", len(DATA)))
        return use.keep(path, **facts)

    monkeypatch.setitem(_PURPOSES, "recording", replace(use, keep=keep))
    assert piece(sender, url, DATA, 0).status_code == 201
    assert (second[0].status_code, second[0].json()["code"]) == (409, "media.upload_busy")
    assert second[0].json()["message"]
    assert Recording.objects.count() == 1


def test_a_last_piece_that_comes_a_moment_later_hears_that_the_file_is_there(sender, collection, monkeypatch):
    url = begin(sender, collection).json()["url"]
    found = access.upload_of

    def overtaken(user, key):
        # The other window's last piece comes between the look-up of this one and its writing.
        monkeypatch.setattr(access, "upload_of", found)
        growing = found(user, key)
        assert piece(sender, url, DATA, 0).status_code == 201
        return growing

    monkeypatch.setattr(access, "upload_of", overtaken)
    answer = piece(sender, url, b"", len(DATA))
    assert (answer.status_code, answer.json()["code"]) == (409, "media.upload_over")
    with storage.recordings().open(Recording.objects.get().file) as file:
        assert file.read() == DATA


def test_who_waited_at_the_lock_does_not_write_into_the_stored_file(tmp_path):
    path = tmp_path / "growing.part"
    path.write_bytes(b"whole")

    def moved_meanwhile(file, how):
        path.rename(tmp_path / "stored")
        path.write_bytes(b"")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(storage, "flock", moved_meanwhile)
        with pytest.raises(DomainError, match=r"upload_over"), storage.writing(path) as file:
            file.write(b"spoilt")
    assert (tmp_path / "stored").read_bytes() == b"whole"


@pytest.mark.django_db(transaction=True)
def test_of_two_windows_that_send_the_end_in_one_instant_one_wins_and_the_other_hears_a_sentence(sender, collection, author):
    urls = [begin(sender, collection).json()["url"] for _round in range(4)]
    for url in urls:
        piece(sender, url, DATA[:-1], 0)
    together = threading.Barrier(2)

    def send(url):
        window = Client()
        try:
            window.force_login(author, backend="django.contrib.auth.backends.ModelBackend")
            together.wait(30)
            return piece(window, url, DATA[-1:], len(DATA) - 1)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as windows:
        for url in urls:
            won, lost = sorted(windows.map(send, [url, url]), key=lambda answer: answer.status_code)
            assert won.status_code == 201
            assert lost.status_code in (404, 409)
            told = lost.json()
            assert told.get("message") or told["offset"] == len(DATA)
    assert Recording.objects.count() == len(urls)
    assert not Upload.objects.exists()


def test_a_person_cannot_fill_the_disk_with_beginnings(sender, collection):
    for _time in range(5):
        assert begin(sender, collection).status_code == 201
    assert begin(sender, collection).json()["code"] == "media.too_many_uploads"


def test_what_nobody_goes_on_with_is_swept_after_two_days(sender, collection, settings, now):
    import datetime

    url = begin(sender, collection).json()["url"]
    piece(sender, url, DATA[:100], 0)
    begun = Upload.objects.get().begun_at
    assert sweep_uploads(now=begun + datetime.timedelta(days=1)) == 0
    assert sweep_uploads(now=begun + datetime.timedelta(days=3)) == 1
    assert list(settings.UPLOAD_DIR.glob("*")) == []


# Without JavaScript


def test_the_form_alone_stores_a_recording(sender, collection):
    fields = {"title": "量座宽", "collection": collection.pk, "file": SimpleUploadedFile("量.mp4", DATA)}
    answer = sender.post("/recordings/new/", fields)
    assert (answer.status_code, answer["Location"]) == (302, Recording.objects.get().get_absolute_url())


def test_the_form_says_why_it_refuses(sender, collection, settings):
    fields = {"title": "量座宽", "collection": collection.pk, "file": SimpleUploadedFile("量.mp4", b"MZ" + bytes(500))}
    answer = sender.post("/recordings/new/", fields)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert Recording.objects.count() == 0
    assert list(settings.UPLOAD_DIR.glob("*")) == []
