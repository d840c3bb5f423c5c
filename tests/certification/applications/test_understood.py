"""What candidate and reviewer read: why a condition is met or not, what changed between rounds, where a case stands."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from certification.applications import services
from certification.applications.explanation import explain
from certification.applications.history import last_changes, rounds_of
from certification.applications.models import Application
from certification.applications.spine import stages_of
from lms.core.errors import DomainError
from tests.open_plan import AFTER_CLOSING, CLOSES, ENOUGH_WORK, fill_in, pdf, plan_facts, submit

DAY = datetime.timedelta(days=1)
WORK = ENOUGH_WORK["employments"][0]


@pytest.fixture(autouse=True)
def monday(now: Any) -> Any:
    with time_machine.travel(now, tick=False):
        yield


def explained(plan: Any, candidate: Any, code: str, *, now: Any, **facts: Any) -> Any:
    case = services.start_application(plan, candidate=candidate, now=now)
    services.save_facts(case, facts={**ENOUGH_WORK, **facts}, actor=candidate, now=now)
    condition = plan.scheme_level.conditions.get(code=code)
    return explain(condition, case, on=now.date(), attached={row.kind for row in case.evidence.all()})


def test_a_met_condition_says_what_counts_and_what_shows_it(plan: Any, candidate: Any, now: Any) -> None:
    found = explained(plan, candidate, "4-1", now=now)
    (line,) = found.lines
    assert found.met
    assert line.counted[0].counts
    assert [proof.attached for proof in line.proofs] == [False]
    assert "工作证明" in line.proofs[0].label or line.proofs[0].label


def test_an_unmet_condition_says_why_and_when_it_will_be_met(plan: Any, candidate: Any, now: Any) -> None:
    short = {**WORK, "started_on": "2024-01-01"}
    found = explained(plan, candidate, "4-1", now=now, employments=[short])
    assert not found.met
    assert "2029" in found.lines[0].reason


def test_a_row_that_does_not_count_says_why(plan: Any, candidate: Any, now: Any) -> None:
    tea = {**WORK, "occupation": "茶艺师"}
    found = explained(plan, candidate, "4-1", now=now, employments=[WORK, tea])
    assert [(row.counts, bool(row.why)) for row in found.lines[0].counted] == [(True, False), (False, True)]


def test_i08_work_before_the_certificate_does_not_count_and_says_so(plan: Any, candidate: Any, now: Any) -> None:
    certificate = {"occupation": "养老护理员", "level": 5, "issued_on": "2024-02-29", "number": ""}
    old = {**WORK, "started_on": "2015-01-01", "ended_on": "2018-12-31"}
    found = explained(plan, candidate, "4-2", now=now, certificates=[certificate], employments=[old, WORK])
    work = next(line for line in found.lines if line.counted and "养老护理员 · 201" in line.counted[0].text)
    assert [row.counts for row in work.counted] == [False, True]
    assert "2024" in work.counted[1].why


def test_i08_three_years_after_a_29_february_are_full_on_1_march(plan: Any, candidate: Any, now: Any) -> None:
    certificate = {"occupation": "养老护理员", "level": 5, "issued_on": "2020-02-29", "number": ""}
    case = services.start_application(plan, candidate=candidate, now=now)
    services.save_facts(case, facts={**ENOUGH_WORK, "certificates": [certificate]}, actor=candidate, now=now)
    condition = plan.scheme_level.conditions.get(code="4-2")
    assert not explain(condition, case, on=datetime.date(2023, 2, 27), attached=()).met
    assert explain(condition, case, on=datetime.date(2023, 3, 1), attached=()).met


def test_i08_overlapping_work_counts_once(plan: Any, candidate: Any, now: Any) -> None:
    twice = [{**WORK, "started_on": "2023-01-01", "ended_on": None}, {**WORK, "started_on": "2023-01-01", "ended_on": None}]
    assert not explained(plan, candidate, "4-1", now=now, employments=twice).met


def test_i07_the_reviewer_reads_the_evaluation_of_the_day_it_was_handed_in(
    client: Any, plan: Any, candidate: Any, body: SimpleNamespace, now: Any
) -> None:
    case = submit(plan, candidate, now=now)
    with time_machine.travel(now + 20 * DAY, tick=False):
        client.force_login(body.first)
        page = client.get(f"/desk/reviews/{case.pk}/").content.decode()
    assert "2026年9月7日" in page
    assert "静安康复中心" in page


def test_it_is_explained_in_both_languages(client: Any, plan: Any, candidate: Any, now: Any) -> None:
    case = fill_in(plan, candidate, now=now)
    client.force_login(candidate)
    with override("en"):
        found = explain(case.condition, case, on=now.date(), attached={"work_proof"})
        assert "years" in found.lines[0].asks
        assert "Proof of work" in found.lines[0].proofs[0].label
    assert client.get(f"/apply/{case.pk}/condition/").status_code == 200
    client.cookies["django_language"] = "en"
    assert client.get(f"/apply/{case.pk}/condition/").status_code == 200


# Rounds


def returned_and_mended(plan: Any, candidate: Any, body: SimpleNamespace, now: Any) -> Application:
    case = submit(plan, candidate, now=now)
    services.review_application(case, verdict="return", reasons="工作证明未盖章", actor=body.first, now=now + DAY)
    later = now + 2 * DAY
    services.remove_evidence(case.evidence.get(), actor=candidate, now=later)
    services.attach_evidence(case, kind="social_insurance", upload=pdf("paid"), actor=candidate, now=later)
    longer = {**ENOUGH_WORK, "employments": [{**WORK, "started_on": "2018-03-01"}]}
    services.save_facts(case, facts=longer, actor=candidate, now=later)
    services.give_undertaking(case, actor=candidate, now=later)
    return services.submit_application(case, actor=candidate, now=later)


def test_the_second_reader_sees_what_changed(client: Any, plan: Any, candidate: Any, body: SimpleNamespace, now: Any) -> None:
    case = returned_and_mended(plan, candidate, body, now)
    changed = {change.what: (change.before, change.after) for change in last_changes(case)}
    assert any("2018-03-01" in after for _before, after in changed.values())
    assert len(changed) == 2  # work, and evidence (one file out, one in)
    rounds = rounds_of(case)
    assert [len(row.reviews) for row in rounds] == [1, 0]
    client.force_login(body.second)
    assert "2018-03-01" in client.get(f"/desk/reviews/{case.pk}/").content.decode()
    assert body.first.name in client.get(f"/desk/reviews/{case.pk}/history/").content.decode()
    client.force_login(candidate)
    own = client.get(f"/apply/{case.pk}/history/").content.decode()
    assert "工作证明未盖章" in own
    assert body.first.name not in own
    client.force_login(body.officer)
    assert client.get(f"/desk/reviews/{case.pk}/history/").status_code == 200
    client.force_login(body.assessors[0])
    assert client.get(f"/desk/reviews/{case.pk}/history/").status_code == 404


def test_a_submission_is_kept_as_it_was(plan: Any, candidate: Any, body: SimpleNamespace, now: Any) -> None:
    case = returned_and_mended(plan, candidate, body, now)
    first, second = case.submissions.order_by("number")
    assert first.content["facts"]["employments"][0]["started_on"] == "2019-03-01"
    assert second.content["evidence"][0]["kind"] == "social_insurance"


def test_i10_nothing_is_approved_when_evidence_is_missing(plan: Any, candidate: Any, body: SimpleNamespace, now: Any) -> None:
    case = submit(plan, candidate, now=now)
    case.evidence.all().delete()
    with pytest.raises(DomainError, match=r"applications.incomplete"):
        services.review_application(case, verdict="approve", actor=body.first, now=now)


def test_i40_what_was_handed_in_stays(plan: Any, candidate: Any, now: Any) -> None:
    from django.db.models import ProtectedError

    case = submit(plan, candidate, now=now)
    with pytest.raises(DomainError, match=r"applications.not_editable"):
        services.remove_evidence(case.evidence.get(), actor=candidate, now=now)
    with pytest.raises(ProtectedError):
        case.delete()


def test_i43_reading_the_number_is_written_down_for_good(
    client: Any, plan: Any, candidate: Any, body: SimpleNamespace, now: Any
) -> None:
    from lms.core.models import LedgerEntry

    case = submit(plan, candidate, now=now)
    client.force_login(body.first)
    client.post(f"/desk/reviews/{case.pk}/number/")
    read = LedgerEntry.objects.get(kind="accounts.number_read")
    assert read.actor_id == body.first.pk
    with pytest.raises(TypeError):
        read.save()
    with pytest.raises(TypeError):
        read.delete()


# Where it stands


def test_the_spine_says_what_comes_next_and_by_when(plan: Any, candidate: Any, now: Any) -> None:
    case = submit(plan, candidate, now=now)
    stages = stages_of(case, [])
    by_state = {stage["state"] for stage in stages}
    assert by_state == {"done", "now", "todo"}
    assert all(stage.get("date") for stage in stages)
    first = next(stage for stage in stages if stage["state"] == "now")
    assert f"{CLOSES.month}月{CLOSES.day}日" in first["date"]


def test_a_rejected_case_promises_nothing_more(plan: Any, candidate: Any, body: SimpleNamespace, now: Any) -> None:
    case = submit(plan, candidate, now=now)
    services.review_application(case, verdict="reject", reasons="不符合条件", actor=body.first, now=now)
    case.refresh_from_db()
    last = stages_of(case, list(case.reviews.all()))[-1]
    assert not last.get("date")


def test_plans_are_found_by_words_and_level(client: Any, plan: Any, body: SimpleNamespace, scheme: Any, now: Any) -> None:
    from certification.plans.services import create_plan, publish_plan

    facts = plan_facts(scheme, body.blueprint, title="另一场三级", address="外省别处路 9 号", site_name="远方考点")
    other = create_plan(organisation=body.organisation, **facts, actor=body.officer, now=now)
    publish_plan(other, actor=body.officer, now=now)
    both = client.get("/apply/").content.decode()
    assert plan.title in both
    assert other.title in both
    near = client.get("/apply/", {"place": "外省 远方"}).content.decode()
    assert other.title in near
    assert plan.title not in near
    assert plan.title not in client.get("/apply/", {"place": "没有这个地方"}).content.decode()
    assert plan.title not in client.get("/apply/", {"level": "3"}).content.decode()
    assert client.get("/apply/", {"level": "x", "after": "nonsense"}).status_code == 200


def test_the_next_step_follows_from_her_certificate(client: Any, plan: Any, candidate: Any, now: Any) -> None:
    certificate = {"occupation": "养老护理员", "level": 5, "issued_on": "2020-02-29", "number": ""}
    case = services.start_application(plan, candidate=candidate, now=now)
    services.save_facts(case, facts={**ENOUGH_WORK, "certificates": [certificate]}, actor=candidate, now=now)
    client.force_login(candidate)
    assert 'href="?level=4"' in client.get("/apply/").content.decode()


def test_the_list_of_plans_goes_on_where_it_stopped_and_costs_the_same(
    client: Any, plan: Any, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from certification.plans.models import Plan

    with CaptureQueriesContext(connection) as few:
        client.get("/apply/")
    copies = []
    for n in range(45):
        copy = Plan.objects.get(pk=plan.pk)
        copy.pk, copy.number, copy.serial, copy.title = None, f"X-{n}", 100 + n, f"第{n:02d}场"
        copies.append(copy)
    Plan.objects.bulk_create(copies)
    seen: list[str] = []
    url = "/apply/"
    for _page in range(4):
        with django_assert_max_num_queries(len(few)):
            page = client.get(url)
        seen += [found.title for found in page.context["open_plans"]]
        if not page.context["next"]:
            break
        url = f"/apply/?after={page.context['next']}"
    assert len(seen) == len(set(seen)) == 46


def test_her_own_cases_cost_the_same_however_many(client: Any, plan: Any, candidate: Any, now: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from certification.plans.models import Plan

    client.force_login(candidate)
    counts = []
    for n in range(1, 6):
        copy = Plan.objects.get(pk=plan.pk)
        copy.pk, copy.number, copy.serial = None, f"X-{n}", 100 + n
        copy.save()
        Application.objects.create(plan=copy, candidate=candidate, started_at=now)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/apply/").status_code == 200
        counts.append(len(queries))
    # The condition and the level of a plan are asked once each; nothing grows with the cases.
    assert counts[-1] == counts[0]


def test_the_review_queue_goes_on_where_it_stopped(
    client: Any, plan: Any, body: SimpleNamespace, make_user: Any, now: Any
) -> None:
    condition = plan.scheme_level.conditions.first()
    Application.objects.bulk_create(
        Application(
            plan=plan, candidate=make_user(f"考生{n}"), status="submitted", started_at=now, submitted_at=now, condition=condition
        )
        for n in range(60)
    )
    client.force_login(body.first)
    first = client.get("/desk/reviews/")
    second = client.get("/desk/reviews/", {"after": first.context["next"]})
    rows = [row.pk for row in [*first.context["rows"], *second.context["rows"]]]
    assert len(rows) == len(set(rows)) == 60
    assert second.context["next"] == ""


# Files


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.7\n1 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj\n%%EOF", "uploads.active_pdf"),
        (b"%PDF-1.7\n1 0 obj<</S/J#61vaScript/J#53(x)>>endobj\n%%EOF", "uploads.active_pdf"),
        (b"%PDF-1.7\n1 0 obj<</EmbeddedFiles 2 0 R>>endobj\n%%EOF", "uploads.active_pdf"),
        (b"%PDF-1.7\ntrailer<</Encrypt 3 0 R>>\n%%EOF", "uploads.locked_pdf"),
        (b"%PDF-1.7\n1 0 obj<</Length 9>>stream\n/JS /XFA \nendstream endobj\n%%EOF", ""),
    ],
)
def test_a_pdf_that_acts_or_is_locked_is_refused(plan: Any, candidate: Any, now: Any, content: bytes, code: str) -> None:
    case = services.start_application(plan, candidate=candidate, now=now)
    upload = SimpleUploadedFile("proof.pdf", content, content_type="application/pdf")
    if not code:
        services.attach_evidence(case, kind="work_proof", upload=upload, actor=candidate, now=now)
        return
    with pytest.raises(DomainError, match=code):
        services.attach_evidence(case, kind="work_proof", upload=upload, actor=candidate, now=now)
    assert not case.evidence.exists()


def test_after_closing_a_returned_form_can_still_be_completed(plan: Any, candidate: Any, body: SimpleNamespace, now: Any) -> None:
    case = submit(plan, candidate, now=now)
    services.review_application(case, verdict="return", reasons="登记表有误", actor=body.first, now=now)
    record = {"education": "college", "province": "32", "source": "student"}
    assert services.save_record(case, record=record, actor=candidate, now=AFTER_CLOSING).record == record
