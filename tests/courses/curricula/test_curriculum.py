"""A programme of study reads like a prospectus, adds up, and says what a standard demands and nobody teaches."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certification.standards.coverage import columns_of_college, columns_of_curriculum, coverage_of
from certification.standards.models import Scheme, SchemeLevel
from certification.standards.services import load_scheme
from courses.catalogue.models import CoursePage, LessonPage
from courses.catalogue.services import open_college_tree
from courses.curricula.models import CurriculumEntry, CurriculumPage
from courses.curricula.rules import terms_of, totals
from courses.curricula.selectors import prospectus_of
from courses.curricula.services import load_curriculum
from lms.demo.organisations import DATA, read_yaml
from lms.organisations.models import Organisation
from lms.organisations.rules import Role

from ..catalogue.lesson_form import lesson_form

pytestmark = pytest.mark.django_db
FILES = sorted((DATA / "programmes-of-study").glob("*.yaml"))


def data_of(**changed):
    return {
        "slug": "at-programme",
        "title": "辅具专业课程方案",
        "award_level": "三年制高职",
        "terms": 3,
        "intro": "三个学期。",
        "aims": ["会评估"],
        "courses": [
            {"course": "basics", "term": 1, "hours": 32, "kind": "必修", "functions": ["基础知识"], "at_classes": ["12"]},
            {
                "course": None,
                "title": "解剖",
                "term": 1,
                "hours": 48,
                "kind": "必修",
                "functions": ["需求评估"],
                "at_classes": [],
            },
            {"course": None, "title": "讲解", "term": 3, "hours": 16, "kind": "选修", "functions": [], "at_classes": ["04"]},
            {"course": "not-yet", "term": 3, "hours": 20, "kind": "必修", "functions": [], "at_classes": []},
        ],
    } | changed


@pytest.fixture
def curriculum(course, college):
    return load_curriculum(data_of(), college=college, titles={"not-yet": "以后的课"}, actor=None)


def test_hours_add_up_by_term_and_by_kind():
    entries = [CurriculumEntry(term=1, hours=30, kind="required"), CurriculumEntry(term=3, hours=10, kind="elective")]
    found = terms_of(entries, count=2)
    assert [(term.number, term.totals.hours) for term in found] == [(1, 30), (2, 0), (3, 10)]
    assert (totals(entries).hours, totals(entries).required, totals(entries).elective) == (40, 30, 10)


def test_the_page_shows_terms_courses_and_totals_and_leads_to_the_online_course(curriculum, course, client):
    text = client.get(curriculum.url).content.decode()
    for words in ("辅具专业课程方案", "会评估", "解剖", "讲解", "以后的课", "116"):
        assert words in text
    assert f'href="{course.url}"' in text
    prospectus = prospectus_of(curriculum)
    assert (prospectus.totals.hours, prospectus.totals.elective, prospectus.online) == (116, 16, 1)
    assert [row.code for row in prospectus.classes] == ["04", "12"]


def test_a_course_that_is_not_published_is_named_without_a_way_to_it(curriculum, course, client):
    course.unpublish()
    text = client.get(curriculum.url).content.decode()
    assert course.title in text
    assert f'href="{course.url}"' not in text


def test_a_programme_that_names_no_function_is_compared_with_a_standard_all_the_same(curriculum, client):
    address = f'href="/coverage/programmes/{curriculum.pk}/"'
    assert address in client.get(curriculum.url).content.decode()
    CurriculumEntry.objects.filter(page=curriculum).update(functions=[])
    assert prospectus_of(CurriculumPage.objects.get(pk=curriculum.pk)).functions == []
    assert address in client.get(curriculum.url).content.decode()


def test_the_college_shows_its_programmes(curriculum, tree, client):
    assert curriculum.url in client.get(tree.url).content.decode()
    curriculum.unpublish()
    assert curriculum.title not in client.get(tree.url).content.decode()


def test_loading_twice_keeps_what_an_author_changed_and_links_what_came_online(curriculum, course, tree, college):
    curriculum.intro = "改过"
    curriculum.save_revision().publish()
    later = type(course)(slug="not-yet", title="以后的课", summary="。")
    tree.refresh_from_db()
    tree.add_child(instance=later)
    again = load_curriculum(data_of(), college=college, titles={"not-yet": "以后的课"}, actor=None)
    assert (again.pk, again.intro) == (curriculum.pk, "改过")
    stored = CurriculumPage.objects.get(pk=curriculum.pk).entries.filter(course=later)
    assert stored.count() == 1
    assert CurriculumPage.objects.count() == 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_demonstrations_programmes_load_whole(path, course, college):
    data = read_yaml(path)
    page = load_curriculum(data, college=college, titles={}, actor=None)
    assert page.entries.count() == len(data["courses"])
    assert prospectus_of(page).totals.hours == sum(row["hours"] for row in data["courses"])


def test_an_author_arranges_a_programme_in_the_editor(curriculum, author, client, tree):
    client.force_login(author, backend="django.contrib.auth.backends.ModelBackend")
    text = client.get(f"/cms/pages/{curriculum.pk}/edit/").content.decode()
    assert 'name="entries-0-term"' in text
    assert 'type="checkbox" name="entries-0-functions"' in text
    assert client.get(f"/cms/pages/add/curricula/curriculumpage/{tree.pk}/").status_code == 200


def form_of(entry):
    return {
        "title": "新方案",
        "slug": "xin",
        "award_level": "",
        "title_en": "",
        "terms": "2",
        "intro": "",
        "aims-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "entries-TOTAL_FORMS": "1",
        "entries-INITIAL_FORMS": "0",
        "entries-MIN_NUM_FORMS": "0",
        "entries-MAX_NUM_FORMS": "1000",
        **{
            f"entries-0-{name}": value
            for name, value in (
                {"term": "1", "hours": "8", "kind": "required", "course": "", "title": "", "note": ""} | entry
            ).items()
        },
    }


def test_a_row_names_a_course_and_a_term_that_is_there(author, client, tree):
    client.force_login(author, backend="django.contrib.auth.backends.ModelBackend")
    where = f"/cms/pages/add/curricula/curriculumpage/{tree.pk}/"
    assert client.post(where, form_of({})).status_code == 200
    assert client.post(where, form_of({"title": "解剖", "term": "3"})).status_code == 200
    assert not CurriculumPage.objects.exists()
    good = form_of({"title": "解剖"}) | {"entries-0-functions": ["基础知识"]}
    assert client.post(where, good).status_code == 302
    assert CurriculumPage.objects.get().get_latest_revision_as_object().entries.all()[0].functions == ["基础知识"]


# Courses to choose from


@pytest.fixture
def shenjiang(association, make_user, member):
    """A second college's tree and author."""
    college = Organisation.objects.create(name="申江学院", slug="shenjiang", kind="college")
    tree = open_college_tree(college, reviewers=association)
    return tree, member(make_user("吴老师"), college, Role.AUTHOR)


def test_a_programme_takes_another_colleges_published_course(course, shenjiang, client):
    tree, colleague = shenjiang
    client.force_login(colleague, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get("/cms/programme-courses/results/").content.decode()
    assert course.title in shown
    assert course.college_name in shown
    assert client.get(f"/cms/programme-courses/chosen/{course.pk}/").status_code == 200
    where = f"/cms/pages/add/curricula/curriculumpage/{tree.pk}/"
    assert client.post(where, form_of({"course": course.pk})).status_code == 302
    draft = CurriculumPage.objects.get().get_latest_revision_as_object()
    assert [entry.course_id for entry in draft.entries.all()] == [course.pk]


def test_a_programme_takes_no_draft_of_another_college(course, shenjiang, client):
    tree, colleague = shenjiang
    course.unpublish()
    client.force_login(colleague, backend="django.contrib.auth.backends.ModelBackend")
    assert course.title not in client.get("/cms/programme-courses/results/").content.decode()
    assert course.title not in client.get(f"/cms/programme-courses/chosen/{course.pk}/", follow=True).content.decode()
    client.post(f"/cms/pages/add/curricula/curriculumpage/{tree.pk}/", form_of({"course": course.pk}))
    assert not CurriculumPage.objects.exists()


def test_the_list_of_courses_costs_the_same_for_few_and_for_many(course, tree, author, client):
    def queries():
        with CaptureQueriesContext(connection) as context:
            assert client.get("/cms/programme-courses/results/").status_code == 200
        return len(context)

    client.force_login(author, backend="django.contrib.auth.backends.ModelBackend")
    queries()  # the first page of a process asks for what is then remembered
    few = queries()
    for number in range(10):
        tree.refresh_from_db()
        tree.add_child(instance=CoursePage(slug=f"n{number}", title=f"新课程{number}", summary="。"))
    assert queries() == few


# Functions to choose from


def offered(text, name):
    return re.findall(rf'name="{name}" value="([^"]+)"', text)


def test_authors_choose_among_the_functions_of_every_published_scheme(level, curriculum, lessons, author, client):
    """Of the demonstration's schemes: the carer's and the health carer's functions beside the consultant's."""
    client.force_login(author, backend="django.contrib.auth.backends.ModelBackend")
    for address, name in (
        (f"/cms/pages/{curriculum.pk}/edit/", "entries-0-functions"),
        (f"/cms/pages/{lessons[0].pk}/edit/", "functions"),
    ):
        names = offered(client.get(address).content.decode(), name)
        assert {"咨询与转介", "生活照护", "照护评估", "对症护理"} <= set(names)
        assert len(names) == len(set(names))


def test_a_function_of_another_scheme_is_kept_and_one_of_none_is_refused(level, lessons, author, client):
    client.force_login(author, backend="django.contrib.auth.backends.ModelBackend")
    where = f"/cms/pages/{lessons[0].pk}/edit/"
    assert client.post(where, lesson_form(lessons[0], functions=["照护评估"])).status_code == 302
    assert latest(lessons[0]).functions == ["照护评估"]
    assert client.post(where, lesson_form(lessons[0], functions=["不存在的功能"])).status_code == 200
    assert latest(lessons[0]).functions == ["照护评估"]


def test_a_function_of_a_scheme_no_longer_published_stays_a_choice_where_it_stands(level, lessons, author, client):
    LessonPage.objects.filter(pk=lessons[0].pk).update(functions=["照护评估"])
    LessonPage.objects.get(pk=lessons[0].pk).save_revision()
    Scheme.objects.exclude(pk=level.scheme_id).delete()
    client.force_login(author, backend="django.contrib.auth.backends.ModelBackend")
    own = offered(client.get(f"/cms/pages/{lessons[0].pk}/edit/").content.decode(), "functions")
    other = offered(client.get(f"/cms/pages/{lessons[1].pk}/edit/").content.decode(), "functions")
    assert "照护评估" in own
    assert "照护评估" not in other


def test_the_functions_are_asked_once_however_many_courses_a_programme_has(level, college, course):
    with CaptureQueriesContext(connection) as context:
        form = CurriculumPage.get_edit_handler().get_form_class()(
            instance=load_curriculum(data_of(), college=college, titles={}, actor=None)
        )
        assert len(form.formsets["entries"].forms) >= 4
    assert sum("standards_weightrow" in query["sql"] for query in context.captured_queries) == 1


def latest(lesson):
    return LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object()


# Coverage


@pytest.fixture
def level(now):
    for path in sorted((DATA / "standards").glob("*.yaml")):
        load_scheme(read_yaml(path), actor=None, now=now)
    return SchemeLevel.objects.get(scheme__key="at-consultant-sample", level=4)


def test_what_the_level_demands_and_no_lesson_teaches_is_named_with_its_weight(curriculum, level, lessons):
    LessonPage.objects.filter(pk=lessons[0].pk).update(functions=["使用训练与效果评价"])
    coverage = coverage_of(level, columns_of_curriculum(curriculum))
    taught = {row.function for row in coverage.rows if row.taught}
    assert taught == {"使用训练与效果评价"}
    assert {row.function for row in coverage.gaps} == {row.function for row in coverage.rows} - taught
    assert all(row.theory or row.skill for row in coverage.gaps)
    assert coverage.theory_covered == sum(row.theory or 0 for row in coverage.rows if row.taught)
    assert coverage.theory_covered < 100
    (row,) = [row for row in coverage.rows if row.function == "使用训练与效果评价"]
    assert [lesson.pk for lesson in row.lessons] == [lessons[0].pk]


def test_a_course_that_is_only_ticked_is_planned_and_a_gap_until_a_lesson_teaches_it(curriculum, level, lessons, client):
    def row():
        (found,) = [each for each in coverage_of(level, columns_of_curriculum(curriculum)).rows if each.function == "基础知识"]
        return found.taught, found.planned

    def page():
        return client.get(f"/coverage/programmes/{curriculum.pk}/", {"level": level.pk}, headers={"accept-language": "en"})

    assert row() == (False, True)
    gaps = page().context["coverage"].gaps
    assert {gap.function for gap in gaps if gap.planned} == {"基础知识", "需求评估"}
    assert any(not gap.planned for gap in gaps)
    assert page().content.decode().count('use href="/static/img/icons.svg#clock"') >= 2
    LessonPage.objects.filter(pk=lessons[0].pk).update(functions=["基础知识"])
    assert row() == (True, False)


def test_a_colleges_matrix_counts_published_lessons_only(tree, level, lessons):
    LessonPage.objects.filter(pk__in=[lessons[0].pk, lessons[1].pk]).update(functions=["基础知识"])
    LessonPage.objects.filter(pk=lessons[1].pk).update(live=False)
    coverage = coverage_of(level, columns_of_college(tree))
    (row,) = [row for row in coverage.rows if row.function == "基础知识"]
    assert [cell.lessons for cell in row.cells] == [1]


def test_the_matrix_pages_open_and_a_draft_programme_has_none(curriculum, level, college, client):
    for address in (f"/coverage/programmes/{curriculum.pk}/", f"/coverage/colleges/{college.slug}/"):
        text = client.get(address, {"level": level.pk}).content.decode()
        assert "咨询与转介" in text
        assert "matrix__gap" in text
    curriculum.unpublish()
    assert client.get(f"/coverage/programmes/{curriculum.pk}/").status_code == 404


def test_the_matrix_costs_the_same_for_few_lessons_and_for_many(curriculum, level, modules, client):
    def queries():
        with CaptureQueriesContext(connection) as context:
            assert client.get(f"/coverage/programmes/{curriculum.pk}/").status_code == 200
        return len(context)

    queries()  # the first page of a process asks for what is then remembered
    few = queries()
    for number in range(20):
        modules[0].add_child(instance=LessonPage(slug=f"n{number}", title=f"新课{number}", functions=["基础知识"]))
    assert queries() == few
