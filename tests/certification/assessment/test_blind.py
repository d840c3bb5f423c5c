"""I23: until the assessment is closed an assessor meets ticket numbers and her own sheets, on every page, queue and notice."""

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from certification.assessment import queues
from certification.assessment.models import ScoreSheet
from certification.assessment.services import name_leader
from lms.organisations.rules import Role
from tests.conftest import join
from tests.exam_day import THEORY, lay_out
from tests.jury import LATER, agreeing, score

MINE, THEIRS, NOTE = "11.5", "23.5", "轮椅后滑，未拉手刹"


@pytest.fixture
def day(exam_day: SimpleNamespace) -> SimpleNamespace:
    """The colleagues gave 23.5 where I gave 11.5, and one of them noted a fatal act; I lead the team."""
    exam_day.stations = lay_out(exam_day)
    seat, station = place = (exam_day.seats[0], exam_day.stations[1])
    agreeing(exam_day, but=[place])
    exam_day.mine = score(station, seat, exam_day.assessors[0], MINE, "30")
    exam_day.theirs = score(station, seat, exam_day.assessors[1], THEIRS, "30", note=NOTE)
    score(station, seat, exam_day.assessors[2], THEIRS, "30")
    name_leader(exam_day.plan, user=exam_day.assessors[0], actor=exam_day.officer, now=THEORY)
    exam_day.plan.refresh_from_db()
    return exam_day


def pages(day: SimpleNamespace) -> list[str]:
    return [
        reverse("assessment:score"),
        reverse("assessment:score_plan", args=[day.plan.pk]),
        reverse("assessment:station", args=[day.stations[1].pk]),
        reverse("assessment:sheet", args=[day.mine.pk]),
        reverse("assessment:lead", args=[day.plan.pk]),
    ]


def told(client: Client, person, day: SimpleNamespace) -> str:
    client.force_login(person)
    replies = [client.get(address) for address in pages(day)]
    assert {reply.status_code for reply in replies} == {200}
    rows = [f"{row.title} {row.detail}" for row in queues.desk(person, LATER)]
    return "\n".join([*(reply.content.decode() for reply in replies), *rows])


def test_i23_no_page_and_no_row_of_the_desk_tells_a_name_a_colleague_s_points_or_her_note(
    client: Client, day: SimpleNamespace
) -> None:
    text = told(client, day.assessors[0], day)
    assert MINE in text
    assert day.seats[0].ticket_number[:-3] in text
    hidden = [candidate.get_full_name() for candidate in day.candidates]
    hidden += [THEIRS, NOTE, day.assessors[1].get_full_name(), day.assessors[2].get_full_name()]
    assert [word for word in hidden if word in text] == []


def test_i23_a_colleague_s_sheet_is_not_found_by_any_address(client: Client, day: SimpleNamespace) -> None:
    client.force_login(day.assessors[0])
    for name in ("sheet", "sign"):
        assert client.get(reverse(f"assessment:{name}", args=[day.theirs.pk])).status_code == 404
    point = reverse("assessment:point", args=[day.theirs.pk])
    assert client.post(point, {"point": 1, "value": "1"}, content_type="application/json").status_code == 404
    assert client.get(reverse("assessment:agreement", args=[day.plan.pk])).status_code == 404
    assert ScoreSheet.objects.get(pk=day.theirs.pk).total == day.theirs.total


def test_i23_who_runs_the_exam_and_scores_in_it_reads_no_names_before_closing(client: Client, day: SimpleNamespace) -> None:
    join(day.assessors[0], day.plan.organisation, Role.EXAM_OFFICER)
    client.force_login(day.assessors[0])
    page = client.get(reverse("assessment:progress", args=[day.plan.pk])).content.decode()
    assert day.seats[0].ticket_number in page
    assert [person.get_full_name() for person in day.candidates if person.get_full_name() in page] == []
    client.force_login(day.officer)
    page = client.get(reverse("assessment:progress", args=[day.plan.pk])).content.decode()
    assert day.candidates[0].get_full_name() in page


def test_i23_nobody_reads_how_far_they_agree_before_closing(client: Client, day: SimpleNamespace) -> None:
    for person in (day.officer, day.head, day.supervisor):
        client.force_login(person)
        page = client.get(reverse("assessment:agreement", args=[day.plan.pk]))
        assert (page.status_code, "report" in page.context) == (200, False)
