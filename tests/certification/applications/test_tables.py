"""A table of people: looked at first, then taken in once and only once; nobody is handed in without herself."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from certification.applications import services
from certification.applications.access import entries_for
from certification.applications.models import Application, Entry, Intake
from certification.applications.services import looking, taking
from certification.applications.services.entries import confirm_document
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from lms.notices.models import Delivery
from lms.organisations.rules import Role
from tests.open_plan import AFTER_CLOSING, RECORD, pdf, picture
from tests.people_table import LINE, line_of, number_of, table_of

DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def monday(now: Any) -> Any:
    with time_machine.travel(now, tick=False):
        yield


def handed_in(plan: Any, body: SimpleNamespace, lines: list[dict[str, Any]], *, now: Any, **more: Any) -> Intake:
    """Upload a table and look at it; outside a transaction of its own a test runs the task by hand."""
    intake = services.receive_table(
        plan, organisation=body.organisation, upload=table_of(lines, **more), actor=body.officer, now=now
    )
    return looking.look_at_table(Intake.objects.get(pk=intake.pk), now=now)


def taken_in(intake: Intake, body: SimpleNamespace, *, now: Any) -> Intake:
    services.take_in(intake, actor=body.officer, now=now)
    taking.take_table(Intake.objects.get(pk=intake.pk), now=now)
    intake.refresh_from_db()
    return intake


def messages_of(job: Any) -> str:
    return " ".join(job.rows.filter(ok=False).values_list("message", flat=True))


def test_looking_writes_nobody(plan: Any, body: SimpleNamespace, candidate: Any, now: Any) -> None:
    intake = handed_in(plan, body, [LINE, line_of(1)], now=now)
    assert intake.status == "checked"
    assert intake.check_job.rows.filter(ok=True).count() == 2
    assert not Entry.objects.exists()
    assert not Application.objects.exists()


def test_a_known_person_gets_an_application_that_she_hands_in_herself(
    plan: Any, body: SimpleNamespace, candidate: Any, now: Any
) -> None:
    intake = taken_in(handed_in(plan, body, [LINE], now=now), body, now=now)
    assert intake.status == "done"
    case = Application.objects.get(candidate=candidate)
    assert (case.status, case.entry.status, case.entry.number) == ("draft", "accepted", "")
    assert case.evaluation["met"] is True
    assert case.record["province"] == "31"
    assert candidate.notices.count() == 1
    services.attach_evidence(case, kind="work_proof", upload=pdf(), actor=candidate, now=now)
    services.attach_photo(case, upload=picture(), actor=candidate, now=now)
    with pytest.raises(DomainError, match=r"applications.not_yours"):
        services.submit_application(case, actor=body.officer, now=now)
    services.give_undertaking(case, actor=candidate, now=now)
    assert services.submit_application(case, actor=candidate, now=now).status == "submitted"


def test_a_stranger_is_told_by_sms_and_finds_the_entry_once_her_phone_is_proved(
    plan: Any, body: SimpleNamespace, make_user: Any, now: Any
) -> None:
    taken_in(handed_in(plan, body, [line_of(1)], now=now), body, now=now)
    entry = Entry.objects.get()
    assert (entry.status, entry.number) == ("waiting", number_of(1))
    assert Delivery.objects.get(guest__isnull=False).guest["phone"] == "+8613700000001"
    liar = make_user("考生1", phone="+8613700000009")
    assert not entries_for(liar).exists()
    with pytest.raises(DomainError, match=r"applications.not_yours"):
        services.accept_entry(entry, actor=liar, now=now)
    unproved = make_user("考生1", phone="+8613700000010")
    type(unproved).objects.filter(pk=unproved.pk).update(phone=entry.phone, phone_verified=False)
    unproved.refresh_from_db()
    assert not entries_for(unproved).exists()
    owner = make_user("考生1", phone=entry.phone)
    case = services.accept_entry(entries_for(owner).get(), actor=owner, now=now)
    assert (case.status, case.condition.code) == ("draft", "4-1")
    assert case.record["education"] == "high_school"
    entry.refresh_from_db()
    assert (entry.status, entry.number, entry.record) == ("accepted", "", {})
    owner.refresh_from_db()
    assert owner.identity.number == number_of(1)


def test_an_entry_under_another_name_is_not_taken_over(plan: Any, body: SimpleNamespace, make_user: Any, now: Any) -> None:
    taken_in(handed_in(plan, body, [line_of(1)], now=now), body, now=now)
    husband = make_user("王大力", phone="+8613700000001")
    with pytest.raises(DomainError, match=r"applications.name_differs"):
        services.accept_entry(entries_for(husband).get(), actor=husband, now=now)
    assert not Application.objects.exists()
    assert not hasattr(husband, "identity")


def test_declining_deletes_what_was_written(plan: Any, body: SimpleNamespace, make_user: Any, now: Any) -> None:
    taken_in(handed_in(plan, body, [line_of(1, address="示例路 1 号")], now=now), body, now=now)
    owner = make_user("考生1", phone="+8613700000001")
    entry = services.decline_entry(entries_for(owner).get(), actor=owner, now=now)
    assert (entry.status, entry.number, entry.facts, entry.record, entry.private) == ("declined", "", {}, {}, "")
    # Declined is not entered: she may be entered again.
    again = handed_in(plan, body, [line_of(1)], now=now)
    assert again.check_job.rows.get().ok


def test_a_person_known_by_her_phone_confirms_her_document(plan: Any, body: SimpleNamespace, make_user: Any, now: Any) -> None:
    person = make_user("考生1", phone="+8613700000001")
    taken_in(handed_in(plan, body, [line_of(1)], now=now), body, now=now)
    case = Application.objects.get(candidate=person)
    with pytest.raises(DomainError, match=r"applications.not_yours"):
        confirm_document(case.entry, actor=make_user("别人"), now=now)
    confirm_document(case.entry, actor=person, now=now)
    person.refresh_from_db()
    assert person.identity.number == number_of(1)
    case.entry.refresh_from_db()
    assert case.entry.number == ""


def test_a_table_does_not_tell_who_has_an_account(plan: Any, body: SimpleNamespace, candidate: Any, now: Any) -> None:
    """The document of somebody under another name looks like that of a stranger."""
    intake = handed_in(plan, body, [{**LINE, "name": "别的名字"}], now=now)
    assert intake.check_job.rows.get().ok


def test_the_same_document_twice_is_told_with_the_first_line(plan: Any, body: SimpleNamespace, now: Any) -> None:
    intake = handed_in(plan, body, [line_of(1), line_of(1, name="考生一")], now=now)
    assert [row.ok for row in intake.check_job.rows.order_by("pk")] == [True, False]
    assert '"line": 2' in messages_of(intake.check_job)


def test_i09_one_person_with_two_documents_is_entered_once(plan: Any, body: SimpleNamespace, make_user: Any, now: Any) -> None:
    person = make_user("考生1", phone="+8613700000001")
    passport = line_of(1, document_kind="护照", document_number="E12345678", birth_date="1980-01-01", sex="女")
    intake = handed_in(plan, body, [line_of(1), passport], now=now)
    assert [row.ok for row in intake.check_job.rows.order_by("pk")] == [True, False]
    taken_in(intake, body, now=now)
    assert Application.objects.filter(candidate=person).count() == 1


def test_i09_who_applied_already_is_not_entered_again(plan: Any, body: SimpleNamespace, candidate: Any, now: Any) -> None:
    services.start_application(plan, candidate=candidate, now=now)
    intake = handed_in(plan, body, [LINE], now=now)
    assert "applications.person_applied" in messages_of(intake.check_job)
    with pytest.raises(DomainError, match=r"applications.no_right_line"):
        services.take_in(intake, actor=body.officer, now=now)


def test_i09_who_applies_between_looking_and_taking_keeps_her_own_case(
    plan: Any, body: SimpleNamespace, candidate: Any, now: Any
) -> None:
    intake = handed_in(plan, body, [LINE, line_of(1)], now=now)
    own = services.start_application(plan, candidate=candidate, now=now)
    taken_in(intake, body, now=now)
    assert Application.objects.get(candidate=candidate) == own
    assert "applications.person_applied" in messages_of(intake.take_job)
    assert Entry.objects.count() == 1


def test_i12_nobody_is_entered_after_the_last_day(plan: Any, body: SimpleNamespace, now: Any) -> None:
    intake = handed_in(plan, body, [line_of(1)], now=now)
    with pytest.raises(DomainError, match=r"plans.registration_closed"):
        services.take_in(intake, actor=body.officer, now=AFTER_CLOSING)
    services.take_in(intake, actor=body.officer, now=now)
    # A worker that wakes up too late enters nobody, and says so line by line.
    taking.take_table(Intake.objects.get(pk=intake.pk), now=AFTER_CLOSING)
    intake.refresh_from_db()
    assert intake.status == "done"
    assert "plans.registration_closed" in messages_of(intake.take_job)
    assert not Entry.objects.exists()


def test_staff_of_the_plan_is_not_entered(plan: Any, body: SimpleNamespace, candidate: Any, now: Any) -> None:
    from certification.plans.models import StaffAssignment

    StaffAssignment.objects.create(plan=plan, user=candidate, role="invigilator", assigned_at=now)
    assert "applications.person_is_staff" in messages_of(handed_in(plan, body, [LINE], now=now).check_job)


def test_killed_in_the_middle_and_resumed_there_is_no_double_row(
    plan: Any, body: SimpleNamespace, candidate: Any, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "CHUNK", 2)
    lines = [LINE, *(line_of(n) for n in range(1, 6))]
    intake = handed_in(plan, body, lines, now=now)
    services.take_in(intake, actor=body.officer, now=now)
    whole, calls = taking._enter, []

    def dies(*args: Any) -> None:
        calls.append(1)
        whole(*args)
        if len(calls) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(taking, "_enter", dies)
    with pytest.raises(KeyboardInterrupt):
        taking.take_table(Intake.objects.get(pk=intake.pk), now=now)
    assert Entry.objects.count() == 2  # the first two; what died left nothing
    monkeypatch.setattr(taking, "_enter", whole)
    services.take_in(Intake.objects.get(pk=intake.pk), actor=body.officer, now=now)
    taking.take_table(Intake.objects.get(pk=intake.pk), now=now)
    taking.take_table(Intake.objects.get(pk=intake.pk), now=now)
    intake.refresh_from_db()
    assert (intake.status, intake.take_job.total, intake.take_job.done) == ("done", 6, 6)
    assert sorted(Entry.objects.values_list("line", flat=True)) == [2, 3, 4, 5, 6, 7]
    assert Application.objects.count() == 1
    assert ledger.verify().ok


def test_the_file_is_encrypted_while_it_waits_and_gone_afterwards(plan: Any, body: SimpleNamespace, now: Any) -> None:
    intake = handed_in(plan, body, [line_of(1)], now=now)
    assert bytes(intake.sealed)
    assert b"PK" not in bytes(intake.sealed)[:4]
    taken_in(intake, body, now=now)
    assert bytes(intake.sealed) == b""
    dropped = handed_in(plan, body, [line_of(2)], now=now)
    services.drop_intake(dropped, actor=body.officer, now=now)
    assert bytes(Intake.objects.get(pk=dropped.pk).sealed) == b""


def test_i39_what_is_written_down_of_a_line_holds_no_number(plan: Any, body: SimpleNamespace, now: Any) -> None:
    wrong = line_of(1, document_number="310199198001010001", phone="12")
    intake = handed_in(plan, body, [wrong, line_of(2)], now=now)
    taken_in(intake, body, now=now)
    kept = messages_of(intake.check_job) + str(list(LedgerEntry.objects.values_list("facts", flat=True)))
    assert "310199" not in kept
    assert "考生" not in kept
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT number, private FROM applications_entry")
        assert "310199" not in str(cursor.fetchall())


def test_a_file_that_is_no_table_of_people_is_refused_as_a_whole(plan: Any, body: SimpleNamespace, now: Any) -> None:
    intake = handed_in(plan, body, [line_of(1)], now=now, without="phone")
    assert (intake.status, intake.refusal["code"]) == ("refused", "applications.columns_missing")
    assert bytes(Intake.objects.get(pk=intake.pk).sealed) == b""


def test_only_officers_of_the_body_and_employers_enter_people(
    plan: Any, body: SimpleNamespace, employer: Any, make_user: Any, member: Any, college: Any, now: Any
) -> None:
    reviewer = body.first
    hr = member(make_user("人事"), employer, Role.HEAD)
    stranger = member(make_user("院校"), college, Role.HEAD)
    for person, organisation in ((reviewer, body.organisation), (hr, body.organisation), (stranger, college)):
        with pytest.raises(PermissionDenied):
            services.receive_table(plan, organisation=organisation, upload=table_of([line_of(1)]), actor=person, now=now)
    intake = services.receive_table(plan, organisation=employer, upload=table_of([line_of(1)]), actor=hr, now=now)
    with pytest.raises(PermissionDenied):
        services.take_in(intake, actor=body.officer, now=now)


def test_i42_a_body_sees_its_own_tables_only(
    client: Any, plan: Any, body: SimpleNamespace, employer: Any, make_user: Any, member: Any, now: Any
) -> None:
    own = handed_in(plan, body, [line_of(1)], now=now)
    hr = member(make_user("人事"), employer, Role.HEAD)
    theirs = services.receive_table(plan, organisation=employer, upload=table_of([line_of(2)]), actor=hr, now=now)
    for person, mine, other in ((body.officer, own, theirs), (hr, theirs, own)):
        client.force_login(person)
        assert client.get(f"/desk/people/{mine.pk}/").status_code == 200
        assert client.get(f"/desk/people/{other.pk}/").status_code == 404
        assert client.get(f"/desk/people/{other.pk}/report/").status_code == 404


def test_an_officer_does_it_all_with_plain_forms(client: Any, plan: Any, body: SimpleNamespace, now: Any) -> None:
    client.force_login(body.officer)
    template = client.get(f"/desk/plans/{plan.pk}/people/table/")
    assert template.content.startswith(b"PK")
    lines = [line_of(1), line_of(2, phone="12")]
    answer = client.post(f"/desk/plans/{plan.pk}/people/", {"organisation": body.organisation.pk, "file": table_of(lines)})
    intake = Intake.objects.get()
    assert answer.status_code == 302
    looking.look_at_table(intake, now=now)
    page = client.get(answer["Location"]).content.decode()
    assert "手机" in page
    assert client.post(answer["Location"], {"act": "take"}).status_code == 302
    taking.take_table(Intake.objects.get(pk=intake.pk), now=now)
    assert Entry.objects.count() == 1
    assert client.get(answer["Location"] + "?show=all").status_code == 200
    report = b"".join(client.get(f"/desk/people/{intake.pk}/report/").streaming_content).decode()
    assert len(report.strip().splitlines()) == 2  # headings, and the one line that was taken in


def test_the_template_can_be_filled_in_and_read(plan: Any, body: SimpleNamespace, now: Any) -> None:
    import io

    from django.core.files.uploadedfile import SimpleUploadedFile

    from certification.applications.rules.sheet import COLUMNS
    from certification.applications.table_template import template_table

    book = template_table(plan)
    book.worksheets[0].append([line_of(1).get(name, "") for name in COLUMNS])
    out = io.BytesIO()
    book.save(out)
    upload = SimpleUploadedFile("t.xlsx", out.getvalue())
    intake = services.receive_table(plan, organisation=body.organisation, upload=upload, actor=body.officer, now=now)
    intake = looking.look_at_table(Intake.objects.get(pk=intake.pk), now=now)
    assert (intake.status, messages_of(intake.check_job)) == ("checked", "")


def test_the_report_costs_the_same_however_long_the_table(
    client: Any, plan: Any, body: SimpleNamespace, now: Any, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(body.officer)
    short = handed_in(plan, body, [line_of(n, phone="1") for n in range(3)], now=now)
    long = handed_in(plan, body, [line_of(n, phone="1") for n in range(150)], now=now)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(f"/desk/people/{short.pk}/")
    with django_assert_num_queries(len(few)):
        page = client.get(f"/desk/people/{long.pk}/").content.decode()
    assert 'rel="next"' in page


def test_only_the_head_says_which_sensitive_columns_are_asked_for(
    client: Any, plan: Any, body: SimpleNamespace, now: Any
) -> None:
    with pytest.raises(PermissionDenied):
        services.set_record_settings(body.organisation, asked={"ethnicity"}, reason="省平台上报表", actor=body.officer, now=now)
    with pytest.raises(DomainError, match=r"applications.purpose_needed"):
        services.set_record_settings(body.organisation, asked={"ethnicity"}, reason="", actor=body.head, now=now)
    client.force_login(body.head)
    assert client.post("/desk/people/form/", {"asked": ["ethnicity"], "reason": "省平台上报表"}).status_code == 302
    assert body.organisation.record_settings.ethnicity


def test_a_candidate_saves_half_the_form_and_comes_back(client: Any, plan: Any, candidate: Any, now: Any) -> None:
    case = services.start_application(plan, candidate=candidate, now=now)
    client.force_login(candidate)
    half = {"education": "high_school", "address": "示例路 1 号", "ethnicity": "汉族"}
    answer = client.post(f"/apply/{case.pk}/record/", half | {"leave": ""}, follow=True)
    assert "2026年9月30日" in answer.content.decode()
    case.refresh_from_db()
    assert (case.record, case.private_record) == ({"education": "high_school"}, {"address": "示例路 1 号"})
    page = client.get(f"/apply/{case.pk}/record/").content.decode()
    assert "示例路 1 号" in page
    assert client.post(f"/apply/{case.pk}/record/", {"postcode": "12"}).status_code == 422
    client.post(f"/apply/{case.pk}/record/", RECORD)
    case.refresh_from_db()
    assert case.record == RECORD


def test_she_sees_who_entered_her_and_takes_it_over_on_a_page(
    client: Any, plan: Any, body: SimpleNamespace, make_user: Any, now: Any
) -> None:
    taken_in(handed_in(plan, body, [line_of(1)], now=now), body, now=now)
    owner = make_user("考生1", phone="+8613700000001")
    client.force_login(owner)
    entry = Entry.objects.get()
    assert f"/apply/entries/{entry.pk}/" in client.get("/apply/").content.decode()
    page = client.get(f"/apply/entries/{entry.pk}/").content.decode()
    assert number_of(1) not in page
    assert "静安康复中心" in page
    answer = client.post(f"/apply/entries/{entry.pk}/", {"answer": "accept"})
    assert answer["Location"] == f"/apply/{Application.objects.get().pk}/"
    client.force_login(make_user("别人"))
    assert client.get(f"/apply/entries/{entry.pk}/").status_code == 404
