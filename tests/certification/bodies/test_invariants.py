"""I5, I14–I17 and I19 through the services that hold them; docs/rules/invariants.md names each test."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from certification.bodies.models import BodySettings, StaffMember
from certification.bodies.services import end_filing, issue_staff_card
from certification.bodies.services.impartiality import declare_impartiality, declare_tie
from certification.bodies.services.staff import withdraw_card
from certification.plans import services
from certification.plans.models import Plan, StaffAssignment
from certification.plans.rules import Event, StaffRole
from certification.plans.selectors import start_problems
from lms.core.errors import DomainError
from lms.organisations.rules import Role
from tests.earlier_exams import DAY, held_exam, held_exams
from tests.open_plan import AFTER_CLOSING, EXAM_DAY, release, submit


def name_team(plan: Any, body: SimpleNamespace, people: list[Any], *, now: Any = AFTER_CLOSING) -> list[StaffAssignment]:
    return services.assign_assessors(plan, users=people, actor=body.officer, now=now)


def seat(plan: Any, body: SimpleNamespace, *candidates: Any) -> None:
    services.close_registration(plan, actor=body.officer, now=AFTER_CLOSING)
    services.arrange_seats(plan, candidates=candidates, actor=body.officer, now=AFTER_CLOSING)


def refused(code: str, act: Any) -> DomainError:
    with pytest.raises(DomainError) as told:
        act()
    assert told.value.code == code
    return told.value


# I5


@pytest.mark.parametrize("last_day", [EXAM_DAY, EXAM_DAY - datetime.timedelta(days=1)])
def test_i05_a_plan_is_published_only_when_the_filing_counts_on_publication_and_exam_day(
    draft: Any, body: SimpleNamespace, now: Any, last_day: datetime.date
) -> None:
    end_filing(body.filing, last_day=last_day, reason="沪人社备〔2026〕9号", actor=body.head, now=now)
    if last_day == EXAM_DAY:
        assert release(draft, body, now=now).status == "published"
    else:
        refused("plans.not_filed", lambda: services.hand_in_plan(draft, actor=body.officer, now=now))


def test_i05_another_work_type_than_the_filed_one_is_not_covered(draft: Any, body: SimpleNamespace, now: Any) -> None:
    services.change_draft(draft, changes={"work_type": "假肢"}, actor=body.officer, now=now)
    draft.refresh_from_db()
    refused("plans.not_filed", lambda: services.hand_in_plan(draft, actor=body.officer, now=now))


def test_i05_a_filing_that_ends_between_publication_and_exam_keeps_the_exam_from_starting(
    plan: Any, body: SimpleNamespace, candidate: Any
) -> None:
    seat(plan, body, candidate)
    last_day = EXAM_DAY - datetime.timedelta(days=1)
    assert "plans.not_filed" not in {problem.code for problem in start_problems(plan, now=DAY)}
    end_filing(body.filing, last_day=last_day, reason="沪人社备〔2026〕9号", actor=body.officer, now=AFTER_CLOSING)
    refused("plans.not_filed", lambda: services.advance(Plan.objects.get(pk=plan.pk), Event.START_EXAM, actor=None, now=DAY))


# I14


def test_i14_a_card_that_ends_the_day_before_the_exam_does_not_count(plan: Any, body: SimpleNamespace) -> None:
    person = body.assessors[0]
    person.staff_cards.update(valid_until=EXAM_DAY)
    assert len(name_team(plan, body, body.assessors[:3])) == 3
    person.staff_cards.update(valid_until=EXAM_DAY - datetime.timedelta(days=1))
    error = refused("plans.card_missing", lambda: name_team(plan, body, body.assessors[:3]))
    assert error.context["names"] == [person.name]


def test_i14_a_card_taken_back_after_the_naming_keeps_the_exam_from_starting(
    plan: Any, body: SimpleNamespace, candidate: Any
) -> None:
    seat(plan, body, candidate)
    name_team(plan, body, body.assessors[:3])
    card = body.assessors[0].staff_cards.get()
    withdraw_card(card, reason="年度考核不合格", actor=body.officer, now=AFTER_CLOSING)
    assert "plans.card_missing" in {problem.code for problem in start_problems(plan, now=DAY)}
    refused("bodies.card_withdrawn", lambda: withdraw_card(card, reason="再次", actor=body.head, now=AFTER_CLOSING))


@pytest.mark.parametrize(("kind", "level", "occupation", "enough"), [
    ("assessor", 4, "own", True),
    ("assessor", 2, "own", False),
    ("senior_assessor", 2, "own", True),
    ("senior_assessor", 2, "other", False),
    ("item_writer", 4, "own", False),
    ("supervisor", 4, "own", False),
])  # fmt: skip
def test_i14_the_card_names_occupation_and_level_and_two_and_one_need_a_senior(
    scheme: Any, body: SimpleNamespace, make_user: Any, now: Any, kind: str, level: int, occupation: str, enough: bool
) -> None:
    from certification.bodies.selectors import card_covering
    from certification.standards.models import Occupation

    other = Occupation.objects.create(edition=2022, code="4-10-01-05", name="养老护理员", name_en="Care worker")
    person = make_user("高雅")
    issue_staff_card(
        user=person,
        organisation=body.organisation,
        kind=kind,
        occupation=scheme.occupation if occupation == "own" else other,
        levels=[5, 4, 3, 2, 1],
        number="KP-9",
        valid_from=datetime.date(2026, 1, 1),
        valid_until=datetime.date(2028, 12, 31),
        actor=body.officer,
        now=now,
    )
    assert bool(card_covering(person, occupation=scheme.occupation, level=level, on=EXAM_DAY)) is enough


# I15


def test_i15_nobody_assesses_herself(plan: Any, body: SimpleNamespace) -> None:
    seat(plan, body, body.assessors[0])
    refused("plans.assessor_conflict", lambda: name_team(plan, body, body.assessors[:3]))


def test_i15_a_declared_relative_is_found_by_phone_and_a_namesake_only_warns(
    plan: Any, body: SimpleNamespace, candidate: Any
) -> None:
    first, second = body.assessors[:2]
    declare_tie(kind="relative", name="小林", phone=candidate.phone, actor=first, now=AFTER_CLOSING)
    declare_tie(kind="friend", name=candidate.name, actor=second, now=AFTER_CLOSING)
    seat(plan, body, candidate)
    error = refused("plans.assessor_conflict", lambda: name_team(plan, body, body.assessors[:3]))
    assert error.context["name"] == first.name
    team = name_team(plan, body, body.assessors[1:4])
    assert {row.user: "namesake" in row.recusal["conflicts"] for row in team}[second]


def test_i15_the_employer_of_the_register_meets_the_employer_of_the_application(
    plan: Any, body: SimpleNamespace, candidate: Any, now: Any
) -> None:
    submit(plan, candidate, now=now)
    StaffMember.objects.filter(user=body.assessors[0]).update(employer="静安 康复中心")
    seat(plan, body, candidate)
    refused("plans.assessor_conflict", lambda: name_team(plan, body, body.assessors[:3]))
    assert name_team(plan, body, body.assessors[1:4])


def test_i15_an_employer_may_assess_its_own_staff(
    plan: Any, body: SimpleNamespace, candidate: Any, member: Any, now: Any
) -> None:
    member(candidate, body.organisation, Role.AUTHOR)
    StaffMember.objects.filter(user=body.assessors[0]).update(employer=body.organisation.name)
    seat(plan, body, candidate)
    assert name_team(plan, body, body.assessors[:3])


def test_i15_the_head_may_let_a_common_employer_only_warn(
    plan: Any, body: SimpleNamespace, candidate: Any, college: Any, member: Any
) -> None:
    member(candidate, college, Role.AUTHOR)
    member(body.assessors[0], college, Role.COURSE_REVIEWER)
    seat(plan, body, candidate)
    refused("plans.assessor_conflict", lambda: name_team(plan, body, body.assessors[:3]))
    BodySettings.objects.create(organisation=body.organisation, same_unit="warn")
    (warned,) = [row for row in name_team(plan, body, body.assessors[:3]) if row.user == body.assessors[0]]
    assert "same_unit" in warned.recusal["conflicts"]


def test_i15_a_second_assessment_of_one_candidate_warns_and_can_block(plan: Any, body: SimpleNamespace, candidate: Any) -> None:
    for days in (60, 30):
        held_exam(plan, body.assessors[:3], [candidate], days_before=days)
    seat(plan, body, candidate)
    team = name_team(plan, body, body.assessors[1:4])
    assert ["assessed_before" in row.recusal["conflicts"] for row in sorted(team, key=lambda row: row.user_id)] == [
        True,
        True,
        False,
    ]
    BodySettings.objects.create(organisation=body.organisation, assessed_before="block")
    refused("plans.assessor_conflict", lambda: name_team(plan, body, body.assessors[:3]))


def test_i15_candidates_are_shown_only_to_who_has_declared(exam_day: SimpleNamespace, client: Any) -> None:
    person, plan = exam_day.assessors[0], exam_day.plan
    StaffAssignment.objects.filter(user=person).update(declared_at=None)
    client.force_login(person)
    page = client.get(f"/desk/score/plan/{plan.pk}/")
    assert page.status_code == 403
    assert exam_day.seats[0].ticket_number not in page.content.decode()
    StaffAssignment.objects.filter(user=person).update(declared_at=exam_day.plan.created_at)
    assert client.get(f"/desk/score/plan/{plan.pk}/").status_code == 200


def test_i15_a_body_that_insists_names_nobody_without_a_yearly_declaration(plan: Any, body: SimpleNamespace) -> None:
    BodySettings.objects.create(organisation=body.organisation, undeclared="block")
    refused("plans.assessor_conflict", lambda: name_team(plan, body, body.assessors[:3]))
    for person in body.assessors[:3]:
        declare_impartiality(StaffMember.objects.get(user=person), actor=person, now=AFTER_CLOSING)
    assert name_team(plan, body, body.assessors[:3])


def test_i15_a_conflict_found_after_scoring_keeps_the_results_until_the_head_has_ruled(
    exam_day: SimpleNamespace, college: Any, member: Any, now: Any
) -> None:
    """The assessor turns out to be a colleague of a candidate when all is scored (domain.md §12.1)."""
    plan, person = exam_day.plan, exam_day.assessors[0]
    Plan.objects.filter(pk=plan.pk).update(status="scored")
    plan.refresh_from_db()
    member(person, college, Role.TEACHER)
    member(exam_day.candidates[0], college, Role.AUTHOR)
    publish = lambda: services.advance(plan, Event.START_PUBLICATION, actor=None, now=now)  # noqa: E731
    assert refused("plans.conflicts_unsettled", publish).context["names"] == [person.name]
    ruling = {
        "assignment": plan.assignments.get(user=person),
        "kind": "same_unit",
        "reason": "由另一名考评员重新评分，成绩一致。",
        "now": now,
    }
    with pytest.raises(PermissionDenied):
        services.settle_conflict(plan, **ruling, actor=exam_day.officer)
    services.settle_conflict(plan, **ruling, actor=exam_day.head)
    assert publish().status == "in_publication"


# I16


@pytest.mark.parametrize(("size", "code"), [(1, "plans.team_too_small"), (2, "plans.team_too_small"), (4, "plans.team_even")])
def test_i16_a_team_is_at_least_three_and_odd(plan: Any, body: SimpleNamespace, size: int, code: str) -> None:
    refused(code, lambda: name_team(plan, body, body.assessors[:size]))
    assert len(name_team(plan, body, body.assessors[:5])) == 5


def test_i16_a_team_that_became_even_does_not_start(exam_day: SimpleNamespace) -> None:
    """One of three assessors is absent (domain.md §12.1)."""
    exam_day.plan.assignments.filter(user=exam_day.assessors[2]).delete()
    morning = exam_day.plan.theory_starts_at
    refused("plans.team_too_small", lambda: services.advance(exam_day.plan, Event.START_EXAM, actor=None, now=morning))


# I17


def test_i17_who_supervises_or_invigilates_does_not_assess(plan: Any, body: SimpleNamespace, now: Any) -> None:
    for role in (StaffRole.SUPERVISOR, StaffRole.INVIGILATOR):
        StaffAssignment.objects.create(plan=plan, user=body.assessors[0], role=role.value, assigned_at=now)
        refused("plans.role_taken", lambda: name_team(plan, body, body.assessors[:3]))
        plan.assignments.all().delete()


def test_i17_an_invigilator_is_not_seated_as_a_candidate(plan: Any, body: SimpleNamespace, candidate: Any, now: Any) -> None:
    StaffAssignment.objects.create(plan=plan, user=candidate, role="invigilator", assigned_at=now)
    refused("plans.assessor_conflict", lambda: seat(plan, body, candidate))


def test_i17_item_writers_do_not_assess_by_card_or_by_post(
    plan: Any, body: SimpleNamespace, scheme: Any, member: Any, now: Any
) -> None:
    member(body.assessors[0], body.organisation, Role.ITEM_WRITER)
    refused("plans.assessor_conflict", lambda: name_team(plan, body, body.assessors[:3]))
    issue_staff_card(
        user=body.assessors[1],
        organisation=body.organisation,
        kind="item_writer",
        occupation=scheme.occupation,
        levels=[4],
        number="MT-1",
        valid_from=datetime.date(2026, 1, 1),
        valid_until=datetime.date(2028, 12, 31),
        actor=body.officer,
        now=now,
    )
    refused("plans.assessor_conflict", lambda: name_team(plan, body, body.assessors[1:4]))
    assert name_team(plan, body, body.assessors[2:5])


# I19


def test_i19_a_fourth_exam_in_a_row_warns_and_blocks_where_the_body_says_so(
    plan: Any, body: SimpleNamespace, make_user: Any
) -> None:
    held_exams(plan, body.assessors[:3], [make_user("甲")], times=3)
    team = name_team(plan, body, [*body.assessors[:2], body.assessors[3]])
    assert {row.user.name: "in_a_row" in row.recusal["conflicts"] for row in team} == {
        "钱建华": True,
        "孙丽萍": True,
        "郑岚": False,
    }
    BodySettings.objects.create(organisation=body.organisation, in_a_row="block")
    refused("plans.assessor_conflict", lambda: name_team(plan, body, body.assessors[:3]))


def test_i19_a_third_exam_in_a_row_is_still_free(plan: Any, body: SimpleNamespace, make_user: Any) -> None:
    BodySettings.objects.create(organisation=body.organisation, in_a_row="block")
    held_exams(plan, body.assessors[:3], [make_user("甲")], times=2)
    assert name_team(plan, body, body.assessors[:3])


def test_i19_the_same_team_again_is_told_and_refused_where_the_body_insists(
    plan: Any, body: SimpleNamespace, make_user: Any
) -> None:
    held_exam(plan, body.assessors[:3], [make_user("甲")], days_before=30)
    (row, *_rest) = name_team(plan, body, body.assessors[:3])
    assert row.recusal["newcomers_missing"] == 1
    BodySettings.objects.create(organisation=body.organisation, rotation="block")
    refused("plans.team_not_renewed", lambda: name_team(plan, body, body.assessors[:3]))
    assert name_team(plan, body, body.assessors[1:4])
