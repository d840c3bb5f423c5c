"""A worker that is killed between two volumes, or within one."""

import pytest

from certification.archives.models import Archive, Volume
from certification.archives.services import build, building, prepare_archive, seal_archive
from lms.core.errors import DomainError
from tests.issued import AFTER

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """As sudden as a power cut: nothing catches it."""


def test_what_was_finished_before_the_kill_is_not_made_again_and_the_end_is_the_same(finished_day, monkeypatch):
    day, made = finished_day, []
    genuine = building.print_volume

    def dying(plan, number, *, told=None):
        made.append(number)
        if number == 4 and made.count(4) == 1:
            genuine(plan, number, told=told)
            raise Killed
        return genuine(plan, number, told=told)

    monkeypatch.setattr(building, "print_volume", dying)
    archive = prepare_archive(day.plan, actor=day.officer, now=AFTER)
    with pytest.raises(Killed):
        build(archive.job, now=AFTER)
    assert list(Volume.objects.values_list("number", flat=True)) == [1, 2, 3]
    assert 0 < archive.job.done < archive.job.total
    with pytest.raises(DomainError, match=r"archives\.not_built"):
        seal_archive(archive, actor=day.head, now=AFTER)
    build(archive.job, now=AFTER)
    archive.refresh_from_db()
    assert made == [1, 2, 3, 4, 4, 5]
    assert archive.status == "built"
    assert archive.job.done == archive.job.total
    assert archive.job.finished_at is not None
    assert seal_archive(archive, actor=day.head, now=AFTER).is_sealed


def test_two_workers_leave_each_volume_once(finished_day, monkeypatch):
    archive = prepare_archive(finished_day.plan, actor=finished_day.officer, now=AFTER)
    monkeypatch.setattr(building, "volumes_of", lambda _archive: [])
    build(archive.job, now=AFTER)
    Archive.objects.filter(pk=archive.pk).update(status="building")
    build(archive.job, now=AFTER)
    assert Volume.objects.count() == 5


def test_a_worker_of_an_earlier_turn_leaves_the_archive_alone(built):
    old = built.archive.job
    prepare_archive(built.plan, actor=built.officer, now=AFTER)
    assert build(old, now=AFTER) is None
    assert not Volume.objects.filter(turn=2).exists()
