"""An assessment does not end while a tablet may hold something; two people may give a tablet up."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from certification.assessment.models import ScoreSheet
from certification.assessment.offline.models import EntryOutcome, Tablet, TabletRelease
from certification.assessment.offline.queues import TABLETS, releases_to_confirm
from certification.assessment.offline.rules import TabletState
from certification.assessment.offline.selectors import tablet_rows
from certification.assessment.offline.services import (
    ask_release,
    confirm_release,
    finish_tablet,
    register_tablet,
    resume_tablet,
)
from certification.assessment.services import close_assessment
from certification.plans.models import Plan
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from lms.organisations.rules import Role
from tests.certification.assessment.tablets import BEGUN, day, prepared, send  # noqa: F401
from tests.conftest import join
from tests.exam_day import EVENING, sign_all, write_theory

pytestmark = pytest.mark.django_db
LATER = BEGUN + datetime.timedelta(hours=1)


def close(day) -> Plan:
    return close_assessment(day.plan, actor=day.officer, now=EVENING)


def whole_day(day) -> None:
    """Everything is there on the server; only the tablets are open."""
    for seat in day.seats:
        write_theory(seat, right=8)
        sign_all(seat, day.stations, day.assessors)
    day.plan.refresh_from_db()


def test_the_officer_cannot_close_before_the_last_entry_has_arrived(day):
    whole_day(day)
    day.writer.point(day.points[0][0], day.seats[0], "5")
    day.writer.point(day.points[0][1], day.seats[0], "5")
    send(day, day.writer.entries[1])
    with pytest.raises(DomainError, match="entries_unsynced") as refused:
        close(day)
    assert refused.value.context["tablets"] == "钱建华 2"
    send(day)
    finish_tablet(day.tablet, announced=2, actor=day.assessor, now=LATER)
    assert close(day).status == "scored"


def test_a_tablet_that_went_silent_without_having_finished_keeps_the_assessment_open(day):
    whole_day(day)
    with pytest.raises(DomainError, match="entries_unsynced") as refused:
        close(day)
    assert refused.value.context["tablets"] == "钱建华 ? (13:10)"


def test_unsynced_tablets_are_told_before_missing_sheets(day):
    with pytest.raises(DomainError, match="entries_unsynced"):
        close_assessment(_running(day), actor=day.officer, now=EVENING)


def _running(day) -> Plan:
    Plan.objects.filter(pk=day.plan.pk).update(status="in_exam")
    day.plan.refresh_from_db()
    return day.plan


def test_a_tablet_that_was_registered_and_never_reported_does_not_hold_up_anybody(day):
    whole_day(day)
    finish_tablet(day.tablet, announced=0, actor=day.assessor, now=LATER)
    register_tablet(day.plan, pk="00000000-0000-4000-8000-000000000009", assessor=day.assessors[1], label="", now=BEGUN)
    assert close(day).status == "scored"


def test_a_tablet_does_not_finish_while_something_is_missing(day):
    day.writer.point(day.points[0][0], day.seats[0], "5")
    with pytest.raises(DomainError, match="tablet_not_empty"):
        finish_tablet(day.tablet, announced=1, actor=day.assessor, now=LATER)
    send(day)
    with pytest.raises(DomainError, match="tablet_not_empty"):
        finish_tablet(day.tablet, announced=2, actor=day.assessor, now=LATER)
    with pytest.raises(DomainError, match="not_your_sheet"):
        finish_tablet(day.tablet, announced=1, actor=day.assessors[1], now=LATER)
    assert Tablet.objects.get().finished_at is None


def test_finishing_twice_is_once_and_going_on_is_told_to_the_officer_first(day):
    for _twice in range(2):
        finish_tablet(day.tablet, announced=0, actor=day.assessor, now=LATER)
    assert LedgerEntry.objects.filter(kind="assessment.tablet_finished").count() == 1
    resume_tablet(day.tablet, actor=day.assessor, now=LATER)
    assert tablet_rows(day.plan, now=LATER)[0].state is TabletState.PRESENT
    assert LedgerEntry.objects.filter(kind="assessment.tablet_resumed").count() == 1


def test_an_entry_after_finishing_takes_the_finish_back(day):
    finish_tablet(day.tablet, announced=0, actor=day.assessor, now=LATER)
    day.writer.point(day.points[0][0], day.seats[0], "5")
    send(day)
    assert Tablet.objects.get().finished_at is None


def test_after_closing_nobody_goes_on(day):
    finish_tablet(day.tablet, announced=0, actor=day.assessor, now=LATER)
    Plan.objects.filter(pk=day.plan.pk).update(status="scored")
    with pytest.raises(DomainError, match="not_running"):
        resume_tablet(day.tablet, actor=day.assessor, now=LATER)


# --- giving up a tablet --------------------------------------------------------------------------


def test_two_people_give_up_a_lost_tablet_and_the_assessment_closes(day):
    whole_day(day)
    release = ask_release(day.tablet, reason="平板跌落损坏，纸质记录在考务室", actor=day.officer, now=LATER)
    with pytest.raises(DomainError, match="entries_unsynced"):
        close(day)
    confirm_release(release, actor=day.head, now=LATER)
    assert close(day).status == "scored"
    kept = list(LedgerEntry.objects.filter(kind__startswith="assessment.tablet_release").values_list("kind", "actor_id"))
    assert kept == [
        ("assessment.tablet_release_asked", day.officer.pk),
        ("assessment.tablet_released", day.head.pk),
    ]


def test_what_a_given_up_tablet_sends_later_is_kept_and_does_not_count(day):
    release = ask_release(day.tablet, reason="丢失", actor=day.officer, now=LATER)
    confirm_release(release, actor=day.head, now=LATER)
    day.writer.point(day.points[0][0], day.seats[0], "5")
    send(day)
    assert EntryOutcome.objects.get().code == "assessment.tablet_released"
    assert not ScoreSheet.objects.exists()
    with pytest.raises(DomainError, match="tablet_released"):
        resume_tablet(day.tablet, actor=day.assessor, now=LATER)


def test_nobody_is_both_people(day):
    release = ask_release(day.tablet, reason="丢失", actor=day.officer, now=LATER)
    with pytest.raises(DomainError, match="release_same_person"):
        confirm_release(release, actor=day.officer, now=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        TabletRelease.objects.update(confirmed_by=day.officer, confirmed_at=LATER)


def test_the_assessor_gives_up_no_tablet_of_her_own(day):
    join(day.assessor, day.plan.organisation, Role.EXAM_OFFICER)
    with pytest.raises(DomainError, match="release_same_person"):
        ask_release(day.tablet, reason="丢失", actor=day.assessor, now=LATER)
    release = ask_release(day.tablet, reason="丢失", actor=day.officer, now=LATER)
    with pytest.raises(DomainError, match="release_same_person"):
        confirm_release(release, actor=day.assessor, now=LATER)


def test_only_the_body_s_officer_asks_and_only_officer_or_head_confirms(day, make_user):
    for person in (day.head, day.assessors[1], make_user("路人")):
        with pytest.raises(PermissionDenied):
            ask_release(day.tablet, reason="丢失", actor=person, now=LATER)
    release = ask_release(day.tablet, reason="丢失", actor=day.officer, now=LATER)
    for person in (day.assessors[1], day.supervisor, make_user("路人")):
        with pytest.raises(PermissionDenied):
            confirm_release(release, actor=person, now=LATER)
    assert not TabletRelease.objects.get().is_confirmed


def test_the_second_person_finds_the_question_on_her_desk_and_the_first_does_not(day):
    ask_release(day.tablet, reason="丢失", actor=day.officer, now=LATER)
    assert [str(row.queue) for row in releases_to_confirm(day.head)] == [str(TABLETS)]
    assert list(releases_to_confirm(day.officer)) == []
    assert list(releases_to_confirm(day.assessor)) == []
    confirm_release(TabletRelease.objects.get(), actor=day.head, now=LATER)
    assert list(releases_to_confirm(day.head)) == []


def test_a_release_needs_words_and_is_asked_for_once_and_confirmed_once(day):
    with pytest.raises(DomainError, match="release_needs_reason"):
        ask_release(day.tablet, reason=" \n", actor=day.officer, now=LATER)
    release = ask_release(day.tablet, reason="丢失", actor=day.officer, now=LATER)
    with pytest.raises(DomainError, match="release_asked"):
        ask_release(day.tablet, reason="丢失", actor=day.officer, now=LATER)
    confirm_release(release, actor=day.head, now=LATER)
    with pytest.raises(DomainError, match="release_not_needed"):
        confirm_release(release, actor=day.head, now=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        TabletRelease.objects.update(reason="别的")


def test_a_finished_tablet_is_not_given_up(day):
    finish_tablet(day.tablet, announced=0, actor=day.assessor, now=LATER)
    with pytest.raises(DomainError, match="release_not_needed"):
        ask_release(day.tablet, reason="丢失", actor=day.officer, now=LATER)


def test_what_the_officer_sees_is_two_queries_whatever_the_number_of_tablets(day, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert len(tablet_rows(day.plan, now=LATER)) == 1
    for assessor in day.assessors:
        prepared(day, assessor)
    with django_assert_num_queries(2):
        assert [row.name for row in tablet_rows(day.plan, now=LATER)][-1] == "吴志明"


def test_one_person_cannot_heap_up_tablets(day):
    for _more in range(3):
        prepared(day, day.assessor)
    with pytest.raises(DomainError, match="tablets_too_many"):
        prepared(day, day.assessor)
