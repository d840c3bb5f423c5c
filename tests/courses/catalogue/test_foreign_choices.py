"""Another college's figures, images, documents and quizzes, tried by number: in forms, by address, from drafts."""

import pytest
from django.core.files.base import ContentFile
from wagtail.documents.models import Document
from wagtail.models import Collection, Page

from courses.catalogue.models import CollegePage, CoursePage, Figure, LessonPage, ModulePage
from courses.catalogue.quiz_choice import quizzes_for
from courses.questionbank.models import Item
from courses.questionbank.services import import_items, set_blueprint
from lms.organisations.rules import Role
from tests.courses.questionbank.conftest import item_rows

from .test_isolation import BACKEND, outsider  # noqa: F401 (a fixture)
from .test_tree import figure_of

pytestmark = pytest.mark.django_db
SECRET = "暗室轮椅图"


@pytest.fixture
def foreign(tree, college):
    return figure_of(college, title=SECRET)


@pytest.fixture
def own_course(outsider):
    tree = CollegePage.objects.get(organisation__slug="lingang")
    course = CoursePage(slug="own", title="自己的课", summary="摘要", live=False)
    tree.add_child(instance=course)
    course.save_revision()
    return course


def course_form(**changed):
    empty = {"objectives-count": "0", "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}
    return {"title": "自己的课", "slug": "own", "summary": "摘要", "hours": "1", "credits": "0", "cover": ""} | empty | changed


def lesson_form(figure):
    stream = {
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "figure",
        "body-0-id": "",
        "body-0-value-figure": str(figure.pk),
        "body-0-value-caption": "",
    }
    comments = {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}
    return {"title": "课", "slug": "ke", "summary": "", "minutes": "", **stream, **comments}


def test_a_cover_of_another_college_is_neither_told_nor_taken(foreign, own_course, client):
    for form in (course_form(cover=foreign.pk), course_form(cover=foreign.pk, title="")):
        for address in (f"/cms/pages/{own_course.pk}/edit/", f"/cms/pages/{own_course.pk}/edit/preview/"):
            assert SECRET not in client.post(address, form, follow=True).content.decode()
    assert CoursePage.objects.get(pk=own_course.pk).get_latest_revision_as_object().cover_id is None


def test_ones_own_cover_is_taken(own_course, client):
    figure = figure_of(CollegePage.objects.get(organisation__slug="lingang").organisation, title="自己的图")
    client.post(f"/cms/pages/{own_course.pk}/edit/", course_form(cover=figure.pk))
    assert CoursePage.objects.get(pk=own_course.pk).get_latest_revision_as_object().cover_id == figure.pk


def test_a_cover_that_stands_there_already_may_stay(foreign, own_course, client):
    own_course.cover = foreign
    own_course.save_revision()
    answer = client.post(f"/cms/pages/{own_course.pk}/edit/", course_form(cover=foreign.pk, title="新名字"))
    assert answer.status_code == 302
    kept = CoursePage.objects.get(pk=own_course.pk).get_latest_revision_as_object()
    assert (kept.title, kept.cover_id) == ("新名字", foreign.pk)


@pytest.mark.parametrize("minutes", ["20", ""])
def test_a_figure_of_another_college_inside_a_lesson_is_neither_told_nor_taken(foreign, own_course, client, minutes):
    module = own_course.add_child(instance=ModulePage(slug="m", title="模块", live=False))
    lesson = module.add_child(instance=LessonPage(slug="ke", title="课", live=False))
    lesson.save_revision()
    answer = client.post(f"/cms/pages/{lesson.pk}/edit/", lesson_form(foreign) | {"minutes": minutes}, follow=True)
    assert SECRET not in answer.content.decode()
    assert len(LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object().body) == 0
    where = f"/cms/pages/add/catalogue/lessonpage/{module.pk}/"
    assert SECRET not in client.post(where, lesson_form(foreign), follow=True).content.decode()
    assert LessonPage.objects.child_of(module).count() == 1


def test_ones_own_figure_goes_into_a_lesson(own_course, client):
    figure = figure_of(CollegePage.objects.get(organisation__slug="lingang").organisation, title="自己的图")
    module = own_course.add_child(instance=ModulePage(slug="m", title="模块", live=False))
    client.post(f"/cms/pages/add/catalogue/lessonpage/{module.pk}/", lesson_form(figure) | {"minutes": "20"})
    (lesson,) = LessonPage.objects.child_of(module)
    assert lesson.body[0].value["figure"] == figure


def question_form(item):
    stream = {
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "quiz",
        "body-0-id": "",
        "body-0-value-title": "想一想",
        "body-0-value-items-count": "1",
        "body-0-value-items-0-deleted": "",
        "body-0-value-items-0-order": "0",
        "body-0-value-items-0-id": "",
        "body-0-value-items-0-value": str(item.pk),
    }
    comments = {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}
    return {"title": "课", "slug": "ke", "summary": "", "minutes": "20", **stream, **comments}


def an_item(organisation, pool, now):
    import_items(item_rows(module="m7", pool=pool), organisation=organisation, actor=None, now=now)
    Item.objects.filter(organisation=organisation, module="m7").update(stem=SECRET)
    return Item.objects.filter(organisation=organisation, module="m7", pool=pool).first()


@pytest.mark.parametrize("pool", ["practice", "exam"])
def test_a_question_of_another_bank_inside_a_lesson_is_neither_told_nor_taken(own_course, college, pool, client, now):
    item = an_item(college, pool, now)
    module = own_course.add_child(instance=ModulePage(slug="m", title="模块", live=False))
    lesson = module.add_child(instance=LessonPage(slug="ke", title="课", live=False))
    lesson.save_revision()
    addresses = [f"/cms/pages/{lesson.pk}/edit/", f"/cms/pages/add/catalogue/lessonpage/{module.pk}/"]
    for address in [*addresses, f"{addresses[0]}preview/", f"{addresses[1]}preview/"]:
        assert item.stem not in client.post(address, question_form(item), follow=True).content.decode()
        if address.endswith("preview/"):
            assert item.stem not in client.get(address).content.decode()
    assert len(LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object().body) == 0
    assert LessonPage.objects.child_of(module).count() == 1


def test_a_practice_question_of_ones_own_bank_goes_into_a_lesson(own_course, client, now):
    item = an_item(CollegePage.objects.get(organisation__slug="lingang").organisation, "practice", now)
    module = own_course.add_child(instance=ModulePage(slug="m", title="模块", live=False))
    client.post(f"/cms/pages/add/catalogue/lessonpage/{module.pk}/", question_form(item))
    (lesson,) = LessonPage.objects.child_of(module)
    assert list(lesson.body[0].value["items"]) == [item]
    assert client.post(f"/cms/pages/{lesson.pk}/edit/", question_form(item) | {"title": "新名字"}).status_code == 302
    assert LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object().title == "新名字"


def test_a_figures_address_needs_its_whole_hash(foreign, client):
    assert client.get(foreign.get_absolute_url()).status_code == 200
    for sha in (foreign.sha256[:1], foreign.sha256[:15], foreign.sha256, "0" * 16):
        assert client.get(f"/figures/{foreign.pk}/{sha}.svg").status_code == 404


@pytest.fixture
def document(tree, college, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    collection = Collection.objects.get(name=college.name)
    file = ContentFile("暗室内容".encode(), name="plan.txt")
    return Document.objects.create(title="暗室文档", file=file, collection=collection)


def test_a_document_that_no_page_shows_is_for_its_college_alone(document, outsider, author, client):
    assert client.get(document.url).status_code == 404
    client.logout()
    assert client.get(document.url).status_code == 404
    client.force_login(author, backend=BACKEND)
    assert client.get(document.url).status_code == 200


def test_a_document_of_a_published_page_is_for_everybody(document, lessons, client):
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import ReferenceIndex

    ReferenceIndex.objects.create(
        base_content_type=ContentType.objects.get_for_model(Page),
        content_type=ContentType.objects.get_for_model(LessonPage),
        object_id=str(lessons[0].pk),
        to_content_type=ContentType.objects.get_for_model(Document),
        to_object_id=str(document.pk),
        model_path="body",
        content_path="body",
        content_path_hash="6b8a6b6e-0000-5000-8000-000000000001",
    )
    assert client.get(document.url).status_code == 200
    Page.objects.filter(pk=lessons[0].pk).update(live=False)
    assert client.get(document.url).status_code == 404


@pytest.fixture
def quizzes(course, association, college, now):
    """One quiz of the association that stands in the college's course (see `course`), one that stands nowhere, one own."""
    import_items(item_rows(module="m9"), organisation=association, actor=None, now=now)
    import_items(item_rows(module="m9"), organisation=college, actor=None, now=now)
    rows = [{"module": "m9", "kind": "single", "count": 4, "points": "25"}]
    make = {"purpose": "quiz", "rows": rows, "actor": None, "now": now}
    set_blueprint(organisation=association, name="协会的测验", **make)
    set_blueprint(organisation=college, name="学院的测验", **make)


def test_the_quizzes_of_another_organisation_are_not_named(quizzes, author, modules, client):
    assert {quiz.name for quiz in quizzes_for(author)} == {"测验一", "学院的测验"}
    client.force_login(author, backend=BACKEND)
    text = client.get(f"/cms/pages/{modules[1].pk}/edit/").content.decode()
    assert "学院的测验" in text
    assert "协会的测验" not in text


def test_a_quiz_of_another_organisation_cannot_be_smuggled_in(quizzes, author, modules, client):
    from courses.questionbank.models import Blueprint

    client.force_login(author, backend=BACKEND)
    foreign = Blueprint.objects.get(name="协会的测验")
    form = {
        "title": "模块2",
        "slug": "m2",
        "summary": "",
        "blueprint": foreign.pk,
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
    }
    text = client.post(f"/cms/pages/{modules[1].pk}/edit/", form).content.decode()
    assert "协会的测验" not in text
    assert ModulePage.objects.get(pk=modules[1].pk).get_latest_revision_as_object().blueprint is None


def test_an_outsider_finds_no_quiz_of_anybody(quizzes, outsider):
    assert not quizzes_for(outsider).exists()


def test_who_writes_items_for_the_association_finds_its_quizzes(quizzes, make_user, member, association):
    writer = member(make_user("卫老师"), association, Role.ITEM_WRITER)
    assert "协会的测验" in {quiz.name for quiz in quizzes_for(writer)}


def test_no_address_hands_out_an_image_of_a_draft(tree, college, outsider, client, settings, tmp_path):
    from wagtail.images.models import Image
    from wagtail.images.tests.utils import get_test_image_file

    settings.MEDIA_ROOT = tmp_path
    image = Image.objects.create(
        title="暗室照片", file=get_test_image_file(), collection=Collection.objects.get(name=college.name)
    )
    for address in (
        f"/media/{image.file.name}",
        f"/cms/images/{image.pk}/",
        f"/cms/images/{image.pk}/preview/width-100/",
        f"/images/{image.pk}/",
    ):
        assert client.get(address).status_code in (302, 403, 404), address


def test_figures_stay_in_their_college(foreign, outsider, client):
    assert Figure.objects.filter(pk=foreign.pk).exists()
    for address in (
        "snippets/catalogue/figure/",
        f"snippets/catalogue/figure/edit/{foreign.pk}/",
        "snippets/choose/catalogue/figure/",
    ):
        assert SECRET not in client.get(f"/cms/{address}", follow=True).content.decode()
