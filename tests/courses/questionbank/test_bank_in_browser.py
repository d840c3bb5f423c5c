"""The bank's pages in a real browser: on a phone, by keyboard, in axe's eyes."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from courses.questionbank.models import Item
from courses.questionbank.services import import_items, set_blueprint
from lms.organisations.rules import Role

from .conftest import QUIZ_ROWS, item_rows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BANK = "/desk/bank/"


@pytest.fixture
def filled(association, now):
    """A bank of both pools with one quiz that can be drawn and one that is short."""
    import_items(item_rows(), organisation=association, actor=None, now=now)
    import_items(item_rows(prefix="e", pool="exam"), organisation=association, actor=None, now=now)
    set_blueprint(organisation=association, name="模块二测验", purpose="quiz", rows=QUIZ_ROWS, actor=None, now=now)
    rows = [{"module": "m2", "kind": "multiple", "count": 10, "points": "10"}]
    set_blueprint(organisation=association, name="太大的测验", purpose="quiz", rows=rows, actor=None, now=now)
    return association


@pytest.fixture
def enter(browser: Browser, live_server, client, filled, make_user, member):
    """Return a function that opens a page as an item writer: `enter("new/", care="1")`."""
    writer = member(make_user("命题人"), filled, Role.ITEM_WRITER)
    contexts = []

    def open_page(path: str, *, width: int = 360, care: str = "0", theme: str = "light", language: str = "zh-hans") -> Page:
        client.force_login(writer, backend="django.contrib.auth.backends.ModelBackend")
        context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)  # for the tester's own script
        contexts.append(context)
        cookies = {"sessionid": client.cookies["sessionid"].value, "care": care, "theme": theme, "django_language": language}
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
        page = context.new_page()
        page.goto(live_server.url + BANK + path)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("page", ["", "new/", "item", "edit", "import/", "quizzes/", "quiz"])
def test_each_page_is_clean_in_axes_eyes_and_as_wide_as_a_phone(enter, filled, page):
    item = Item.objects.get(organisation=filled, key="e-s0")
    short = filled.blueprints.get(name="太大的测验")
    paths = {"item": f"{item.pk}/", "edit": f"{item.pk}/edit/", "quiz": f"quizzes/{short.pk}/"}
    for looks in ({"care": "1"}, {"theme": "dark"}):
        opened = enter(paths.get(page, page), **looks)
        found = Axe().run(opened).response["violations"]
        assert [(row["id"], [node["html"][:120] for node in row["nodes"]]) for row in found] == []
        assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")


def test_the_form_asks_only_what_the_kind_needs(enter):
    page = enter("new/")
    options, truth = page.locator("#options"), page.locator("#field-truth")
    expect(options).to_be_visible()
    expect(truth).to_be_hidden()
    page.locator('[name="kind"][value="true_false"]').check()
    expect(options).to_be_hidden()
    expect(truth).to_be_visible()


def test_a_question_is_written_by_keyboard_alone(enter, filled):
    page = enter("new/", width=1440)
    page.locator("#id_stem").focus()
    page.keyboard.type("座宽留多少？")
    for text in ("两指", "一掌", "不留"):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
        page.keyboard.press("Tab")
        if text == "两指":
            page.keyboard.press("Space")
    page.locator("#id_function").focus()
    page.keyboard.type("需求评估")
    page.locator("#id_function").select_option("需求评估")
    page.locator("#id_module").press("Enter")
    expect(page.locator(".question__stem").first).to_have_text("座宽留多少？")
    assert Item.objects.get(organisation=filled, stem="座宽留多少？").answer == ["A"]
