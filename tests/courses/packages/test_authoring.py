"""How a college gets a package: uploaded whole or in pieces, kept to itself, and let into a lesson only with its words."""

import json

import pytest
from django.db import connection
from django.urls import reverse

from courses.catalogue.accessibility.facts import parts_of
from courses.catalogue.accessibility.gate import findings_of
from courses.catalogue.accessibility.rules import examine
from courses.catalogue.services import open_college_tree
from courses.media.models import Upload
from courses.packages.models import Package
from courses.packages.rules.manifest import read_facts
from courses.packages.services import packages as services
from lms.core.errors import DomainError
from lms.organisations.models import Organisation
from lms.organisations.rules import Role

from .conftest import KEYS, WORDS, web, zipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def outsider(make_user, member, association):
    other = Organisation.objects.create(name="别处学院", slug="elsewhere", kind="college")
    open_college_tree(other, reviewers=association)
    return member(make_user("外人"), other, Role.AUTHOR)


def form(collection, data, **more):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return {"title": "选轮椅", "collection": collection.pk, "file": SimpleUploadedFile("p.zip", data), **more}


def begin(client, collection, data):
    return client.post(
        reverse("packages:begin_upload"),
        json.dumps({"title": "选轮椅", "size": len(data), "collection": collection.pk}),
        content_type="application/json",
        headers={"accept": "application/json"},
    )


def piece(client, url, data, offset):
    kind = "application/offset+octet-stream"
    return client.patch(url, data, content_type=kind, headers={"upload-offset": str(offset), "accept": "application/json"})


def pieces(client, collection, data, *, cut=60):
    answer = begun = begin(client, collection, data)
    if begun.status_code == 201:
        for offset in range(0, len(data), cut):
            answer = piece(client, begun.json()["url"], data[offset : offset + cut], offset)
    return answer


def test_a_package_comes_whole(collection, sign_in, author):
    answer = sign_in(author).post(reverse("packages:new"), form(collection, web()))
    assert answer["Location"] == Package.objects.get().get_absolute_url()
    assert "选轮椅" in sign_in(author).get(answer["Location"]).content.decode()


def test_a_package_comes_in_pieces(collection, sign_in, author):
    done = pieces(sign_in(author), collection, web())
    assert (done.status_code, done.json()) == (201, {"package": Package.objects.get().get_absolute_url()})
    assert not Upload.objects.exists()


def test_a_refused_package_says_why_and_leaves_nothing(collection, sign_in, author, settings):
    bad = zipped({"course/index.html": "x"})
    page = sign_in(author).post(reverse("packages:new"), form(collection, bad))
    assert page.status_code == 422
    assert "imsmanifest.xml" in page.content.decode()
    refused = pieces(sign_in(author), collection, bad)
    assert (refused.status_code, refused.json()["code"]) == (422, "packages.in_a_folder")
    assert not Package.objects.exists()
    assert not Upload.objects.exists()
    assert not list(settings.UPLOAD_DIR.iterdir())


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_while_a_package_is_looked_through(collection, sign_in, author, monkeypatch):
    looked = []

    def look(*args):
        looked.append(connection.in_atomic_block)
        return read_facts(*args)

    monkeypatch.setattr(services, "read_facts", look)
    assert pieces(sign_in(author), collection, web(), cut=10_000).status_code == 201
    assert sign_in(author).post(reverse("packages:new"), form(collection, web())).status_code == 302
    assert looked == [False, False]


def test_who_has_left_the_college_meanwhile_finishes_no_upload(collection, sign_in, author, settings):
    client, data = sign_in(author), web()
    begun = begin(client, collection, data)
    author.groups.clear()
    answer = piece(client, begun.json()["url"], data, 0)
    assert answer.status_code == 404
    assert not Package.objects.exists()
    assert not Upload.objects.exists()
    assert not list(settings.UPLOAD_DIR.iterdir())


def test_what_is_no_zip_is_refused_with_its_first_bytes(collection, sign_in, author):
    refused = pieces(sign_in(author), collection, b"%PDF-1.7" * 20_000, cut=100_000)
    assert refused.status_code in (404, 422)  # the second piece finds no upload any more
    assert not Upload.objects.exists()


def test_too_large_is_said_before_a_byte_is_sent(collection, sign_in, author, settings):
    settings.PACKAGE_MAX_BYTES = 100
    refused = pieces(sign_in(author), collection, web())
    assert (refused.status_code, refused.json()["code"]) == (422, "packages.too_large")


def test_another_college_finds_nothing_of_it(make_package, collection, sign_in, outsider, author):
    package = make_package()
    assert package.title in sign_in(author).get(reverse("packages:packages")).content.decode()
    client = sign_in(outsider)
    assert package.title not in client.get(reverse("packages:packages")).content.decode()
    assert client.get(package.get_absolute_url()).status_code == 404
    assert client.post(reverse("packages:delete", args=[package.pk])).status_code == 404
    assert pieces(client, collection, web()).status_code == 404
    chooser = reverse("wagtailsnippetchoosers_packages_package:choose")
    assert package.title not in client.get(chooser).json()["html"]
    assert package.title in sign_in(author).get(chooser).json()["html"]


def test_a_learner_sees_no_page_of_authors(sign_in, make_user, tree):
    client = sign_in(make_user("王小芳"))
    for name in ("packages", "new"):
        assert client.get(reverse(f"packages:{name}")).status_code == 403


def test_a_package_is_renamed_and_deleted(make_package, sign_in, author):
    package = make_package()
    client = sign_in(author)
    client.post(package.get_absolute_url(), {"title": "换个名字"})
    package.refresh_from_db()
    assert package.title == "换个名字"
    assert client.post(reverse("packages:delete", args=[package.pk]))["Location"] == reverse("packages:packages")
    assert not Package.objects.exists()


def test_the_list_costs_the_same_however_long(make_package, sign_in, author, django_assert_max_num_queries):
    client = sign_in(author)
    make_package()
    client.get(reverse("packages:packages"))
    with django_assert_max_num_queries(30) as one:
        client.get(reverse("packages:packages"))
    for number in range(4):
        make_package(title=f"件{number}")
    with django_assert_max_num_queries(len(one)):
        client.get(reverse("packages:packages"))


@pytest.mark.parametrize(
    ("words", "keys", "found"),
    [
        (WORDS, KEYS, []),
        ("", KEYS, [("package_without_words", ("words",))]),
        ("选轮椅", KEYS, [("package_without_words", ("words",))]),
        (WORDS, " ", [("package_without_keys", ("keys",))]),
    ],
)
def test_a_package_has_its_words_and_its_keys(words, keys, found):
    from types import SimpleNamespace

    block = SimpleNamespace(block_type="package", id="b1", value={"package": None, "words": words, "keys": keys})
    findings = [finding for finding in examine(parts_of([block])) if not finding.is_warning]
    assert [(finding.code, finding.path) for finding in findings] == found
    assert all(finding.block == "b1" for finding in findings)


def test_a_lesson_whose_package_has_no_words_is_not_published(make_package, lessons):
    lesson = lessons[0]
    lesson.body = [("package", {"package": make_package(), "task": "", "words": "", "keys": ""})]
    assert {finding.code for finding in findings_of(lesson)} >= {"package_without_words", "package_without_keys"}
    with pytest.raises(DomainError, match="lesson_shuts_out"):
        lesson.save_revision().publish()


def test_the_words_of_a_package_are_found_by_search(make_package, publish_with):
    lesson = publish_with(make_package())
    assert WORDS in lesson.plain_text()
    assert "选轮椅" in lesson.plain_text()
