"""Every address below `/cms/` asked with another college's keys: none tells a title, none breaks.

The addresses are read from the resolver, so that one which a later version adds is asked too; what a
part of its path stands for must then be told here, or the test says so.
"""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from wagtail.admin.models import EditingSession
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Comment, Page, UploadedFile

from courses.catalogue import admin_guard
from courses.catalogue.models import CollegePage, CoursePage, Figure, GlossaryTerm, LessonPage, ModulePage
from courses.catalogue.services import open_college_tree
from courses.media.models import Recording
from courses.packages.models import Package
from courses.questionbank.models import Item
from lms.organisations.models import Organisation
from lms.organisations.rules import Role

from .test_isolation import BACKEND, outsider  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db
SECRET = "暗室"
# Enough for the forms of links, which stumble over an empty one.
FORM = {"title": "闯入", "external-link-chooser-url": "https://example.org/", "external-link-chooser-link_text": "去"}
XHR = {"x-requested-with": "XMLHttpRequest"}
# Not asked: the way out, the door, what any visitor may read, and the view made to fail.
ELSEWHERE = re.compile(r"^(logout|login|password_reset|sprite|jsi18n|failwhale|test404)/|^\^\.\*/\$$")
PART = re.compile(r"\(\?P<(\w+)>.*?\)|<(?:\w+:)?(\w+)>")
PAGE_PARTS = ("page_id", "parent_page_id", "page_to_move_id", "page_pk")
KEYS_OF_A_PAGE = ("id", "childOf", "parent_page_id", "child_of", "descendant_of", "ancestor_of", "translation_of", "object_id")


@pytest.fixture
def secrets(course, college, association, author, tmp_path, settings):
    """What the college keeps to itself: a locked draft under review with a comment, and one file of each kind."""
    settings.MEDIA_ROOT = tmp_path
    module = ModulePage.objects.child_of(course).first()
    draft = LessonPage(slug="anshi", title=f"{SECRET}扶手课", live=False, owner=author)
    module.add_child(instance=draft)
    revision = draft.save_revision(user=author, log_action=True)
    Comment.objects.create(page=draft, user=author, text=f"{SECRET}批注", contentpath="title")
    state = draft.get_workflow().start(draft, author)
    draft.refresh_from_db()
    draft.locked, draft.locked_by = True, author
    draft.save()
    collection = Collection.objects.get(name=college.name)
    image = Image.objects.create(title=f"{SECRET}图", file=get_test_image_file(), collection=collection)
    document = Document.objects.create(title=f"{SECRET}文档", file=get_test_image_file(), collection=collection)
    figure = Figure(title=f"{SECRET}插图", alt=f"{SECRET}说明", collection=collection)
    figure.set_svg("<svg/>", width=1, height=1)
    figure.save()
    word = GlossaryTerm.objects.create(collection=collection, term=f"{SECRET}词", meaning=f"{SECRET}意思")
    recording = Recording.objects.create(
        title=f"{SECRET}影片", kind="video", content_type="video/mp4", file="aa/anshi.mp4", size=1, duration_ms=1,
        collection=collection, created_at=revision.created_at,
    )  # fmt: skip
    package = Package.objects.create(
        title=f"{SECRET}课件", kind="web", file="aa/anshi.zip", size=1, files=1, unpacked=1, launch="index.html",
        collection=collection, created_at=revision.created_at,
    )  # fmt: skip
    draft_course = CoursePage(slug="anshi-course", title=f"{SECRET}课程", summary="摘要", live=False)
    CollegePage.objects.get(organisation=college).add_child(instance=draft_course)
    item = Item.objects.filter(organisation=association, pool="practice").first()
    secret_item = Item.objects.create(
        organisation=Organisation.objects.create(name="暗室协会", slug="anshi-association", kind="association"),
        key="anshi-1", kind="true_false", stem=f"{SECRET}题", answer=["true"], function=item.function, module="m1", pool="practice",
    )  # fmt: skip
    upload = UploadedFile.objects.create(file=get_test_image_file(), uploaded_by_user=author)
    session = EditingSession.objects.create(user=author, content_object=draft, last_seen_at=revision.created_at)
    return {
        "draft": draft, "revision": revision, "state": state, "collection": collection, "image": image,
        "document": document, "figure": figure, "word": word, "item": secret_item, "upload": upload, "session": session,
        "recording": recording, "package": package, "course": draft_course,
    }  # fmt: skip


def patterns(found, before="", spaces=()):
    for pattern in found:
        text = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from patterns(pattern.url_patterns, text, (*spaces, pattern.namespace))
        elif text.startswith("cms/") and not ELSEWHERE.match(text[4:]):
            yield text[4:], spaces


def parts_of(text):
    return [first or second for first, second in PART.findall(text)]


def meanings(secrets, spaces):
    """What each part of a path may stand for; several values where an address names several kinds of thing."""
    draft, state = secrets["draft"], secrets["state"]
    pages = [draft.pk, draft.get_parent().pk]
    by_space = {
        "wagtailadmin_pages": pages,
        "pages": pages,
        "wagtailadmin_collections": [secrets["collection"].pk],
        "wagtailadmin_workflows": [state.workflow_id, state.current_task_state.task_id],
        "wagtailimages_chooser": [secrets["image"].pk],
        "images": [secrets["image"].pk],
        "wagtaildocs_chooser": [secrets["document"].pk],
        "documents": [secrets["document"].pk],
        "wagtailsnippets_catalogue_figure": [secrets["figure"].pk],
        "wagtailsnippetchoosers_catalogue_figure": [secrets["figure"].pk],
        "wagtailsnippets_catalogue_glossaryterm": [secrets["word"].pk],
        "wagtailsnippetchoosers_catalogue_glossaryterm": [secrets["word"].pk],
        "wagtailsnippets_media_recording": [secrets["recording"].pk],
        "wagtailsnippetchoosers_media_recording": [secrets["recording"].pk],
        "wagtailsnippets_packages_package": [secrets["package"].pk],
        "wagtailsnippetchoosers_packages_package": [secrets["package"].pk],
        "practice_items": [secrets["item"].pk],
        "programme_courses": [secrets["course"].pk],
        "videos": [secrets["recording"].pk],
        # Rows that no college keeps; asked all the same, with the draft's number.
        "wagtailsites": [draft.pk], "wagtailusers_users": [draft.owner_id], "wagtailusers_groups": [draft.pk],
    }  # fmt: skip
    known = {
        "pk": next((by_space[space] for space in reversed(spaces) if space in by_space), None),
        "destination_id": [pages[1]],
        "image_id": [secrets["image"].pk], "document_id": [secrets["document"].pk], "doc_id": [secrets["document"].pk],
        "collection_id": [secrets["collection"].pk], "redirect_id": [draft.pk], "uploaded_file_id": [secrets["upload"].pk],
        "revision_id": [secrets["revision"].pk], "revision_id_a": ["earliest"], "revision_id_b": ["latest"],
        "task_state_id": [state.current_task_state.pk], "workflow_state_id": [state.pk],
        "task_id": [state.current_task_state.task_id], "workflow_pk": [state.workflow_id],
        "session_id": [secrets["session"].pk], "object_id": [draft.pk], "filter_spec": ["max-10x10"],
        "content_type_app_name": ["catalogue"], "content_type_model_name": ["lessonpage"],
        "app_label": ["catalogue"], "app_name": ["catalogue"], "model_name": ["lessonpage"],
        "action_name": ["approve", "publish", "copy", "move", "delete", "create_alias", "unpublish"], "action": ["delete"],
        **dict.fromkeys(PAGE_PARTS, pages),
    }  # fmt: skip
    return {name: values for name, values in known.items() if values}


def addresses(secrets):
    """Return every address with the parts of its path filled in, and the parts that nothing is known of."""
    full, unknown = [], []
    for text, spaces in patterns(get_resolver().url_patterns):
        known = meanings(secrets, spaces)
        unknown += [f"{name} in {text}" for name in parts_of(text) if name not in known]
        full += filled(text.replace("^", "").replace("$", "").replace("\\.", "."), known)
    return full, unknown


def filled(text, known):
    part = PART.search(text)
    if part is None:
        return [f"/cms/{text}"]
    values = known.get(part[1] or part[2], [1])
    return [done for value in values for done in filled(text[: part.start()] + str(value) + text[part.end() :], known)]


def bulk_and_chosen(secrets):
    """Addresses that act upon rows named behind the question mark, or upon all of a list."""
    draft, parent = secrets["draft"], secrets["draft"].get_parent()
    index = CollegePage.objects.ancestor_of(draft).get().get_parent()
    rows = [
        ("wagtailcore/page", ("delete", "move", "publish", "unpublish"), draft),
        ("wagtailimages/image", ("delete", "add_tags", "add_to_collection"), secrets["image"]),
        ("wagtaildocs/document", ("delete", "add_tags", "add_to_collection"), secrets["document"]),
        ("catalogue/figure", ("delete",), secrets["figure"]),
        ("media/recording", ("delete",), secrets["recording"]),
        ("packages/package", ("delete",), secrets["package"]),
        ("catalogue/glossaryterm", ("delete",), secrets["word"]),
    ]
    for model, actions, row in rows:
        for action in actions:
            for query in (f"id={row.pk}", "id=all", f"id=all&childOf={parent.pk}", f"id=all&childOf={index.pk}", "id=all&q=扶手"):
                yield f"/cms/bulk/{model}/{action}/?{query}"
    for chooser, row in (
        ("choose-page", draft), ("images/chooser", secrets["image"]), ("documents/chooser", secrets["document"]),
        ("snippets/choose/catalogue/figure", secrets["figure"]), ("snippets/choose/media/recording", secrets["recording"]),
        ("snippets/choose/packages/package", secrets["package"]),
        ("practice-items", secrets["item"]),
        ("programme-courses", secrets["course"]),
        ("videos", secrets["recording"]),
        ("snippets/choose/catalogue/glossaryterm", secrets["word"]),
    ):  # fmt: skip
        yield f"/cms/{chooser}/chosen-multiple/?id={row.pk}"


def lists_asked_for_more(secrets):
    """Lists asked to begin at the draft, or to find it."""
    draft, parent = secrets["draft"], secrets["draft"].get_parent()
    for place in (
        "api/main/pages/", "api/main/pages/find/", "pages/", "pages/search/results/", "choose-page/",
        "choose-page/search/", "reports/site-history/", "reports/workflow/", "reports/locked/", "reports/aging-pages/",
    ):  # fmt: skip
        for key in KEYS_OF_A_PAGE:
            yield f"/cms/{place}?{key}={parent.pk}"
        yield f"/cms/{place}?id={draft.pk}"
        yield f"/cms/{place}?q=扶手"
        yield f"/cms/{place}?search=扶手&fields=*"


def told(answer):
    content = b"".join(answer) if answer.streaming else answer.content
    text = content.decode(errors="replace")
    return SECRET in text or json.dumps(SECRET).strip('"') in text


def leaks(client, found):
    """Return what tells the secret or breaks; a refusal that tells it waits in a message for the next page."""
    client.raise_request_exception = False
    bad = []
    for method, address, headers in found:
        answer = client.post(address, FORM, headers=headers) if method == "post" else client.get(address, headers=headers)
        if told(answer) or answer.status_code >= 500:
            bad.append(f"{method} {address} {answer.status_code}")
    if told(client.get("/cms/")):
        bad.append("a message on the first page")
    return "\n".join(bad)


def test_every_part_of_an_address_is_known(secrets):
    assert addresses(secrets)[1] == []


def test_no_address_tells_an_outsider_anything_or_breaks(secrets, outsider, client):
    found = addresses(secrets)[0]
    assert f"/cms/pages/{secrets['draft'].pk}/edit/" in found
    asked = [(method, address, headers) for address in found for method, headers in (("get", {}), ("post", {}))]
    assert not leaks(client, asked)


def test_no_bulk_action_or_choice_names_an_outsiders_rows(secrets, outsider, client):
    found = list(bulk_and_chosen(secrets))
    assert not leaks(client, [(method, address, {}) for address in found for method in ("get", "post")])
    assert Page.objects.filter(pk=secrets["draft"].pk, live=False).exists()
    for name in ("image", "document", "figure", "word"):
        secrets[name].refresh_from_db()


def test_no_list_finds_the_draft_for_an_outsider(secrets, outsider, client):
    assert not leaks(client, [("get", address, XHR) for address in lists_asked_for_more(secrets)])


def test_a_writer_for_two_colleges_still_does_not_meet_the_third(secrets, outsider, member, client, association):
    """The course index then belongs to what she may open, and with it "all" of what lies below."""
    third = Organisation.objects.create(name="第三学院", slug="third", kind="college")
    open_college_tree(third, reviewers=association)
    member(outsider, third, Role.AUTHOR)
    index = CollegePage.objects.first().get_parent()
    assert client.get(f"/cms/choose-page/{index.pk}/", headers=XHR).status_code == 200
    assert not leaks(client, [("get", address, {}) for address in [*bulk_and_chosen(secrets), f"/cms/pages/{index.pk}/"]])


@pytest.mark.parametrize("address", ["{own}/copy/", "{own}/move/", "create"])
def test_a_form_of_ones_own_does_not_name_the_page_that_was_smuggled_into_it(secrets, outsider, client, address):
    own = CoursePage(slug="own", title="自己的课", summary="摘要")
    CollegePage.objects.get(organisation__slug="lingang").add_child(instance=own)
    where = "/cms/pages/create/catalogue/lessonpage" if address == "create" else f"/cms/pages/{address.format(own=own.pk)}"
    draft = str(secrets["draft"].pk)
    answer = client.post(where, {"new_parent_page": draft, "parent_page": draft, "new_title": "", "new_slug": ""}, follow=True)
    assert not told(answer)
    answer = client.post(f"/cms/bulk/wagtailcore/page/move/?id={own.pk}", {"chooser": draft}, follow=True)
    assert not told(answer)


@pytest.mark.parametrize("action", ["copy", "move", "create_alias"])
def test_the_api_puts_nothing_below_another_colleges_page(secrets, outsider, client, action):
    own = CoursePage(slug="own", title="自己的课", summary="摘要")
    CollegePage.objects.get(organisation__slug="lingang").add_child(instance=own)
    there = CollegePage.objects.ancestor_of(secrets["draft"]).get()
    before = list(there.get_children())
    answer = client.post(f"/cms/api/main/pages/{own.pk}/action/{action}/", {"destination_page_id": there.pk, "update_slug": "x"})
    assert 400 <= answer.status_code < 500
    assert not told(answer)
    assert list(there.get_children()) == before


def test_a_number_that_is_no_rows_gets_the_same_answer_as_another_colleges(secrets, outsider, client):
    for key in (secrets["draft"].pk, 999999, 10**30):
        answer = client.get(f"/cms/pages/{key}/move/{key}/confirm/")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/cms/")
    assert client.get("/cms/choose-page/chosen-multiple/?id=x", headers=XHR).status_code == 403


@pytest.mark.parametrize("who", ["author", "reviewer"])
def test_the_guard_takes_nothing_from_those_who_may_see(secrets, client, request, monkeypatch, who):
    client.force_login(request.getfixturevalue(who), backend=BACKEND)
    client.raise_request_exception = False
    found = addresses(secrets)[0]
    guarded = {each: client.get(each).status_code for each in found}
    monkeypatch.setattr(admin_guard, "sees_all", lambda *args: True)
    opened = [each for each in found if client.get(each).status_code == 200]
    assert f"/cms/pages/{secrets['draft'].pk}/edit/" in opened
    assert [each for each in opened if guarded[each] != 200] == []


def test_the_college_itself_acts_upon_its_own(secrets, author, client):
    client.force_login(author, backend=BACKEND)
    draft, image, figure = secrets["draft"], secrets["image"], secrets["figure"]
    for address in (
        f"pages/{draft.pk}/history/", f"bulk/wagtailcore/page/move/?id={draft.pk}",
        f"bulk/wagtailcore/page/delete/?id=all&childOf={draft.get_parent().pk}",
        f"bulk/wagtailimages/image/add_tags/?id={image.pk}",
    ):  # fmt: skip
        answer = client.get(f"/cms/{address}")
        assert answer.status_code == 200, address
        assert told(answer), address
    for chooser, row in (("choose-page", draft), ("images/chooser", image), ("snippets/choose/catalogue/figure", figure)):
        assert told(client.get(f"/cms/{chooser}/chosen-multiple/?id={row.pk}")), chooser


def test_the_guard_costs_the_same_for_one_page_and_for_many(secrets, author, modules, lessons):
    user = type(author).objects.get(pk=author.pk)
    keys = [str(page.pk) for page in (*modules, *lessons)]
    with CaptureQueriesContext(connection) as one:
        assert admin_guard.sees_all(user, Page, keys[:1])
    user = type(author).objects.get(pk=author.pk)
    with CaptureQueriesContext(connection) as many:
        assert admin_guard.sees_all(user, Page, keys)
    assert len(one) == len(many)
