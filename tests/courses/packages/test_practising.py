"""What somebody does in a package is kept once, in order, for her alone, and counts as done but never as an answer."""

import datetime

import pytest

from courses.learning.films import films_of
from courses.learning.models import Enrolment
from courses.learning.rules import Film
from courses.packages.models import Package, Placement, Practice
from courses.packages.services.packages import delete_package, keep_package
from courses.packages.services.practising import begin_practice, mark_done, save_report
from courses.packages.storage import packages
from lms.core.errors import DomainError

from .conftest import scorm12, web, zipped

pytestmark = pytest.mark.django_db
HALF = {"core": {"lesson_status": "incomplete", "score": {"raw": "40"}}, "suspend_data": "第二页"}
WHOLE = {"core": {"lesson_status": "completed", "score": {"raw": "90"}}, "suspend_data": "最后一页"}


@pytest.fixture
def learner(make_user):
    return make_user("王小芳")


@pytest.fixture
def package(make_package):
    return make_package(scorm12())


@pytest.fixture
def practice(package, learner, now):
    return begin_practice(package, user=learner, now=now)


def report(practice, *, seq, data, now, sitting=None):
    return save_report(practice, sitting=sitting or practice.sitting, seq=seq, data=data, now=now)


def test_a_refused_package_leaves_nothing_behind(make_package, tmp_path):
    with pytest.raises(DomainError, match="type_refused"):
        make_package(web(**{"run.exe": b"MZ"}))
    assert not Package.objects.exists()
    assert not list((tmp_path / "packages").rglob("*.zip"))


def test_a_package_without_a_title_is_not_kept(collection, tmp_path, now):
    path = tmp_path / "whole"
    path.write_bytes(web())
    with pytest.raises(DomainError, match="no_title"):
        keep_package(path, title=" ", collection=collection, actor=None, now=now)


def test_a_package_larger_than_allowed_is_not_kept(make_package, settings):
    settings.PACKAGE_MAX_BYTES = 100
    with pytest.raises(DomainError, match="too_large"):
        make_package()


def test_a_report_is_kept_with_its_status_and_mark(practice, now):
    kept = report(practice, seq=1, data=HALF, now=now)
    assert (kept.standing, kept.score, kept.data["suspend_data"], kept.done_at) == ("begun", 40.0, "第二页", None)


def test_a_report_that_comes_twice_or_late_changes_nothing(practice, now):
    report(practice, seq=2, data=WHOLE, now=now)
    for seq in (2, 1):
        late = report(practice, seq=seq, data=HALF, now=now)
        assert (late.seq, late.data["suspend_data"]) == (2, "最后一页")


def test_the_device_opened_last_is_the_one_that_reports(package, practice, learner, now):
    report(practice, seq=5, data=HALF, now=now)
    other = begin_practice(package, user=learner, now=now)
    assert (other.data["suspend_data"], other.seq) == ("第二页", 0)
    with pytest.raises(DomainError, match="opened_elsewhere"):
        report(practice, seq=6, data=WHOLE, now=now, sitting=practice.sitting)
    assert report(other, seq=1, data=WHOLE, now=now).is_done


def test_the_first_moment_of_being_done_stays(practice, now):
    later = now + datetime.timedelta(hours=1)
    report(practice, seq=1, data=WHOLE, now=now)
    again = report(practice, seq=2, data=HALF, now=later)
    assert (again.done_at, again.standing) == (now, "begun")


def test_a_broken_report_keeps_what_was_there(practice, now):
    report(practice, seq=1, data=WHOLE, now=now)
    with pytest.raises(DomainError, match="report_unreadable"):
        report(practice, seq=2, data="x", now=now)
    assert Practice.objects.get().data == WHOLE


def test_who_has_worked_through_it_says_so_once(package, learner, now):
    first = mark_done(package, user=learner, now=now)
    assert (first.done_at, first.standing) == (now, "completed")
    assert mark_done(package, user=learner, now=now + datetime.timedelta(days=1)).done_at == now


def test_a_report_costs_two_queries(practice, now, django_assert_num_queries):
    # Besides them the begin and the end of its transaction, which are savepoints within a test.
    with django_assert_num_queries(4):
        report(practice, seq=1, data=WHOLE, now=now)


def test_a_published_lesson_releases_its_packages_and_keeps_those_taken_out(package, make_package, publish_with):
    publish_with(package)
    other = make_package(web(), "另一件")
    publish_with(other)
    assert sorted(Placement.objects.values_list("package__title", "is_shown")) == [("另一件", True), ("选轮椅", False)]


def test_packages_of_a_lesson_count_like_films(package, make_package, publish_with, learner, now, django_assert_num_queries):
    lesson = publish_with(package, make_package(web(), "另一件"))
    mark_done(package, user=learner, now=now)
    lesson.refresh_from_db()
    with django_assert_num_queries(5):  # one of films, since there is none, and four of packages, whatever their number
        found = films_of(learner, {lesson.pk: lesson.live_revision_id})
    assert sorted(found, key=lambda film: film.percent) == [Film("另一件", 0), Film("选轮椅", 100)]


def test_a_package_that_a_lesson_shows_is_not_deleted(package, make_package, publish_with, django_capture_on_commit_callbacks):
    lesson = publish_with(package)
    with pytest.raises(DomainError, match="in_use") as refused:
        delete_package(package)
    assert refused.value.context["lessons"] == [lesson.title]
    spare = make_package(web(), "没用过")
    with django_capture_on_commit_callbacks(execute=True):
        delete_package(spare)
    assert not packages().exists(spare.file)


def test_what_somebody_practised_goes_when_she_goes(practice, learner):
    learner.delete()
    assert not Practice.objects.exists()


def test_what_is_practised_never_reaches_an_examination(package, practice, learner, course, now):
    from courses.questionbank.models import Attempt

    report(practice, seq=1, data=WHOLE, now=now)
    assert not Attempt.objects.exists()
    assert not Enrolment.objects.filter(user=learner).exists()


def test_a_file_that_only_ends_in_zip_is_not_kept(make_package):
    with pytest.raises(DomainError, match="not_zip"):
        make_package(b"%PDF-1.7" + zipped({"index.html": "x"})[:40])
