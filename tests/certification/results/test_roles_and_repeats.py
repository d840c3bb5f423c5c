"""Who has no role is told nothing of the state; what is sent twice is done once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from certification.plans.models import Plan
from certification.results.models import Decision, Objection, PartResult, Publication
from certification.results.services import (
    check_part_results,
    close_publication,
    confirm_decisions,
    decide_plan,
    file_objection,
    prepare_list,
    publish_results,
    record_part_results,
)
from lms.core.models import LedgerEntry
from lms.organisations.models import Membership
from lms.organisations.rules import Role
from tests.decided import check, publish
from tests.exam_day import MONDAY, assess

STEPS: list[tuple[str, Callable]] = [
    ("record", record_part_results),
    ("check", check_part_results),
    ("decide", decide_plan),
    ("confirm", confirm_decisions),
    ("prepare", prepare_list),
    ("publish", publish_results),
]
AFTER = datetime(2026, 9, 22, 9, 0, tzinfo=MONDAY.tzinfo)


def post(client: Client, day: SimpleNamespace, person: object, step: str) -> int:
    client.force_login(person)
    url = reverse("results:check", args=[day.plan.pk]) if step == "check" else reverse("results:act", args=[day.plan.pk, step])
    return client.post(url).status_code


def state() -> tuple:
    rows = [list(model.objects.order_by("pk").values()) for model in (PartResult, Decision, Publication, Objection)]
    return (*rows, Plan.objects.get().status, LedgerEntry.objects.count())


def published(day: SimpleNamespace) -> Publication:
    assess(day, right=(8, 6, 5))
    return publish(day)


@pytest.mark.parametrize("status", ["arranged", "in_exam", "scored", "in_publication", "certified"])
def test_a_wrong_role_is_refused_whatever_the_state(exam_day: SimpleNamespace, status: str) -> None:
    Plan.objects.update(status=status)
    wrong = {step: [exam_day.supervisor, exam_day.assessors[0], exam_day.candidates[0]] for step, _act in STEPS}
    for step in ("record", "decide", "prepare"):
        wrong[step].append(exam_day.head)
    wrong["publish"].append(exam_day.officer)
    before = state()
    for step, act in STEPS:
        for actor in wrong[step]:
            with pytest.raises(PermissionDenied):
                act(exam_day.plan, actor=actor, now=MONDAY)
    assert state() == before


@pytest.mark.parametrize("status", ["arranged", "scored", "in_publication"])
def test_the_pages_answer_a_wrong_role_with_403(client: Client, exam_day: SimpleNamespace, status: str) -> None:
    Plan.objects.update(status=status)
    for step, _act in STEPS:
        assert post(client, exam_day, exam_day.supervisor, step) == 403
    for step in ("record", "decide", "prepare"):
        assert post(client, exam_day, exam_day.head, step) == 403
    assert post(client, exam_day, exam_day.officer, "publish") == 403


def test_a_supervisor_does_not_end_a_publication(client: Client, exam_day: SimpleNamespace) -> None:
    publication = published(exam_day)
    with time_machine.travel(AFTER, tick=False):
        assert post(client, exam_day, exam_day.supervisor, "close") == 403
    with pytest.raises(PermissionDenied):
        close_publication(publication, actor=exam_day.supervisor, now=MONDAY)


@pytest.mark.parametrize("role", [Role.EXAM_OFFICER, Role.HEAD, Role.SUPERVISOR])
@pytest.mark.parametrize("kind", ["of another body", "dismissed", "of another role"])
def test_staff_without_a_role_in_the_body_get_nowhere(
    client: Client, exam_day: SimpleNamespace, make_user, member, employer, association, role: Role, kind: str
) -> None:
    publication = published(exam_day)
    ticket = exam_day.seats[0].ticket_number
    objection = file_objection(publication, ticket_number=ticket, filer=exam_day.candidates[2], text="不对", now=MONDAY)
    person = make_user("吕安")
    if kind == "of another body":
        member(person, employer, role)
    elif kind == "dismissed":
        member(person, association, role)
        Membership.objects.filter(user=person).delete()
    else:
        member(person, association, Role.WATCHER, Role.ELIGIBILITY_REVIEWER)
    before = state()
    with time_machine.travel(AFTER, tick=False):
        for step in ("record", "check", "decide", "confirm", "prepare", "publish", "close"):
            assert post(client, exam_day, person, step) == 404
        answer = {"verdict": "uphold", "answer": "成立"}
        for url in (
            reverse("results:plan", args=[exam_day.plan.pk]),
            reverse("results:objection", args=[objection.pk]),
            reverse("results:own", args=[exam_day.seats[0].pk]),
        ):
            assert client.get(url).status_code == 404
        assert client.post(reverse("results:objection", args=[objection.pk]), answer).status_code == 404
    assert state() == before


def test_each_step_sent_twice_is_done_once(client: Client, exam_day: SimpleNamespace) -> None:
    day = exam_day
    assess(day, right=(8, 6, 5))
    with time_machine.travel(MONDAY, tick=False):
        for person, step in (
            (day.officer, "record"),
            (day.head, "check"),
            (day.officer, "decide"),
            (day.head, "confirm"),
            (day.officer, "prepare"),
            (day.head, "publish"),
        ):
            assert post(client, day, person, step) == 302
            once = state()
            with time_machine.travel(MONDAY + timedelta(seconds=1), tick=False):
                assert post(client, day, person, step) in (302, 409)
            assert state() == once, step
    with time_machine.travel(AFTER, tick=False):
        assert post(client, day, day.head, "close") == 302
        once = state()
        assert post(client, day, day.officer, "close") == 409
    assert state() == once
    for kind in ("parts_recorded", "parts_checked", "decided", "confirmed", "list_prepared", "published", "publication_closed"):
        assert LedgerEntry.objects.filter(kind=f"results.{kind}").count() == 1, kind


def test_a_second_officer_s_decision_replaces_the_first_ones(exam_day: SimpleNamespace, make_user, member, association) -> None:
    """So that whoever decided last is the one who may not confirm."""
    assess(exam_day)
    check(exam_day)
    decide_plan(exam_day.plan, actor=exam_day.officer, now=MONDAY)
    second = member(make_user("周二"), association, Role.EXAM_OFFICER)
    decide_plan(exam_day.plan, actor=second, now=MONDAY)
    assert set(Decision.objects.values_list("decided_by", flat=True)) == {second.pk}


def test_an_objection_and_its_answer_sent_twice_are_one(client: Client, exam_day: SimpleNamespace) -> None:
    publication = published(exam_day)
    data = {"ticket_number": exam_day.seats[0].ticket_number, "text": "不对"}
    with time_machine.travel(MONDAY, tick=False):
        client.force_login(exam_day.candidates[2])
        replies = [client.post(reverse("results:object", args=[publication.pk]), data).status_code for _ in range(2)]
        assert replies == [302, 409]
        url = reverse("results:objection", args=[Objection.objects.get().pk])
        client.force_login(exam_day.supervisor)
        verdicts = [{"verdict": verdict, "answer": "经核查"} for verdict in ("uphold", "dismiss")]
        assert [client.post(url, verdict).status_code for verdict in verdicts] == [302, 409]
    assert Objection.objects.get().status == "upheld"
