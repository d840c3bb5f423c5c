"""Cards and course pages tell all by which a course is found."""

from decimal import Decimal

import pytest
from django.urls import reverse

from courses.catalogue import occupations
from courses.catalogue.models import CoursePage, SearchText
from courses.catalogue.offers import offers_of

from ..conftest import publish

pytestmark = pytest.mark.django_db
TOLD = ("0.6 credit units", "Level 5", "Apprentice", "咨询师", "With captions", "In easy words")


@pytest.fixture
def rich(tree, monkeypatch):
    monkeypatch.setitem(occupations._sources, "standards", lambda: {"4-14-03-06": "咨询师"})
    facts = {"occupations": ["4-14-03-06", "9-99-99-99"], "levels": ["5", "apprentice"], "credits": Decimal("0.6")}
    course = publish(tree, CoursePage(slug="rich", title="讲得全的课", summary="摘要", hours=2, **facts))
    (row,) = SearchText.objects.filter(kind="course", object_id=course.pk)
    SearchText.objects.filter(pk=row.pk).update(facts=[*row.facts, ["access", "easy_read"], ["access", "captions"]])
    return CoursePage.objects.get(pk=course.pk)


def test_an_offer_names_what_is_known_lowest_level_first(rich):
    offer = offers_of([rich])[rich.pk]
    assert offer.occupations == ["咨询师"]
    assert offer.levels == ["apprentice", "5"]
    assert offer.credits == "0.6"
    assert len(offer.features) == 2


@pytest.mark.parametrize("where", ["course", "list", "college", "home", "search"])
def test_pages_tell_all_by_which_a_course_is_found(rich, tree, client, where):
    address = {
        "course": rich.url,
        "list": "/courses/",
        "college": tree.url,
        "home": reverse("portal:home"),
        "search": f"{reverse('portal:search')}?q=讲得全",
    }[where]
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    shown = page[page.index("讲得全的课", page.index("<main")) :]
    assert [words for words in TOLD if words not in shown] == []


def test_a_course_that_offers_none_of_it_says_none_of_it(course, client):
    page = client.get(course.url, headers={"accept-language": "en"}).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert [words for words in ("credit units", "Skill level", "Occupation", "With captions") if words in main] == []


def test_offers_cost_two_queries_however_many(rich, course, django_assert_num_queries):
    for courses in ([rich], [rich, course]):
        with django_assert_num_queries(1):  # and one of the standards, which the test has replaced
            offers_of(courses)
