"""The desk of the registers: the officer writes, other bodies see nothing, lists cost the same however long."""

import datetime
import re
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certification.bodies.models import Declaration, Equipment, Filing, Room, Site, StaffCard, StaffMember, Tie
from certification.bodies.selectors import assessors_available
from certification.bodies.services.impartiality import declare_impartiality, declare_tie
from certification.bodies.services.warnings import warn_of_ending_terms
from lms.core.models import LedgerEntry
from lms.notices.models import Notice
from lms.organisations.rules import Role

LISTS = ("/desk/bodies/staff/", "/desk/bodies/filings/", "/desk/bodies/sites/", "/desk/bodies/declarations/")


@pytest.fixture(autouse=True)
def monday(now: Any) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def officer(client: Any, body: SimpleNamespace) -> Any:
    client.force_login(body.officer)
    return client


@pytest.fixture
def outsider(employer: Any, make_user: Any, member: Any) -> Any:
    return member(make_user("外人"), employer, Role.EXAM_OFFICER)


def text(page: Any) -> str:
    return re.sub(r"\s+", " ", page.content.decode())


def test_a_person_is_entered_by_phone_given_a_card_and_a_training(
    officer: Any, body: SimpleNamespace, scheme: Any, make_user: Any
) -> None:
    person = make_user("高雅", phone="+8613712340001")
    assert officer.post("/desk/bodies/staff/new/", {"phone": "13712340009"}).status_code == 422
    officer.post("/desk/bodies/staff/new/", {"phone": "137 1234 0001", "employer": "静安康复中心"})
    entry = StaffMember.objects.get(user=person)
    assert (entry.organisation, entry.employer) == (body.organisation, "静安康复中心")
    assert officer.post("/desk/bodies/staff/new/", {"phone": "13712340001"}).status_code == 422
    card = {
        "kind": "supervisor",
        "number": "DD-7",
        "occupation": scheme.occupation.pk,
        "levels": ["4", "3"],
        "valid_from": "2026-09-01",
        "valid_until": "2029-08-31",
    }
    url = f"/desk/bodies/staff/{entry.pk}/"
    assert "有效期的结束" in text(officer.post(f"{url}card/", card | {"valid_until": "2026-08-31"}))
    for wrong in ({"valid_until": "2026-08-31"}, {"levels": []}, {"number": "KP-1"}, {"valid_from": "0026-09-01"}):
        assert officer.post(f"{url}card/", card | wrong).status_code == 422
    assert officer.post(f"{url}card/", card).status_code == 302
    line = {"kind": "training", "text": "年度考评员培训", "hours": "8", "happened_on": "2026-05-06"}
    for wrong in ({"happened_on": "2026-09-08"}, {"kind": "monitoring"}, {"hours": "-1"}):
        assert officer.post(f"{url}record/", line | wrong).status_code == 422
    officer.post(f"{url}record/", line)
    officer.post(f"{url}record/", line | {"text": "督导培训", "hours": "4.5"})
    page = officer.get(url)
    assert [(row.year, str(row.hours)) for row in page.context["training"]] == [(2026, "12.5")]
    assert "DD-7" in text(page)


def test_who_left_is_not_offered_for_a_team(officer: Any, body: SimpleNamespace, scheme: Any, now: Any) -> None:
    def offered() -> int:
        return len(assessors_available(body.organisation, occupation=scheme.occupation, level=4, on=now.date()))

    entry = StaffMember.objects.get(user=body.assessors[0])
    assert officer.post(entry.get_absolute_url(), {"employer": "", "left_on": "2026-09-08"}).status_code == 422
    assert offered() == 5
    officer.post(entry.get_absolute_url(), {"employer": "", "left_on": "2026-09-07"})
    assert offered() == 4
    assert entry.user.name not in text(officer.get("/desk/bodies/staff/"))
    assert entry.user.name in text(officer.get("/desk/bodies/staff/?show=left"))


def test_a_card_taken_back_needs_a_reason_and_leaves_the_register(officer: Any, body: SimpleNamespace) -> None:
    card = body.assessors[0].staff_cards.get()
    assert officer.post(f"/desk/bodies/cards/{card.pk}/withdraw/", {"reason": " "}).status_code == 422
    officer.post(f"/desk/bodies/cards/{card.pk}/withdraw/", {"reason": "考核不合格"})
    card.refresh_from_db()
    assert card.withdrawn_at is not None
    assert card.number not in text(officer.get("/desk/bodies/staff/"))


def test_the_register_finds_by_name_card_and_what_is_missing(officer: Any, body: SimpleNamespace, now: Any) -> None:
    StaffCard.objects.filter(number="KP-1").update(valid_until=datetime.date(2026, 10, 1))
    declare_impartiality(StaffMember.objects.get(user=body.assessors[2]), actor=body.assessors[2], now=now)

    def names(query: str) -> set[str]:
        return {row.user.name for row in officer.get(f"/desk/bodies/staff/?{query}").context["rows"]}

    assert names("q=孙丽") == names("q=kp-1") == names("show=ending") == {"孙丽萍"}
    assert names("show=undeclared") == {"钱建华", "孙丽萍", "郑岚", "王立"}
    assert names("kind=supervisor") == set()
    assert len(names("kind=nonsense&before=nonsense&show=nonsense")) == 5


def test_a_filing_is_stored_widened_and_ended_early(officer: Any, body: SimpleNamespace, scheme: Any) -> None:
    facts = {
        "record_number": "沪备〔2026〕8号",
        "filed_name": "申城协会",
        "type_letter": "S",
        "body_code": "0000",
        "province": "31",
        "sequence": "000124",
        "valid_from": "2026-09-01",
        "valid_until": "2029-08-31",
        "occupation": scheme.occupation.pk,
        "levels": ["2"],
    }
    for wrong in (
        {"sequence": "12"},
        {"valid_until": "2026-08-31"},
        {"record_number": body.filing.record_number},
        {"levels": []},
    ):
        assert officer.post("/desk/bodies/filings/new/", facts | wrong).status_code == 422
    assert Filing.objects.count() == 1
    officer.post("/desk/bodies/filings/new/", facts)
    filing = Filing.objects.get(record_number="沪备〔2026〕8号")
    url = f"/desk/bodies/filings/{filing.pk}/"
    officer.post(url, {"occupation": scheme.occupation.pk, "levels": ["2", "1"]})
    assert list(filing.scopes.order_by("level").values_list("level", flat=True)) == [1, 2]
    for day in ("2026-09-06", "2029-08-31"):
        assert officer.post(f"{url}end/", {"last_day": day, "reason": "撤销备案"}).status_code == 422
    officer.post(f"{url}end/", {"last_day": "2026-12-31", "reason": "撤销备案"})
    filing.refresh_from_db()
    assert filing.valid_until == datetime.date(2026, 12, 31)
    assert LedgerEntry.objects.get(kind="bodies.filing_ended").facts["printed"] == "2029-08-31"


def test_a_site_has_rooms_and_a_room_its_equipment(officer: Any, body: SimpleNamespace) -> None:
    place = {"name": "浦东考点", "address": "康复路 1 号", "contact": "", "way_in": "东门有坡道", "in_use": "on"}
    officer.post("/desk/bodies/sites/new/", place)
    assert officer.post("/desk/bodies/sites/new/", place).status_code == 422
    site = Site.objects.get()
    hall = {"name": "301", "purpose": "skill", "capacity": "10", "accessible_seats": "2", "in_use": "on"}
    new = f"/desk/bodies/sites/{site.pk}/rooms/new/"
    for wrong in ({"accessible_seats": "11"}, {"capacity": "0"}, {"purpose": "garden"}):
        assert officer.post(new, hall | wrong).status_code == 422
    officer.post(new, hall)
    room = Room.objects.get()
    officer.post(f"/desk/bodies/rooms/{room.pk}/", hall | {"capacity": "12"})
    equipment = f"/desk/bodies/rooms/{room.pk}/equipment/"
    officer.post(equipment, {"name": "轮椅", "quantity": "4", "checked_on": "2026-08-01"})
    assert officer.post(equipment, {"name": "轮椅", "quantity": "1"}).status_code == 422
    room.refresh_from_db()
    assert (room.capacity, room.equipment.get().quantity) == (12, 4)
    officer.post(f"/desk/bodies/equipment/{room.equipment.get().pk}/remove/")
    assert not Equipment.objects.exists()


def test_only_the_head_says_what_a_conflict_weighs(client: Any, body: SimpleNamespace) -> None:
    url = f"/desk/bodies/{body.organisation.pk}/conflicts/"
    kinds = ("trainer", "same_unit", "declared", "assessed_before", "in_a_row", "rotation", "undeclared")
    wanted = dict.fromkeys(kinds, "warn") | {
        "assessed_before_limit": "1",
        "in_a_row_limit": "0",
        "renewed_one_in": "2",
        "declaration_months": "24",
    }
    client.force_login(body.officer)
    assert client.get(url).status_code == 200
    assert client.post(url, wanted).status_code == 403
    client.force_login(body.head)
    assert client.post(url, wanted | {"trainer": "ignore"}).status_code == 422
    assert client.post(url, wanted).status_code == 302
    assert body.organisation.impartiality.policy.renewed_one_in == 2


def test_a_member_of_staff_declares_and_names_ties_that_nobody_else_reads(client: Any, body: SimpleNamespace, now: Any) -> None:
    person, colleague = body.assessors[:2]
    entry = StaffMember.objects.get(user=person)
    client.force_login(colleague)
    assert client.post(f"/desk/cards/{entry.pk}/declare/").status_code == 404
    client.force_login(person)
    client.post(f"/desk/cards/{entry.pk}/declare/")
    client.post(f"/desk/cards/{entry.pk}/declare/")
    assert entry.declarations.get().declared_at == now
    assert client.post("/desk/cards/ties/new/", {"kind": "relative", "name": " ", "phone": ""}).status_code == 422
    client.post("/desk/cards/ties/new/", {"kind": "relative", "name": "钱小满", "phone": "13712340001"})
    tie = Tie.objects.get()
    assert "钱小满" in text(client.get("/desk/cards/"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT name || phone FROM bodies_tie")
        assert "钱小满" not in cursor.fetchone()[0]
    client.force_login(body.officer)
    assert "钱小满" not in text(client.get(entry.get_absolute_url()))
    assert client.post(f"/desk/cards/ties/{tie.pk}/end/").status_code == 404
    client.force_login(person)
    client.post(f"/desk/cards/ties/{tie.pk}/end/")
    tie.refresh_from_db()
    assert (tie.name, tie.phone, tie.ended_at) == ("", "", now)


def test_other_bodies_and_strangers_are_kept_out(
    client: Any, body: SimpleNamespace, outsider: Any, candidate: Any, now: Any
) -> None:
    entry = StaffMember.objects.get(user=body.assessors[0])
    declare_impartiality(entry, actor=entry.user, now=now)
    site = Site.objects.create(organisation=body.organisation, name="考点", address="路 1 号")
    own = [entry.get_absolute_url(), body.filing.get_desk_url(), site.get_absolute_url()]
    client.force_login(candidate)
    assert {client.get(url).status_code for url in LISTS} == {403}
    assert {client.get(url).status_code for url in own} == {404}
    client.force_login(outsider)
    assert {client.get(url).status_code for url in own} == {404}
    assert client.get(f"/desk/bodies/{body.organisation.pk}/conflicts/").status_code == 404
    assert [client.get(url).context["rows"] for url in LISTS] == [[], [], [], []]


def test_a_person_in_two_bodies_shows_each_only_its_own_cards(
    client: Any, body: SimpleNamespace, employer: Any, outsider: Any, now: Any
) -> None:
    StaffMember.objects.create(organisation=employer, user=body.assessors[0], entered_at=now)
    client.force_login(outsider)
    page = text(client.get("/desk/bodies/staff/"))
    assert body.assessors[0].name in page
    assert "KP-0" not in page


def grow(body: SimpleNamespace, scheme: Any, make_user: Any, *, now: Any, numbers: range) -> None:
    """Add one person, site, room and filing for each of the numbers."""
    people = [make_user(f"考评员{n}") for n in numbers]
    entries = StaffMember.objects.bulk_create(
        StaffMember(organisation=body.organisation, user=person, entered_at=now) for person in people
    )
    StaffCard.objects.bulk_create(
        StaffCard(
            user=person,
            organisation=body.organisation,
            kind="assessor",
            occupation=scheme.occupation,
            levels=[4],
            number=f"X-{person.pk}",
            valid_from=datetime.date(2026, 1, 1),
            valid_until=datetime.date(2028, 12, 31),
        )
        for person in people
    )
    Declaration.objects.bulk_create(Declaration(entry=entry, version=1, text="…", declared_at=now) for entry in entries)
    sites = Site.objects.bulk_create(Site(organisation=body.organisation, name=f"考点{n}", address="路 1 号") for n in numbers)
    rooms = Room.objects.bulk_create(Room(site=site, name="1", purpose="skill", capacity=9) for site in sites)
    Equipment.objects.bulk_create(Equipment(room=room, name="轮椅") for room in rooms)
    for n in numbers:
        copy = Filing.objects.get(pk=body.filing.pk)
        copy.pk, copy.record_number = None, f"备{n}"
        copy.save()
        copy.scopes.create(occupation=scheme.occupation, level=4)


def test_the_lists_page_by_key_at_constant_cost(
    officer: Any, body: SimpleNamespace, scheme: Any, make_user: Any, now: Any
) -> None:
    def cost(url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            officer.get(url)
        return len(queries)

    grow(body, scheme, make_user, now=now, numbers=range(2))
    few = [cost(url) for url in LISTS]
    grow(body, scheme, make_user, now=now, numbers=range(2, 40))
    assert [cost(url) for url in LISTS] == few
    assert max(few) <= 14
    for url in LISTS:
        first = officer.get(url).context["rows"]
        second = officer.get(f"{url}?before={first[-1].pk}").context["rows"]
        assert len(first) == 25
        assert second
        assert not {row.pk for row in first} & {row.pk for row in second}


def test_the_end_of_a_card_and_of_a_filing_is_told_once_at_each_threshold(body: SimpleNamespace, now: Any) -> None:
    holder = body.assessors[0]
    last_day = datetime.date(2026, 12, 1)
    holder.staff_cards.update(valid_until=last_day)
    Filing.objects.update(valid_until=last_day)

    def told_on(day: datetime.date) -> int:
        return warn_of_ending_terms(now=now.replace(year=day.year, month=day.month, day=day.day))

    days = {left: last_day - datetime.timedelta(days=left) for left in (91, 90, 60, 30, 7, 0, -1)}
    assert {left: [told_on(day), told_on(day)] for left, day in days.items()} == {
        91: [0, 0], 90: [2, 0], 60: [0, 0], 30: [2, 0], 7: [2, 0], 0: [0, 0], -1: [0, 0],
    }  # fmt: skip
    assert Notice.objects.filter(user=holder, kind="bodies.card_ending").count() == 3
    for keeper in (body.officer, body.head):
        assert Notice.objects.filter(user=keeper, kind="bodies.filing_ending").count() == 3
        assert Notice.objects.filter(user=keeper, kind="bodies.staff_card_ending").count() == 3


def test_a_card_taken_back_is_not_warned_of(body: SimpleNamespace, now: Any) -> None:
    StaffCard.objects.update(valid_until=now.date(), withdrawn_at=now)
    assert warn_of_ending_terms(now=now) == 0


def test_the_desk_names_what_ends_soon(officer: Any, body: SimpleNamespace) -> None:
    StaffCard.objects.filter(number__in=("KP-0", "KP-1")).update(valid_until=datetime.date(2026, 9, 20))
    Filing.objects.update(valid_until=datetime.date(2026, 10, 20))
    titles = [row.title for row in officer.get("/desk/").context["rows"]]
    assert len(titles) == 2


def test_the_head_rules_on_the_page_of_conflicts(client: Any, exam_day: SimpleNamespace, now: Any) -> None:
    plan, person = exam_day.plan, exam_day.assessors[0]
    type(plan).objects.filter(pk=plan.pk).update(status="scored")
    declare_tie(kind="relative", name="x", phone=exam_day.candidates[0].phone, actor=person, now=now)
    facts = {"assignment": plan.assignments.get(user=person).pk, "kind": "declared", "reason": "重新评分。"}
    url = f"/desk/plans/{plan.pk}/conflicts/"
    client.force_login(exam_day.officer)
    step = client.get(plan.get_desk_url()).content.decode().split('class="next-step"')[1].split("</section>")[0]
    assert person.name in step
    assert url in step
    assert client.post(url, facts).status_code == 403
    client.force_login(exam_day.head)
    assert client.post(url, facts | {"kind": "trainer"}).status_code == 422
    assert client.post(url, facts | {"reason": ""}).status_code == 422
    assert 'name="reason"' in text(client.get(url))
    assert client.post(url, facts).status_code == 302
    assert 'name="reason"' not in text(client.get(url))
