"""A plan whose two certificates are issued, ready to be archived; its sealed archive."""

from types import SimpleNamespace

import pytest

from tests.exam_day import exam_day  # noqa: F401
from tests.issued import AFTER, certified_day, demo_authority, issue, key_folder, portrait  # noqa: F401


@pytest.fixture
def finished_day(certified_day: SimpleNamespace) -> SimpleNamespace:
    """`certified_day` with its two certificates issued: the plan is certified."""
    day = certified_day
    day.certificates = [issue(decision, actor=day.head) for decision in day.decisions[:2]]
    day.plan.refresh_from_db()
    assert day.plan.status == "certified"
    return day


@pytest.fixture
def built(finished_day: SimpleNamespace) -> SimpleNamespace:
    """`finished_day` whose volumes are printed: `archive` waits for its seal."""
    from certification.archives.services import build, prepare_archive

    day = finished_day
    day.archive = prepare_archive(day.plan, actor=day.officer, now=AFTER)
    build(day.archive.job, now=AFTER)
    day.archive.refresh_from_db()
    return day


@pytest.fixture
def sealed(built: SimpleNamespace) -> SimpleNamespace:
    """`built`, sealed by the head."""
    from certification.archives.services import seal_archive

    built.archive = seal_archive(built.archive, actor=built.head, now=AFTER)
    built.plan.refresh_from_db()
    return built
