"""Ways into a plan beside the door: another's norm, a number used twice, a head who is shown one plan and approves another."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine

from certification.plans import services
from certification.plans.forms import PlanForm
from certification.plans.models import Plan
from certification.plans.selectors import publication_problems
from certification.standards.models import Scheme
from lms.core.errors import DomainError
from lms.organisations.rules import Role
from tests.open_plan import SHANGHAI, plan_facts, release


def in_year(year: int) -> dict[str, Any]:
    """Return the days of a plan moved to that year."""
    return {
        "exam_date": datetime.date(year, 10, 30),
        "theory_starts_at": datetime.datetime(year, 10, 30, 9, 0, tzinfo=SHANGHAI),
        "skill_starts_at": datetime.datetime(year, 10, 30, 13, 0, tzinfo=SHANGHAI),
    }


def another(scheme: Any, body: SimpleNamespace, now: Any, **changes: Any) -> Any:
    facts = plan_facts(scheme, body.blueprint, **changes)
    return services.create_plan(organisation=body.organisation, **facts, actor=body.officer, now=now)


# Numbers


def test_a_draft_moved_into_another_year_is_numbered_there(scheme: Any, body: SimpleNamespace, draft: Any, now: Any) -> None:
    coming = another(scheme, body, now, **in_year(2027))
    assert (draft.number, coming.number) == ("RD-000123-2026-001", "RD-000123-2027-001")
    moved = services.change_draft(draft, changes=in_year(2027), actor=body.officer, now=now)
    # With its old serial it would give out the very tickets of the other plan.
    assert (moved.serial, moved.number) == (2, "RD-000123-2027-002")
    assert services.change_draft(moved, changes={"title": "改过"}, actor=body.officer, now=now).number == moved.number


def test_the_number_that_a_moved_draft_left_is_no_wall_for_the_next_plan(
    scheme: Any, body: SimpleNamespace, draft: Any, now: Any
) -> None:
    # As it stands where a draft was moved before it was numbered anew.
    Plan.objects.filter(pk=draft.pk).update(**in_year(2027))
    assert another(scheme, body, now).number == "RD-000123-2026-002"


def test_two_provinces_may_have_the_same_sequence_code(
    scheme: Any, body: SimpleNamespace, draft: Any, employer: Any, make_user: Any, member: Any, now: Any
) -> None:
    from certification.bodies.services import record_filing

    officer = member(make_user("外省考务"), employer, Role.EXAM_OFFICER)
    record_filing(
        organisation=employer,
        type_letter="Y",
        body_code="0000",
        province="32",
        sequence="000123",
        record_number="苏备000123",
        filed_name=employer.name,
        valid_from=datetime.date(2025, 1, 1),
        valid_until=datetime.date(2027, 12, 31),
        scopes=[(scheme.occupation, "", 4)],
        actor=officer,
        now=now,
    )
    theirs = services.create_plan(organisation=employer, **plan_facts(scheme, None), actor=officer, now=now)
    assert theirs.number not in ("", draft.number)


# Another body's norm


def test_another_bodys_own_norm_is_neither_offered_nor_published(
    scheme: Any, body: SimpleNamespace, draft: Any, employer: Any, now: Any
) -> None:
    norm = Scheme.objects.get(pk=scheme.pk)
    norm.pk, norm.key, norm.kind, norm.owner, norm.status = None, "house-norm", "enterprise", employer, "draft"
    norm.save()
    for level in scheme.levels.all():
        level.pk, level.scheme = None, norm
        level.save()
    Scheme.objects.filter(pk=norm.pk).update(status="published")
    offered = PlanForm(bodies=[body.organisation.pk]).fields["scheme"].queryset  # type: ignore[attr-defined]
    assert scheme in offered
    assert norm not in offered
    Plan.objects.filter(pk=draft.pk).update(scheme=norm)
    stolen = Plan.objects.get(pk=draft.pk)
    assert "plans.scheme_of_other_body" in {problem.code for problem in publication_problems(stolen, now=now)[0]}


# What the head read


def test_a_head_does_not_approve_a_plan_that_was_swapped_under_her_eyes(draft: Any, body: SimpleNamespace, now: Any) -> None:
    read = services.hand_in_plan(draft, actor=body.officer, now=now)
    services.take_back_plan(draft, actor=body.officer, now=now)
    services.change_draft(draft, changes={"address": "别处 9 号"}, actor=body.officer, now=now)
    draft.refresh_from_db()
    again = services.hand_in_plan(draft, actor=body.officer, now=now)
    with pytest.raises(DomainError, match=r"plans.handed_in_anew"):
        services.approve_plan(draft, seen=read.pk, actor=body.head, now=now)
    with pytest.raises(DomainError, match=r"plans.handed_in_anew"):
        services.return_plan(draft, seen=read.pk, reasons="地址不对", actor=body.head, now=now)
    assert services.approve_plan(draft, seen=again.pk, actor=body.head, now=now).outcome == "approved"


def test_the_page_of_the_head_says_which_question_it_shows(client: Any, draft: Any, body: SimpleNamespace, now: Any) -> None:
    first = services.hand_in_plan(draft, actor=body.officer, now=now)
    client.force_login(body.head)
    with time_machine.travel(now, tick=False):
        page = client.get(draft.get_desk_url()).content.decode()
    assert page.count(f'name="approval" value="{first.pk}"') == 2
    services.take_back_plan(draft, actor=body.officer, now=now)
    services.hand_in_plan(draft, actor=body.officer, now=now)
    client.post(f"/desk/plans/{draft.pk}/approve/", {"approval": first.pk})
    assert Plan.objects.get(pk=draft.pk).status == "submitted"


# The printed site


def test_another_site_that_takes_the_printed_name_is_not_the_printed_site(draft: Any, body: SimpleNamespace, now: Any) -> None:
    from certification.bodies.models import Room, Site

    def site(name: str, room: str) -> tuple[Any, Any]:
        made = Site.objects.create(organisation=body.organisation, name=name, address=f"{name} 1 号")
        return made, Room.objects.create(site=made, name=room, purpose="computer", capacity=40, accessible_seats=1)

    (near, first), (far, _fourth) = site("东校区", "一号机房"), site("远郊校区", "四号机房")
    services.choose_rooms(draft, rooms={first: 30}, actor=body.officer, now=now)
    plan = release(draft, body, now=now)
    Site.objects.filter(pk=near.pk).update(name="东校区（旧名）")
    Site.objects.filter(pk=far.pk).update(name="东校区")
    rooms = {room.name: room for room in Room.objects.select_related("site")}
    with pytest.raises(DomainError, match=r"plans.other_site"):
        services.choose_rooms(plan, rooms={rooms["四号机房"]: 40}, actor=body.officer, now=now)
    services.choose_rooms(plan, rooms={rooms["一号机房"]: 40}, actor=body.officer, now=now)


# Who watches


@pytest.mark.parametrize("role", ["supervisor", "invigilator"])
def test_i15_who_watches_and_declares_a_tie_after_being_named_keeps_the_exam_from_starting(
    plan: Any, candidate: Any, make_user: Any, now: Any, role: str
) -> None:
    from certification.bodies.services.impartiality import declare_tie
    from certification.plans.models import Seat, StaffAssignment
    from certification.plans.selectors import start_problems

    watcher = make_user("督导表姐")
    StaffAssignment.objects.create(plan=plan, user=watcher, role=role, assigned_at=now, declared_at=now)
    Seat.objects.create(plan=plan, candidate=candidate, ticket_number="26000123001001", room="一号考场", number=1)
    against = lambda: [row.context["name"] for row in start_problems(plan, now=now) if row.code == "plans.assessor_conflict"]  # noqa: E731
    assert against() == []
    declare_tie(kind="relative", name=candidate.name, phone=candidate.phone, actor=watcher, now=now)
    assert against() == [watcher.name]
