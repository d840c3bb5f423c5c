"""The pages of a bank: who sees which items, how one is found, written, looked at and retired."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from courses.questionbank.models import Item
from courses.questionbank.services import import_items, set_blueprint
from lms.core.models import LedgerEntry
from lms.organisations.rules import Role

from .conftest import item_rows

pytestmark = pytest.mark.django_db
BANK = "/desk/bank/"
SINGLE = {
    "kind": "single", "stem": "座宽留多少？", "option_A": "两指", "option_B": "一掌", "option_C": "不留", "right_A": "on",
    "explanation": "太紧压皮肤。", "function": "需求评估", "module": "m2", "difficulty": "2", "pool": "practice",
}  # fmt: skip


@pytest.fixture
def writer(make_user, member, association):
    return member(make_user("命题人"), association, Role.ITEM_WRITER)


@pytest.fixture
def association_author(make_user, member, association):
    return member(make_user("协会作者"), association, Role.AUTHOR)


@pytest.fixture
def college_author(make_user, member, college):
    return member(make_user("李老师"), college, Role.AUTHOR)


@pytest.fixture
def signed_in(client):
    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def practice(bank):
    return Item.objects.get(organisation=bank, key="q-s0")


@pytest.fixture
def secret(exam_bank):
    Item.objects.filter(key="e-s0").update(stem="机密考题")
    return Item.objects.get(organisation=exam_bank, key="e-s0")


def stems(response):
    assert response.status_code == 200
    return [row.stem for row in response.context["rows"]]


# Who


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.COLLEGE_ADMIN, Role.ITEM_WRITER])
def test_who_writes_finds_the_bank(signed_in, make_user, member, association, role):
    assert signed_in(member(make_user("人"), association, role)).get(BANK).status_code == 200


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.AUTHOR, Role.COLLEGE_ADMIN, Role.ITEM_WRITER)])
@pytest.mark.parametrize("page", ["", "new/", "import/", "import/table.xlsx", "quizzes/", "quizzes/new/"])
def test_nobody_else_enters(signed_in, make_user, member, association, role, page):
    assert signed_in(member(make_user("人"), association, role)).get(BANK + page).status_code == 403


def test_strangers_are_asked_to_sign_in(client):
    assert client.get(BANK)["Location"].startswith("/accounts/login")


def test_an_author_sees_practice_and_nothing_of_examinations(signed_in, association_author, practice, secret):
    client = signed_in(association_author)
    assert practice.stem in stems(client.get(BANK, {"q": practice.key}))
    for query in ({"q": "机密"}, {"pool": "exam"}, {"q": secret.key}):
        assert stems(client.get(BANK, query)) == []
    page = client.get(BANK).content.decode()
    assert 'name="pool"' not in page
    for address in (f"{secret.pk}/", f"{secret.pk}/edit/"):
        assert client.get(BANK + address).status_code == 404
    assert client.post(f"{BANK}{secret.pk}/retire/").status_code == 404
    assert not LedgerEntry.objects.filter(kind="questionbank.item_opened").exists()


def test_an_item_writer_sees_both_and_each_opening_of_a_secret_is_noted(signed_in, writer, practice, secret):
    client = signed_in(writer)
    assert stems(client.get(BANK, {"q": "机密"})) == ["机密考题"]
    for item in (practice, secret):
        assert client.get(f"{BANK}{item.pk}/").status_code == 200
    assert client.get(f"{BANK}{secret.pk}/edit/").status_code == 200
    noted = LedgerEntry.objects.filter(kind="questionbank.item_opened")
    assert {entry.subject for entry in noted} == {f"questionbank.item:{secret.pk}"}
    assert noted.count() == 2


def test_nothing_of_another_organisation_is_found(signed_in, college_author, practice):
    client = signed_in(college_author)
    for query in ({}, {"q": practice.stem}, {"bank": practice.organisation_id}, {"function": practice.function}):
        assert stems(client.get(BANK, query)) == []
    assert practice.function not in [str(name) for name in client.get(BANK).context["functions"]]
    for address in (f"{practice.pk}/", f"{practice.pk}/edit/", f"new/?bank={practice.organisation_id}"):
        assert client.get(BANK + address).status_code == 404
    for verb in ("retire", "restore"):
        assert client.post(f"{BANK}{practice.pk}/{verb}/").status_code == 404
    assert client.post(f"{BANK}{practice.pk}/edit/", SINGLE).status_code == 404
    like = client.get(f"{BANK}new/?like={practice.pk}")
    assert like.context["form"]["module"].value() in (None, "")
    assert Item.objects.get(pk=practice.pk).active


def test_modules_and_functions_of_another_bank_are_not_offered(signed_in, college_author, association, now):
    import_items(item_rows(function="协会独有", module="秘模块"), organisation=association, actor=None, now=now)
    page = signed_in(college_author).get(BANK + "new/").content.decode()
    assert "协会独有" not in page
    assert "秘模块" not in page


def test_modules_of_exam_items_are_not_offered_to_an_author(signed_in, association_author, association, now):
    import_items(item_rows(module="秘模块", pool="exam"), organisation=association, actor=None, now=now)
    assert "秘模块" not in signed_in(association_author).get(BANK + "new/").content.decode()


# Finding


def test_words_kind_level_function_and_state_narrow_the_list(signed_in, writer, bank):
    Item.objects.filter(key="q-s3").update(active=False, difficulty=3, function="方案设计", stem="量 座宽")
    client = signed_in(writer)
    assert len(stems(client.get(BANK, {"kind": "multiple"}))) == 6
    for query in ({"q": "座宽 量"}, {"q": "q-s3"}, {"level": "3"}, {"function": "方案设计"}, {"state": "retired"}):
        assert stems(client.get(BANK, query)) == ["量 座宽"]
    assert "量 座宽" not in stems(client.get(BANK, {"state": "used", "kind": "single"}))
    assert stems(client.get(BANK, {"q": "座宽 没有"})) == []


@pytest.mark.parametrize(
    "query", [{"level": "9"}, {"kind": "x"}, {"before": "-1"}, {"before": "x"}, {"state": "x"}, {"pool": "x"}]
)
def test_what_no_filter_knows_filters_nothing(signed_in, writer, bank, query):
    assert len(stems(signed_in(writer).get(BANK, query))) == 30


def test_pages_follow_each_other_without_a_gap(signed_in, writer, bank):
    client = signed_in(writer)
    first = client.get(BANK)
    second = client.get(BANK, {"before": first.context["before"]})
    keys = [row.key for page in (first, second) for row in page.context["rows"]]
    assert (len(keys), len(set(keys))) == (34, 34)
    assert second.context["before"] is None


def test_a_page_of_the_list_costs_the_same_for_many_items(signed_in, writer, bank, now):
    client = signed_in(writer)

    def cost():
        cache.clear()
        client.get(BANK)
        with CaptureQueriesContext(connection) as captured:
            client.get(BANK)
        return len(captured)

    few = cost()
    import_items(item_rows(prefix="z"), organisation=bank, actor=None, now=now)
    assert cost() == few
    assert few <= 12


# Writing


def test_an_author_writes_a_question_and_sees_it_as_learners_do(signed_in, college_author, college):
    client = signed_in(college_author)
    done = client.post(BANK + "new/", SINGLE)
    item = Item.objects.get(organisation=college)
    assert done["Location"] == f"{BANK}{item.pk}/"
    assert (item.key, item.options, item.answer, item.pool) == ("Q00001", ["两指", "一掌", "不留"], ["A"], "practice")
    page = client.get(done["Location"]).content.decode()
    assert page.count("座宽留多少？") >= 2
    assert "太紧压皮肤。" in page


def test_a_preview_keeps_nothing(signed_in, college_author):
    page = signed_in(college_author).post(BANK + "new/", SINGLE | {"preview": "1"})
    assert page.status_code == 200
    assert page.context["preview"]["stem"] == SINGLE["stem"]
    assert not Item.objects.exists()


def test_the_next_question_begins_where_the_last_one_stood(signed_in, college_author):
    client = signed_in(college_author)
    following = client.get(client.post(BANK + "new/", SINGLE | {"another": "1", "difficulty": "3"})["Location"])
    form = following.context["form"]
    assert [str(form[name].value()) for name in ("function", "module", "difficulty")] == ["需求评估", "m2", "3"]
    assert not form["stem"].value()


def test_an_emptied_option_is_left_out_and_the_others_move_up(signed_in, college_author):
    sent = SINGLE | {"option_B": "", "option_D": "三指", "right_A": "", "right_D": "on"}
    signed_in(college_author).post(BANK + "new/", sent)
    item = Item.objects.get()
    assert (item.options, item.answer) == (["两指", "不留", "三指"], ["C"])


def test_true_or_false_takes_no_options(signed_in, college_author):
    signed_in(college_author).post(BANK + "new/", SINGLE | {"kind": "true_false", "truth": "false"})
    item = Item.objects.get()
    assert (item.options, item.answer) == ([], ["false"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"stem": ""}, "stem"),
        ({"function": "没有这个"}, "function"),
        ({"right_A": ""}, "option_A"),
        ({"right_B": "on"}, "option_A"),
        ({"option_C": ""}, "option_A"),
        ({"option_C": "一掌"}, "option_A"),
        ({"right_A": "", "right_H": "on"}, "option_A"),
        ({"kind": "true_false"}, "truth"),
        ({"kind": "fill"}, "kind"),
        ({"difficulty": "7"}, "difficulty"),
        ({"pool": "exam"}, "pool"),
        ({"stem": "长" * 2001}, "stem"),
        ({"module": "长" * 61}, "module"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(signed_in, college_author, changes, field):
    page = signed_in(college_author).post(BANK + "new/", SINGLE | changes)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert SINGLE["option_B"] in page.content.decode()
    assert not Item.objects.exists()


def test_an_item_writer_writes_for_examinations(signed_in, writer):
    signed_in(writer).post(BANK + "new/", SINGLE | {"pool": "exam"})
    assert Item.objects.get().pool == "exam"


def test_who_writes_in_two_banks_chooses_and_each_gets_its_own_pools(signed_in, college_author, member, association):
    member(college_author, association, Role.ITEM_WRITER)
    client = signed_in(college_author)
    page = client.get(f"{BANK}new/?bank={association.pk}")
    assert len(page.context["banks"]) == 2
    client.post(f"{BANK}new/?bank={association.pk}", SINGLE | {"pool": "exam"})
    assert Item.objects.get().organisation == association


def test_an_exam_question_cannot_be_put_into_a_bank_where_one_is_an_author_only(
    signed_in, college_author, member, association, college
):
    member(college_author, association, Role.ITEM_WRITER)
    page = signed_in(college_author).post(f"{BANK}new/?bank={college.pk}", SINGLE | {"pool": "exam"})
    assert page.status_code == 422
    assert not Item.objects.exists()


def test_a_change_made_on_an_old_page_is_refused_and_still_stands_in_the_form(signed_in, writer, practice):
    client = signed_in(writer)
    seen = client.get(f"{BANK}{practice.pk}/edit/").context["seen"]
    Item.objects.filter(pk=practice.pk).update(stem="别人改的")
    page = client.post(f"{BANK}{practice.pk}/edit/", SINGLE | {"seen": seen})
    assert page.status_code == 409
    assert SINGLE["stem"] in page.content.decode()
    assert Item.objects.get(pk=practice.pk).stem == "别人改的"


def test_a_change_is_saved(signed_in, writer, practice):
    client = signed_in(writer)
    seen = client.get(f"{BANK}{practice.pk}/edit/").context["seen"]
    assert client.post(f"{BANK}{practice.pk}/edit/", SINGLE | {"seen": seen}).status_code == 302
    assert Item.objects.get(pk=practice.pk).stem == SINGLE["stem"]


# Retiring


def test_a_question_is_retired_and_used_again(signed_in, writer, practice):
    client = signed_in(writer)
    client.post(f"{BANK}{practice.pk}/retire/")
    assert not Item.objects.get(pk=practice.pk).active
    client.post(f"{BANK}{practice.pk}/restore/")
    assert Item.objects.get(pk=practice.pk).active


def test_retiring_says_which_quiz_it_leaves_short(signed_in, writer, practice, now):
    rows = [{"module": "m2", "kind": "single", "count": 20, "points": "5"}]
    set_blueprint(organisation=practice.organisation, name="紧的测验", purpose="quiz", rows=rows, actor=None, now=now)
    other = Item.objects.get(key="q-t0")
    client = signed_in(writer)
    assert "紧的测验" not in client.post(f"{BANK}{other.pk}/retire/", follow=True).content.decode()
    assert "紧的测验" in client.post(f"{BANK}{practice.pk}/retire/", follow=True).content.decode()


def test_a_look_at_the_address_retires_nothing(signed_in, writer, practice):
    assert signed_in(writer).get(f"{BANK}{practice.pk}/retire/").status_code == 405
    assert Item.objects.get(pk=practice.pk).active


@pytest.mark.parametrize("page", ["", "new/", "import/", "quizzes/", "quizzes/new/"])
def test_the_pages_are_written_in_english_too(signed_in, writer, bank, page):
    client = signed_in(writer)
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        assert '<html lang="en"' in client.get(BANK + page).content.decode()


def test_authors_find_the_bank_in_the_menu_of_the_editor(signed_in, tree, author, reviewer):
    assert BANK in signed_in(author).get("/cms/").content.decode()
    assert BANK not in signed_in(reviewer).get("/cms/").content.decode()
