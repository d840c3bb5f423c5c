"""A case from the side: two windows, stale pages, a stranger's phone, words that a spreadsheet would run, eyes that leave no trace."""

import datetime
import io
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from openpyxl import load_workbook

from certification.applications import services
from certification.applications.desk_reviews import AssignReviews
from certification.applications.forms import IdentityForm
from certification.applications.models import Application, Entry
from certification.applications.table_template import template_table
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from lms.core.queues import rows_named
from tests.certification.applications.test_tables import handed_in, taken_in
from tests.open_plan import fill_in, picture, submit
from tests.people_table import line_of

DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def monday(now: Any) -> Any:
    with time_machine.travel(now, tick=False):
        yield


# Two windows


def test_the_document_is_not_swapped_while_another_window_hands_the_case_in(
    client: Any, plan: Any, candidate: Any, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = fill_in(plan, candidate, now=now)
    valid = IdentityForm.is_valid

    def handed_in_meanwhile(form: Any) -> bool:
        # After this page asked whether the document is fixed, and before it writes.
        services.submit_application(case, actor=candidate, now=now)
        return valid(form)

    monkeypatch.setattr(IdentityForm, "is_valid", handed_in_meanwhile)
    client.force_login(candidate)
    form = {"kind": "passport", "number": "E12345678", "birth_date": "1990-01-01", "sex": "female"}
    assert client.post(f"/apply/{case.pk}/identity/", form).status_code == 422
    candidate.refresh_from_db()
    assert candidate.identity.number == "11010519491231002X"


def test_a_document_is_still_corrected_while_no_case_is_handed_in(client: Any, plan: Any, candidate: Any, now: Any) -> None:
    case = fill_in(plan, candidate, now=now)
    client.force_login(candidate)
    form = {"kind": "passport", "number": "E12345678", "birth_date": "1990-01-01", "sex": "female"}
    assert client.post(f"/apply/{case.pk}/identity/", form).status_code == 302
    assert type(candidate.identity).objects.get(user=candidate).number == "E12345678"


# Stale pages


def test_a_verdict_about_the_round_before_does_not_count_for_this_one(
    client: Any, plan: Any, candidate: Any, body: SimpleNamespace, now: Any
) -> None:
    case = submit(plan, candidate, now=now)
    read = case.round_seen
    client.force_login(body.first)
    assert f'name="seen" value="{read}"' in client.get(f"/desk/reviews/{case.pk}/").content.decode()
    services.review_application(case, verdict="return", reasons="工作证明看不清", actor=body.second, now=now)
    later = now + datetime.timedelta(hours=1)
    services.give_undertaking(case, actor=candidate, now=later)
    services.submit_application(case, actor=candidate, now=later)
    answer = client.post(f"/desk/reviews/{case.pk}/", {"verdict": "approve", "seen": read})
    assert answer.status_code == 422
    assert Application.objects.get(pk=case.pk).status == "submitted"
    case.refresh_from_db()
    assert client.post(f"/desk/reviews/{case.pk}/", {"verdict": "approve", "seen": case.round_seen}).status_code == 302


def test_reviews_are_not_offered_to_a_colleague_whose_account_is_closed(
    plan: Any, candidate: Any, body: SimpleNamespace, now: Any
) -> None:
    case = submit(plan, candidate, now=now)
    body.second.is_active = False
    body.second.save()
    rows = rows_named(body.first, now, {f"eligibility-review:{case.pk}"})
    form = AssignReviews().form(None, rows, actor=body.first, now=now)
    assert str(body.second.pk) not in dict(form.fields["holder"].choices)  # type: ignore[union-attr]


# A stranger's phone


def test_a_stranger_with_the_phone_of_an_entry_reads_nothing_about_the_person(
    client: Any, plan: Any, body: SimpleNamespace, make_user: Any, now: Any
) -> None:
    taken_in(handed_in(plan, body, [line_of(1, address="示例路 1 号", employer="静安康复中心")], now=now), body, now=now)
    entry = Entry.objects.get()
    client.force_login(make_user("王大力", phone=entry.phone))
    page = client.get(f"/apply/entries/{entry.pk}/").content.decode()
    assert entry.name in page
    for kept in ("示例路 1 号", "静安康复中心", entry.masked, str(entry.birth_date.year)):
        assert kept not in page.replace(plan.title, "")


def test_the_person_herself_reads_what_was_entered(
    client: Any, plan: Any, body: SimpleNamespace, make_user: Any, now: Any
) -> None:
    taken_in(handed_in(plan, body, [line_of(1, address="示例路 1 号")], now=now), body, now=now)
    entry = Entry.objects.get()
    client.force_login(make_user(entry.name, phone=entry.phone))
    page = client.get(f"/apply/entries/{entry.pk}/").content.decode()
    assert "示例路 1 号" in page
    assert entry.masked in page


# Files that go out


def test_a_work_type_that_looks_like_a_formula_goes_out_as_words(plan: Any) -> None:
    plan.work_type = '=HYPERLINK("https://evil.example","点我")'
    out = io.BytesIO()
    template_table(plan).save(out)
    cells = [cell for sheet in load_workbook(io.BytesIO(out.getvalue())).worksheets for row in sheet.iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if cell.value == plan.work_type] == ["s"]


# Eyes that leave no trace


def test_i43_who_reads_why_somebody_needs_help_is_written_down(
    client: Any, plan: Any, candidate: Any, body: SimpleNamespace, now: Any
) -> None:
    services.start_application(plan, candidate=candidate, now=now)
    facts = {"needs": {"large_print": True}, "reason": "视网膜病变", "files": [picture()], "consent": True}
    request = services.ask_for_needs(candidate, organisation=body.organisation, now=now, **facts)
    read = LedgerEntry.objects.filter(kind="applications.needs_read")
    file = request.files.get()
    client.force_login(candidate)
    assert client.get(f"/apply/needs/files/{file.pk}/").status_code == 200
    assert not read.exists()
    client.force_login(body.first)
    assert client.get(f"/desk/needs/{request.pk}/").status_code == 200
    assert client.get(f"/apply/needs/files/{file.pk}/").status_code == 200
    assert [(entry.actor_id, entry.facts) for entry in read.order_by("sequence")] == [
        (body.first.pk, {}),
        (body.first.pk, {"file": file.pk}),
    ]
    client.force_login(body.officer)
    assert client.get(f"/desk/needs/{request.pk}/").status_code == 404
    assert read.count() == 2


def test_what_a_reviewer_answers_about_her_health_goes_through_no_mail(
    plan: Any, candidate: Any, body: SimpleNamespace, now: Any
) -> None:
    services.start_application(plan, candidate=candidate, now=now)
    facts = {"needs": {"large_print": True}, "reason": "看不清", "files": [picture()], "consent": True}
    request = services.ask_for_needs(candidate, organisation=body.organisation, now=now, **facts)
    services.decide_needs(request, granted=None, answer="视网膜病变证明已过期", actor=body.first, now=now)
    (notice,) = candidate.notices.all()
    assert notice.kind == "applications.needs"
    assert "视网膜" not in f"{notice.text} {notice.facts}"
    assert request.answer == "视网膜病变证明已过期"


def test_an_error_about_a_stranger_tells_nothing_about_her(plan: Any, candidate: Any, make_user: Any, now: Any) -> None:
    case = fill_in(plan, candidate, now=now)
    with pytest.raises(DomainError, match=r"applications.not_yours") as refused:
        services.submit_application(case, actor=make_user("别人"), now=now)
    assert not refused.value.context
