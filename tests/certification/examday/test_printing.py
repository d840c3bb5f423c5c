"""Tickets on paper: one accessible file, by job where there are many, and never for a stranger."""

import io
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from certification.applications.models import Application
from certification.examday.printing import render_tickets, seats_to_print, tickets_of
from certification.examday.services import printing
from certification.plans.models import Plan
from lms.core import store
from lms.core.models import Job
from tests.issued import portrait
from tests.open_plan import AFTER_CLOSING

pytestmark = pytest.mark.django_db
__all__ = ["portrait"]


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def printed(seated: Any, portrait: bytes, grant: Any) -> Any:
    """One candidate with a photo and a reader, the others without; the plan as a print needs it."""
    seated.first = seats_to_print(seated.plan)[0]
    Application.objects.filter(seat=seated.first).update(photo_sha256=store.put(portrait))
    grant(seated.first.candidate, reader=True, extra_time_percent=30)
    seated.plan = Plan.objects.select_related("organisation", "site", "scheme__occupation").get(pk=seated.plan.pk)
    return seated


def words_of(data: bytes, tmp_path: Path) -> str:
    path = tmp_path / "tickets.pdf"
    path.write_bytes(data)
    text = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True, text=True).stdout
    return re.sub(r"\s+", "", text)


def test_all_tickets_are_one_file_with_a_page_each_tags_title_and_language(printed):
    data = render_tickets(printed.plan, tickets_of(printed.plan, seats_to_print(printed.plan)))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.pages) == 12
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith("zh")
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        kinds = [
            str(item.S) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/StructElem"
        ]
        assert kinds.count("/H1") == 12
        figures = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"]
        assert len(figures) == 13  # twelve codes and one photo
        assert all(str(figure.Alt) for figure in figures)


def test_the_file_conforms_to_pdf_ua_1_lots_and_all(printed, monkeypatch):
    page = pytest.importorskip("page", reason="page-validation is a development tool")
    monkeypatch.setattr("certification.examday.printing.AT_ONCE", 5)
    report = page.validate_pdf_bytes(
        render_tickets(printed.plan, tickets_of(printed.plan, seats_to_print(printed.plan))), profile="ua1"
    )
    assert report.is_compliant, [(failure.rule_id, failure) for failure in report.failures]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_a_ticket_says_where_and_when_what_was_granted_and_what_to_bring(printed, tmp_path):
    (ticket,) = tickets_of(printed.plan, [printed.first])
    text = words_of(render_tickets(printed.plan, [ticket]), tmp_path)
    seat = printed.first
    for expected in (seat.candidate.name, seat.ticket_number, seat.room, "示例路1号", "北门有坡道", "值班室", "示例，非国家标准"):
        assert expected in text


def test_the_same_tickets_give_the_same_file(printed):
    one, other = (render_tickets(printed.plan, tickets_of(printed.plan, [printed.first])) for _turn in range(2))
    assert one == other


def test_a_small_plan_is_printed_with_one_click(printed):
    answer = client_of(printed.officer).post(f"/desk/plans/{printed.plan.pk}/tickets/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")


def test_many_tickets_become_a_job_that_counts_and_ends_in_a_file(printed, monkeypatch):
    monkeypatch.setattr(printing, "AT_ONCE", 4)
    monkeypatch.setattr("certification.examday.printing.AT_ONCE", 5)
    job = printing.start_printing(printed.plan, actor=printed.officer, now=AFTER_CLOSING)
    assert printing.start_printing(printed.plan, actor=printed.officer, now=AFTER_CLOSING).pk == job.pk
    printing.run_printing(job, now=AFTER_CLOSING)
    job = Job.objects.get(pk=job.pk)
    assert (job.done, job.total, job.finished_at) == (12, 12, AFTER_CLOSING)
    page = client_of(printed.officer).get(f"/desk/plans/{printed.plan.pk}/tickets/{job.pk}/file/")
    assert page.content == store.read(job.params["sha256"])


def test_a_job_that_was_interrupted_ends_in_the_same_file(printed):
    job = printing.start_printing(printed.plan, actor=printed.officer, now=AFTER_CLOSING)
    from lms.core import jobs

    jobs.record(job, printed.first.ticket_number, ok=True)
    printing.run_printing(job, now=AFTER_CLOSING)
    first = Job.objects.get(pk=job.pk)
    again = printing.run_printing(first, now=AFTER_CLOSING)
    assert (again.done, again.params["sha256"]) == (12, first.params["sha256"])


def test_only_the_officer_prints_and_only_the_candidate_gets_her_own(printed, make_user):
    with pytest.raises(PermissionDenied):
        printing.print_now(printed.plan, actor=printed.head, now=AFTER_CLOSING)
    own = Application.objects.get(seat=printed.first)
    assert client_of(printed.first.candidate).get(f"/apply/{own.pk}/ticket.pdf").status_code == 200
    for person in (
        make_user("路人"),
        printed.officer,
        printed.people[0] if printed.people[0] != own.candidate else printed.people[1],
    ):
        assert client_of(person).get(f"/apply/{own.pk}/ticket.pdf").status_code == 404


@pytest.mark.parametrize("kind", ["rooms", "door", "sign-in", "invigilators"])
def test_each_sheet_lists_every_room_and_only_the_sign_in_sheet_spells_names_out(printed, kind):
    page = client_of(printed.officer).get(f"/desk/plans/{printed.plan.pk}/sheets/{kind}/")
    text = page.content.decode()
    assert page.status_code == 200
    assert all(name in text for name in {seat.room for seat in printed.seats})
    assert (printed.first.candidate.name in text) == (kind == "sign-in")


def test_an_unknown_sheet_is_not_found_and_a_stranger_gets_none(printed, make_user):
    assert client_of(printed.officer).get(f"/desk/plans/{printed.plan.pk}/sheets/other/").status_code == 404
    assert client_of(make_user("路人")).get(f"/desk/plans/{printed.plan.pk}/sheets/door/").status_code == 404
