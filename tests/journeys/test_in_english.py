"""The same house in English, at a click: sign-up by e-mail, catalogue, lesson, application page, verification.

Courses, schemes and names are Chinese data; every word of the house itself is English.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Person, Site
from tests.journeys.steps.forms import follow, send

pytestmark = pytest.mark.browser

ADDRESS = "mary.chen@example.org"

# The words of the house around the content: header, footer, labels, buttons, hints, headings of the page's own.
# The language switch names each language in itself and says so (lang); what the data says is Chinese and stays.
CHINESE_OF_THE_HOUSE = """(selectors) => {
  const words = [];
  for (const element of document.querySelectorAll(selectors)) {
    const clone = element.cloneNode(true);
    for (const other of clone.querySelectorAll("[lang|='zh'], [data-content], option, input")) other.remove();
    const said = [clone.textContent, ...["aria-label", "placeholder", "title", "alt"].map((name) => element.getAttribute(name) ?? "")];
    for (const text of said) if (/\\p{Script=Han}/u.test(text)) words.push(`${element.tagName} ${element.className}: ${text.trim().slice(0, 60)}`);
  }
  return words;
}"""
HOUSE = (
    "header.site-header, footer, .skip-link, .demo-clock, main button:not([name=seat]), main .field__label, main .field__hint, "
    "main .eyebrow:not(:has(time)), main .lede, main .section__title, main .alert, main .empty-state, main .next-step__title, main legend, main dt, main th[scope=col]"
)
DATA = {"course": "main .lede, main .eyebrow", "lesson": "main .lede, main .eyebrow", "plan": "main .lede"}


def speaks_english(person: Person, name: str) -> None:
    """Find the page declared and written in English, and clean in axe's eyes."""
    page = person.page
    expect(page.locator("html")).to_have_attribute("lang", "en")
    kept = [part for part in HOUSE.split(", ") if part.partition(":")[0] not in DATA.get(name, "").split(", ")]
    assert page.evaluate(CHINESE_OF_THE_HOUSE, ", ".join(kept)) == [], page.url
    assert not re.search(r"[\u4e00-\u9fff]", page.title().partition(" · ")[2] or "Funeng")
    person.look(f"english-{name}")


def test_the_house_speaks_english_at_a_click(site: Site, meet: Callable[..., Person]):
    site.clock("2026-09-07 09:00")
    visitor = meet(locale="zh-CN")
    page = visitor.go("/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.locator(".site-header summary", has_text="显示").click()
    send(page, page.locator(".site-header button[name=language][value=en]:visible"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_contain_text("The right device")
    speaks_english(visitor, "home")


def test_somebody_from_abroad_signs_up_reads_and_verifies(site: Site, meet: Callable[..., Person]):
    site.clock("2026-09-07 09:00")
    visitor = meet(locale="en-GB")
    page = visitor.go("/accounts/signup/")
    speaks_english(visitor, "sign-up")
    sign_up_by_mail(visitor, page)
    page = visitor.go("/courses/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Find a course")
    speaks_english(visitor, "catalogue")
    follow(page, page.get_by_role("link", name="康复辅助器具服务基础").first)
    speaks_english(visitor, "course")
    send(page, page.locator("form[action$='/enrol/'] button", has_text="Enrol in this course"))
    if not page.locator(".lesson-foot__next").count():
        follow(page, page.get_by_role("link", name="Begin").first)
    expect(page.locator(".lesson-foot__next")).to_contain_text("Mark as read and go on")
    speaks_english(visitor, "lesson")

    page = visitor.go("/apply/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Have your skill recognised")
    speaks_english(visitor, "apply")
    follow(page, page.get_by_role("link", name="十月康复辅助技术咨询师四级认定").first)
    expect(page.locator("form[action$='/start/'] button")).to_have_text("Start the application")
    speaks_english(visitor, "plan")

    page = visitor.go("/verify/")
    page.locator("input[name=number]").fill("S000031000123264999999")
    page.locator("input[name=name]").fill("Nobody")
    page.locator("input[name=last_four]").fill("123X")
    send(page, page.locator("form:has(input[name=number]) button").first)
    expect(page.locator("main")).to_contain_text(re.compile("no such certificate|not found", re.IGNORECASE))
    speaks_english(visitor, "verify-unknown")


def sign_up_by_mail(visitor: Person, page: Page) -> None:
    page.locator("input[name=name]").fill("Mary Chen")
    page.locator("input[name=email]").fill(ADDRESS)
    send(page, page.locator("form:has(input[name=email]) button", has_text="Go on"))
    speaks_english(visitor, "sign-up-code")
    page.locator("input[name=code]").fill(visitor.site.code_mailed_to(ADDRESS))
    page.locator("form:has(input[name=code]) button").first.click()
    page.wait_for_url("**/learn/")
    speaks_english(visitor, "learning")
