"""What changed after the seats were confirmed: help that was granted, invigilators who were named; and who reads the record."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from certification.applications.models import NeedsRequest
from certification.examday import queues
from certification.examday.models import RoomDuty
from certification.examday.selectors.rooms import without_room
from certification.examday.selectors.seating import helped_since
from certification.examday.services import arranging
from certification.examday.services.dispatch import draw_staff
from certification.examday.services.record import record_incident
from certification.plans.models import StaffAssignment
from lms.core.errors import DomainError
from tests.certification.examday.conftest import MINUTE, THEORY
from tests.open_plan import AFTER_CLOSING

pytestmark = pytest.mark.django_db
LATER = AFTER_CLOSING + datetime.timedelta(hours=3)


def grant(hall: SimpleNamespace, person: Any, *, at: datetime.datetime, **what: Any) -> NeedsRequest:
    return NeedsRequest.objects.create(
        user=person,
        organisation=hall.plan.organisation,
        asked=what,
        granted=what,
        consent_at=at,
        asked_at=at,
        status="granted",
        decided_by=hall.body.first,
        decided_at=at,
    )


def shown(client: Any, hall: SimpleNamespace) -> Any:
    client.force_login(hall.officer)
    with time_machine.travel(LATER + MINUTE, tick=False):
        return client.get(reverse("examday:seating", args=[hall.plan.pk]))


def rows(hall: SimpleNamespace) -> list[str]:
    return [row.title for row in queues._helped(hall.officer)]


def test_help_granted_after_the_confirmation_is_told_on_the_page_and_the_desk(seated: SimpleNamespace, client: Any) -> None:
    person = seated.people[3]
    assert shown(client, seated).context["helped"] == []
    grant(seated, person, at=LATER, wheelchair_seat=True)
    page = shown(client, seated)
    assert [row["name"] for row in page.context["helped"]] == [person.name]
    assert person.name in page.content.decode()
    assert len(rows(seated)) == 1


def test_help_granted_before_is_no_news(seated: SimpleNamespace, client: Any) -> None:
    grant(seated, seated.people[3], at=AFTER_CLOSING - MINUTE, large_print=True)
    assert shown(client, seated).context["helped"] == []
    assert rows(seated) == []


def test_it_is_settled_when_the_seats_are_proposed_and_confirmed_anew(seated: SimpleNamespace) -> None:
    grant(seated, seated.people[3], at=LATER, wheelchair_seat=True)
    with time_machine.travel(LATER, tick=False):
        arranging.propose_seats(seated.plan, actor=seated.officer, now=LATER + MINUTE)
        arranging.confirm_seats(seated.plan, actor=seated.officer, now=LATER + MINUTE, knowing=True)
    seated.plan.refresh_from_db()
    assert helped_since(seated.plan.arrangement) == set()
    assert rows(seated) == []
    seat = seated.plan.seats.get(candidate=seated.people[3])
    assert seat.number <= seat.plan_room.accessible_seats


def test_who_was_named_after_the_seats_is_offered_a_room_and_gets_one(
    seated: SimpleNamespace, make_user: Any, client: Any
) -> None:
    late = make_user("晚监考")
    assert without_room(seated.plan) == []
    StaffAssignment.objects.create(plan=seated.plan, user=late, role="invigilator", assigned_at=LATER, declared_at=LATER)
    assert without_room(seated.plan) == [late]
    client.force_login(seated.officer)
    for name in ("seating", "draw"):
        page = client.get(reverse(f"examday:{name}", args=[seated.plan.pk])).content.decode()
        assert reverse("examday:deal", args=[seated.plan.pk]) in page
        assert late.name in page
    client.post(reverse("examday:deal", args=[seated.plan.pk]))
    assert RoomDuty.objects.filter(assignment__user=late).count() == 1
    assert without_room(seated.plan) == []


def test_the_draw_names_through_the_plans_and_refuses_whom_they_refuse(hall: SimpleNamespace, make_user: Any, now: Any) -> None:
    from certification.bodies.models import StaffMember
    from certification.plans.invigilation import name_for_session
    from certification.plans.rules import StaffRole
    from lms.core.models import LedgerEntry

    for n in range(4):
        StaffMember.objects.create(organisation=hall.plan.organisation, user=make_user(f"备选{n}"), entered_at=now)
    draw_staff(hall.plan, role="invigilator", count=3, actor=hall.officer, now=AFTER_CLOSING)
    entry = LedgerEntry.objects.get(kind="plans.session_staff_assigned")
    assert len(entry.facts["invigilator"]) == 3
    with pytest.raises(DomainError, match="supervisor_card_missing"):
        name_for_session(hall.plan, role=StaffRole.SUPERVISOR, people=[make_user("无证")], actor=hall.officer, now=AFTER_CLOSING)
    named = hall.plan.assignments.filter(role="invigilator").first().user
    with pytest.raises(DomainError, match="role_taken"):
        name_for_session(hall.plan, role=StaffRole.SUPERVISOR, people=[named], actor=hall.officer, now=AFTER_CLOSING)


def test_officer_and_head_read_the_record_of_all_rooms_page_by_page(
    seated: SimpleNamespace, client: Any, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    address = reverse("examday:whole_record", args=[seated.plan.pk])
    seated.plan.refresh_from_db()

    def write(count: int) -> None:
        for n in range(count):
            record_incident(seated.plan, kind="other", room="一号考场", text=f"第{n}件", actor=seated.invigilators[0], now=THEORY)

    write(2)
    client.force_login(seated.head)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        assert len(client.get(address).context["lines"]) == 2
    write(70)
    with django_assert_num_queries(len(few)):
        page = client.get(address)
    assert (len(page.context["lines"]), bool(page.context["older"])) == (50, True)
    rest = client.get(f"{address}?before={page.context['older']}").context
    assert (len(rest["lines"]), rest["older"]) == (22, 0)
    assert reverse("examday:countersign", args=[page.context["lines"][0].pk]) not in page.content.decode()


def test_who_has_no_office_in_the_body_does_not_read_it(seated: SimpleNamespace, client: Any, make_user: Any) -> None:
    client.force_login(make_user("路人"))
    assert client.get(reverse("examday:whole_record", args=[seated.plan.pk])).status_code == 404
