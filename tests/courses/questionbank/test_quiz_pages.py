"""The page on which a module's quiz is set up, and the trial draw that says what is short."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.questionbank.models import Blueprint, Item, Paper
from courses.questionbank.services import set_blueprint
from lms.organisations.rules import Role

from .conftest import QUIZ_ROWS

pytestmark = pytest.mark.django_db
PAGE = "/desk/bank/quizzes/"


def form(*rows, **changes):
    """Return what the page sends: rows of source, kind, count, points, and a spare one."""
    data = {"name": "模块二", "pass_mark": "60", "minutes": "", "rows-TOTAL_FORMS": len(rows) + 1, "rows-INITIAL_FORMS": 0}
    for number, row in enumerate([*rows, ("", "single", "", "")]):
        data |= {f"rows-{number}-{name}": value for name, value in zip(("source", "kind", "count", "points"), row, strict=True)}
    return data | changes


GOOD = (("module:m2", "single", "8", "8"), ("module:m2", "multiple", "2", "12"), ("module:m2", "true_false", "2", "6.00"))


@pytest.fixture
def writer_client(client, make_user, member, association):
    client.force_login(member(make_user("命题人"), association, Role.ITEM_WRITER))
    return client


@pytest.fixture
def stranger_client(client, make_user, member, college):
    client.force_login(member(make_user("李老师"), college, Role.AUTHOR))
    return client


def test_a_quiz_is_set_up(writer_client, bank):
    done = writer_client.post(PAGE + "new/", form(*GOOD, minutes="20", pass_mark="70"))
    quiz = Blueprint.objects.get()
    assert done["Location"] == f"{PAGE}{quiz.pk}/"
    assert (quiz.rows, quiz.minutes, quiz.pass_mark, quiz.purpose) == (QUIZ_ROWS, 20, 70, "quiz")
    assert writer_client.get(done["Location"]).context["short"] == []


def test_a_trial_shows_a_paper_and_keeps_nothing(writer_client, bank):
    page = writer_client.post(PAGE + "new/", form(*GOOD, **{"try": "1"}))
    assert (page.status_code, len(page.context["paper"]), page.context["short"]) == (200, 12, [])
    assert not Blueprint.objects.exists()
    assert not Paper.objects.exists()


def test_a_trial_says_in_a_sentence_what_is_short(writer_client, bank):
    page = writer_client.post(PAGE + "new/", form(("module:m2", "multiple", "10", "10"), **{"try": "1"}))
    (sentence,) = page.context["short"]
    assert all(part in sentence for part in ("m2", "10", "6", "4"))
    assert page.context["paper"] == []


def test_a_quiz_that_is_short_may_be_saved_and_says_so(writer_client, bank):
    page = writer_client.post(PAGE + "new/", form(("module:m2", "multiple", "10", "10")), follow=True)
    assert len(page.context["short"]) == 1
    assert len(writer_client.get(PAGE).context["rows"][0]["short"]) == 1


def test_exam_items_do_not_help_a_quiz(writer_client, exam_bank):
    Item.objects.filter(pool="practice").update(active=False)
    page = writer_client.post(PAGE + "new/", form(("module:m2", "single", "8", "12.5"), **{"try": "1"}))
    assert page.status_code == 422  # the source is not even offered
    assert page.context["has_stock"] is False


@pytest.mark.parametrize(
    "data",
    [
        form(GOOD[0]),
        form(),
        form(*GOOD, name=""),
        form(*GOOD, pass_mark="101"),
        form(*GOOD, minutes="0"),
        form(("module:nowhere", "single", "10", "10")),
        form(("module:m2", "single", "", "10")),
        form(("module:m2", "single", "10", "")),
        form(("module:m2", "essay", "10", "10")),
        form(*GOOD) | {"rows-TOTAL_FORMS": "99999"},
        form(*GOOD) | {"rows-TOTAL_FORMS": "x"},
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(writer_client, bank, data):
    assert writer_client.post(PAGE + "new/", data).status_code == 422
    assert not Blueprint.objects.exists()


def test_more_rows_come_without_losing_what_was_typed(writer_client, bank):
    page = writer_client.post(PAGE + "new/", form(*GOOD, more="1"))
    assert page.status_code == 200
    assert page.context["formset"].total_form_count() == 7
    assert 'value="模块二"' in page.content.decode()


def test_a_row_without_a_source_is_taken_out(writer_client, blueprint):
    seen = writer_client.get(f"{PAGE}{blueprint.pk}/").context["seen"]
    rows = [("module:m2", "single", "10", "10"), ("", "multiple", "2", "12")]
    writer_client.post(f"{PAGE}{blueprint.pk}/", form(*rows, seen=seen, name="新名字"))
    blueprint.refresh_from_db()
    assert (blueprint.name, len(blueprint.rows)) == ("新名字", 1)


def test_saving_what_the_page_shows_changes_nothing(writer_client, blueprint):
    page = writer_client.get(f"{PAGE}{blueprint.pk}/")
    before = (blueprint.name, blueprint.rows, blueprint.minutes, blueprint.pass_mark)
    rows = [[str(row[name].value()) for name in ("source", "kind", "count", "points")] for row in page.context["formset"]][:3]
    data = form(*rows, name=page.context["form"]["name"].value(), pass_mark=page.context["form"]["pass_mark"].value())
    assert writer_client.post(f"{PAGE}{blueprint.pk}/", data | {"seen": page.context["seen"]}).status_code == 302
    blueprint.refresh_from_db()
    assert (blueprint.name, blueprint.rows, blueprint.minutes, blueprint.pass_mark) == before


def test_a_change_made_on_an_old_page_is_refused(writer_client, blueprint):
    seen = writer_client.get(f"{PAGE}{blueprint.pk}/").context["seen"]
    Blueprint.objects.filter(pk=blueprint.pk).update(minutes=5)
    page = writer_client.post(f"{PAGE}{blueprint.pk}/", form(*GOOD, seen=seen))
    assert page.status_code == 409
    assert page.context["problem"]
    blueprint.refresh_from_db()
    assert blueprint.minutes == 5


def test_a_name_that_is_taken_is_told(writer_client, blueprint):
    page = writer_client.post(PAGE + "new/", form(*GOOD, name=blueprint.name))
    assert (page.status_code, Blueprint.objects.count()) == (409, 1)


def test_another_organisations_quiz_is_not_found(stranger_client, blueprint):
    assert stranger_client.get(f"{PAGE}{blueprint.pk}/").status_code == 404
    assert stranger_client.post(f"{PAGE}{blueprint.pk}/", form(*GOOD)).status_code == 404
    assert stranger_client.get(PAGE, {"q": blueprint.name}).context["rows"] == []
    page = stranger_client.get(PAGE + "new/")
    assert "m2" not in str(page.context["formset"])
    assert stranger_client.get(f"{PAGE}new/?bank={blueprint.organisation_id}").status_code == 404


def test_what_examinations_are_drawn_by_is_no_quiz(writer_client, exam_bank, now):
    theory = set_blueprint(organisation=exam_bank, name="理论", purpose="theory", rows=QUIZ_ROWS, actor=None, now=now)
    assert writer_client.get(f"{PAGE}{theory.pk}/").status_code == 404
    assert writer_client.post(f"{PAGE}{theory.pk}/", form(*GOOD, seen=theory.fingerprint)).status_code == 404
    assert writer_client.get(PAGE).context["rows"] == []


def test_the_list_costs_the_same_for_many_quizzes(writer_client, blueprint, now):
    def cost():
        cache.clear()
        writer_client.get(PAGE)
        with CaptureQueriesContext(connection) as captured:
            writer_client.get(PAGE)
        return len(captured)

    few = cost()
    for number in range(5):
        set_blueprint(organisation=blueprint.organisation, name=f"{number}", purpose="quiz", rows=QUIZ_ROWS, actor=None, now=now)
    assert cost() == few
    assert few <= 10
