"""An ordinary plan in a few clicks: the short form, the copy, rooms, people and the timeline as pages."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine

from certification.bodies.models import Room, Site, StaffMember
from certification.plans import services
from certification.plans.models import Plan
from certification.plans.writing import subjects_for
from lms.core.errors import DomainError
from lms.organisations.rules import Role
from tests.open_plan import AFTER_CLOSING, release


@pytest.fixture(autouse=True)
def monday(now: Any) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def site(body: SimpleNamespace) -> Site:
    site = Site.objects.create(organisation=body.organisation, name="东校区", address="东路 1 号")
    for name, capacity in (("一号机房", 40), ("二号机房", 30)):
        Room.objects.create(site=site, name=name, purpose="computer", capacity=capacity)
    return site


def short(scheme: Any, body: SimpleNamespace, **changes: Any) -> dict[str, Any]:
    subject = f"{body.organisation.pk}.{scheme.pk}.4."
    return {"subject": subject, "exam_date": "2026-10-31", "candidates": "60", **changes}


def test_a_complete_plan_comes_of_three_answers(client: Any, scheme: Any, site: Site, body: SimpleNamespace, now: Any) -> None:
    client.force_login(body.officer)
    assert client.get("/desk/plans/new/").status_code == 200
    page = client.post("/desk/plans/new/", short(scheme, body), follow=True)
    plan = Plan.objects.get()
    assert f"/desk/plans/{plan.pk}/hand-in/" in page.content.decode()
    assert (plan.capacity, plan.site, plan.room) == (60, site, "一号机房、二号机房")
    assert sorted(plan.rooms.values_list("seats", flat=True)) == [20, 40]
    assert plan.registration_closes == datetime.date(2026, 10, 19)
    assert (plan.blueprint, plan.theory_minutes) == (body.blueprint, 90)
    assert "2026 年 10 月" in plan.title
    assert release(plan, body, now=now).status == "published"


def test_a_body_without_rooms_says_where_in_words(client: Any, scheme: Any, body: SimpleNamespace) -> None:
    client.force_login(body.officer)
    assert client.post("/desk/plans/new/", short(scheme, body)).status_code == 422
    words = {"site_name": "辅具实训基地", "address": "示例路 1 号", "room": "一号考场"}
    assert client.post("/desk/plans/new/", short(scheme, body, **words)).status_code == 302
    plan = Plan.objects.get()
    assert (plan.site_name, plan.capacity, plan.rooms.count()) == ("辅具实训基地", 60, 0)


@pytest.mark.parametrize(
    "wrong",
    [{"candidates": "71"}, {"candidates": "0"}, {"exam_date": "1900-01-01"}, {"exam_date": "2099-01-10"}, {"subject": "1.1.1."}],
)
def test_what_cannot_be_is_told_at_the_field(
    client: Any, scheme: Any, site: Site, body: SimpleNamespace, wrong: dict[str, str]
) -> None:
    client.force_login(body.officer)
    page = client.post("/desk/plans/new/", short(scheme, body, **wrong))
    assert page.status_code == 422
    assert next(iter(wrong)) in page.context["form"].errors
    assert not Plan.objects.exists()


def test_only_filed_levels_of_own_or_common_schemes_are_offered(
    scheme: Any, body: SimpleNamespace, employer: Any, now: Any
) -> None:
    def levels() -> set[int]:
        return {subject.level for subject in subjects_for([body.organisation], today=now.date())}

    assert levels() == {5, 4, 3} & set(scheme.levels.values_list("level", flat=True))
    body.filing.scopes.filter(level=3).delete()
    assert 3 not in levels()
    assert subjects_for([employer], today=now.date()) == []
    body.filing.valid_until = now.date() - datetime.timedelta(days=1)
    body.filing.save()
    assert levels() == set()


def test_a_copy_takes_over_everything_but_the_day(client: Any, draft: Any, site: Site, body: SimpleNamespace, now: Any) -> None:
    rooms = {room: 20 for room in Room.objects.select_related("site")}
    services.choose_rooms(draft, rooms=rooms, actor=body.officer, now=now)
    services.change_draft(draft, changes={"theory_minutes": 100}, actor=body.officer, now=now)
    client.force_login(body.officer)
    client.post(f"/desk/plans/{draft.pk}/copy/", {"exam_date": "2026-11-21"})
    copy = Plan.objects.exclude(pk=draft.pk).get()
    assert (copy.exam_date, copy.status) == (datetime.date(2026, 11, 21), "draft")
    assert (copy.capacity, copy.theory_minutes, copy.blueprint) == (40, 100, draft.blueprint)
    assert set(copy.rooms.values_list("room", "seats")) == {(room.pk, 20) for room in rooms}
    assert copy.skill_starts_at - copy.theory_starts_at == draft.skill_starts_at - draft.theory_starts_at


def test_a_copy_on_the_same_day_takes_rooms_that_are_free(
    client: Any, draft: Any, site: Site, body: SimpleNamespace, now: Any
) -> None:
    rooms = {Room.objects.select_related("site").get(name="一号机房"): 30}
    services.choose_rooms(draft, rooms=rooms, actor=body.officer, now=now)
    release(draft, body, now=now)
    client.force_login(body.officer)
    client.post(f"/desk/plans/{draft.pk}/copy/", {"exam_date": "2026-10-31"})
    assert Plan.objects.exclude(pk=draft.pk).get().room == "二号机房"
    Room.objects.filter(name="二号机房").update(in_use=False)
    page = client.post(f"/desk/plans/{draft.pk}/copy/", {"exam_date": "2026-10-31"})
    assert (page.status_code, Plan.objects.count()) == (422, 2)


def test_rooms_are_chosen_on_a_page_that_says_who_has_them(
    client: Any, draft: Any, site: Site, scheme: Any, body: SimpleNamespace, now: Any
) -> None:
    first, second = Room.objects.order_by("name")
    client.force_login(body.officer)
    url = f"/desk/plans/{draft.pk}/rooms/"
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"rooms": [first.pk], f"seats-{first.pk}": "99"}).status_code == 422
    assert client.post(url, {"rooms": [first.pk], f"seats-{first.pk}": "25"}).status_code == 302
    draft.refresh_from_db()
    assert draft.capacity == 25
    assert client.post(url, {"rooms": [first.pk, second.pk]}).status_code == 302
    release(Plan.objects.get(pk=draft.pk), body, now=now)
    client.post("/desk/plans/new/", short(scheme, body, candidates="20"))
    assert not Plan.objects.exclude(pk=draft.pk).exists()
    other = services.create_plan(
        organisation=body.organisation,
        **{name: getattr(draft, name) for name in services.EDITABLE},
        actor=body.officer,
        now=now,
    )
    shown = client.get(f"/desk/plans/{other.pk}/rooms/").content.decode()
    assert shown.count(draft.title) >= 2
    assert shown.count("disabled") == 2


def test_the_rooms_page_costs_the_same_however_many_rooms(
    client: Any, draft: Any, site: Site, body: SimpleNamespace, django_assert_max_num_queries: Any
) -> None:
    client.force_login(body.officer)
    for n in range(20):
        Room.objects.create(site=site, name=f"机房 {n}", purpose="standard", capacity=30)
    with django_assert_max_num_queries(14):
        assert client.get(f"/desk/plans/{draft.pk}/rooms/").status_code == 200


def test_people_are_named_on_a_page_that_proposes_them(
    client: Any, plan: Any, body: SimpleNamespace, make_user: Any, scheme: Any, now: Any
) -> None:
    people = [make_user(name) for name in ("高静", "梁宽", "宋佳")]
    for person in people:
        StaffMember.objects.create(organisation=body.organisation, user=person, entered_at=now)
    client.force_login(body.officer)
    url = f"/desk/plans/{plan.pk}/session/"
    page = client.get(url)
    assert page.context["is_proposal"]
    assert page.content.decode().count(" checked") == page.context["needed"] == 2
    refused = client.post(url, {"invigilators": [person.pk for person in people]})
    assert refused.status_code == 422
    assert "supervisors" in refused.context["form"].errors
    assert client.post(url, {"invigilators": ["x"], "supervisors": ["²"]}).status_code == 422
    assert not plan.assignments.exists()


def test_the_timeline_tells_ten_nodes_who_is_responsible_and_what_is_late(client: Any, plan: Any, body: SimpleNamespace) -> None:
    client.force_login(body.head)
    url = f"/desk/plans/{plan.pk}/timeline/"
    page = client.get(url).content.decode()
    assert page.count('class="spine__stage') == 10
    assert page.count('aria-current="step"') == 1
    assert body.officer.name in page
    assert body.first.name in page
    with time_machine.travel(AFTER_CLOSING, tick=False):
        client.force_login(body.head)
        assert client.get(url).context["late"] == 1


def test_head_approves_or_returns_on_the_page_of_the_plan(client: Any, draft: Any, body: SimpleNamespace, now: Any) -> None:
    services.hand_in_plan(draft, actor=body.officer, now=now)
    url = f"/desk/plans/{draft.pk}/"
    client.force_login(body.officer)
    assert f"{url}approve/" not in client.get(url).content.decode()
    assert client.post(f"{url}approve/").status_code == 403
    client.force_login(body.head)
    client.post(f"{url}return/", {"reasons": ""})
    draft.refresh_from_db()
    assert draft.status == "submitted"
    client.post(f"{url}return/", {"reasons": "请换考场"})
    client.force_login(body.officer)
    assert "请换考场" in client.get(url).content.decode()


def test_a_correction_is_written_on_its_page(client: Any, plan: Any, draft: Any, body: SimpleNamespace) -> None:
    client.force_login(body.officer)
    url = f"/desk/plans/{plan.pk}/correct/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"text": ""}).status_code == 422
    client.post(url, {"text": "请走东门"})
    assert "请走东门" in client.get(plan.get_desk_url()).content.decode()


def test_an_officer_of_another_body_finds_none_of_these_pages(
    client: Any, plan: Any, employer: Any, make_user: Any, member: Any
) -> None:
    client.force_login(member(make_user("外人"), employer, Role.EXAM_OFFICER))
    for page in ("timeline", "rooms", "session", "copy", "correct"):
        assert client.get(f"/desk/plans/{plan.pk}/{page}/").status_code == 404


def test_a_number_of_candidates_no_rooms_hold_is_refused_by_the_service(
    scheme: Any, site: Site, body: SimpleNamespace, now: Any
) -> None:
    from certification.plans.writing import propose_plan

    subject = next(row for row in subjects_for([body.organisation], today=now.date()) if row.level == 4)
    with pytest.raises(DomainError, match=r"plans.no_rooms"):
        propose_plan(subject, exam_date=datetime.date(2026, 10, 31), candidates=71, actor=body.officer, now=now)
