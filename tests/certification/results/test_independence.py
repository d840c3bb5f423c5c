"""A decision maker neither trained nor examined the person (I44): asked candidate by candidate."""

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from certification.assessment.services import open_sheet
from certification.bodies.models import Tie
from certification.plans.models import StaffAssignment
from certification.results import independence
from certification.results.models import Decision
from certification.results.services import confirm_decisions, decide_plan
from lms.core.errors import DomainError
from lms.organisations.rules import Role
from tests.decided import check, decide
from tests.exam_day import MONDAY, SKILL, assess, lay_out


def tie(person, candidate) -> None:
    Tie.objects.create(user=person, name=candidate.name, phone=candidate.phone or "", kind="relative", declared_at=MONDAY)


@pytest.fixture
def day(exam_day: SimpleNamespace, make_user, member, association) -> SimpleNamespace:
    """Marks checked; a second officer, and the first one a relative of the first candidate."""
    assess(exam_day)
    exam_day.second = member(make_user("周二"), association, Role.EXAM_OFFICER)
    tie(exam_day.officer, exam_day.candidates[0])
    check(exam_day)
    return exam_day


def test_i44_who_has_a_tie_decides_for_the_rest_and_another_for_those(day: SimpleNamespace) -> None:
    assert len(decide_plan(day.plan, actor=day.officer, now=MONDAY)) == 2
    assert not Decision.objects.filter(seat=day.seats[0]).exists()
    with pytest.raises(DomainError) as left:
        decide_plan(day.plan, actor=day.officer, now=MONDAY)
    assert left.value.code == "results.left_to_others"
    assert "周二" in left.value.context["names"]
    decide_plan(day.plan, actor=day.second, now=MONDAY)
    makers = dict(Decision.objects.values_list("seat", "decided_by"))
    assert makers == {day.seats[0].pk: day.second.pk, **{seat.pk: day.officer.pk for seat in day.seats[1:]}}


def test_i44_confirming_asks_the_same(day: SimpleNamespace) -> None:
    decide_plan(day.plan, actor=day.second, now=MONDAY)
    assert confirm_decisions(day.plan, actor=day.officer, now=MONDAY) == 2
    assert list(Decision.objects.filter(confirmed_at=None).values_list("seat", flat=True)) == [day.seats[0].pk]
    assert confirm_decisions(day.plan, actor=day.head, now=MONDAY) == 1


def test_nobody_confirms_before_everybody_is_decided(day: SimpleNamespace) -> None:
    decide_plan(day.plan, actor=day.officer, now=MONDAY)
    with pytest.raises(DomainError) as refusal:
        confirm_decisions(day.plan, actor=day.head, now=MONDAY)
    assert refusal.value.code == "results.not_decided"


def test_the_page_says_who_may(day: SimpleNamespace, client: Client) -> None:
    client.force_login(day.officer)
    state = client.get(reverse("results:plan", args=[day.plan.pk])).context["state"]
    assert (state.tied, state.undecided, [person.name for person in state.free]) == (1, 3, ["周二"])


def test_an_officer_who_sat_decides_about_all_but_herself(exam_day: SimpleNamespace, association, member) -> None:
    member(exam_day.candidates[0], association, Role.EXAM_OFFICER)
    assert independence.tied_candidates(exam_day.candidates[0], exam_day.plan) == {exam_day.candidates[0].pk}


def test_an_assessor_is_tied_to_everybody_and_who_left_the_team_to_whom_she_scored(exam_day: SimpleNamespace) -> None:
    stations, assessor = lay_out(exam_day), exam_day.assessors[0]
    everybody = {person.pk for person in exam_day.candidates}
    assert independence.tied_candidates(assessor, exam_day.plan) == everybody
    open_sheet(stations[0], exam_day.seats[1], assessor=assessor, now=SKILL)
    StaffAssignment.objects.filter(user=assessor).delete()
    assert independence.tied_candidates(assessor, exam_day.plan) == {exam_day.candidates[1].pk}


def test_training_counts_even_where_the_scheme_does_not_ask_it_of_the_team(
    exam_day: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Edge case of domain.md §12.1: found to be the candidate's trainer after scoring."""
    trainer, trainee = exam_day.officer.pk, exam_day.candidates[2].pk
    monkeypatch.setattr(independence, "trained_by", lambda people, candidates: {trainer: {trainee}} if trainer in people else {})
    assert independence.tied_candidates(exam_day.officer, exam_day.plan) == {trainee}


def test_ties_cost_the_same_for_many(exam_day: SimpleNamespace, django_assert_num_queries) -> None:
    with django_assert_num_queries(8):
        independence.ties_of([exam_day.officer], exam_day.plan)
    with django_assert_num_queries(8):
        independence.ties_of([exam_day.officer, exam_day.head, exam_day.supervisor], exam_day.plan)


def test_a_single_officer_with_a_tie_names_nobody(exam_day: SimpleNamespace) -> None:
    assess(exam_day)
    tie(exam_day.officer, exam_day.candidates[0])
    assert list(decide(exam_day)) == [seat.ticket_number for seat in exam_day.seats[1:]]
    with pytest.raises(DomainError) as left:
        decide_plan(exam_day.plan, actor=exam_day.officer, now=MONDAY)
    assert left.value.context["names"] == "—"
