"""What each sees: the officer names and no point, a member ticket numbers and her own sheet, the candidate her dossier."""

from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localtime

from certification.panels import queues
from certification.panels.models import DefenceSheet, Dossier, JointLook, Panel, ReviewAbsence
from certification.panels.services import cover_names, release_dossier
from tests.conftest import NOW
from tests.open_plan import pdf
from tests.review_day import BEGINS, LATE, handed_in, heard, points, scored

PLAN_QUERIES = 31


def page(client: Client, name: str, *args: Any, who: Any = None) -> Any:
    if who is not None:
        client.force_login(who)
    return client.get(reverse(f"panels:{name}", args=args))


def send(client: Client, name: str, *args: Any, who: Any = None, **fields: Any) -> Any:
    if who is not None:
        client.force_login(who)
    return client.post(reverse(f"panels:{name}", args=args), fields)


# --- the candidate ------------------------------------------------------------------------------


def test_a_candidate_puts_her_dossier_together_and_hands_it_in(client: Client, day: SimpleNamespace) -> None:
    case, who = day.cases[0], day.candidates[0]
    with time_machine.travel(NOW, tick=False):
        assert page(client, "dossier", case.pk, who=who).status_code == 200
        for kind in ("summary", "performance"):
            assert send(client, "dossier", case.pk, act="attach", kind=kind, file=pdf(kind)).status_code == 302
        refused = send(client, "dossier", case.pk, act="hand_in")
        assert refused.status_code == 422
        assert send(client, "dossier", case.pk, act="hand_in", anonymous="on").status_code == 302
    assert Dossier.objects.get().status == "handed_in"


def test_another_s_dossier_and_files_are_not_found(client: Client, day: SimpleNamespace) -> None:
    file = handed_in(day).files.first()
    assert page(client, "dossier", day.cases[0].pk, who=day.candidates[1]).status_code == 404
    assert page(client, "own_file", file.pk).status_code == 404
    assert page(client, "own_file", file.pk, who=day.candidates[0]).status_code == 200


def test_a_dossier_being_put_together_is_the_candidate_s_alone(client: Client, day: SimpleNamespace) -> None:
    dossier = handed_in(day)
    file = dossier.files.first()
    assert page(client, "check", dossier.pk, who=day.officer).status_code == 200
    Dossier.objects.filter(pk=dossier.pk).update(status="open")
    assert page(client, "check", dossier.pk).status_code == 404
    assert page(client, "officer_file", file.pk).status_code == 404


# --- the office ---------------------------------------------------------------------------------


def test_the_officer_names_a_panel_gives_slots_and_checks_a_dossier(client: Client, day: SimpleNamespace) -> None:
    begins = localtime(BEGINS)
    with time_machine.travel(NOW, tick=False):
        assert page(client, "new", day.plan.pk, who=day.officer).status_code == 200
        fields = {"place": "答辩室", "day": f"{begins:%Y-%m-%d}", "hour": f"{begins:%H:%M}", "way": "name"}
        people = [str(person.pk) for person in day.seniors[:3]]
        even = send(client, "new", day.plan.pk, members=people[:2], chair=people[0], **fields)
        assert even.status_code == 422
        assert send(client, "new", day.plan.pk, members=people, chair=people[0], **fields).status_code == 302
        assert Panel.objects.get().starts_at == BEGINS
        assert send(client, "schedule", day.plan.pk).status_code == 302
        dossier = handed_in(day)
        assert send(client, "check", dossier.pk, act="release").status_code == 302
    dossier.refresh_from_db()
    assert dossier.status == "released"


def test_a_panel_can_be_drawn_from_the_page(client: Client, day: SimpleNamespace) -> None:
    fields = {"place": "答辩室", "day": "2026-09-12", "hour": "15:00", "way": "draw", "count": "3"}
    with time_machine.travel(NOW, tick=False):
        assert send(client, "new", day.plan.pk, who=day.officer, **fields).status_code == 302
    assert Panel.objects.get().draw["drawn"]


def test_the_officer_sees_who_signed_and_never_a_point(client: Client, hour: SimpleNamespace) -> None:
    scored(heard(hour), hour.seniors[0], points("73.5"), now=LATE)
    shown = page(client, "plan", hour.plan.pk, who=hour.officer).content.decode()
    assert "73.5" not in shown
    assert hour.candidates[0].name in shown


def test_the_plan_page_costs_the_same_for_one_and_for_all(client: Client, hour: SimpleNamespace) -> None:
    heard(hour)
    page(client, "plan", hour.plan.pk, who=hour.head)
    with CaptureQueriesContext(connection) as one:
        page(client, "plan", hour.plan.pk)
    scored(hour.seats[0].defence, hour.seniors[0], points("73.5"), now=LATE)
    for n in (1, 2):
        heard(hour, n, at=LATE)
    with CaptureQueriesContext(connection) as all_of_them:
        page(client, "plan", hour.plan.pk)
    assert len(one) == len(all_of_them) <= PLAN_QUERIES


def test_an_absence_needs_two_and_the_page_says_so(client: Client, hour: SimpleNamespace) -> None:
    seat = hour.seats[0]
    with time_machine.travel(LATE, tick=False):
        assert send(client, "absence", seat.pk, who=hour.officer, act="record", reason="not_there").status_code == 302
        assert send(client, "absence", seat.pk, act="confirm").status_code == 409
        assert send(client, "absence", seat.pk, who=hour.seniors[1], act="confirm").status_code == 302
    assert ReviewAbsence.objects.get().counts
    assert page(client, "absence", seat.pk, who=hour.assessors[0]).status_code == 404


# --- the panel ----------------------------------------------------------------------------------


@pytest.fixture
def member(client: Client, hour: SimpleNamespace) -> Client:
    client.force_login(hour.seniors[1])
    return client


def test_a_member_never_learns_a_name(member: Client, hour: SimpleNamespace) -> None:
    defence = heard(hour)
    sheet = DefenceSheet.objects.get(defence=defence, member__user=hour.seniors[1])
    slot = hour.slots[hour.seats[0].pk]
    with time_machine.travel(LATE, tick=False):
        shown = [
            page(member, "sittings"),
            page(member, "sit", hour.panel.pk),
            page(member, "hearing", slot.pk),
            page(member, "sheet", sheet.pk),
            page(member, "absence", hour.seats[0].pk),
        ]
    for one in shown:
        assert one.status_code == 200
        text = one.content.decode()
        assert not [person.name for person in hour.candidates if person.name in text]
    assert "证明.pdf" not in shown[2].content.decode()


def test_i15_before_declaring_a_member_sees_no_candidate(client: Client, hour: SimpleNamespace) -> None:
    from certification.panels.services import change_members

    team = [*hour.seniors[:2], hour.seniors[3]]
    change_members(hour.panel, users=team, chair=hour.seniors[0], actor=hour.officer, now=NOW)
    shown = page(client, "sit", hour.panel.pk, who=hour.seniors[3]).content.decode()
    assert hour.seats[0].ticket_number[-3:] + "</strong>" not in shown
    slot = hour.slots[hour.seats[0].pk]
    file = Dossier.objects.get(candidate=hour.candidates[0]).files.first()
    assert page(client, "hearing", slot.pk).status_code == 403
    assert page(client, "panel_file", file.pk).status_code == 403


def test_i23_a_colleague_s_sheet_is_not_found(member: Client, hour: SimpleNamespace) -> None:
    defence = heard(hour)
    other = scored(defence, hour.seniors[0], points("80"), now=LATE)
    for name in ("sheet", "sign"):
        assert page(member, name, other.pk).status_code == 404
    assert send(member, "point", other.pk).status_code == 404


def test_the_panel_gets_the_covered_copy(client: Client, day: SimpleNamespace, hour: SimpleNamespace) -> None:
    file = Dossier.objects.get(candidate=hour.candidates[0]).files.first()
    answer = page(client, "panel_file", file.pk, who=hour.seniors[0])
    assert answer.content.startswith(b"%PDF-")
    assert "attachment" in answer["Content-Disposition"]
    assert page(client, "panel_file", file.pk, who=hour.assessors[0]).status_code == 404
    assert page(client, "officer_file", file.pk).status_code == 404


def test_a_covered_copy_is_what_is_sent(client: Client, day: SimpleNamespace) -> None:
    dossier = handed_in(day)
    file = dossier.files.first()
    cover_names(file, upload=pdf("covered"), actor=day.officer, now=NOW)
    release_dossier(dossier, actor=day.officer, now=NOW)
    client.force_login(day.officer)
    original = client.get(reverse("panels:officer_file", args=[file.pk])).content
    shown = client.get(reverse("panels:officer_file", args=[file.pk]), {"shown": "1"}).content
    assert b"covered" in shown
    assert b"covered" not in original


def test_a_member_scores_and_signs_without_a_script(member: Client, hour: SimpleNamespace) -> None:
    defence = heard(hour)
    sheet = DefenceSheet.objects.get(defence=defence, member__user=hour.seniors[1])
    given = points("81.5")
    fields = {f"point-{key}": value for key, value in given.items()} | {f"seen-{key}": "" for key in given}
    with time_machine.travel(LATE, tick=False):
        wrong = send(member, "sheet", sheet.pk, **(fields | {"point-1": "31"}))
        assert wrong.status_code == 422
        seen = {f"seen-{key}": value for key, value in given.items() if key != "1"} | {"seen-1": ""}
        saved = send(member, "sheet", sheet.pk, **(fields | seen | {"then": "sign"}))
        assert saved["Location"] == reverse("panels:sign", args=[sheet.pk])
        assert send(member, "sign", sheet.pk).status_code == 302
    sheet.refresh_from_db()
    assert (sheet.is_signed, str(sheet.total)) == (True, "81.5")


def test_the_journal_saves_one_line(member: Client, hour: SimpleNamespace) -> None:
    sheet = DefenceSheet.objects.get(defence=heard(hour), member__user=hour.seniors[1])
    url = reverse("panels:point", args=[sheet.pk])
    with time_machine.travel(LATE, tick=False):
        good = member.post(url, '{"point": 1, "value": "25"}', content_type="application/json")
        bad = member.post(url, '{"point": 1, "value": "31"}', content_type="application/json")
        broken = member.post(url, "[", content_type="application/json")
    assert (good.status_code, good.json()["total"]) == (200, "25")
    assert [bad.status_code, broken.status_code] == [422, 422]


def test_the_chair_hears_a_candidate_from_the_page(client: Client, hour: SimpleNamespace) -> None:
    slot = hour.slots[hour.seats[0].pk]
    with time_machine.travel(BEGINS, tick=False):
        assert send(client, "hearing", slot.pk, who=hour.seniors[1], act="begin").status_code == 403
        assert send(client, "hearing", slot.pk, who=hour.seniors[0], act="begin").status_code == 302
        assert send(client, "hearing", slot.pk, act="ask", text="依据是什么？").status_code == 302
        assert send(client, "hearing", slot.pk, act="end").status_code == 422
    with time_machine.travel(LATE, tick=False):
        assert send(client, "hearing", slot.pk, act="end").status_code == 302


def test_only_the_chair_sees_the_totals_and_nobody_whose_they_are(client: Client, hour: SimpleNamespace) -> None:
    defence = heard(hour)
    for person, total in zip(hour.seniors, ("50", "80", "74"), strict=False):
        scored(defence, person, points(total), now=LATE)
    look = JointLook.objects.get()
    with time_machine.travel(LATE, tick=False):
        assert page(client, "look", look.pk, who=hour.seniors[1]).status_code == 404
        shown = page(client, "look", look.pk, who=hour.seniors[0]).content.decode()
        assert "50 · 74 · 80" in shown
        assert hour.seniors[1].name not in shown
        assert page(client, "difference", look.pk, who=hour.officer).status_code == 200
        fields = {"person": str(hour.seniors[3].pk)}
        assert send(client, "difference", look.pk, who=hour.officer, **fields).status_code == 302


# --- what waits for whom ------------------------------------------------------------------------


def waiting(who: Any, now: Any = BEGINS) -> list[str]:
    return [row.url for row in queues.desk(who, now)]


def test_the_desk_tells_officer_and_members_what_waits(day: SimpleNamespace) -> None:
    plan_url = reverse("panels:plan", args=[day.plan.pk])
    assert waiting(day.officer) == [plan_url]
    handed_in(day)
    assert waiting(day.officer) == [plan_url]
    assert waiting(day.head) == []


def test_the_desk_tells_a_member_until_all_is_signed(hour: SimpleNamespace) -> None:
    sit = reverse("panels:sit", args=[hour.panel.pk])
    assert [waiting(person) for person in hour.seniors] == [[sit], [sit], [sit], []]


def test_a_candidate_finds_her_dossier_then_her_slot(day: SimpleNamespace, hour: SimpleNamespace) -> None:
    url = reverse("panels:dossier", args=[hour.cases[0].pk])
    rows = list(queues.own(hour.candidates[0], NOW))
    assert [(row.url, row.due) for row in rows] == [(url, hour.slots[hour.seats[0].pk].starts_at)]
    heard(hour)
    assert list(queues.own(hour.candidates[0], NOW)) == []
