"""Four eyes on each plan, what publication freezes, and how a plan is called off or corrected."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from certification.plans import services
from certification.plans.models import Approval, Plan
from certification.plans.queues import desk
from lms.core import ledger
from lms.core.errors import DomainError, InvalidTransition
from lms.notices.models import Notice
from lms.organisations.models import Membership
from lms.organisations.rules import Role
from tests.open_plan import AFTER_CLOSING, fill_in, submit


def refused(code: str, act: Any) -> DomainError:
    with pytest.raises(DomainError) as told:
        act()
    assert told.value.code == code
    return told.value


def told(person: Any) -> list[str]:
    return list(Notice.objects.filter(user=person).order_by("pk").values_list("kind", flat=True))


def test_a_plan_goes_from_the_officer_over_the_head_to_the_public(draft: Any, body: SimpleNamespace, now: Any) -> None:
    services.hand_in_plan(draft, actor=body.officer, now=now)
    assert (draft.status, told(body.head)) == ("submitted", ["plans.handed_in"])
    services.approve_plan(draft, actor=body.head, now=now)
    assert (draft.status, told(body.officer)) == ("approved", ["plans.approved"])
    assert services.publish_plan(draft, actor=body.officer, now=now).status == "published"
    kinds = [entry.kind for entry in ledger.entries_about(draft)]
    assert kinds == ["plans.created", "plans.handed_in", "plans.approved", "plans.published"]


def test_a_plan_that_nobody_approved_is_not_published(draft: Any, body: SimpleNamespace, now: Any) -> None:
    refused("plans.not_approved", lambda: services.publish_plan(draft, actor=body.officer, now=now))
    services.hand_in_plan(draft, actor=body.officer, now=now)
    refused("plans.not_approved", lambda: services.publish_plan(draft, actor=body.officer, now=now))
    with pytest.raises(PermissionDenied):
        services.approve_plan(draft, actor=body.officer, now=now)
    assert Plan.objects.get(pk=draft.pk).status == "submitted"


def test_a_head_who_is_officer_too_does_not_approve_her_own_plan(
    draft: Any, body: SimpleNamespace, member: Any, make_user: Any, now: Any
) -> None:
    member(body.officer, body.organisation, Role.HEAD)
    services.hand_in_plan(draft, actor=body.officer, now=now)
    error = refused("plans.own_plan", lambda: services.approve_plan(draft, actor=body.officer, now=now))
    assert error.status == 403
    refused("plans.own_plan", lambda: services.return_plan(draft, reasons="改", actor=body.officer, now=now))
    assert told(body.officer) == []
    colleague = member(make_user("另一考务"), body.organisation, Role.EXAM_OFFICER)
    services.take_back_plan(draft, actor=colleague, now=now)
    services.hand_in_plan(draft, actor=colleague, now=now)
    # She wrote it, whoever handed it in.
    refused("plans.own_plan", lambda: services.approve_plan(draft, actor=body.officer, now=now))
    assert services.approve_plan(draft, actor=body.head, now=now).outcome == "approved"


def test_the_database_knows_no_approval_by_the_same_person(draft: Any, body: SimpleNamespace, now: Any) -> None:
    approval = services.hand_in_plan(draft, actor=body.officer, now=now)
    row = Approval.objects.filter(pk=approval.pk)
    for facts in (
        {"outcome": "approved", "decided_by": body.officer},
        {"outcome": "approved"},
        {"outcome": "returned", "decided_by": body.head},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**facts)
    assert row.update(outcome="approved", decided_by=body.head) == 1


def test_where_nobody_else_is_head_the_plan_is_not_handed_in(draft: Any, body: SimpleNamespace, now: Any) -> None:
    Membership.objects.filter(user=body.head).delete()
    refused("plans.no_other_head", lambda: services.hand_in_plan(draft, actor=body.officer, now=now))
    assert Plan.objects.get(pk=draft.pk).status == "draft"


def test_a_plan_comes_back_with_reasons_and_can_be_changed(draft: Any, body: SimpleNamespace, now: Any) -> None:
    services.hand_in_plan(draft, actor=body.officer, now=now)
    refused("plans.reason_needed", lambda: services.return_plan(draft, reasons=" ", actor=body.head, now=now))
    services.return_plan(draft, reasons="考场容量不足", actor=body.head, now=now)
    assert draft.status == "draft"
    notice = Notice.objects.get(user=body.officer)
    assert (notice.kind, "考场容量不足" in notice.text) == ("plans.returned", True)
    changed = services.change_draft(draft, changes={"title": "改过"}, actor=body.officer, now=now)
    services.hand_in_plan(changed, actor=body.officer, now=now)
    assert [row.outcome for row in draft.approvals.all()] == ["waiting", "returned"]


@pytest.mark.parametrize("approved", [False, True])
def test_what_was_handed_in_is_taken_back_before_it_is_changed(
    draft: Any, body: SimpleNamespace, now: Any, approved: bool
) -> None:
    services.hand_in_plan(draft, actor=body.officer, now=now)
    if approved:
        services.approve_plan(draft, actor=body.head, now=now)
    change = {"changes": {"title": "改过"}, "actor": body.officer, "now": now}
    refused("plans.take_back_first", lambda: services.change_draft(draft, **change))
    services.take_back_plan(draft, actor=body.officer, now=now)
    assert services.change_draft(draft, **change).title == "改过"
    assert not draft.approvals.filter(outcome="waiting").exists()
    refused("plans.not_approved", lambda: services.publish_plan(draft, actor=body.officer, now=now))


def test_a_filing_that_ended_meanwhile_keeps_the_head_from_approving(draft: Any, body: SimpleNamespace, now: Any) -> None:
    services.hand_in_plan(draft, actor=body.officer, now=now)
    body.filing.valid_until = draft.exam_date - datetime.timedelta(days=1)
    body.filing.save()
    refused("plans.not_filed", lambda: services.approve_plan(draft, actor=body.head, now=now))


def test_of_two_heads_only_one_decides(draft: Any, body: SimpleNamespace, now: Any) -> None:
    services.hand_in_plan(draft, actor=body.officer, now=now)
    stale = Plan.objects.get(pk=draft.pk)
    services.approve_plan(draft, actor=body.head, now=now)
    with pytest.raises(InvalidTransition):
        services.return_plan(stale, reasons="太晚", actor=body.head, now=now)
    assert Plan.objects.get(pk=draft.pk).status == "approved"


def test_the_desk_tells_each_what_to_do_with_a_plan(draft: Any, body: SimpleNamespace, now: Any) -> None:
    def waits(person: Any) -> int:
        return sum(row.url == draft.get_desk_url() for row in desk(person, now))

    assert (waits(body.officer), waits(body.head)) == (1, 0)
    services.hand_in_plan(draft, actor=body.officer, now=now)
    assert (waits(body.officer), waits(body.head)) == (0, 1)
    services.approve_plan(draft, actor=body.head, now=now)
    assert (waits(body.officer), waits(body.head)) == (1, 0)


# I6


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("level", 3),
        ("work_type", "假肢"),
        ("number", "RD-1"),
        ("site_name", "别处"),
        ("address", "别处"),
        ("exam_date", datetime.date(2026, 11, 1)),
        ("registration_opens", datetime.date(2026, 9, 2)),
        ("registration_closes", datetime.date(2026, 9, 29)),
        ("theory_minutes", 120),
        ("theory_starts_at", AFTER_CLOSING),
        ("skill_starts_at", AFTER_CLOSING),
        ("scheme_id", None),
        ("organisation_id", None),
    ],
)
def test_i06_the_database_keeps_what_a_published_plan_promised(plan: Any, employer: Any, name: str, value: Any) -> None:
    wanted = {"organisation_id": employer.pk, "scheme_id": plan.scheme_id + 1000}.get(name, value)
    with pytest.raises(IntegrityError, match="I6"), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(**{name: wanted})
    plan.refresh_from_db()
    plan.save()  # the same values are no change


def test_i06_a_draft_is_free_in_the_database_as_well(draft: Any) -> None:
    assert Plan.objects.filter(pk=draft.pk).update(address="别处", theory_minutes=120) == 1


def test_i06_title_and_paper_are_frozen_by_the_service(plan: Any, body: SimpleNamespace, now: Any) -> None:
    for name, value in (("title", "另一个名字"), ("blueprint", None), ("capacity", 31)):
        act = {"changes": {name: value}, "actor": body.officer, "now": now}
        refused("plans.frozen", lambda act=act: services.change_draft(plan, **act))


# Calling off and correcting


def test_who_applied_is_told_why_a_plan_is_called_off(
    plan: Any, body: SimpleNamespace, candidate: Any, make_user: Any, now: Any
) -> None:
    submit(plan, candidate, now=now)
    services.cancel_plan(plan, reason="场地停用", actor=body.officer, now=now)
    (notice,) = Notice.objects.filter(user=candidate, kind="plans.cancelled")
    assert "场地停用" in notice.text
    assert not Notice.objects.filter(user=body.first, kind="plans.cancelled").exists()
    entry = ledger.entries_about(plan).last()
    assert (entry.kind, entry.facts["told"]) == ("plans.cancelled", 1)


def test_i09_a_cancelled_plan_keeps_nobody_from_another(
    plan: Any, body: SimpleNamespace, scheme: Any, candidate: Any, now: Any
) -> None:
    from certification.applications.models import Application
    from certification.plans.services import create_plan
    from tests.open_plan import plan_facts, release

    submit(plan, candidate, now=now)
    services.cancel_plan(plan, reason="场地停用", actor=body.officer, now=now)
    other = create_plan(organisation=body.organisation, **plan_facts(scheme, body.blueprint), actor=body.officer, now=now)
    release(other, body, now=now)
    fill_in(other, candidate, now=now)
    assert Application.objects.live().get(candidate=candidate).plan == other


def test_a_draft_and_a_plan_that_waits_can_be_cancelled_but_not_without_a_reason(
    draft: Any, body: SimpleNamespace, now: Any
) -> None:
    services.hand_in_plan(draft, actor=body.officer, now=now)
    refused("plans.reason_needed", lambda: services.cancel_plan(draft, reason=" ", actor=body.officer, now=now))
    services.cancel_plan(draft, reason="重复", actor=body.officer, now=now)
    assert draft.approvals.get().outcome == "taken_back"


def test_a_plan_that_binds_a_candidate_is_not_cancelled_whatever_its_state_says(
    plan: Any, body: SimpleNamespace, candidate: Any, now: Any
) -> None:
    services.close_registration(plan, actor=body.officer, now=AFTER_CLOSING)
    services.arrange_seats(plan, candidates=[candidate], actor=body.officer, now=AFTER_CLOSING)
    Plan.objects.filter(pk=plan.pk).update(status="registration_closed")
    plan.refresh_from_db()
    refused("plans.not_cancellable", lambda: services.cancel_plan(plan, reason="停电", actor=body.officer, now=AFTER_CLOSING))


def test_a_correction_stands_beside_the_plan_and_reaches_who_applied(
    plan: Any, body: SimpleNamespace, candidate: Any, now: Any
) -> None:
    submit(plan, candidate, now=now)
    refused("plans.text_needed", lambda: services.correct_plan(plan, text=" ", actor=body.officer, now=now))
    services.correct_plan(plan, text="请走东门", actor=body.officer, now=now)
    services.correct_plan(plan, text="请走西门", actor=body.officer, now=now)
    assert [row.text for row in plan.corrections.all()] == ["请走西门", "请走东门"]
    assert Notice.objects.filter(user=candidate, kind="plans.corrected").count() == 2
    with pytest.raises(PermissionDenied):
        services.correct_plan(plan, text="请走南门", actor=body.head, now=now)


def test_a_draft_has_nothing_to_correct(draft: Any, body: SimpleNamespace, now: Any) -> None:
    refused("plans.not_correctable", lambda: services.correct_plan(draft, text="请走东门", actor=body.officer, now=now))
