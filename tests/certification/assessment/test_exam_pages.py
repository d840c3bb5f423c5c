import json
import re
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from certification.assessment.models import Absence, TheorySitting
from certification.assessment.services import start_sitting, submit_sitting
from certification.assessment.views import exam as exam_views
from courses.questionbank.models import LateAnswer, Response
from tests.exam_day import THEORY, right_answers


@pytest.fixture
def at():
    """Return a function that stops the clock: `with at(THEORY):`."""

    def stop(moment: datetime) -> time_machine.travel:
        return time_machine.travel(moment, tick=False)

    return stop


@pytest.fixture
def seat(exam_day: SimpleNamespace):
    return exam_day.seats[0]


@pytest.fixture
def candidate(client: Client, seat) -> Client:
    client.force_login(seat.candidate)
    return client


@pytest.fixture
def sitting(seat) -> TheorySitting:
    return start_sitting(seat, candidate=seat.candidate, now=THEORY)


def send(client: Client, seat, *, position: int = 1, answer: object = None, seq: object = 1, **more: object):
    body = {"position": position, "answer": ["A"] if answer is None else answer, "seq": seq, **more}
    return client.post(
        reverse("assessment:answer", args=[seat.pk]),
        json.dumps(body),
        content_type="application/json",
        headers={"accept": "application/json"},
    )


@pytest.mark.parametrize(("minutes", "words"), [(-60, b"The exam opens on"), (5, b"Begin the exam"), (40, b"The door is closed")])
def test_the_door_says_what_i_can_do_now(candidate: Client, seat, at, minutes: int, words: bytes) -> None:
    with at(THEORY + timedelta(minutes=minutes)):
        page = candidate.get(reverse("assessment:exam", args=[seat.pk]), headers={"accept-language": "en"})
    assert page.status_code == 200
    assert words in page.content


def test_beginning_leads_to_the_paper_and_shows_no_answer(candidate: Client, seat, at) -> None:
    with at(THEORY):
        page = candidate.post(reverse("assessment:start", args=[seat.pk]), follow=True)
    assert page.redirect_chain[-1][0] == reverse("assessment:paper", args=[seat.pk])
    text = page.content.decode()
    assert text.count("data-exam-question=") == 10
    assert "解释" not in text
    assert "no-store" in page.headers["Cache-Control"]


def test_beginning_too_early_says_when_to_come(candidate: Client, seat, at) -> None:
    with at(THEORY - timedelta(hours=1)):
        page = candidate.post(reverse("assessment:start", args=[seat.pk]))
    assert page.status_code == 409
    assert not TheorySitting.objects.exists()


def test_an_answer_is_kept_and_a_late_repeat_changes_nothing(candidate: Client, seat, sitting, at) -> None:
    with at(THEORY + timedelta(minutes=1)):
        kept = {"position": 1, "answer": ["B"], "seq": 7, "left": 89 * 60, "saved_at": "09:01"}
        assert send(candidate, seat, answer=["B"], seq=7).json() == kept
        assert send(candidate, seat, answer=["B"], seq=7).json()["answer"] == ["B"]
        assert send(candidate, seat, answer=["C"], seq=6).json() == kept
        assert send(candidate, seat, answer=["D"], seq=8).json()["answer"] == ["D"]
    assert Response.objects.get().answer == ["D"]


def test_saving_an_answer_costs_few_queries(candidate: Client, seat, sitting, at, django_assert_max_num_queries) -> None:
    with at(THEORY + timedelta(minutes=1)), django_assert_max_num_queries(8):
        assert send(candidate, seat).status_code == 200


@pytest.mark.parametrize(
    "given",
    [
        {"position": 0},
        {"position": "1"},
        {"seq": 0},
        {"seq": True},
        {"seq": 2**60},
        {"answer": "A"},
        {"answer": [1]},
        {"answer": ["Z"]},
        {"answer": ["A", "B"]},
    ],
)
def test_an_answer_that_makes_no_sense_is_refused(candidate: Client, seat, sitting, at, given: dict) -> None:
    with at(THEORY + timedelta(minutes=1)):
        reply = send(candidate, seat, **given)
    assert reply.status_code == 422
    assert reply.json()["message"]
    assert not Response.objects.exists()


def test_a_multipart_form_is_no_answer_and_breaks_nothing(seat, sitting, at) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(seat.candidate)
    with at(THEORY + timedelta(minutes=1)):
        client.get(reverse("assessment:paper", args=[seat.pk]))
        token = client.cookies["csrftoken"].value
        reply = client.post(reverse("assessment:answer", args=[seat.pk]), {"csrfmiddlewaretoken": token, "position": "1"})
    assert (reply.status_code, reply.json()["code"]) == (422, "assessment.answer_unreadable")
    assert not Response.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"x" * 5000])
def test_a_body_that_is_no_answer_is_refused(candidate: Client, seat, sitting, at, body: bytes) -> None:
    with at(THEORY + timedelta(minutes=1)):
        reply = candidate.post(reverse("assessment:answer", args=[seat.pk]), body, content_type="application/json")
    assert reply.status_code == 422


def test_after_the_deadline_an_answer_is_kept_beside_the_mark(candidate: Client, seat, sitting, at) -> None:
    told = THEORY + timedelta(minutes=89)
    for minutes in (90, 91, 91 + 60):
        with at(THEORY + timedelta(minutes=minutes)):
            reply = send(candidate, seat, answer=["B"], seq=9, at=int(told.timestamp() * 1000))
        assert reply.status_code == 202
        assert (reply.json()["late"], reply.json()["answer"], reply.json()["seq"]) == (True, ["B"], 9)
        assert reply.json()["message"]
    row = LateAnswer.objects.get()
    assert (row.answer, row.told_at, row.received_at) == (["B"], told, THEORY + timedelta(minutes=90))
    assert not Response.objects.exists()
    with at(THEORY + timedelta(minutes=92)):
        page = candidate.get(reverse("assessment:exam", args=[seat.pk]), headers={"accept-language": "en"})
    assert b"1 answer arrived after the end" in page.content
    sitting.refresh_from_db()
    assert (sitting.is_submitted, sitting.attempt.mark) == (True, 0)


def test_an_answer_that_was_under_way_when_the_paper_was_handed_in_is_kept_too(candidate: Client, seat, sitting, at) -> None:
    submit_sitting(sitting, actor=seat.candidate, now=THEORY + timedelta(minutes=10))
    with at(THEORY + timedelta(minutes=11)):
        assert send(candidate, seat).status_code == 202
    assert LateAnswer.objects.count() == 1


def test_a_day_after_the_end_nothing_is_kept_any_more(candidate: Client, seat, sitting, at) -> None:
    with at(THEORY + timedelta(minutes=90, hours=24, seconds=1)):
        reply = send(candidate, seat)
    assert (reply.status_code, reply.json()["code"]) == (410, "questionbank.late_over")
    assert not LateAnswer.objects.exists()


@pytest.mark.parametrize("told", ["yesterday", True, -1, 2**60, 2**53 - 1, None, 1.5])
def test_a_senseless_time_of_the_page_is_no_reason_to_lose_an_answer(candidate: Client, seat, sitting, at, told: object) -> None:
    with at(THEORY + timedelta(minutes=91)):
        assert send(candidate, seat, at=told).status_code == 202
    assert LateAnswer.objects.get().told_at is None


def test_nobody_else_s_late_answer_is_kept(client: Client, exam_day: SimpleNamespace, seat, sitting, at) -> None:
    with at(THEORY + timedelta(minutes=91)):
        assert send(client, seat).status_code == 401
        for person in (exam_day.candidates[1], exam_day.officer, exam_day.head):
            client.force_login(person)
            assert send(client, seat).status_code == 404
    assert not LateAnswer.objects.exists()


def test_a_late_answer_that_makes_no_sense_is_refused(candidate: Client, seat, sitting, at) -> None:
    with at(THEORY + timedelta(minutes=91)):
        assert send(candidate, seat, answer=["Z"]).status_code == 422
    assert not LateAnswer.objects.exists()


def test_without_javascript_a_late_form_is_kept_too_and_once(candidate: Client, seat, sitting, at) -> None:
    url = reverse("assessment:paper", args=[seat.pk])
    with at(THEORY + timedelta(minutes=80)):
        candidate.post(url, {"answer-1": "A"})
    for _ in range(2):
        with at(THEORY + timedelta(minutes=91)):
            page = candidate.post(url, {"answer-1": "A", "answer-2": "B"}, follow=True)
    assert page.context["late"] == 1
    assert list(LateAnswer.objects.values_list("paper_item__position", "answer")) == [(2, ["B"])]
    assert Response.objects.get().paper_item.position == 1


def test_the_officer_sees_for_which_ticket_late_answers_are_kept(
    client: Client, exam_day: SimpleNamespace, seat, sitting, at
) -> None:
    client.force_login(seat.candidate)
    with at(THEORY + timedelta(minutes=91)):
        for position in (1, 2):
            send(client, seat, position=position)
            send(client, seat, position=position, seq=2)
        client.force_login(exam_day.officer)
        page = client.get(reverse("assessment:progress", args=[exam_day.plan.pk]), headers={"accept-language": "en"})
    assert [(row.seat, row.late) for row in page.context["late"]] == [(seat, 2)]
    assert b"2 late answers kept" in page.content


def test_a_signed_out_candidate_is_told_in_json_so_that_the_journal_waits(client: Client, seat, sitting, at) -> None:
    with at(THEORY + timedelta(minutes=1)):
        assert send(client, seat).status_code == 401


def test_nobody_reaches_another_candidate_s_exam(client: Client, exam_day: SimpleNamespace, seat, sitting, at) -> None:
    for person in (exam_day.candidates[1], exam_day.officer, exam_day.assessors[0]):
        client.force_login(person)
        with at(THEORY + timedelta(minutes=1)):
            assert send(client, seat).status_code == 404
            for name in ("exam", "paper", "submit"):
                assert client.get(reverse(f"assessment:{name}", args=[seat.pk])).status_code == 404
            assert client.post(reverse("assessment:start", args=[seat.pk])).status_code == 404
    assert not Response.objects.exists()


def test_without_javascript_the_whole_page_is_saved(candidate: Client, seat, sitting, at) -> None:
    url = reverse("assessment:paper", args=[seat.pk])
    multiple = next(i.position for i in sitting.attempt.paper.items.all() if i.frozen["kind"] == "multiple")
    with at(THEORY + timedelta(minutes=1)):
        fresh = page_form(candidate, seat)
        page = candidate.post(url, fresh | {"answer-1": ["B"], f"answer-{multiple}": ["A", "C"], "then": "2"})
        assert page.headers["Location"] == f"{url}#q-2"
        again = page_form(candidate, seat)
        assert again.pop(f"answer-{multiple}") == ["A", "C"]
        candidate.post(url, again)
        shown = candidate.get(url).content.decode()
    answers = {r.paper_item.position: r.answer for r in Response.objects.select_related("paper_item")}
    assert answers == {1: ["B"], multiple: []}
    assert shown.count(" checked>") == 1


def page_form(client: Client, seat) -> dict[str, list[str]]:
    """What a browser without JavaScript would send from the page as it is now, nothing changed in it."""
    fields: dict[str, list[str]] = {}
    page = client.get(reverse("assessment:paper", args=[seat.pk]))
    # Names and values in the order of the page, as far as the browser would send them.
    for tag in re.findall(r"<input [^>]*>", page.content.decode().partition('id="exam-form"')[2]):
        name, value = re.search(r'name="([^"]+)"', tag)[1], re.search(r'value="([^"]*)"', tag)
        if "checked" in tag or name.startswith("seen-"):
            fields.setdefault(name, []).append(value[1])
    return fields


def stored() -> dict[int, list[str]]:
    return {row.paper_item.position: row.answer for row in Response.objects.select_related("paper_item")}


def test_a_page_that_came_only_in_part_takes_no_answer_back(candidate: Client, seat, sitting, at) -> None:
    right_answers(sitting.attempt, 10)
    before = stored()
    url = reverse("assessment:paper", args=[seat.pk])
    with at(THEORY + timedelta(minutes=10)):
        candidate.post(url, {"answer-1": before[1], "then": "2"})
        assert stored() == before
        whole = page_form(candidate, seat)
        for cut in range(len(whole) + 1):
            candidate.post(url, dict(list(whole.items())[:cut]) | {"then": "2"})
            assert stored() == before


def test_a_question_that_came_in_part_keeps_its_options(candidate: Client, seat, sitting, at) -> None:
    """The page broke off behind the first option of a question that has two right ones."""
    right_answers(sitting.attempt, 10)
    before = stored()
    multiple = next(position for position, answer in before.items() if len(answer) == 2)
    with at(THEORY + timedelta(minutes=10)):
        page = candidate.post(
            reverse("assessment:paper", args=[seat.pk]),
            {f"answer-{multiple}": before[multiple][:1], "then": "submit"},
            headers={"accept-language": "en"},
        )
        shown = candidate.get(page.headers["Location"], headers={"accept-language": "en"})
    assert stored() == before
    assert page.headers["Location"].endswith(f"/paper/#q-{multiple}")
    assert f"Question {multiple}: this page was not up to date" in shown.content.decode()


def test_an_answer_to_an_open_question_is_saved_even_from_a_page_that_broke_off_behind_it(
    candidate: Client, seat, sitting, at
) -> None:
    with at(THEORY + timedelta(minutes=10)):
        candidate.post(reverse("assessment:paper", args=[seat.pk]), {"answer-3": "A"})
    assert stored() == {3: ["A"]}


def test_an_old_tab_overwrites_no_newer_answer_and_says_so(candidate: Client, seat, sitting, at) -> None:
    url = reverse("assessment:paper", args=[seat.pk])
    with at(THEORY + timedelta(minutes=10)):
        send(candidate, seat, position=1, answer=["B"], seq=5)
        old_tab = page_form(candidate, seat)
        send(candidate, seat, position=1, answer=["C"], seq=1_800_000_000_000)
        send(candidate, seat, position=2, answer=["D"], seq=1_800_000_000_001)
        page = candidate.post(url, old_tab | {"answer-3": ["A"], "then": "submit"})
        assert stored() == {1: ["C"], 2: ["D"], 3: ["A"]}
        # Not on to the handing in: she looks at the question first.
        assert page.headers["Location"] == f"{url}#q-1"
        shown = candidate.get(url, headers={"accept-language": "en"})
        assert [message.level_tag for message in shown.context["messages"]] == ["warning"]
        # The page that shows the newer answers may change them, and leads on.
        page = candidate.post(url, page_form(candidate, seat) | {"answer-1": ["A"], "then": "submit"})
    assert page.headers["Location"] == reverse("assessment:submit", args=[seat.pk])
    assert stored() == {1: ["A"], 2: ["D"], 3: ["A"]}


def test_of_two_tabs_opened_together_the_second_to_save_keeps_the_first_one_s_answer(
    candidate: Client, seat, sitting, at
) -> None:
    url = reverse("assessment:paper", args=[seat.pk])
    with at(THEORY + timedelta(minutes=10)):
        one = two = page_form(candidate, seat)
        candidate.post(url, one | {"answer-1": ["A"]})
        candidate.post(url, two | {"answer-1": ["B"], "answer-2": ["C"]})
    assert stored() == {1: ["A"], 2: ["C"]}


def test_an_answer_that_comes_in_while_the_form_is_saved_stays(candidate: Client, seat, sitting, at, monkeypatch) -> None:
    real = exam_views.save_answer

    def overtaken(attempt, *, position: int, answer: list[str], seq: int, now: datetime):
        real(attempt, position=position, answer=["C"], seq=1_800_000_000_000, now=now)
        return real(attempt, position=position, answer=answer, seq=seq, now=now)

    monkeypatch.setattr(exam_views, "save_answer", overtaken)
    with at(THEORY + timedelta(minutes=10)):
        form = page_form(candidate, seat)
        page = candidate.post(reverse("assessment:paper", args=[seat.pk]), form | {"answer-1": ["A"]}, follow=True)
    assert stored() == {1: ["C"]}
    assert [message.level_tag for message in page.context["messages"]] == ["warning"]


@pytest.mark.parametrize("marker", ["", "x", "-1", "²", "9" * 5000])
def test_a_senseless_marker_is_an_old_page(candidate: Client, seat, sitting, at, marker: str) -> None:
    with at(THEORY + timedelta(minutes=10)):
        send(candidate, seat, answer=["A"])
        candidate.post(reverse("assessment:paper", args=[seat.pk]), {"answer-1": "D", "seen-1": marker})
    assert stored() == {1: ["A"]}


def test_a_late_form_of_an_old_or_partial_page_makes_up_no_late_answers(candidate: Client, seat, sitting, at) -> None:
    url = reverse("assessment:paper", args=[seat.pk])
    with at(THEORY + timedelta(minutes=10)):
        old_tab = page_form(candidate, seat) | {"answer-1": ["D"]}
        send(candidate, seat, position=1, answer=["A"], seq=9)
        multiple = next(i.position for i in sitting.attempt.paper.items.all() if i.frozen["kind"] == "multiple")
        send(candidate, seat, position=multiple, answer=["A", "B"], seq=9)
        whole = page_form(candidate, seat)
    with at(THEORY + timedelta(minutes=91)):
        candidate.post(url, old_tab)
        candidate.post(url, {"answer-1": ["A"]})
        assert not LateAnswer.objects.exists()
        # The twin: what was changed on a current page and came too late is kept.
        candidate.post(url, whole | {"answer-1": ["D"]})
    assert list(LateAnswer.objects.values_list("paper_item__position", "answer")) == [(1, ["D"])]


def test_reloading_shows_what_was_saved(candidate: Client, seat, sitting, at) -> None:
    right_answers(sitting.attempt, 4)
    with at(THEORY + timedelta(minutes=10)):
        page = candidate.get(reverse("assessment:paper", args=[seat.pk]))
    assert page.context["answered"] == 4


def test_handing_in_names_what_is_open_and_asks_once(candidate: Client, seat, sitting, at) -> None:
    right_answers(sitting.attempt, 9)
    url = reverse("assessment:submit", args=[seat.pk])
    with at(THEORY + timedelta(minutes=30)):
        page = candidate.get(url)
        assert page.context["unanswered"] == [10]
        sitting.refresh_from_db()
        assert not sitting.is_submitted
        done = candidate.post(url, follow=True)
    sitting.refresh_from_db()
    assert sitting.is_submitted
    assert done.context["answered"] == 9


@pytest.mark.parametrize("name", ["exam", "paper", "submit"])
def test_when_the_time_is_up_the_page_hands_in(candidate: Client, seat, sitting, at, name: str) -> None:
    right_answers(sitting.attempt, 3)
    with at(THEORY + timedelta(minutes=91)):
        page = candidate.get(reverse(f"assessment:{name}", args=[seat.pk]), follow=True)
    assert page.context["state"] == "submitted"
    sitting.refresh_from_db()
    assert (sitting.is_submitted, sitting.attempt.mark) == (True, 30)


def test_a_handed_in_paper_cannot_be_opened_or_begun(candidate: Client, seat, sitting, at) -> None:
    submit_sitting(sitting, actor=seat.candidate, now=THEORY + timedelta(minutes=10))
    with at(THEORY + timedelta(minutes=11)):
        assert candidate.get(reverse("assessment:paper", args=[seat.pk])).status_code == 302
        assert candidate.post(reverse("assessment:start", args=[seat.pk])).status_code == 409


def test_an_absent_candidate_is_told(candidate: Client, exam_day: SimpleNamespace, seat, at) -> None:
    Absence.objects.create(seat=seat, part="theory", recorded_by=exam_day.officer, recorded_at=THEORY)
    with at(THEORY):
        assert candidate.get(reverse("assessment:exam", args=[seat.pk])).context["state"] == "absent"


def test_my_exams_are_listed_and_nobody_else_s(candidate: Client, client: Client, exam_day: SimpleNamespace, seat, at) -> None:
    with at(THEORY):
        page = candidate.get(reverse("assessment:exams"))
    assert [row["seat"] for row in page.context["exams"]] == [seat]
