"""A recording goes out in the parts that are asked for, and only to those who may watch."""

import io

import pytest

from courses.learning.services import enrol
from courses.media.models import Recording
from courses.media.rules.kinds import Audience
from courses.media.services.recordings import delete_recording, describe
from courses.media.storage import recordings as store
from courses.tenancy.services.owners import agree_to_course, offer_course
from lms.core.errors import DomainError
from lms.organisations.rules import Role
from tests.courses.tenancy.conftest import administrator, other, other_administrator, other_author  # noqa: F401

pytestmark = pytest.mark.django_db


def bytes_of(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.fixture
def film(recording, publish_with):
    publish_with(recording)
    return recording


@pytest.fixture
def whole(film):
    with store().open(film.file) as file:
        return file.read()


def test_everyone_may_watch_what_a_published_lesson_shows(film, whole, client):
    answer = client.get(film.url)
    assert (answer.status_code, answer["Content-Type"], answer["Accept-Ranges"]) == (200, "video/mp4", "bytes")
    assert bytes_of(answer) == whole
    assert int(answer["Content-Length"]) == len(whole)


@pytest.mark.parametrize(
    ("header", "first", "last"), [("bytes=0-99", 0, 99), ("bytes=100-", 100, None), ("bytes=-50", -50, None)]
)
def test_a_part_is_sent_as_a_part(film, whole, client, header, first, last):
    answer = client.get(film.url, headers={"range": header})
    wanted = whole[first : last + 1 if last is not None else None]
    assert answer.status_code == 206
    assert bytes_of(answer) == wanted
    start = len(whole) + first if first < 0 else first
    assert answer["Content-Range"] == f"bytes {start}-{start + len(wanted) - 1}/{len(whole)}"
    assert int(answer["Content-Length"]) == len(wanted)


def test_a_part_beyond_the_end_is_refused_with_the_length(film, whole, client):
    answer = client.get(film.url, headers={"range": f"bytes={len(whole)}-"})
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(whole)}")


def test_head_tells_without_sending(film, whole, client):
    answer = client.head(film.url, headers={"range": "bytes=0-9"})
    assert (answer.status_code, answer["Content-Length"], bytes_of(answer)) == (206, "10", b"")


def test_what_the_browser_has_already_is_not_sent_again(film, client):
    tag = client.get(film.url)["ETag"]
    assert client.get(film.url, headers={"if-none-match": tag}).status_code == 304
    assert client.get(film.url, headers={"if-none-match": '"other"'}).status_code == 200


def test_a_part_of_another_file_is_not_mixed_in(film, whole, client):
    answer = client.get(film.url, headers={"range": "bytes=0-9", "if-range": '"other"'})
    assert (answer.status_code, len(bytes_of(answer))) == (200, len(whole))
    answer = client.get(film.url, headers={"range": "bytes=0-9", "if-range": film.etag})
    assert answer.status_code == 206


def test_a_large_file_is_never_read_at_once(film, client, monkeypatch):
    asked = []

    class Watched(io.BytesIO):
        def read(self, size=-1):
            asked.append(size)
            return super().read(size)

    monkeypatch.setattr(store().__class__, "open", lambda self, name: Watched(b"film" * 2**18))
    Recording.objects.filter(pk=film.pk).update(size=5 * 2**30)
    answer = client.get(film.url, headers={"range": f"bytes={2**19}-"})
    assert (answer.status_code, answer["Content-Length"]) == (206, str(5 * 2**30 - 2**19))
    assert len(bytes_of(answer)) == 2**19
    assert 0 < max(asked) <= 2**18


def test_the_file_can_do_nothing_when_it_is_opened_on_its_own(film, client):
    answer = client.get(film.url)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"].startswith("private")


def test_another_name_under_the_same_number_is_not_found(film, client):
    assert client.get(film.url.replace(".mp4", ".webm")).status_code == 404


def test_the_server_in_front_may_send_the_bytes(film, client, settings):
    settings.RECORDING_ACCEL_PREFIX = "/kept/"
    answer = client.get(film.url, headers={"range": "bytes=0-9"})
    assert (answer["X-Accel-Redirect"], answer.content) == (f"/kept/{film.file}", b"")


# Who


def test_nobody_outside_sees_a_recording_before_a_lesson_shows_it(recording, client, sign_in, make_user):
    assert client.get(recording.url).status_code == 404
    assert sign_in(make_user("路人")).get(recording.url).status_code == 404


def test_its_college_and_its_reviewers_see_it_before(recording, author, reviewer, sign_in):
    for person in (author, reviewer):
        assert sign_in(person).get(recording.url).status_code == 200


def test_the_authors_of_another_college_do_not(recording, association, make_user, member, sign_in):
    from courses.catalogue.services import open_college_tree
    from lms.organisations.models import Organisation

    other = Organisation.objects.create(name="临港技术学院", slug="lingang", kind="college")
    open_college_tree(other, reviewers=association)
    outsider = member(make_user("许老师"), other, Role.AUTHOR)
    client = sign_in(outsider)
    for address in (recording.url, recording.get_absolute_url(), f"{recording.get_absolute_url()}captions/zh-Hans/"):
        assert client.get(address).status_code == 404, address
    assert recording.title not in client.get("/recordings/").content.decode()
    for address in ("snippets/choose/media/recording/", f"snippets/choose/media/recording/chosen/{recording.pk}/",
                    f"snippets/media/recording/usage/{recording.pk}/", f"snippets/media/recording/history/{recording.pk}/"):  # fmt: skip
        assert recording.title not in client.get(f"/cms/{address}").content.decode("unicode-escape"), address


def test_the_chooser_offers_the_college_its_own(recording, author, sign_in):
    page = sign_in(author).get("/cms/snippets/choose/media/recording/")
    assert recording.title in page.json()["html"]


def test_learners_of_the_course_keep_what_the_lesson_no_longer_shows(
    film, course, lessons, publish_with, make_user, sign_in, now
):
    describe(film, title=film.title, audience=Audience.LEARNERS, signed=None)
    learner = make_user("王小芳")
    enrol(course, user=learner, now=now)
    assert sign_in(make_user("李明")).get(film.url).status_code == 404
    assert sign_in(learner).get(film.url).status_code == 200
    publish_with()
    assert sign_in(learner).get(film.url).status_code == 200


def test_the_public_does_not_keep_it(film, publish_with, client):
    publish_with()
    assert client.get(film.url).status_code == 404


def test_a_withdrawn_or_hidden_lesson_hides_its_recording(film, lessons, course, client):
    from wagtail.models import PageViewRestriction

    restriction = PageViewRestriction.objects.create(page=course, restriction_type="login")
    assert client.get(film.url).status_code == 404
    restriction.delete()
    lessons[0].refresh_from_db()
    lessons[0].unpublish()
    assert client.get(film.url).status_code == 404


def test_the_signed_version_is_seen_with_its_recording(film, make_recording, client):
    signed = make_recording("量座宽（手语）")
    assert client.get(signed.url).status_code == 404
    describe(film, title=film.title, audience=Audience.EVERYONE, signed=signed)
    assert client.get(signed.url).status_code == 200


def test_a_recording_in_a_lesson_cannot_be_deleted(film):
    with pytest.raises(DomainError, match="in_use"):
        delete_recording(film)


def test_a_deleted_recording_leaves_no_file(recording, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        delete_recording(recording)
    assert not store().exists(recording.file)


def test_watching_costs_few_queries(film, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        client.get(film.url, headers={"range": "bytes=0-9"})


def test_who_writes_in_a_joint_course_sees_its_films_and_no_other_draft_of_its_college(
    make_recording, lessons, course, other, other_author, administrator, other_administrator, sign_in, now
):
    secret, joint = make_recording("草稿"), make_recording("合办")
    lessons[0].body = [("video", {"recording": joint, "task": ""})]
    lessons[0].save()
    offer = offer_course(course, other, actor=administrator, now=now)
    client = sign_in(other_author)
    assert client.get(joint.url).status_code == 404
    agree_to_course(offer, actor=other_administrator, now=now)
    assert client.get(joint.url).status_code == 200
    assert client.get(secret.url).status_code == 404
