"""Rooms of the register for a plan: seats follow rooms, no room for two plans at once, and who watches over them."""

import datetime
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from certification.bodies.models import Room, Site, StaffMember
from certification.bodies.services import issue_staff_card
from certification.plans import services
from certification.plans.invigilation import needed_for, offers_for, proposed
from certification.plans.models import Plan, PlanRoom, Seat
from certification.plans.rules import Event
from certification.plans.selectors import invigilators_needed_for, start_problems
from lms.core.errors import DomainError
from tests.earlier_exams import DAY
from tests.open_plan import AFTER_CLOSING, EXAM_DAY, plan_facts, release


def refused(code: str, act: Callable[[], Any]) -> DomainError:
    with pytest.raises(DomainError) as told:
        act()
    assert told.value.code == code
    return told.value


def make_site(organisation: Any, name: str, rooms: dict[str, int], *, purpose: str = "computer") -> Site:
    site = Site.objects.create(organisation=organisation, name=name, address=f"{name} 1 号")
    for room, capacity in rooms.items():
        Room.objects.create(site=site, name=room, purpose=purpose, capacity=capacity, accessible_seats=1)
    return site


@pytest.fixture
def site(body: SimpleNamespace) -> Site:
    return make_site(body.organisation, "东校区", {"一号机房": 30, "二号机房": 30, "三号机房": 12})


def room(name: str) -> Room:
    return Room.objects.select_related("site").get(name=name)


def choose(plan: Any, body: SimpleNamespace, now: Any, **seats: int) -> list[PlanRoom]:
    return services.choose_rooms(plan, rooms={room(name): count for name, count in seats.items()}, actor=body.officer, now=now)


def seated(plan: Any, candidate: Any) -> Any:
    """Seat one candidate in the first room, as the arrangement of rooms and seats leaves it."""
    place = plan.rooms.select_related("room").first()
    Seat.objects.create(plan=plan, candidate=candidate, ticket_number="1", plan_room=place, room=place.room.name, number=1)
    Plan.objects.filter(pk=plan.pk).update(status="arranged")
    plan.refresh_from_db()
    return plan


def another(scheme: Any, body: SimpleNamespace, now: Any, **changes: Any) -> Any:
    facts = plan_facts(scheme, body.blueprint, title="另一场", **changes)
    return services.create_plan(organisation=body.organisation, **facts, actor=body.officer, now=now)


def test_the_seats_of_a_plan_are_those_of_its_rooms(draft: Any, site: Site, body: SimpleNamespace, now: Any) -> None:
    kept = choose(draft, body, now, 一号机房=30, 二号机房=20)
    assert [(row.room.name, row.seats, row.accessible_seats) for row in kept] == [("一号机房", 30, 1), ("二号机房", 20, 1)]
    draft.refresh_from_db()
    assert (draft.site, draft.site_name, draft.address) == (site, "东校区", "东校区 1 号")
    assert (draft.room, draft.capacity) == ("一号机房、二号机房", 50)
    choose(draft, body, now, 三号机房=12)
    draft.refresh_from_db()
    assert (draft.capacity, draft.rooms.count()) == (12, 1)


def test_the_form_of_a_draft_with_rooms_shows_them_and_changes_the_rest(
    client: Any, draft: Any, site: Site, body: SimpleNamespace, now: Any
) -> None:
    choose(draft, body, now, 一号机房=30)
    client.force_login(body.officer)
    answer = client.get(f"/desk/plans/{draft.pk}/edit/")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "东校区 · 一号机房" in page
    assert 'name="capacity"' not in page
    form = answer.context["form"]
    data = {name: form[name].value() for name in form.fields} | {"title": "改名"}
    typed = {
        name: field.widget.format_value(data[name]) for name, field in form.fields.items() if "_at" in name or "_date" in name
    }
    days = {name: form[name].value().isoformat() for name in ("registration_opens", "registration_closes")}
    assert client.post(f"/desk/plans/{draft.pk}/edit/", data | typed | days).status_code == 302
    draft.refresh_from_db()
    assert (draft.title, draft.capacity, draft.room) == ("改名", 30, "一号机房")


def test_what_the_rooms_say_is_not_typed_any_more(draft: Any, site: Site, body: SimpleNamespace, now: Any) -> None:
    choose(draft, body, now, 一号机房=30)
    act = {"changes": {"capacity": 99}, "actor": body.officer, "now": now}
    refused("plans.seats_from_rooms", lambda: services.change_draft(draft, **act))
    assert services.change_draft(draft, changes={"title": "改名"}, actor=body.officer, now=now).title == "改名"


def test_rooms_that_cannot_be_used_are_refused(draft: Any, site: Site, body: SimpleNamespace, now: Any, employer: Any) -> None:
    make_site(body.organisation, "西校区", {"四号机房": 30})
    make_site(body.organisation, "操作楼", {"技能考场": 12}, purpose="skill")
    make_site(employer, "外单位", {"外机房": 30})
    refused("plans.no_room_chosen", lambda: choose(draft, body, now))
    refused("plans.rooms_of_two_sites", lambda: choose(draft, body, now, 一号机房=30, 四号机房=30))
    refused("plans.room_too_small", lambda: choose(draft, body, now, 一号机房=31))
    refused("plans.room_closed", lambda: choose(draft, body, now, 技能考场=12))
    refused("plans.room_closed", lambda: choose(draft, body, now, 外机房=30))
    Room.objects.filter(name="二号机房").update(in_use=False)
    refused("plans.room_closed", lambda: choose(draft, body, now, 二号机房=10))
    with pytest.raises(PermissionDenied):
        services.choose_rooms(draft, rooms={room("一号机房"): 30}, actor=body.head, now=now)
    assert not PlanRoom.objects.exists()


def test_a_plan_has_at_most_9999_seats(draft: Any, site: Site, body: SimpleNamespace, now: Any) -> None:
    Room.objects.filter(name="一号机房").update(capacity=9999)
    refused("plans.too_many_seats", lambda: choose(draft, body, now, 一号机房=9999, 二号机房=1))
    choose(draft, body, now, 一号机房=9999)
    assert Plan.objects.get(pk=draft.pk).capacity == 9999


def test_two_plans_at_the_same_time_cannot_use_one_room(
    draft: Any, site: Site, scheme: Any, body: SimpleNamespace, now: Any
) -> None:
    choose(draft, body, now, 一号机房=30)
    other = another(scheme, body, now)
    choose(other, body, now, 一号机房=30)  # two drafts may hope for it
    services.hand_in_plan(draft, actor=body.officer, now=now)
    error = refused("plans.room_taken", lambda: services.hand_in_plan(other, actor=body.officer, now=now))
    assert error.context == {"room": "一号机房", "plan": draft.title}
    refused("plans.room_taken", lambda: choose(other, body, now, 一号机房=30))
    choose(other, body, now, 二号机房=30)
    release(other, body, now=now)


def test_a_room_is_free_again_after_the_exam_and_when_a_plan_is_called_off(
    draft: Any, site: Site, scheme: Any, body: SimpleNamespace, now: Any
) -> None:
    choose(draft, body, now, 一号机房=30)
    release(draft, body, now=now)
    evening = {
        "theory_starts_at": draft.skill_starts_at + datetime.timedelta(minutes=60),
        "skill_starts_at": draft.skill_starts_at + datetime.timedelta(minutes=180),
    }
    choose(another(scheme, body, now, **evening), body, now, 一号机房=30)
    sooner = {name: moment - datetime.timedelta(minutes=1) for name, moment in evening.items()}
    third = another(scheme, body, now, **sooner)
    refused("plans.room_taken", lambda: choose(third, body, now, 一号机房=30))
    services.cancel_plan(draft, reason="人数不足", actor=body.officer, now=now)
    choose(third, body, now, 一号机房=30)


def test_a_room_that_closed_meanwhile_stops_the_plan(draft: Any, site: Site, body: SimpleNamespace, now: Any) -> None:
    choose(draft, body, now, 一号机房=30)
    Room.objects.filter(name="一号机房").update(capacity=20)
    refused("plans.room_too_small", lambda: services.hand_in_plan(draft, actor=body.officer, now=now))
    site.in_use = False
    site.save()
    refused("plans.room_closed", lambda: services.hand_in_plan(draft, actor=body.officer, now=now))


def test_i06_a_published_plan_changes_rooms_only_at_its_site_and_keeps_its_promise(
    draft: Any, site: Site, body: SimpleNamespace, now: Any
) -> None:
    make_site(body.organisation, "西校区", {"四号机房": 90})
    choose(draft, body, now, 一号机房=20)
    plan = release(draft, body, now=now)
    refused("plans.other_site", lambda: choose(plan, body, now, 四号机房=90))
    refused("plans.seats_promised", lambda: choose(plan, body, now, 三号机房=12))
    choose(plan, body, now, 二号机房=30)
    assert (plan.room, plan.capacity) == ("二号机房", 30)
    services.close_registration(plan, actor=body.officer, now=AFTER_CLOSING)
    choose(plan, body, AFTER_CLOSING, 三号机房=12)  # nobody applied, so a small room is enough now


def test_rooms_stay_while_the_head_looks_and_once_seats_are_arranged(
    draft: Any, site: Site, body: SimpleNamespace, candidate: Any, now: Any
) -> None:
    choose(draft, body, now, 一号机房=30)
    services.hand_in_plan(draft, actor=body.officer, now=now)
    refused("plans.rooms_fixed", lambda: choose(draft, body, now, 二号机房=30))
    services.approve_plan(draft, actor=body.head, now=now)
    plan = services.publish_plan(draft, actor=body.officer, now=now)
    services.close_registration(plan, actor=body.officer, now=AFTER_CLOSING)
    seated(plan, candidate)
    refused("plans.rooms_fixed", lambda: choose(plan, body, AFTER_CLOSING, 二号机房=30))


# Who watches over the session


@pytest.fixture
def watchers(body: SimpleNamespace, scheme: Any, make_user: Any, now: Any) -> SimpleNamespace:
    """Five people of the register; one of them has a supervisor's card."""
    people = [make_user(name) for name in ("高静", "梁宽", "宋佳", "唐宁", "韩德勇")]
    for person in people:
        StaffMember.objects.create(organisation=body.organisation, user=person, entered_at=now)
    issue_staff_card(
        user=people[4],
        organisation=body.organisation,
        kind="supervisor",
        occupation=scheme.occupation,
        levels=[5, 4, 3],
        number="DD-1",
        valid_from=datetime.date(2026, 1, 1),
        valid_until=EXAM_DAY,
        actor=body.officer,
        now=now,
    )
    return SimpleNamespace(people=people[:4], supervisor=people[4])


@pytest.fixture
def housed(draft: Any, site: Site, body: SimpleNamespace, now: Any) -> Any:
    """A published plan in two rooms of thirty seats."""
    choose(draft, body, now, 一号机房=30, 二号机房=30)
    return release(draft, body, now=now)


def name_them(plan: Any, body: SimpleNamespace, invigilators: list[Any], supervisors: list[Any], now: Any) -> Any:
    return services.assign_session_staff(plan, invigilators=invigilators, supervisors=supervisors, actor=body.officer, now=now)


def test_i13_two_rooms_of_thirty_need_four_invigilators(
    housed: Any, body: SimpleNamespace, watchers: SimpleNamespace, now: Any
) -> None:
    assert needed_for(housed) == 4
    error = refused(
        "plans.too_few_invigilators",
        lambda: name_them(housed, body, watchers.people[:3], [watchers.supervisor], now),
    )
    assert error.context == {"needed": 4, "named": 3}
    assert not housed.assignments.exists()
    assert len(name_them(housed, body, watchers.people, [watchers.supervisor], now)) == 5


def test_i13_once_seats_are_arranged_the_candidates_of_each_room_count(
    housed: Any, body: SimpleNamespace, make_user: Any
) -> None:
    first, second = housed.rooms.all()
    for n in range(17):
        place = first if n < 16 else second
        Seat.objects.create(
            plan=housed, candidate=make_user(f"考生{n}"), ticket_number=str(n), plan_room=place, room=str(place), number=n + 1
        )
    assert invigilators_needed_for(housed) == 4
    Seat.objects.filter(plan_room=second).update(plan_room=first)
    assert invigilators_needed_for(housed) == 2


def test_i17_nobody_has_two_duties_in_one_session(
    housed: Any, body: SimpleNamespace, watchers: SimpleNamespace, now: Any
) -> None:
    four, supervisor = watchers.people, watchers.supervisor
    refused("plans.role_taken", lambda: name_them(housed, body, [*four, supervisor], [supervisor], now))
    services.assign_assessors(housed, users=body.assessors[:3], actor=body.officer, now=now)
    refused("plans.role_taken", lambda: name_them(housed, body, [*four[:3], body.assessors[0]], [supervisor], now))
    name_them(housed, body, four, [supervisor], now)
    assert housed.assignments.count() == 8


def test_i17_an_invigilator_is_not_seated_as_a_candidate(
    housed: Any, body: SimpleNamespace, watchers: SimpleNamespace, now: Any
) -> None:
    name_them(housed, body, watchers.people, [watchers.supervisor], now)
    services.close_registration(housed, actor=body.officer, now=AFTER_CLOSING)
    refused(
        "plans.assessor_conflict",
        lambda: services.arrange_seats(housed, candidates=[watchers.people[0]], actor=body.officer, now=AFTER_CLOSING),
    )


def test_i18_a_supervisor_has_a_card_on_the_exam_day_and_nobody_goes_without(
    housed: Any, body: SimpleNamespace, watchers: SimpleNamespace, make_user: Any, now: Any
) -> None:
    refused("plans.supervisor_missing", lambda: name_them(housed, body, watchers.people, [], now))
    refused("plans.supervisor_card_missing", lambda: name_them(housed, body, watchers.people, [make_user("无卡")], now))
    watchers.supervisor.staff_cards.update(valid_until=EXAM_DAY - datetime.timedelta(days=1))
    refused("plans.supervisor_card_missing", lambda: name_them(housed, body, watchers.people, [watchers.supervisor], now))


def test_i13_i18_an_exam_in_rooms_of_the_register_does_not_start_unwatched(
    housed: Any, body: SimpleNamespace, watchers: SimpleNamespace, candidate: Any, now: Any
) -> None:
    seated(housed, candidate)
    team = services.assign_assessors(housed, users=body.assessors[:3], actor=body.officer, now=AFTER_CLOSING)
    for row in team:
        services.declare_no_conflict(row, actor=row.user, now=AFTER_CLOSING)
    codes = {problem.code for problem in start_problems(housed, now=DAY)}
    assert codes == {"plans.too_few_invigilators", "plans.supervisor_missing"}
    refused("plans.too_few_invigilators", lambda: services.advance(housed, Event.START_EXAM, actor=None, now=DAY))
    rows = name_them(housed, body, watchers.people, [watchers.supervisor], AFTER_CLOSING)
    assert {problem.code for problem in start_problems(housed, now=DAY)} == {"plans.declarations_missing"}
    supervising = next(row for row in rows if row.role == "supervisor")
    services.declare_no_conflict(supervising, actor=supervising.user, now=AFTER_CLOSING)
    assert services.advance(housed, Event.START_EXAM, actor=None, now=DAY).status == "in_exam"


def test_naming_again_replaces_and_keeps_who_stays(
    housed: Any, body: SimpleNamespace, watchers: SimpleNamespace, make_user: Any, now: Any
) -> None:
    rows = name_them(housed, body, watchers.people, [watchers.supervisor], now)
    services.declare_no_conflict(rows[0], actor=rows[0].user, now=now)
    extra = make_user("新监考")
    name_them(housed, body, [*watchers.people[1:], rows[0].user, extra], [watchers.supervisor], now)
    assert housed.assignments.get(pk=rows[0].pk).declared_at == now
    refused("plans.staffing_closed", lambda: _after_the_exam(housed, body, watchers, now))


def _after_the_exam(plan: Any, body: SimpleNamespace, watchers: SimpleNamespace, now: Any) -> None:
    Plan.objects.filter(pk=plan.pk).update(status="in_exam")
    plan.refresh_from_db()
    name_them(plan, body, watchers.people, [watchers.supervisor], now)


def test_who_served_least_is_proposed_and_the_supervisor_kept_for_supervising(
    housed: Any, body: SimpleNamespace, watchers: SimpleNamespace, scheme: Any, now: Any
) -> None:
    services.assign_assessors(housed, users=body.assessors[:3], actor=body.officer, now=now)
    StaffMember.objects.filter(user=watchers.people[0]).update(left_on=EXAM_DAY)
    offers = offers_for(housed)
    offered = {offer.user for offer in offers}
    assert watchers.people[0] not in offered
    assert not set(body.assessors[:3]) & offered
    invigilators, supervisors = proposed(offers, needed=4)
    assert supervisors == {watchers.supervisor.pk}
    assert len(invigilators) == 4
    assert watchers.supervisor.pk not in invigilators
