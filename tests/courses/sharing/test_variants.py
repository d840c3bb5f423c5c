"""A lesson that another college takes brings its easy-read version and its film in sign language along."""

import pytest

from courses.catalogue.models import LessonPage
from courses.learning.services import enrol
from courses.media.rules.kinds import Audience
from courses.media.services.recordings import describe, lessons_with
from courses.sharing.models import Reuse
from courses.sharing.rules import Kind
from courses.sharing.selectors import news_in
from courses.sharing.services import share_lesson, take_lesson, take_over
from lms.notices.models import Notice
from tests.courses.tenancy.conftest import administrator, enter, other, other_administrator, other_author  # noqa: F401

from ..catalogue.lesson_form import lesson_form
from ..media.conftest import _folders, collection, make_recording, recording, sign_in  # noqa: F401
from .test_sharing import module  # noqa: F401

pytestmark = pytest.mark.django_db
EASY = "先量座宽。\n再选轮椅。"


@pytest.fixture
def lesson(lessons, recording):
    """A published lesson with both variants; only learners may watch its film."""
    describe(recording, title="量座宽的手语片", audience=Audience.LEARNERS, signed=None)
    lesson = LessonPage.objects.get(pk=lessons[0].pk)
    lesson.easy_read, lesson.sign_film = EASY, recording
    lesson.save_revision().publish()
    return LessonPage.objects.get(pk=lesson.pk)


@pytest.fixture
def take(lesson, college, module, author, other_author, now):
    """Return a function that lets the other college take the lesson."""
    shared = share_lesson(lesson, owner=college, with_all=True, organisations=[], actor=author, now=now)

    def taken(kind=Kind.SUBSCRIPTION):
        return take_lesson(shared, into=module, kind=kind, actor=other_author, now=now)

    return taken


def publish(page):
    """Publish a lesson and all above it; returns the course."""
    course = publish_above(page)
    page.save_revision().publish()
    return course


def publish_above(page):
    module = page.get_parent().specific
    course = module.get_parent().specific
    for each in (course, module):
        each.save_revision().publish()
    return course


def draft_of(page):
    return LessonPage.objects.get(pk=page.pk).get_latest_revision_as_object()


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_taken_keeps_both_variants(take, recording, kind):
    mine = draft_of(take(kind))
    assert (mine.easy_read, mine.sign_film) == (EASY, recording)


def test_learners_of_the_other_college_watch_the_film_and_nobody_else(take, lesson, recording, make_user, sign_in, client, now):
    mine = take()
    learner, stranger = make_user("王小芳"), make_user("李明")
    course = publish(mine)
    enrol(course, user=learner, now=now)
    for reader in (client, sign_in(stranger)):
        assert reader.get(recording.url).status_code == 404
    own = sign_in(learner)
    assert own.get(recording.url).status_code == 200
    assert recording.url in own.get(f"{mine.url}?reading=sign").content.decode()


def test_before_their_lesson_is_published_their_learners_do_not_watch_the_film(take, recording, make_user, sign_in, now):
    mine, learner = take(), make_user("王小芳")
    enrol(publish_above(mine), user=learner, now=now)
    assert sign_in(learner).get(recording.url).status_code == 404
    mine.save_revision().publish()
    assert sign_in(learner).get(recording.url).status_code == 200


def test_the_film_is_kept_from_being_deleted_while_the_other_college_shows_it(take, lesson, recording):
    publish(take())
    lesson.sign_film = None
    lesson.save_revision().publish()
    lesson.delete()
    assert lessons_with(recording) == [lesson.title]


def test_the_other_author_keeps_the_film_in_the_form_and_may_not_choose_another_of_theirs(
    take,
    recording,
    make_recording,
    other_author,
    sign_in,
):
    mine, another = take(), make_recording("另一部手语片")
    client = sign_in(other_author)
    data = lesson_form(draft_of(mine), summary="改过的摘要")
    assert client.post(f"/cms/pages/{mine.pk}/edit/", data).status_code == 302
    assert (draft_of(mine).summary, draft_of(mine).sign_film) == ("改过的摘要", recording)
    client.post(f"/cms/pages/{mine.pk}/edit/", data | {"sign_film": str(another.pk)})
    assert draft_of(mine).sign_film == recording


@pytest.mark.parametrize("change", ["film", "words"])
def test_a_new_variant_at_the_source_is_news_and_is_taken_over(take, lesson, make_recording, other_author, now, change):
    mine = take()
    if change == "film":
        lesson.sign_film = make_recording("更清楚的手语片")
    else:
        lesson.easy_read = "先量人。"
    lesson.save_revision().publish()
    assert Notice.objects.filter(user=other_author).count() == 1
    reuse = Reuse.objects.get(lesson=mine)
    (came,) = [line.text for line in news_in(reuse) if line.sign == "+"]
    assert ("更清楚的手语片" if change == "film" else "先量人。") in came
    take_over(reuse, actor=other_author, now=now)
    assert (draft_of(mine).easy_read, draft_of(mine).sign_film) == (lesson.easy_read, lesson.sign_film)


def test_a_variant_of_ones_own_stays_where_the_source_has_none(take, lesson, other_author, now):
    lesson.easy_read = ""
    lesson.save_revision().publish()
    mine = take()
    mine.easy_read = "我们自己写的易读版。"
    mine.save_revision()
    lesson.summary = "新的摘要"
    lesson.save_revision().publish()
    take_over(Reuse.objects.get(lesson=mine), actor=other_author, now=now)
    assert (draft_of(mine).summary, draft_of(mine).easy_read) == ("新的摘要", "我们自己写的易读版。")
