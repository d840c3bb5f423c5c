"""A table is brought in: looked at first, taken in by the same person when she says so."""

import io

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from courses.questionbank.models import Item
from courses.questionbank.rules.tables import HEADINGS
from lms.core.messages import text_of
from lms.core.models import LedgerEntry
from lms.organisations.rules import Role

pytestmark = pytest.mark.django_db
PAGE = "/desk/bank/import/"
FIRST = [words[0] for words in HEADINGS.values()]


def line(key, *, stem="停稳先刹车", answer="对", pool="练习"):
    cells = {"key": key, "kind": "判断", "stem": stem, "answer": answer, "function": "需求评估", "pool": pool}
    return [cells.get(name, "") for name in HEADINGS]


def upload(*lines, headings=FIRST):
    book = Workbook()
    for cells in (headings, *lines):
        book.active.append(cells)
    out = io.BytesIO()
    book.save(out)
    return {"file": SimpleUploadedFile("题目.xlsx", out.getvalue())}


@pytest.fixture
def author_client(client, make_user, member, college):
    client.force_login(member(make_user("李老师"), college, Role.AUTHOR))
    return client


@pytest.fixture
def writer_client(client, make_user, member, association):
    client.force_login(member(make_user("命题人"), association, Role.ITEM_WRITER))
    return client


def test_a_sound_table_is_looked_at_and_then_taken_in(author_client, college):
    page = author_client.post(PAGE, upload(line("1"), line("2")))
    assert (page.status_code, page.context["fresh"], Item.objects.count()) == (200, 2, 0)
    done = author_client.post(PAGE + "take/", {"ticket": page.context["ticket"]})
    assert done["Location"] == "/desk/bank/"
    assert sorted(Item.objects.values_list("key", "organisation", "pool")) == [
        ("1", college.pk, "practice"),
        ("2", college.pk, "practice"),
    ]
    assert LedgerEntry.objects.filter(kind="questionbank.imported").count() == 1


def test_a_table_with_a_wrong_line_says_which_and_takes_nothing_in(author_client):
    page = author_client.post(PAGE, upload(line("1"), line("2", answer="也许")))
    assert (page.status_code, page.context["ticket"]) == (422, "")
    (wrong,) = [finding for finding in page.context["findings"] if finding.error]
    assert wrong.line == 3
    assert text_of(wrong.error) in page.content.decode()
    assert not Item.objects.exists()


def test_an_empty_pool_means_examination_and_is_refused_to_an_author(author_client):
    page = author_client.post(PAGE, upload(line("1", pool="")))
    assert [finding.error.code for finding in page.context["findings"]] == ["questionbank.pool_not_yours"]
    assert "练习" in page.content.decode()


def test_an_item_writer_brings_exam_items_in(writer_client):
    page = writer_client.post(PAGE, upload(line("1", pool="")))
    writer_client.post(PAGE + "take/", {"ticket": page.context["ticket"]})
    assert Item.objects.get().pool == "exam"


def test_a_table_that_changes_nothing_offers_nothing(writer_client):
    table = upload(line("1"))
    page = writer_client.post(PAGE, table)
    writer_client.post(PAGE + "take/", {"ticket": page.context["ticket"]})
    again = writer_client.post(PAGE, upload(line("1")))
    assert again.context["fresh"] == 0
    assert 'name="ticket"' not in again.content.decode()


def test_a_ticket_is_good_for_its_person_and_bank_only(client, author_client, make_user, member, college, association):
    ticket = author_client.post(PAGE, upload(line("1"))).context["ticket"]
    other = member(make_user("王老师"), college, Role.AUTHOR)
    member(other, association, Role.AUTHOR)
    client.force_login(other)
    for address in (PAGE + "take/", f"{PAGE}take/?bank={association.pk}"):
        assert client.post(address, {"ticket": ticket})["Location"].startswith(PAGE)
    assert not Item.objects.exists()


@pytest.mark.parametrize("ticket", ["", "x", "eyJ9:1:2"])
def test_a_made_up_ticket_takes_nothing_in(author_client, ticket):
    assert author_client.post(PAGE + "take/", {"ticket": ticket})["Location"].startswith(PAGE)
    assert not Item.objects.exists()


def test_a_ticket_grows_old(author_client, now):
    with time_machine.travel(now, tick=False) as clock:
        ticket = author_client.post(PAGE, upload(line("1"))).context["ticket"]
        clock.shift(3601)
        author_client.post(PAGE + "take/", {"ticket": ticket})
    assert not Item.objects.exists()


def test_who_lost_the_role_takes_nothing_in(author_client, college):
    ticket = author_client.post(PAGE, upload(line("1"))).context["ticket"]
    college.memberships.all().delete()
    assert author_client.post(PAGE + "take/", {"ticket": ticket}).status_code == 403
    assert not Item.objects.exists()


def test_another_organisations_bank_is_not_found(author_client, association):
    assert author_client.post(f"{PAGE}?bank={association.pk}", upload(line("1"))).status_code == 404
    assert author_client.post(f"{PAGE}take/?bank={association.pk}", {"ticket": ""}).status_code == 404


@pytest.mark.parametrize(
    "data", [{}, {"file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04 nothing")}, {"file": SimpleUploadedFile("a.csv", b"\n\n")}]
)
def test_what_is_no_table_is_told(author_client, data):
    page = author_client.post(PAGE, data)
    assert page.status_code == 422
    assert page.context["form"].errors["file"]


def test_a_table_with_other_columns_is_told_which_it_lacks(author_client):
    page = author_client.post(PAGE, upload(["1"], headings=["编号"]))
    assert page.status_code == 422
    assert "职业功能" in str(page.context["form"].errors["file"])


def test_a_table_with_headings_only_is_empty(author_client):
    page = author_client.post(PAGE, upload())
    assert page.status_code == 422
    assert page.context["form"].errors["file"]


def test_the_empty_table_can_be_brought_in_at_once(author_client):
    table = author_client.get(PAGE + "table.xlsx")
    page = author_client.post(PAGE, {"file": SimpleUploadedFile("题目.xlsx", table.content)})
    assert (page.status_code, page.context["fresh"]) == (200, 3)
