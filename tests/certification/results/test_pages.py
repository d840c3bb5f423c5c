from datetime import datetime
from types import SimpleNamespace

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _

from certification.results import queues
from certification.results.models import Objection, Publication
from certification.results.services import decide_plan, file_objection, prepare_list, record_part_results
from lms.organisations.rules import Role
from tests.decided import check, confirm, decide, publish
from tests.exam_day import MONDAY, assess

LATER = datetime(2026, 9, 21, 9, 0, tzinfo=MONDAY.tzinfo)


@pytest.fixture
def day(exam_day: SimpleNamespace):
    assess(exam_day, right=(8, 6, 5))
    with time_machine.travel(MONDAY, tick=False):
        yield exam_day


@pytest.fixture
def publication(day: SimpleNamespace) -> Publication:
    return publish(day)


def do(client: Client, day: SimpleNamespace, step: str):
    if step == "check":
        return client.post(reverse("results:check", args=[day.plan.pk]))
    return client.post(reverse("results:act", args=[day.plan.pk, step]))


def test_the_whole_way_from_marks_to_the_end_of_the_publication(client: Client, day: SimpleNamespace) -> None:
    page = reverse("results:plan", args=[day.plan.pk])
    for person, step in (
        (day.officer, "record"),
        (day.head, "check"),
        (day.officer, "decide"),
        (day.head, "confirm"),
        (day.officer, "prepare"),
        (day.head, "publish"),
    ):
        client.force_login(person)
        assert client.get(page).context["next"] == step
        assert do(client, day, step).status_code == 302
    assert client.get(page).context["next"] == "wait"
    assert do(client, day, "close").status_code == 409
    with time_machine.travel(LATER, tick=False):
        assert client.get(page).context["next"] == "close"
        assert do(client, day, "close").status_code == 302
        assert client.get(page).context["next"] == "issue"


def test_whoever_decided_cannot_confirm_on_the_page_either(client: Client, day: SimpleNamespace) -> None:
    decide(day)
    client.force_login(day.officer)
    reply = do(client, day, "confirm")
    assert reply.status_code == 409
    assert reply.context["next"] == "confirm"


def test_strangers_find_no_results(client: Client, day: SimpleNamespace, make_user, member, employer) -> None:
    for person in (member(make_user("吕安"), employer, Role.EXAM_OFFICER), day.assessors[0], day.candidates[0]):
        client.force_login(person)
        assert client.get(reverse("results:plan", args=[day.plan.pk])).status_code == 404
        assert do(client, day, "record").status_code == 404


def test_an_unknown_step_is_not_found(client: Client, day: SimpleNamespace) -> None:
    client.force_login(day.officer)
    assert do(client, day, "improve").status_code == 404


def test_the_public_list_is_masked_and_needs_no_sign_in(client: Client, day: SimpleNamespace, publication: Publication) -> None:
    text = client.get(reverse("results:publication", args=[publication.pk])).content.decode()
    assert "林*梅" in text
    assert not any(person.name in text for person in day.candidates)
    assert day.plan.title in client.get(reverse("results:publications")).content.decode()
    assert "示例，非国家标准" in text


def test_the_public_list_shows_only_who_passed(client: Client, day: SimpleNamespace, publication: Publication) -> None:
    page = client.get(reverse("results:publication", args=[publication.pk]))
    text = page.content.decode()
    assert [line.ticket_number for line in page.context["lines"]] == [seat.ticket_number for seat in day.seats[:2]]
    assert day.seats[2].ticket_number not in text
    assert publication.rows.get(seat=day.seats[2]).masked_name not in text
    assert "50.00" not in text


def test_who_is_not_in_the_list_still_sees_her_result_and_can_object(
    client: Client, day: SimpleNamespace, publication: Publication
) -> None:
    failed = day.seats[2]
    client.force_login(failed.candidate)
    own = client.get(reverse("results:own", args=[failed.pk]))
    assert (own.context["line"].passed, own.context["open"]) == (False, True)
    assert reverse("results:object", args=[publication.pk]) in own.content.decode()
    url = reverse("results:object", args=[publication.pk])
    assert client.post(url, {"ticket_number": failed.ticket_number, "text": "第二站漏记一项"}).status_code == 302
    assert Objection.objects.get().ticket_number == failed.ticket_number
    other = day.seats[0].candidate
    client.force_login(other)
    assert client.get(reverse("results:own", args=[failed.pk])).status_code == 404


def test_a_list_without_anybody_says_so(client: Client, day: SimpleNamespace, publication: Publication) -> None:
    publication.rows.all().delete()
    page = client.get(reverse("results:publication", args=[publication.pk]), headers={"accept-language": "en"})
    assert "Nobody has passed this time." in page.content.decode()


def test_the_public_list_costs_the_same_for_many(
    client: Client, day: SimpleNamespace, publication: Publication, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(5):
        client.get(reverse("results:publication", args=[publication.pk]))


def test_a_candidate_sees_only_her_own_result_and_only_once_public(client: Client, day: SimpleNamespace) -> None:
    client.force_login(day.candidates[0])
    url = reverse("results:own", args=[day.seats[0].pk])
    assert client.get(url).context["line"] is None
    assert client.get(reverse("results:own", args=[day.seats[1].pk])).status_code == 404


def test_after_publication_the_candidate_sees_her_marks(client: Client, day: SimpleNamespace, publication: Publication) -> None:
    client.force_login(day.candidates[2])
    page = client.get(reverse("results:own", args=[day.seats[2].pk]))
    assert page.context["line"].passed is False
    assert "50.00" in page.content.decode()


def test_objecting_and_answering(client: Client, day: SimpleNamespace, publication: Publication) -> None:
    url = reverse("results:object", args=[publication.pk])
    assert client.get(url).status_code == 302
    client.force_login(day.candidates[2])
    assert client.post(url, {"ticket_number": "", "text": ""}).status_code == 422
    assert client.post(url, {"ticket_number": "404", "text": "不对"}).status_code == 422
    assert client.post(url, {"ticket_number": day.seats[0].ticket_number, "text": "不对"}).status_code == 302
    objection = Objection.objects.get()
    answer = reverse("results:objection", args=[objection.pk])
    assert client.get(answer).status_code == 404
    client.force_login(day.officer)
    assert client.post(answer, {"verdict": "dismiss", "answer": "属实无误"}).status_code == 409
    client.force_login(day.supervisor)
    assert client.post(answer, {"verdict": "dismiss", "answer": ""}).status_code == 422
    assert client.post(answer, {"verdict": "uphold", "answer": "经核查成立"}).status_code == 302
    client.force_login(day.candidates[0])
    own = client.get(reverse("results:own", args=[day.seats[0].pk]))
    assert own.context["line"].withheld


def test_after_the_last_day_no_objection_is_taken(client: Client, day: SimpleNamespace, publication: Publication) -> None:
    client.force_login(day.candidates[2])
    with time_machine.travel(LATER, tick=False):
        reply = client.post(
            reverse("results:object", args=[publication.pk]), {"ticket_number": day.seats[0].ticket_number, "text": "不对"}
        )
    assert reply.status_code == 409
    assert not Objection.objects.exists()


def test_the_queues_tell_the_next_step(day: SimpleNamespace, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(9):
        assert len(list(queues.desk(day.officer, MONDAY))) == 1
    assert list(queues.desk(day.candidates[0], MONDAY)) == []


def test_the_candidate_is_told_while_the_list_hangs(day: SimpleNamespace, publication: Publication) -> None:
    assert len(list(queues.own(day.candidates[0], MONDAY))) == 1
    assert list(queues.own(day.candidates[0], LATER)) == []


def waiting(person, now: datetime = MONDAY) -> list[str]:
    return [row.detail for row in queues.desk(person, now)]


def test_computing_waits_for_the_officer_alone(day: SimpleNamespace) -> None:
    assert waiting(day.officer) == [str(_("Compute the marks"))]
    assert waiting(day.head) == waiting(day.supervisor) == []


def test_confirming_waits_for_a_second_person_and_not_for_who_decided(day: SimpleNamespace) -> None:
    decide(day)
    assert len(waiting(day.head)) == 1
    assert waiting(day.officer) == waiting(day.supervisor) == []


def test_checking_waits_for_a_second_person_and_not_for_who_recorded(day: SimpleNamespace) -> None:
    record_part_results(day.plan, actor=day.officer, now=MONDAY)
    assert waiting(day.head) == [str(_("Check the marks as a second person"))]
    assert waiting(day.officer) == waiting(day.supervisor) == []


def test_the_list_waits_for_an_officer_and_then_for_the_head(day: SimpleNamespace) -> None:
    confirm(day)
    assert waiting(day.officer) == [str(_("Prepare the list of results"))]
    assert waiting(day.head) == []
    prepare_list(day.plan, actor=day.officer, now=MONDAY)
    assert waiting(day.head) == [str(_("Approve and publish the results"))]
    assert waiting(day.officer) == []


def test_ending_a_publication_waits_for_who_may_end_it(day: SimpleNamespace, publication: Publication) -> None:
    assert waiting(day.head, LATER) == waiting(day.officer, LATER) == ["结束公示"]
    assert waiting(day.supervisor, LATER) == []


def test_an_objection_waits_for_who_had_no_part_in_the_result(
    day: SimpleNamespace, publication: Publication, association, make_user, member
) -> None:
    second = member(make_user("第二考务"), association, Role.EXAM_OFFICER)
    file_objection(publication, ticket_number=day.seats[0].ticket_number, filer=day.candidates[0], text="请再核对", now=MONDAY)
    assert waiting(day.supervisor) == waiting(second) == ["答复异议"]
    assert waiting(day.officer) == waiting(day.head) == []


def test_who_assessed_decides_and_confirms_nothing(day: SimpleNamespace, association, member) -> None:
    member(day.assessors[0], association, Role.EXAM_OFFICER)
    check(day)
    assert waiting(day.assessors[0]) == []
    decide_plan(day.plan, actor=day.officer, now=MONDAY)
    assert waiting(day.assessors[0]) == []
