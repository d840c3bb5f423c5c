"""A plan from draft to an exam that may start, and every refusal on the way."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from certification.plans import services
from certification.plans.models import Plan
from certification.plans.rules import Event
from lms.core.errors import DomainError, InvalidTransition
from lms.organisations.rules import Role
from tests.open_plan import AFTER_CLOSING, EXAM_DAY, SHANGHAI, plan_facts


def change(draft: Any, body: SimpleNamespace, now: Any, **changes: Any) -> Any:
    return services.change_draft(draft, changes=changes, actor=body.officer, now=now)


def test_publication_fixes_filing_and_number(plan: Any, body: SimpleNamespace) -> None:
    assert (plan.status, plan.filing, plan.number) == ("published", body.filing, "RD-000123-2026-001")


def test_a_published_plan_is_frozen(plan: Any, body: SimpleNamespace, now: Any) -> None:
    with pytest.raises(DomainError, match=r"plans.frozen"):
        change(plan, body, now, title="另一个名字")


def test_the_last_moment_to_publish_is_ten_working_days_before(draft: Any, body: SimpleNamespace) -> None:
    """31 October 2026 is a Saturday; ten working days before it is Monday the 19th."""
    late = change(
        draft,
        body,
        AFTER_CLOSING,
        registration_opens=datetime.date(2026, 10, 19),
        registration_closes=datetime.date(2026, 10, 21),
    )
    services.hand_in_plan(late, actor=body.officer, now=AFTER_CLOSING)
    services.approve_plan(late, actor=body.head, now=AFTER_CLOSING)
    with pytest.raises(DomainError, match=r"plans.published_too_late"):
        services.publish_plan(late, actor=body.officer, now=datetime.datetime(2026, 10, 20, 9, tzinfo=SHANGHAI))
    on_time = datetime.datetime(2026, 10, 19, 18, tzinfo=SHANGHAI)
    assert services.publish_plan(late, actor=body.officer, now=on_time).status == "published"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"registration_closes": datetime.date(2026, 10, 23)}, "plans.closes_too_late"),
        ({"registration_closes": datetime.date(2026, 8, 1)}, "plans.closes_before_opening"),
        ({"theory_minutes": 60}, "plans.theory_too_short"),
        ({"skill_starts_at": datetime.datetime(2026, 10, 31, 10, tzinfo=SHANGHAI)}, "plans.skill_during_theory"),
        ({"theory_starts_at": datetime.datetime(2026, 10, 30, 9, tzinfo=SHANGHAI)}, "plans.theory_on_other_day"),
        ({"level": 2}, "plans.not_filed"),
        ({"blueprint": None}, "plans.blueprint_missing"),
        ({"exam_date": datetime.date(2099, 1, 10)}, "plans.not_filed"),
    ],
)
def test_what_does_not_fit_cannot_be_handed_in(draft: Any, body: SimpleNamespace, now: Any, changes: dict, code: str) -> None:
    changed = change(draft, body, now, **changes)
    with pytest.raises(DomainError, match=code):
        services.hand_in_plan(changed, actor=body.officer, now=now)
    assert Plan.objects.get(pk=draft.pk).status == "draft"


def test_a_filing_that_ends_before_the_exam_is_not_enough(draft: Any, body: SimpleNamespace, now: Any) -> None:
    body.filing.valid_until = EXAM_DAY - datetime.timedelta(days=1)
    body.filing.save()
    with pytest.raises(DomainError, match=r"plans.not_filed"):
        services.hand_in_plan(draft, actor=body.officer, now=now)


def test_a_paper_that_differs_from_the_weights_is_refused(draft: Any, body: SimpleNamespace, now: Any) -> None:
    body.blueprint.rows[0]["count"] += 1
    body.blueprint.save()
    draft.refresh_from_db()
    with pytest.raises(DomainError, match=r"plans.blueprint_differs"):
        services.hand_in_plan(draft, actor=body.officer, now=now)


def test_only_the_officer_of_the_body_makes_plans(
    scheme: Any, body: SimpleNamespace, employer: Any, make_user: Any, member: Any, now: Any
) -> None:
    outsider = member(make_user("外人"), employer, Role.EXAM_OFFICER)
    for person in (outsider, body.head, body.assessors[0]):
        with pytest.raises(PermissionDenied):
            services.create_plan(organisation=body.organisation, **plan_facts(scheme, body.blueprint), actor=person, now=now)


def test_registration_cannot_be_closed_on_its_last_day(plan: Any, body: SimpleNamespace) -> None:
    evening = datetime.datetime(2026, 9, 30, 23, 59, tzinfo=SHANGHAI)
    with pytest.raises(DomainError, match=r"plans.registration_running"):
        services.close_registration(plan, actor=body.officer, now=evening)
    midnight = evening + datetime.timedelta(minutes=1)
    assert services.close_registration(plan, actor=body.officer, now=midnight).status == "registration_closed"


def test_of_two_officers_only_one_closes(plan: Any, body: SimpleNamespace) -> None:
    stale = Plan.objects.get(pk=plan.pk)
    services.close_registration(plan, actor=body.officer, now=AFTER_CLOSING)
    with pytest.raises(InvalidTransition):
        services.close_registration(stale, actor=body.officer, now=AFTER_CLOSING)


@pytest.mark.parametrize(("size", "code"), [(2, "plans.team_too_small"), (4, "plans.team_even")])
def test_a_team_of_two_or_four_is_refused(plan: Any, body: SimpleNamespace, now: Any, size: int, code: str) -> None:
    with pytest.raises(DomainError, match=code):
        services.assign_assessors(plan, users=body.assessors[:size], actor=body.officer, now=now)
    assert not plan.assignments.exists()


def test_without_a_card_nobody_assesses(plan: Any, body: SimpleNamespace, make_user: Any, member: Any, now: Any) -> None:
    stranger = member(make_user("无卡"), body.organisation, Role.ASSESSOR)
    with pytest.raises(DomainError, match=r"plans.card_missing"):
        services.assign_assessors(plan, users=[*body.assessors[:2], stranger], actor=body.officer, now=now)


def arrange(plan: Any, candidates: list, body: SimpleNamespace) -> list:
    services.close_registration(plan, actor=body.officer, now=AFTER_CLOSING)
    return services.arrange_seats(plan, candidates=candidates, actor=body.officer, now=AFTER_CLOSING)


def test_a_candidate_cannot_be_seated_before_her_own_assessor_self(plan: Any, body: SimpleNamespace, now: Any) -> None:
    services.assign_assessors(plan, users=body.assessors[:3], actor=body.officer, now=now)
    with pytest.raises(DomainError, match=r"plans.assessor_conflict"):
        arrange(plan, [body.assessors[0]], body)


def test_a_colleague_of_a_candidate_stands_back(
    plan: Any, body: SimpleNamespace, candidate: Any, college: Any, member: Any, now: Any
) -> None:
    member(candidate, college, Role.AUTHOR)
    member(body.assessors[0], college, Role.COURSE_REVIEWER)
    arrange(plan, [candidate], body)
    with pytest.raises(DomainError, match=r"plans.assessor_conflict"):
        services.assign_assessors(plan, users=body.assessors[:3], actor=body.officer, now=AFTER_CLOSING)
    assert len(services.assign_assessors(plan, users=body.assessors[1:4], actor=body.officer, now=AFTER_CLOSING)) == 3


def test_more_candidates_than_seats_are_refused(plan: Any, body: SimpleNamespace, make_user: Any) -> None:
    Plan.objects.filter(pk=plan.pk).update(capacity=1)
    plan.refresh_from_db()
    with pytest.raises(DomainError, match=r"plans.too_many_candidates"):
        arrange(plan, [make_user("甲"), make_user("乙")], body)
    assert not plan.seats.exists()


def test_naming_again_keeps_the_declaration_of_who_stays(plan: Any, body: SimpleNamespace, now: Any) -> None:
    team = services.assign_assessors(plan, users=body.assessors[:3], actor=body.officer, now=now)
    kept = next(row for row in team if row.user == body.assessors[1])
    services.declare_no_conflict(kept, actor=kept.user, now=now)
    again = services.assign_assessors(plan, users=body.assessors[1:4], actor=body.officer, now=now)
    assert {row.user for row in again} == set(body.assessors[1:4])
    assert [row.user for row in again if row.declared_at] == [kept.user]


def test_nobody_declares_for_another(plan: Any, body: SimpleNamespace, now: Any) -> None:
    (row, *_rest) = services.assign_assessors(plan, users=body.assessors[:3], actor=body.officer, now=now)
    with pytest.raises(DomainError, match=r"plans.not_your_declaration"):
        services.declare_no_conflict(row, actor=body.officer, now=now)


def test_the_exam_starts_only_on_its_day_with_a_declared_team(plan: Any, body: SimpleNamespace, candidate: Any, now: Any) -> None:
    arrange(plan, [candidate], body)
    day = datetime.datetime(2026, 10, 31, 8, tzinfo=SHANGHAI)
    with pytest.raises(DomainError, match=r"plans.team_too_small"):
        services.advance(plan, Event.START_EXAM, actor=body.officer, now=day)
    team = services.assign_assessors(plan, users=body.assessors[:3], actor=body.officer, now=AFTER_CLOSING)
    with pytest.raises(DomainError, match=r"plans.declarations_missing"):
        services.advance(plan, Event.START_EXAM, actor=body.officer, now=day)
    for row in team:
        services.declare_no_conflict(row, actor=row.user, now=AFTER_CLOSING)
    with pytest.raises(DomainError, match=r"plans.exam_day_not_reached"):
        services.advance(plan, Event.START_EXAM, actor=body.officer, now=AFTER_CLOSING)
    assert services.advance(plan, "start_exam", actor=body.officer, now=day).status == "in_exam"


def test_a_plan_with_seats_cannot_be_cancelled(plan: Any, body: SimpleNamespace, candidate: Any) -> None:
    arrange(plan, [candidate], body)
    with pytest.raises(DomainError, match=r"plans.not_cancellable"):
        services.cancel_plan(plan, reason="场地停用", actor=body.officer, now=AFTER_CLOSING)
