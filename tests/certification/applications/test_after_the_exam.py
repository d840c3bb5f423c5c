"""Chip, next thing and spine after the exam: they follow the plan and her own result, and tell nothing too early."""

from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.utils.translation import gettext as _

from certification.applications.access import application_for, applications_of
from certification.applications.presentation import candidate_chip, next_thing, status_chip
from certification.applications.selectors import reviews_of_round
from certification.applications.spine import stages_of
from certification.plans.models import Plan
from certification.results.models import PublicationRow
from tests.issued import AFTER, issue

PASSED, FAILED = 0, 2


def move_plan(day: SimpleNamespace, status: str) -> None:
    Plan.objects.filter(pk=day.plan.pk).update(status=status)


def case_of(day: SimpleNamespace, n: int) -> Any:
    person = day.candidates[n]
    return application_for(person, person.applications.get().pk)


def stages(case: Any) -> dict[str, dict[str, Any]]:
    names = ("filled", "submitted", "first", "second", "ticket", "exam", "results", "certificate")
    return dict(zip(names, stages_of(case, reviews_of_round(case)), strict=True))


def title(case: Any) -> str:
    return next_thing(case, [], today=AFTER.date()).title


@pytest.mark.parametrize(
    ("status", "kind", "label"),
    [
        ("arranged", "good", "准考证已生成"),
        ("in_exam", "wait", "考试中"),
        ("scored", "wait", None),
    ],
)
def test_before_the_results_are_public_the_chip_follows_the_plan(
    certified_day: SimpleNamespace, status: str, kind: str, label: str | None
) -> None:
    PublicationRow.objects.all().delete()
    move_plan(certified_day, status)
    chip = candidate_chip(case_of(certified_day, PASSED))
    assert chip == {"kind": kind, "label": label or _("Waiting for the results")}


def test_a_decision_that_is_not_public_is_told_nowhere(client: Any, certified_day: SimpleNamespace) -> None:
    PublicationRow.objects.all().delete()
    move_plan(certified_day, "scored")
    pages = {}
    for n in (PASSED, FAILED):
        case = case_of(certified_day, n)
        assert case.seat.decision.confirmed_at
        pages[n] = (candidate_chip(case), title(case), [(s["state"], s.get("text")) for s in stages(case).values()][4:])
    assert pages[PASSED][:2] == pages[FAILED][:2]
    assert pages[PASSED][2][1:] == pages[FAILED][2][1:]


def test_while_the_list_hangs_each_reads_her_own_result(certified_day: SimpleNamespace) -> None:
    passed, failed = case_of(certified_day, PASSED), case_of(certified_day, FAILED)
    assert candidate_chip(passed) == {"kind": "good", "label": "合格"}
    assert candidate_chip(failed) == {"kind": "neutral", "label": "不合格"}
    assert title(passed) == "恭喜，您已合格。"
    assert title(failed) == "本次未合格。"
    for case in (passed, failed):
        assert stages(case)["results"]["state"] == "now"
        assert stages(case)["certificate"]["state"] == "todo"
        assert "url" not in stages(case)["certificate"]


def test_who_failed_is_never_led_to_certificates(client: Any, certified_day: SimpleNamespace) -> None:
    move_plan(certified_day, "certified")
    case = case_of(certified_day, FAILED)
    assert candidate_chip(case)["label"] == "不合格"
    told = next_thing(case, [], today=AFTER.date())
    assert (told.title, told.url) == ("本次未合格。", f"/exam/{case.seat_id}/result/")
    assert stages(case)["results"]["state"] == "stopped"
    assert stages(case)["certificate"]["state"] == "todo"
    client.force_login(certified_day.candidates[FAILED])
    with time_machine.travel(AFTER, tick=False):
        page = client.get(f"/apply/{case.pk}/").content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert "/learn/certificates/" not in main
    assert "spine__stage--official" not in main


@pytest.mark.parametrize("status", ["in_publication", "certified", "archived"])
def test_the_seal_stands_where_a_certificate_was_issued(certified_day: SimpleNamespace, status: str) -> None:
    issue(certified_day.decisions[PASSED], actor=certified_day.head, now=AFTER)
    move_plan(certified_day, status)
    case = case_of(certified_day, PASSED)
    assert candidate_chip(case) == {"kind": "official", "label": _("Certificate issued")}
    told = next_thing(case, [], today=AFTER.date())
    assert (told.title, told.url) == (_("Your certificate is issued."), "/learn/certificates/")
    certificate = stages(case)["certificate"]
    assert (certificate["state"], certificate["date"]) == ("official", "2026年9月21日")
    assert stages(case)["results"]["state"] == "done"


def test_a_certificate_that_does_not_hold_any_more_has_no_seal(certified_day: SimpleNamespace) -> None:
    from certification.certificates.services import revoke_certificate

    certificate = issue(certified_day.decisions[PASSED], actor=certified_day.head, now=AFTER)
    revoke_certificate(certificate, reason="材料不实", actor=certified_day.head, now=AFTER)
    move_plan(certified_day, "certified")
    case = case_of(certified_day, PASSED)
    assert candidate_chip(case)["kind"] == "warn"
    assert stages(case)["certificate"]["state"] == "stopped"


def test_a_withheld_result_is_neither_passed_nor_failed(certified_day: SimpleNamespace) -> None:
    PublicationRow.objects.update(withheld=True)
    case = case_of(certified_day, PASSED)
    assert candidate_chip(case) == {"kind": "warn", "label": _("Result being looked into")}
    assert title(case) == _("Your result is being looked into.")
    move_plan(certified_day, "certified")
    assert stages(case_of(certified_day, PASSED))["results"]["state"] == "now"


def test_who_passed_and_waits_for_the_certificate_has_no_seal_yet(certified_day: SimpleNamespace) -> None:
    move_plan(certified_day, "certified")
    case = case_of(certified_day, PASSED)
    assert candidate_chip(case)["kind"] == "good"
    assert stages(case)["certificate"]["state"] == "now"


def test_reviewers_see_the_case_and_not_the_result(certified_day: SimpleNamespace) -> None:
    assert status_chip(case_of(certified_day, FAILED))["label"] == "准考证已生成"


def test_the_end_of_a_case_comes_with_it(certified_day: SimpleNamespace, django_assert_num_queries: Any) -> None:
    issue(certified_day.decisions[PASSED], actor=certified_day.head, now=AFTER)
    move_plan(certified_day, "certified")
    for n in (PASSED, FAILED):
        with django_assert_num_queries(1):
            (case,) = applications_of(certified_day.candidates[n])
            candidate_chip(case)
            title(case)
            stages_of(case, [])
