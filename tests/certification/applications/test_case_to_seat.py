"""A case from its first line to the admission ticket, and every refusal on the way."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from certification.applications import services
from certification.applications.models import Application, Review
from certification.plans.services import assign_assessors, close_registration
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from tests.open_plan import AFTER_CLOSING, ENOUGH_WORK, approve, fill_in, pdf, picture, submit

DAY = datetime.timedelta(days=1)


def test_two_reviewers_approve_and_the_candidate_gets_a_ticket(
    plan: Any, candidate: Any, body: SimpleNamespace, now: datetime.datetime
) -> None:
    case = approve(submit(plan, candidate, now=now), body, now=now + DAY)
    assert case.status == "approved"
    close_registration(plan, actor=body.officer, now=AFTER_CLOSING)
    (seat,) = services.seat_candidates(plan, actor=body.officer, now=AFTER_CLOSING)
    case.refresh_from_db()
    assert (case.status, case.seat) == ("seated", seat)
    assert seat.ticket_number == "26000123001001"
    plan.refresh_from_db()
    assert plan.status == "arranged"
    assert candidate.notices.count() == 2


def test_what_was_evaluated_is_kept_with_the_case(plan: Any, candidate: Any, now: datetime.datetime) -> None:
    case = submit(plan, candidate, now=now)
    assert case.evaluated_on == datetime.date(2026, 9, 7)
    assert case.evaluation["met"] is True
    assert case.facts["birth_date"] == "1949-12-31"
    entry = LedgerEntry.objects.get(kind="applications.submitted")
    assert "林晓梅" not in str(entry.facts)


def test_everything_missing_is_told_at_once(plan: Any, make_user: Any, now: datetime.datetime) -> None:
    stranger = make_user("无名氏")
    case = services.start_application(plan, candidate=stranger, now=now)
    with pytest.raises(DomainError) as refused:
        services.submit_application(case, actor=stranger, now=now)
    assert refused.value.code == "applications.incomplete"
    assert len(refused.value.context["missing"]) == 7
    case.refresh_from_db()
    assert case.status == "draft"


def test_an_unmet_condition_says_what_is_missing(plan: Any, candidate: Any, now: datetime.datetime) -> None:
    short = {**ENOUGH_WORK, "employments": [{**ENOUGH_WORK["employments"][0], "started_on": "2024-01-01"}]}
    case = fill_in(plan, candidate, now=now, facts=short)
    with pytest.raises(DomainError) as refused:
        services.submit_application(case, actor=candidate, now=now)
    assert refused.value.code == "applications.condition_unmet"
    assert "2029" in refused.value.context["reasons"]


def test_work_in_an_unrelated_occupation_does_not_count(plan: Any, candidate: Any, now: datetime.datetime) -> None:
    other = {**ENOUGH_WORK, "employments": [{**ENOUGH_WORK["employments"][0], "occupation": "茶艺师"}]}
    case = fill_in(plan, candidate, now=now, facts=other)
    with pytest.raises(DomainError, match="condition_unmet"):
        services.submit_application(case, actor=candidate, now=now)


def test_nobody_applies_after_the_last_day(plan: Any, candidate: Any, now: datetime.datetime) -> None:
    last_minute = datetime.datetime(2026, 9, 30, 23, 59, tzinfo=now.tzinfo)
    case = fill_in(plan, candidate, now=last_minute)
    with pytest.raises(DomainError, match=r"plans.registration_closed"):
        services.submit_application(case, actor=candidate, now=last_minute + datetime.timedelta(minutes=1))
    assert services.submit_application(case, actor=candidate, now=last_minute).status == "submitted"


def test_nobody_starts_a_case_after_the_last_day(plan: Any, candidate: Any, now: datetime.datetime) -> None:
    with pytest.raises(DomainError, match=r"plans.registration_closed"):
        services.start_application(plan, candidate=candidate, now=AFTER_CLOSING)
    assert not Application.objects.exists()


def test_starting_twice_is_one_case(plan: Any, candidate: Any, now: datetime.datetime) -> None:
    first = services.start_application(plan, candidate=candidate, now=now)
    assert services.start_application(plan, candidate=candidate, now=now) == first


def test_a_second_plan_of_the_same_level_is_refused(
    plan: Any, candidate: Any, body: SimpleNamespace, scheme: Any, now: datetime.datetime
) -> None:
    from certification.plans.services import create_plan
    from tests.open_plan import plan_facts, release

    facts = plan_facts(scheme, body.blueprint, title="另一场")
    other = create_plan(organisation=body.organisation, **facts, actor=body.officer, now=now)
    release(other, body, now=now)
    assert other.number == "RD-000123-2026-002"
    first = services.start_application(plan, candidate=candidate, now=now)
    with pytest.raises(DomainError, match=r"applications.same_level_running"):
        services.start_application(other, candidate=candidate, now=now)
    services.withdraw_application(first, actor=candidate, now=now)
    assert services.start_application(other, candidate=candidate, now=now).plan == other


def test_an_assessor_of_the_plan_cannot_apply(plan: Any, body: SimpleNamespace, now: datetime.datetime) -> None:
    assign_assessors(plan, users=body.assessors[:3], actor=body.officer, now=now)
    with pytest.raises(DomainError, match=r"applications.staff_of_plan"):
        services.start_application(plan, candidate=body.assessors[0], now=now)


def test_one_reviewer_cannot_give_both_verdicts(plan: Any, candidate: Any, body: SimpleNamespace, now: datetime.datetime) -> None:
    case = submit(plan, candidate, now=now)
    services.review_application(case, verdict="approve", actor=body.first, now=now)
    with pytest.raises(DomainError, match=r"applications.second_reviewer_needed"):
        services.review_application(case, verdict="approve", actor=body.first, now=now)
    assert case.status == "first_ok"


def test_a_reviewer_cannot_review_her_own_case(
    plan: Any, candidate: Any, body: SimpleNamespace, member: Any, now: datetime.datetime
) -> None:
    from lms.organisations.rules import Role

    case = submit(plan, candidate, now=now)
    member(candidate, body.organisation, Role.ELIGIBILITY_REVIEWER)
    with pytest.raises(DomainError, match=r"applications.own_case"):
        services.review_application(case, verdict="approve", actor=candidate, now=now)


def test_a_reviewer_of_another_body_is_refused(
    plan: Any, candidate: Any, employer: Any, make_user: Any, member: Any, now: datetime.datetime
) -> None:
    from lms.organisations.rules import Role

    case = submit(plan, candidate, now=now)
    outsider = member(make_user("外人"), employer, Role.ELIGIBILITY_REVIEWER)
    with pytest.raises(PermissionDenied):
        services.review_application(case, verdict="approve", actor=outsider, now=now)
    assert not Review.objects.exists()


def test_a_returned_case_starts_a_new_round(plan: Any, candidate: Any, body: SimpleNamespace, now: datetime.datetime) -> None:
    case = submit(plan, candidate, now=now)
    services.review_application(case, verdict="approve", actor=body.first, now=now)
    with pytest.raises(DomainError, match=r"applications.reasons_needed"):
        services.review_application(case, verdict="return", reasons=" ", actor=body.second, now=now)
    services.review_application(case, verdict="return", reasons="工作证明未盖章", actor=body.second, now=now)
    assert case.status == "returned"
    services.attach_evidence(case, kind="work_proof", upload=pdf("sealed"), actor=candidate, now=now)
    # Returned cases may be completed until the officer closes registration.
    later = AFTER_CLOSING
    with pytest.raises(DomainError, match=r"applications.incomplete"):  # what she vouched for was the first round
        services.submit_application(case, actor=candidate, now=later)
    services.give_undertaking(case, actor=candidate, now=later)
    services.submit_application(case, actor=candidate, now=later)
    services.review_application(case, verdict="approve", actor=body.first, now=later)
    services.review_application(case, verdict="approve", actor=body.second, now=later)
    assert case.status == "approved"


def test_of_two_reviewers_only_one_gives_the_first_verdict(
    plan: Any, candidate: Any, body: SimpleNamespace, now: datetime.datetime
) -> None:
    case = submit(plan, candidate, now=now)
    stale = Application.objects.get(pk=case.pk)
    services.review_application(case, verdict="reject", reasons="不符合条件", actor=body.first, now=now)
    with pytest.raises(DomainError, match="invalid_transition"):
        services.review_application(stale, verdict="approve", actor=body.second, now=now)


def test_a_submitted_case_cannot_be_changed(plan: Any, candidate: Any, now: datetime.datetime) -> None:
    case = submit(plan, candidate, now=now)
    with pytest.raises(DomainError, match=r"applications.not_editable"):
        services.save_facts(case, facts=ENOUGH_WORK, actor=candidate, now=now)


def test_nobody_changes_the_case_of_another(plan: Any, candidate: Any, make_user: Any, now: datetime.datetime) -> None:
    case = fill_in(plan, candidate, now=now)
    with pytest.raises(DomainError, match=r"applications.not_yours"):
        services.attach_photo(case, upload=picture(), actor=make_user("别人"), now=now)


def test_a_tiny_photo_is_refused(plan: Any, candidate: Any, now: datetime.datetime) -> None:
    case = services.start_application(plan, candidate=candidate, now=now)
    with pytest.raises(DomainError, match=r"applications.photo_too_small"):
        services.attach_photo(case, upload=picture(60, 80), actor=candidate, now=now)


def test_a_disguised_file_is_refused(plan: Any, candidate: Any, now: datetime.datetime) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    case = services.start_application(plan, candidate=candidate, now=now)
    fake = SimpleUploadedFile("proof.pdf", b"<html><script>", content_type="application/pdf")
    with pytest.raises(DomainError, match=r"uploads.unknown_type"):
        services.attach_evidence(case, kind="work_proof", upload=fake, actor=candidate, now=now)
    assert not case.evidence.exists()


def test_seating_waits_for_all_verdicts(plan: Any, candidate: Any, body: SimpleNamespace, now: datetime.datetime) -> None:
    submit(plan, candidate, now=now)
    close_registration(plan, actor=body.officer, now=AFTER_CLOSING)
    with pytest.raises(DomainError, match=r"applications.reviews_pending"):
        services.seat_candidates(plan, actor=body.officer, now=AFTER_CLOSING)


def test_the_last_seat_is_given_once(
    plan: Any, candidate: Any, body: SimpleNamespace, make_user: Any, now: datetime.datetime
) -> None:
    from certification.plans.models import Plan
    from lms.accounts.services import record_identity

    Plan.objects.filter(pk=plan.pk).update(capacity=1)
    plan.refresh_from_db()
    other = make_user("陶永福")
    record_identity(other, kind="resident_id", number="310199190003071235", actor=other, now=now)
    approve(submit(plan, candidate, now=now), body, now=now)
    case = submit(plan, other, now=now)
    services.review_application(case, verdict="approve", actor=body.first, now=now)
    with pytest.raises(DomainError, match=r"applications.plan_full"):
        services.review_application(case, verdict="approve", actor=body.second, now=now)
    case.refresh_from_db()
    assert case.status == "first_ok"
