"""What one college drafts does not exist for another: not by address, search, chooser, report or API."""

import json

import pytest
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Page

from courses.catalogue.models import LessonPage, ModulePage
from courses.catalogue.services import open_college_tree
from lms.organisations.models import Organisation
from lms.organisations.rules import Role

pytestmark = pytest.mark.django_db
TITLE = "未公开的扶手课"
ADDRESSES = [
    "pages/{pk}/", "pages/{pk}/edit/", "pages/{pk}/view_draft/", "pages/{pk}/edit/preview/", "pages/{pk}/usage/",
    "pages/{pk}/history/", "pages/{pk}/workflow_history/", "pages/{pk}/copy/", "pages/{pk}/move/", "pages/{pk}/delete/",
    "pages/{pk}/revisions/compare/earliest...latest/", "pages/{pk}/privacy/", "choose-page/", "choose-page/{pk}/",
    "choose-page/{parent}/", "choose-page/search/?q=扶手", "pages/search/?q=扶手", "pages/search/results/?q=扶手",
    "api/main/pages/{pk}/", "api/main/pages/?child_of={parent}", "api/main/pages/?for_explorer=1", "reports/site-history/",
    "reports/aging-pages/", "reports/workflow/", "reports/workflow_tasks/", "reports/page-types-usage/",
    "reports/page-types-usage/results/", "pages/{pk}/move/{parent}/confirm/", "choose-page/chosen-multiple/?id={pk}",
    "bulk/wagtailcore/page/delete/?id={pk}", "bulk/wagtailcore/page/move/?id={pk}", "bulk/wagtailcore/page/publish/?id=all",
]  # fmt: skip
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def draft(course):
    module = ModulePage.objects.child_of(course).first()
    lesson = LessonPage(slug="secret", title=TITLE, live=False)
    module.add_child(instance=lesson)
    lesson.save_revision()
    return lesson


@pytest.fixture
def outsider(association, make_user, member, client):
    """An author of another college, signed in."""
    other = Organisation.objects.create(name="临港技术学院", slug="lingang", kind="college")
    open_college_tree(other, reviewers=association)
    person = member(make_user("许老师"), other, Role.AUTHOR)
    client.force_login(person, backend=BACKEND)
    return person


def test_no_address_of_the_admin_tells_another_college_of_a_draft(draft, outsider, client):
    escaped = json.dumps(TITLE).strip('"')
    for address in ADDRESSES:
        where = "/cms/" + address.format(pk=draft.pk, parent=draft.get_parent().pk)
        text = client.get(where, headers={"x-requested-with": "XMLHttpRequest"}).content.decode()
        assert TITLE not in text, where
        assert escaped not in text, where


def test_the_same_addresses_tell_the_college_itself(draft, author, client):
    client.force_login(author, backend=BACKEND)
    parent = draft.get_parent().pk
    assert TITLE in client.get(f"/cms/pages/{draft.pk}/edit/").content.decode()
    assert TITLE in client.get(f"/cms/pages/{parent}/").content.decode()
    assert TITLE in client.get(f"/cms/choose-page/{parent}/").json()["html"]
    assert client.get(f"/cms/api/main/pages/{draft.pk}/").json()["title"] == TITLE


def test_a_draft_cannot_be_changed_or_published_from_outside(draft, outsider, client):
    before = draft.revisions.count()
    client.post(f"/cms/pages/{draft.pk}/edit/", {"title": "改了", "slug": "secret", "action-publish": "1"})
    client.post(f"/cms/api/main/pages/{draft.pk}/action/publish/")
    draft.refresh_from_db()
    assert (draft.live, draft.title, draft.revisions.count()) == (False, TITLE, before)


def test_an_author_does_not_publish_by_asking_for_it(draft, author, client):
    client.force_login(author, backend=BACKEND)
    client.post(f"/cms/api/main/pages/{draft.pk}/action/publish/")
    client.post(f"/cms/bulk/wagtailcore/page/publish/?id={draft.pk}")
    assert not Page.objects.get(pk=draft.pk).live


def test_images_and_documents_stay_in_their_college(tree, college, outsider, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    collection = Collection.objects.get(name=college.name)
    image = Image.objects.create(title="外校不该见的图", file=get_test_image_file(), collection=collection)
    document = Document.objects.create(title="外校不该见的文档", file=get_test_image_file(), collection=collection)
    for address in (
        "images/",
        "images/chooser/",
        f"images/{image.pk}/",
        "documents/",
        "documents/chooser/",
        f"documents/edit/{document.pk}/",
    ):
        text = client.get(f"/cms/{address}").content.decode()
        assert "外校不该见" not in text, address
        assert "\\u5916\\u6821" not in text, address
    assert client.get("/cms/api/main/images/").json()["items"] == []
    assert client.get("/cms/api/main/documents/").json()["items"] == []


def test_the_admin_has_no_sign_in_of_its_own(client):
    answer = client.get("/cms/login/?next=/cms/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=/cms/")
    assert client.get("/cms/").headers["Location"].startswith("/accounts/login/")


def test_editors_land_where_they_work(author, tree, client):
    client.force_login(author, backend=BACKEND)
    assert client.get("/start/").headers["Location"] == "/cms/"
