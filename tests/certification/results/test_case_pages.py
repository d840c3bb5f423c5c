"""Reviews, appeals and corrections on their pages, and on the desks of those who may act."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from certification.plans.models import Seat
from certification.results import queues, services
from certification.results.models import Case, CorrectionOrder, Objection
from lms.organisations.rules import Role
from tests.certification.results.corrections import AFTER, PROOF, TUESDAY, answered, applied, asked_for, close, published, review

PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF"


@pytest.fixture
def day(exam_day: SimpleNamespace) -> Iterator[SimpleNamespace]:
    published(exam_day)
    with time_machine.travel(TUESDAY, tick=False):
        yield exam_day


@pytest.fixture
def outside(day: SimpleNamespace, association: Any, make_user: Callable, member: Callable) -> Any:
    return member(make_user("方远"), association, Role.SUPERVISOR)


def desk(person: Any, now: Any = TUESDAY) -> list[str]:
    return [row.url for row in queues.desk(person, now)]


def mine(person: Any, now: Any = TUESDAY) -> list[int]:
    return [case.pk for case in queues.SOURCES[0].waiting(person, now)]


def test_a_candidate_asks_for_a_review_with_a_file_and_follows_it(client: Client, day: SimpleNamespace) -> None:
    seat = day.seats[2]
    client.force_login(seat.candidate)
    own = client.get(reverse("results:own", args=[seat.pk])).content.decode()
    url = reverse("results:ask_review", args=[seat.pk])
    assert url in own
    assert "2026年9月20日" in own
    assert client.post(url, {"part": "theory", "text": ""}).status_code == 422
    files = {"evidence": [SimpleUploadedFile("草稿.pdf", PDF), SimpleUploadedFile("草稿二.pdf", PDF + b"\n")]}
    reply = client.post(url, {"part": "theory", "text": "请核对"} | files, follow=True)
    assert reply.status_code == 200
    case = Case.objects.get()
    assert [file.file_name for file in case.evidence.order_by("pk")] == ["草稿.pdf", "草稿二.pdf"]
    assert [stage["state"] for stage in reply.context["stages"]] == ["done", "now", "todo"]
    assert client.post(url, {"part": "theory", "text": "请核对"}).status_code == 409


def test_a_file_that_is_something_else_is_refused_with_its_name(client: Client, day: SimpleNamespace) -> None:
    client.force_login(day.candidates[2])
    file = SimpleUploadedFile("照片.jpg", b"MZ not a picture")
    url = reverse("results:ask_review", args=[day.seats[2].pk])
    reply = client.post(url, {"part": "theory", "text": "请核对", "evidence": file})
    assert reply.status_code == 422
    assert "照片.jpg" in reply.content.decode()
    assert not Case.objects.exists()


def test_a_handler_takes_a_review_reads_the_report_and_answers(client: Client, day: SimpleNamespace) -> None:
    case = review(day)
    page = reverse("results:case", args=[case.pk])
    client.force_login(day.officer)
    assert not client.get(page).context["is_free"]
    assert client.post(reverse("results:accept_case", args=[case.pk])).status_code == 409
    client.force_login(day.supervisor)
    assert client.get(page).context["is_free"]
    assert client.post(reverse("results:accept_case", args=[case.pk])).status_code == 302
    ((part, lines),) = client.get(page).context["report"]
    assert (part, [line.ok for line in lines]) == ("theory", [True] * len(lines))
    answer = reverse("results:answer_case", args=[case.pk])
    assert client.post(answer, {"verdict": "correct", "answer": ""}).status_code == 422
    assert client.post(answer, {"verdict": "aside", "answer": "无误"}).status_code == 422
    assert client.post(answer, {"verdict": "correct", "answer": "登记有误"}).status_code == 302
    case.refresh_from_db()
    assert (case.status, case.needs_correction) == ("upheld", True)
    client.force_login(day.officer)
    assert client.get(page).context["may_correct"]


def test_i42_another_bodys_people_find_neither_case_nor_order_nor_file(
    client: Client, day: SimpleNamespace, make_user: Callable, member: Callable, employer: Any
) -> None:
    case, order = review(day, evidence=[PROOF]), asked_for(day, 0, value="85")
    stranger = member(make_user("吕安"), employer, Role.HEAD)
    file = case.evidence.get()
    for person in (stranger, day.candidates[0]):
        client.force_login(person)
        for url in (
            reverse("results:case", args=[case.pk]),
            reverse("results:own_case", args=[case.pk]),
            reverse("results:order", args=[order.pk]),
            reverse("results:new_order", args=[day.seats[0].pk]),
            reverse("results:evidence", args=[file.pk]),
        ):
            assert client.get(url).status_code == 404
    client.force_login(day.supervisor)
    assert client.get(reverse("results:evidence", args=[file.pk])).content == PROOF.data
    assert client.get(reverse("results:new_order", args=[day.seats[0].pk])).status_code == 404


def test_an_order_shows_its_whole_effect_before_anybody_confirms(client: Client, day: SimpleNamespace) -> None:
    client.force_login(day.officer)
    url = reverse("results:new_order", args=[day.seats[2].pk])
    fields = {"part": "theory", "outcome": "scored", "value": "70", "reason": "登记错位"}
    assert client.post(url, fields).status_code == 422
    file = SimpleUploadedFile("答题记录.pdf", PDF)
    assert client.post(url, fields | {"evidence": file}).status_code == 302
    order = CorrectionOrder.objects.get()
    page = reverse("results:order", args=[order.pk])
    assert not client.get(page).context["can_approve"]
    client.force_login(day.head)
    shown = client.get(page)
    assert shown.context["can_approve"]
    assert {str(effect.about) for effect in shown.context["effects"]} >= {"证书"}
    assert len(shown.context["effects"]) == 4
    order.refresh_from_db()
    assert order.status == "requested"
    assert client.post(reverse("results:order_act", args=[order.pk, "approve"])).status_code == 302
    order.refresh_from_db()
    assert order.status == "applied"
    assert client.post(reverse("results:order_act", args=[order.pk, "end"])).status_code == 409
    assert client.post(reverse("results:order_act", args=[order.pk, "improve"])).status_code == 404


def test_an_order_is_refused_with_reasons(client: Client, day: SimpleNamespace) -> None:
    order = asked_for(day)
    url = reverse("results:order_act", args=[order.pk, "refuse"])
    client.force_login(day.supervisor)
    assert client.post(url, {"answer": "不行"}).status_code == 403
    client.force_login(day.head)
    assert client.post(url, {"answer": ""}).status_code == 422
    assert client.post(url, {"answer": "证据不足"}).status_code == 302


def test_the_public_list_tells_of_a_correction_and_until_when_it_can_be_objected_to(client: Client, day: SimpleNamespace) -> None:
    page = reverse("results:publication", args=[day.publication.pk])
    applied(asked_for(day), head=day.head)
    applied(asked_for(day, 0, part="skill", outcome="void", value=None), head=day.head)
    shown = client.get(page)
    text = shown.content.decode()
    assert shown.context["passed"] == 2
    assert day.seats[0].ticket_number in text
    assert day.seats[2].ticket_number in text
    assert "2026年9月21日" in text
    assert not any(person.name in text for person in day.candidates)


def test_the_public_is_not_told_that_somebody_asked_about_her_own_result(client: Client, day: SimpleNamespace) -> None:
    page = reverse("results:publication", args=[day.publication.pk])
    review(day, 0)
    asked_for(day, 1, value="65")
    assert [bool(line.in_correction) for line in client.get(page).context["lines"]] == [False, True]


def test_a_candidate_appeals_once_the_publication_has_ended(client: Client, day: SimpleNamespace) -> None:
    seat = day.seats[2]
    url = reverse("results:appeal", args=["result", seat.pk])
    client.force_login(seat.candidate)
    assert client.post(url, {"text": "评分不公"}).status_code == 409
    with time_machine.travel(AFTER, tick=False):
        close(day)
        client.force_login(seat.candidate)
        assert url in client.get(reverse("results:own", args=[seat.pk])).content.decode()
        assert client.get(url).status_code == 200
        assert client.post(url, {"text": "评分不公"}).status_code == 302
        client.force_login(day.candidates[0])
        assert client.get(url).status_code == 404


def test_whoever_objected_appeals_against_the_answer(client: Client, day: SimpleNamespace) -> None:
    filed = services.file_objection(
        day.publication, ticket_number=day.seats[0].ticket_number, filer=day.candidates[2], text="未到场", now=TUESDAY
    )
    services.decide_objection(filed, upheld=False, answer="到场", actor=day.supervisor, now=TUESDAY)
    url = reverse("results:appeal", args=["objection", filed.pk])
    for person, status in ((day.candidates[1], 404), (day.candidates[0], 200), (day.candidates[2], 200)):
        client.force_login(person)
        assert client.get(url).status_code == status
    assert client.post(url, {"text": "录像不是当天的"}, follow=True).status_code == 200
    assert Case.objects.get().against_objection == filed


def test_an_objection_is_taken_and_then_answered(client: Client, day: SimpleNamespace) -> None:
    filed = services.file_objection(
        day.publication, ticket_number=day.seats[0].ticket_number, filer=day.candidates[2], text="未到场", now=TUESDAY
    )
    client.force_login(day.head)
    assert client.post(reverse("results:accept_objection", args=[filed.pk])).status_code == 409
    client.force_login(day.supervisor)
    assert client.post(reverse("results:accept_objection", args=[filed.pk])).status_code == 302
    assert Objection.objects.get().status == "accepted"
    page = client.get(reverse("results:objection", args=[filed.pk]))
    assert [stage["state"] for stage in page.context["stages"]] == ["done", "done", "now"]


# Desks


def test_i45_a_review_waits_for_who_had_no_part_in_the_result(day: SimpleNamespace, outside: Any) -> None:
    case = review(day)
    assert mine(day.supervisor) == mine(outside) == [case.pk]
    assert mine(day.officer) == mine(day.head) == mine(day.candidates[2]) == []


def test_i45_an_appeal_waits_for_who_gave_no_answer_before(day: SimpleNamespace, outside: Any) -> None:
    case = answered(review(day), actor=day.supervisor, upheld=False)
    filed = services.file_appeal(day.seats[2], against=case, text="不服", actor=day.candidates[2], now=TUESDAY)
    assert mine(outside) == [filed.pk]
    assert mine(day.supervisor) == []


def test_when_nobody_is_free_the_head_has_a_row_that_says_so(client: Client, day: SimpleNamespace) -> None:
    case = answered(review(day), actor=day.supervisor, upheld=False)
    filed = services.file_appeal(day.seats[2], against=case, text="不服", actor=day.candidates[2], now=TUESDAY)
    page = reverse("results:case", args=[filed.pk])
    assert page in desk(day.head)
    assert page not in desk(day.supervisor)
    client.force_login(day.head)
    assert reverse("tenancy:invite_member") in client.get(page).content.decode()


def test_an_objection_nobody_may_answer_stands_on_the_heads_desk(day: SimpleNamespace, association: Any, member: Any) -> None:
    filed = services.file_objection(
        day.publication, ticket_number=day.seats[0].ticket_number, filer=day.supervisor, text="未到场", now=TUESDAY
    )
    assert reverse("results:objection", args=[filed.pk]) in desk(day.head)


def test_a_correction_waits_for_a_head_who_did_not_ask_for_it(day: SimpleNamespace) -> None:
    order = asked_for(day)
    url = reverse("results:order", args=[order.pk])
    assert url in desk(day.head)
    assert url not in desk(day.officer)
    renewed = applied(order, head=day.head)
    assert url not in desk(day.head)
    day_after = AFTER
    assert renewed.closes_on < day_after.date()
    assert url in desk(day.officer, day_after)


def test_what_was_upheld_waits_for_a_correction(day: SimpleNamespace) -> None:
    case = answered(review(day), actor=day.supervisor)
    url = f"{reverse('results:new_order', args=[day.seats[2].pk])}?case={case.pk}"
    assert url in desk(day.officer)
    asked_for(day, source=case, evidence=[])
    assert url not in desk(day.officer)


def test_a_desk_and_a_list_cost_the_same_for_many(
    client: Client, day: SimpleNamespace, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    client.force_login(day.supervisor)
    url = reverse("results:cases")
    review(day, 0)
    client.get(url)
    with django_assert_max_num_queries(12) as few:
        client.get(url)
    with django_assert_max_num_queries(12) as desk_few:
        desk(day.head)
    for n in (0, 1, 2):
        review(day, n, part="skill")
        asked_for(day, n, value=str(71 + n))
    with django_assert_num_queries(len(few)):
        client.get(url)
    with django_assert_num_queries(len(desk_few)):
        desk(day.head)
    assert Seat.objects.count() == 3
