"""A lesson is shared, taken over by another college, named as whose it is, and followed when its source changes."""

import pytest

from courses.catalogue.models import CollegePage, CoursePage, LessonPage, ModulePage
from courses.sharing.models import Reuse, SharedLesson
from courses.sharing.rules import Kind, Line, difference
from courses.sharing.selectors import news_in
from courses.sharing.services import leave_as_it_is, share_lesson, take_lesson, take_over
from lms.core.errors import DomainError
from lms.notices.models import Notice
from tests.courses.tenancy.conftest import administrator, enter, other, other_administrator, other_author  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson(lessons):
    # Published anew, so that there is a revision of what is live.
    lessons[0].save_revision().publish()
    return LessonPage.objects.get(pk=lessons[0].pk)


@pytest.fixture
def module(other):
    tree = CollegePage.objects.get(organisation=other)
    course = tree.add_child(instance=CoursePage(slug="own", title="自己的课", summary="。", live=False))
    return course.add_child(instance=ModulePage(slug="m", title="自己的模块", live=False))


@pytest.fixture
def shared(lesson, college, author, now):
    return share_lesson(lesson, owner=college, with_all=True, organisations=[], actor=author, now=now)


def taken(shared, module, person, now, kind=Kind.SUBSCRIPTION):
    return take_lesson(shared, into=module, kind=kind, actor=person, now=now)


def publish_change(lesson, text):
    lesson.body = [("text", f"<p>{text}</p>")]
    lesson.save_revision().publish()


def test_a_changed_line_goes_and_comes():
    assert difference(["一", "二", "三"], ["一", "贰", "三"]) == [
        Line(" ", "一"),
        Line("-", "二"),
        Line("+", "贰"),
        Line(" ", "三"),
    ]


def test_what_is_taken_is_a_draft_of_ones_own_with_its_origin(shared, lesson, module, other_author, other, now):
    mine = taken(shared, module, other_author, now)
    reuse = Reuse.objects.get(lesson=mine)
    assert (mine.live, mine.title, mine.plain_text()) == (False, lesson.title, lesson.plain_text())
    assert (reuse.organisation, reuse.source_title, reuse.source_owner) == (other, lesson.title, "浦江康养职业学院")
    assert reuse.taken_id == lesson.live_revision_id


def test_readers_are_told_whose_work_it_is_even_when_the_source_is_gone(shared, lesson, module, other_author, client, now):
    mine = taken(shared, module, other_author, now)
    for page in (module.get_parent(), module, mine):
        page.specific.save_revision().publish()
    text = client.get(mine.url).content.decode()
    assert "浦江康养职业学院" in text
    assert f'href="{lesson.url}"' in text
    lesson.delete()
    text = client.get(mine.url).content.decode()
    assert "浦江康养职业学院" in text
    assert "浦江康养职业学院" not in client.get(module.url).content.decode()


def test_a_subscriber_hears_of_an_update_sees_it_and_takes_it_over(shared, lesson, module, other_author, now):
    mine = taken(shared, module, other_author, now)
    publish_change(lesson, "先量座宽。")
    assert Notice.objects.filter(user=other_author).count() == 1
    reuse = Reuse.objects.get(lesson=mine)
    assert Line("+", "先量座宽。") in news_in(reuse)
    assert LessonPage.objects.get(pk=mine.pk).get_latest_revision_as_object().plain_text() != "先量座宽。"
    take_over(reuse, actor=other_author, now=now)
    draft = LessonPage.objects.get(pk=mine.pk).get_latest_revision_as_object()
    assert draft.plain_text() == "先量座宽。"
    assert not LessonPage.objects.get(pk=mine.pk).live
    with pytest.raises(DomainError, match="no_news"):
        take_over(Reuse.objects.get(lesson=mine), actor=other_author, now=now)


def test_a_subscriber_may_leave_hers_and_hears_of_the_next(shared, lesson, module, other_author, now):
    mine = taken(shared, module, other_author, now)
    before = mine.revisions.count()
    publish_change(lesson, "先量座宽。")
    leave_as_it_is(Reuse.objects.get(lesson=mine), actor=other_author, now=now)
    assert mine.revisions.count() == before
    publish_change(lesson, "再量座深。")
    assert Notice.objects.filter(user=other_author).count() == 2


@pytest.mark.parametrize("still_for", ["nobody", "a third"])
def test_who_is_shared_with_no_more_hears_of_no_later_update_and_keeps_what_she_took(
    shared, lesson, module, other_author, college, association, author, now, still_for
):
    mine = taken(shared, module, other_author, now)
    third = [association] if still_for == "a third" else []
    share_lesson(lesson, owner=college, with_all=False, organisations=third, actor=author, now=now)
    publish_change(lesson, "先量座宽。")
    assert not Notice.objects.filter(user=other_author).exists()
    reuse = Reuse.objects.get(lesson=mine)
    assert (reuse.news, reuse.source) == (None, lesson)


def test_who_is_named_among_those_it_is_shared_with_hears_of_an_update_once(
    shared, lesson, module, other, other_author, college, association, author, now
):
    taken(shared, module, other_author, now)
    share_lesson(lesson, owner=college, with_all=False, organisations=[other, association], actor=author, now=now)
    publish_change(lesson, "先量座宽。")
    assert Notice.objects.filter(user=other_author).count() == 1


def test_a_copy_hears_nothing(shared, lesson, module, other_author, now):
    taken(shared, module, other_author, now, kind=Kind.COPY)
    publish_change(lesson, "先量座宽。")
    assert not Notice.objects.filter(user=other_author).exists()


def test_publishing_the_same_again_is_no_news(shared, lesson, module, other_author, now):
    taken(shared, module, other_author, now)
    lesson.save_revision().publish()
    assert not Notice.objects.filter(user=other_author).exists()


def test_a_draft_is_not_shared(lesson, college, author, now):
    lesson.unpublish()
    with pytest.raises(DomainError, match="not_published"):
        share_lesson(lesson, owner=college, with_all=True, organisations=[], actor=author, now=now)


def test_what_was_taken_over_is_not_shared_on(shared, module, other_author, other, now):
    mine = taken(shared, module, other_author, now)
    mine.save_revision().publish()
    with pytest.raises(DomainError, match="borrowed"):
        share_lesson(mine, owner=other, with_all=True, organisations=[], actor=other_author, now=now)


def test_the_pages_from_sharing_to_taking_over(lesson, author, module, other_author, enter):
    assert enter(author).post(f"/desk/lessons/{lesson.pk}/share/", {"with_all": "on"}).status_code == 302
    shared = SharedLesson.objects.get()
    client = enter(other_author)
    assert lesson.title in client.get("/desk/lessons/").content.decode()
    assert "自己的模块" in client.get(f"/desk/lessons/shared/{shared.pk}/take/").content.decode()
    answer = client.post(f"/desk/lessons/shared/{shared.pk}/take/", {"module": module.pk, "kind": "subscription"})
    mine = LessonPage.objects.child_of(module).get()
    assert answer.headers["Location"] == f"/cms/pages/{mine.pk}/edit/"
    publish_change(lesson, "先量座宽。")
    reuse = Reuse.objects.get()
    assert "先量座宽。" in client.get(f"/desk/lessons/reused/{reuse.pk}/").content.decode()
    assert client.post(f"/desk/lessons/reused/{reuse.pk}/take-over/").status_code == 302


def test_what_is_shared_with_one_is_not_for_another(lesson, college, association, author, other_author, enter, now):
    share_lesson(lesson, owner=college, with_all=False, organisations=[association], actor=author, now=now)
    shared = SharedLesson.objects.get()
    client = enter(other_author)
    assert lesson.title not in client.get("/desk/lessons/").content.decode()
    assert client.get(f"/desk/lessons/shared/{shared.pk}/take/").status_code == 404


def test_nobody_shares_takes_or_decides_for_others(
    shared, lesson, module, modules, author, other_author, other_administrator, make_user, enter, now
):
    mine = taken(shared, module, other_author, now)
    reuse = Reuse.objects.get(lesson=mine)
    assert enter(other_author).post(f"/desk/lessons/{lesson.pk}/share/", {}).status_code == 404
    foreign = {"module": modules[0].pk, "kind": "copy"}
    assert enter(other_author).post(f"/desk/lessons/shared/{shared.pk}/take/", foreign).status_code == 422
    for verb in ("take-over", "leave"):
        assert enter(author).post(f"/desk/lessons/reused/{reuse.pk}/{verb}/").status_code == 404
    assert enter(author).get(f"/desk/lessons/reused/{reuse.pk}/").status_code == 404
    assert enter(make_user("路人")).get("/desk/lessons/").status_code == 403
    assert SharedLesson.objects.filter(pk=shared.pk, with_all=True).exists()


def test_sharing_with_nobody_ends_it(shared, lesson, college, author, now):
    share_lesson(lesson, owner=college, with_all=False, organisations=[], actor=author, now=now)
    assert not SharedLesson.objects.exists()
