"""Who has no role in the body does nothing here; what is sent twice is done once."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from certification.assessment.models import Absence, ScoreSheet, Station, TheorySitting
from certification.assessment.services import open_sheet, score_point, start_sitting
from certification.plans.models import Plan
from lms.core.models import LedgerEntry
from lms.organisations.models import Membership
from lms.organisations.rules import Role
from tests.exam_day import EVENING, SKILL, THEORY, lay_out, sign_all, write_theory


@pytest.fixture
def day(exam_day: SimpleNamespace) -> SimpleNamespace:
    exam_day.stations = lay_out(exam_day)
    for seat in exam_day.seats:
        write_theory(seat, right=6)
    return exam_day


def office(day: SimpleNamespace) -> list[tuple[str, dict[str, str]]]:
    seat = str(day.seats[0].pk)
    return [
        (reverse("assessment:open", args=[day.plan.pk]), {}),
        (reverse("assessment:close", args=[day.plan.pk]), {}),
        (reverse("assessment:absence", args=[day.plan.pk]), {"seat": seat, "part": "skill"}),
        (reverse("assessment:absence", args=[day.plan.pk]), {"seat": seat, "part": "skill", "withdraw": "1"}),
        (reverse("assessment:absence", args=[day.plan.pk]), {"seat": seat, "part": "nonsense"}),
        (reverse("assessment:stations", args=[day.plan.pk]), {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0"}),
        (reverse("assessment:stations", args=[day.plan.pk]), {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "add": "1"}),
    ]


def candidates_and_assessors(day: SimpleNamespace) -> list[tuple[str, str]]:
    sheet = open_sheet(day.stations[0], day.seats[0], assessor=day.assessors[0], now=SKILL)
    seat, place = day.seats[0].pk, day.stations[0].pk
    return [
        *[("GET", reverse(f"assessment:{name}", args=[seat])) for name in ("exam", "paper", "submit")],
        *[("POST", reverse(f"assessment:{name}", args=[seat])) for name in ("start", "paper", "answer", "submit")],
        ("GET", reverse("assessment:score_plan", args=[day.plan.pk])),
        *[(method, reverse("assessment:station", args=[place])) for method in ("GET", "POST")],
        *[(method, reverse(f"assessment:{name}", args=[sheet.pk])) for name in ("sheet", "sign") for method in ("GET", "POST")],
        ("POST", reverse("assessment:point", args=[sheet.pk])),
    ]


def state(day: SimpleNamespace) -> tuple:
    return (
        Plan.objects.get(pk=day.plan.pk).status,
        Station.objects.count(),
        Absence.objects.count(),
        ScoreSheet.objects.count(),
        LedgerEntry.objects.count(),
    )


@pytest.mark.parametrize("role", [Role.EXAM_OFFICER, Role.HEAD])
@pytest.mark.parametrize("kind", ["of another body", "dismissed", "of another role"])
def test_an_officer_or_head_without_a_role_in_the_body_gets_nowhere(
    client: Client, day: SimpleNamespace, make_user, member, employer, association, role: Role, kind: str
) -> None:
    person = make_user("吕安")
    if kind == "of another body":
        member(person, employer, role)
    elif kind == "dismissed":
        member(person, association, role)
        Membership.objects.filter(user=person).delete()
    else:
        member(person, association, Role.WATCHER, Role.ITEM_WRITER)
    rows = candidates_and_assessors(day)
    before = state(day)
    client.force_login(person)
    with time_machine.travel(EVENING, tick=False):
        for name in ("progress", "stations"):
            assert client.get(reverse(f"assessment:{name}", args=[day.plan.pk])).status_code == 404
        for url, data in office(day):
            assert client.post(url, data).status_code == 404, (url, data)
        for method, url in rows:
            assert client.generic(method, url).status_code == 404, (method, url)
    assert state(day) == before


@pytest.mark.parametrize("who", ["officer", "head", "supervisor"])
def test_even_the_body_s_own_staff_reach_no_candidate_s_paper_and_no_assessor_s_sheet(
    client: Client, day: SimpleNamespace, who: str
) -> None:
    rows = candidates_and_assessors(day)
    before = state(day)
    client.force_login(getattr(day, who))
    with time_machine.travel(EVENING, tick=False):
        for method, url in rows:
            assert client.generic(method, url).status_code == 404, (method, url)
    assert state(day) == before


def test_the_head_and_the_supervisor_do_nothing_an_officer_does(client: Client, day: SimpleNamespace) -> None:
    before = state(day)
    for person, status in ((day.head, 403), (day.supervisor, 404)):
        client.force_login(person)
        with time_machine.travel(EVENING, tick=False):
            for url, data in office(day):
                assert client.post(url, data).status_code == status, (person, url, data)
    assert state(day) == before


def test_signing_twice_is_signing_once(client: Client, day: SimpleNamespace) -> None:
    sheet = open_sheet(day.stations[0], day.seats[0], assessor=day.assessors[0], now=SKILL)
    for point in day.stations[0].points.filter(fatal=False):
        sheet = score_point(sheet, point=point, value="10", actor=day.assessors[0], now=SKILL)
    client.force_login(day.assessors[0])
    sealed = []
    for minutes in (1, 2):
        with time_machine.travel(SKILL + timedelta(minutes=minutes), tick=False):
            assert client.post(reverse("assessment:sign", args=[sheet.pk])).status_code == 302
        sheet.refresh_from_db()
        sealed.append((sheet.content_sha256, sheet.signed_at, sheet.total))
    assert sealed[0] == sealed[1]
    assert LedgerEntry.objects.filter(kind="assessment.sheet_signed").count() == 1


def test_closing_twice_is_closing_once(client: Client, day: SimpleNamespace) -> None:
    for seat in day.seats:
        sign_all(seat, day.stations, day.assessors)
    client.force_login(day.officer)
    url = reverse("assessment:close", args=[day.plan.pk])
    with time_machine.travel(EVENING, tick=False):
        assert client.post(url).status_code == 302
        after = state(day)
        assert client.post(url).status_code == 409
    assert state(day) == after
    assert after[0] == "scored"
    assert LedgerEntry.objects.filter(kind="assessment.closed").count() == 1


def test_beginning_and_handing_in_twice_is_once(client: Client, exam_day: SimpleNamespace) -> None:
    seat = exam_day.seats[0]
    client.force_login(seat.candidate)
    with time_machine.travel(THEORY + timedelta(minutes=1), tick=False):
        for _ in range(2):
            assert client.post(reverse("assessment:start", args=[seat.pk])).status_code == 302
    first = TheorySitting.objects.get()
    for minutes in (10, 20):
        with time_machine.travel(THEORY + timedelta(minutes=minutes), tick=False):
            assert client.post(reverse("assessment:submit", args=[seat.pk])).status_code == 302
    first.refresh_from_db()
    assert first.submitted_at == THEORY + timedelta(minutes=10)
    assert LedgerEntry.objects.filter(kind="assessment.sitting_submitted").count() == 1


def test_one_absence_recorded_twice_is_one(client: Client, exam_day: SimpleNamespace) -> None:
    client.force_login(exam_day.officer)
    start_sitting(exam_day.seats[1], candidate=exam_day.candidates[1], now=THEORY)
    with time_machine.travel(EVENING, tick=False):
        for _ in range(2):
            data = {"seat": exam_day.seats[0].pk, "part": "skill"}
            assert client.post(reverse("assessment:absence", args=[exam_day.plan.pk]), data).status_code == 302
    assert Absence.objects.count() == 1
    assert LedgerEntry.objects.filter(kind="assessment.absence_recorded").count() == 1
