import copy
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.translation import override

from certification.results.models import Objection, Publication
from certification.results.selectors import decided_for_issue
from certification.results.services import (
    close_publication,
    decide_objection,
    file_objection,
    publish_results,
)
from lms.accounts.services import record_identity
from lms.core.errors import DomainError, InvalidTransition
from lms.notices.models import Notice
from tests.decided import confirm, decide, hang_out, publish
from tests.exam_day import MONDAY, assess


def decided(day: SimpleNamespace) -> SimpleNamespace:
    assess(day, right=(8, 6, 5))
    confirm(day)
    return day


@pytest.fixture(scope="module")
def shared_decided_day(shared_exam_day: SimpleNamespace | None) -> SimpleNamespace | None:
    return decided(copy.deepcopy(shared_exam_day)) if shared_exam_day else None


@pytest.fixture
def day(shared_decided_day: SimpleNamespace | None, request: pytest.FixtureRequest) -> SimpleNamespace:
    """Two passed, one failed; decided and confirmed on Monday 2026-09-14."""
    request.getfixturevalue("db")
    return copy.deepcopy(shared_decided_day) if shared_decided_day else decided(request.getfixturevalue("exam_day"))


@pytest.fixture
def publication(day: SimpleNamespace) -> Publication:
    return hang_out(day)


AFTER = datetime(2026, 9, 22, 0, 1, tzinfo=MONDAY.tzinfo)


def test_i30_the_list_hangs_five_full_working_days_counting_a_worked_sunday(publication: Publication) -> None:
    """People work on Sunday 2026-09-20 in exchange for a holiday, so the fifth full day is that Sunday."""
    assert (publication.opens_on, publication.closes_on) == (date(2026, 9, 14), date(2026, 9, 20))


def test_i30_the_list_is_masked(day: SimpleNamespace, now: datetime) -> None:
    record_identity(day.candidates[0], kind="resident_id", number="11010519491231002X", actor=day.candidates[0], now=now)
    publication = hang_out(day)
    row = publication.rows.get(ticket_number=day.seats[0].ticket_number)
    assert (row.masked_name, row.masked_id, row.passed) == ("林*梅", "110***********002X", True)
    assert [r.passed for r in publication.rows.order_by("ticket_number")] == [True, True, False]


def test_publishing_needs_confirmed_decisions(exam_day: SimpleNamespace) -> None:
    assess(exam_day)
    decide(exam_day)
    with pytest.raises(DomainError) as refusal:
        publish_results(exam_day.plan, actor=exam_day.head, now=MONDAY)
    assert refusal.value.code == "results.not_confirmed"
    assert not Publication.objects.exists()


def test_publishing_twice_is_refused(day: SimpleNamespace, publication: Publication) -> None:
    with pytest.raises(DomainError):
        publish_results(day.plan, actor=day.head, now=MONDAY)
    assert Publication.objects.count() == 1


def test_nothing_is_issued_before_the_end(day: SimpleNamespace, publication: Publication) -> None:
    assert not decided_for_issue(day.plan).exists()
    last = datetime.combine(publication.closes_on, datetime.max.time(), tzinfo=MONDAY.tzinfo)
    with pytest.raises(DomainError) as refusal:
        close_publication(publication, actor=day.officer, now=last)
    assert refusal.value.code == "results.publication_running"
    close_publication(publication, actor=day.officer, now=last + timedelta(seconds=1))
    assert [d.seat for d in decided_for_issue(day.plan)] == day.seats[:2]


def test_closing_twice_is_refused(day: SimpleNamespace, publication: Publication) -> None:
    close_publication(publication, actor=day.officer, now=AFTER)
    with pytest.raises(InvalidTransition):
        close_publication(publication, actor=day.officer, now=AFTER)


def objection(day: SimpleNamespace, publication: Publication, **given: object) -> Objection:
    facts = {"ticket_number": day.seats[0].ticket_number, "filer": day.candidates[2], "text": "此人未到场", "now": MONDAY} | given
    return file_objection(publication, **facts)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"ticket_number": "99"}, "results.ticket_unknown"),
        ({"text": "  "}, "results.objection_empty"),
        ({"now": AFTER}, "results.publication_over"),
    ],
)
def test_an_objection_that_cannot_be_taken_is_refused(
    day: SimpleNamespace, publication: Publication, given: dict, code: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        objection(day, publication, **given)
    assert refusal.value.code == code
    assert not Objection.objects.exists()


def test_one_person_objects_once_until_answered(day: SimpleNamespace, publication: Publication) -> None:
    objection(day, publication)
    with pytest.raises(DomainError) as refusal:
        objection(day, publication)
    assert refusal.value.code == "results.objection_waiting"


def test_an_open_objection_keeps_the_publication_open(day: SimpleNamespace, publication: Publication) -> None:
    objection(day, publication)
    with pytest.raises(DomainError) as refusal:
        close_publication(publication, actor=day.officer, now=AFTER)
    assert refusal.value.code == "results.objections_open"


@pytest.mark.parametrize("upheld", [True, False])
def test_an_upheld_objection_withholds_that_certificate_only(
    day: SimpleNamespace, publication: Publication, upheld: bool
) -> None:
    filed = objection(day, publication)
    decided = decide_objection(filed, upheld=upheld, answer="已核查录像。", actor=day.supervisor, now=MONDAY)
    assert decided.status == ("upheld" if upheld else "dismissed")
    close_publication(publication, actor=day.officer, now=AFTER)
    assert len(decided_for_issue(day.plan)) == (1 if upheld else 2)


def test_who_decided_examined_or_filed_does_not_answer(
    day: SimpleNamespace, publication: Publication, member, association
) -> None:
    filed = objection(day, publication)
    for actor in (day.officer, day.head):
        with pytest.raises(DomainError) as refusal:
            decide_objection(filed, upheld=False, answer="不成立", actor=actor, now=MONDAY)
        assert refusal.value.code == "results.objection_involved"
    for actor in (day.candidates[2], day.assessors[0]):
        with pytest.raises(PermissionDenied):
            decide_objection(filed, upheld=False, answer="不成立", actor=actor, now=MONDAY)


def test_an_answer_needs_reasons_and_is_given_once(day: SimpleNamespace, publication: Publication) -> None:
    filed = objection(day, publication)
    with pytest.raises(DomainError):
        decide_objection(filed, upheld=False, answer=" ", actor=day.supervisor, now=MONDAY)
    stale = Objection.objects.get(pk=filed.pk)
    decide_objection(filed, upheld=False, answer="不成立", actor=day.supervisor, now=MONDAY)
    with pytest.raises(InvalidTransition):
        decide_objection(stale, upheld=True, answer="成立", actor=day.supervisor, now=MONDAY)


def test_a_plan_that_nobody_passed_ends_with_its_publication(exam_day: SimpleNamespace) -> None:
    assess(exam_day, right=(2, 2, 2))
    publication = publish(exam_day)
    close_publication(publication, actor=exam_day.officer, now=AFTER)
    exam_day.plan.refresh_from_db()
    assert exam_day.plan.status == "certified"


def test_a_plan_with_somebody_to_certify_stays_open_until_her_certificate_is_out(
    day: SimpleNamespace, publication: Publication
) -> None:
    close_publication(publication, actor=day.officer, now=AFTER)
    day.plan.refresh_from_db()
    assert day.plan.status == "in_publication"


def test_a_result_is_told_in_the_language_of_who_reads_it(day: SimpleNamespace) -> None:
    with override("en"):  # the head's
        hang_out(day)
    notice = Notice.objects.filter(user=day.candidates[0]).latest("pk")
    assert "2026年9月20日" in notice.text
    assert "成绩" in notice.subject
