"""The trainee's walk with nothing but a keyboard: from the front page to the downloaded certificate.

No click, no mouse, no focus set by a script: only Tab, Shift+Tab, arrows, Space, Enter and typing. Each time the
focus comes to rest, it must be seen.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.answers import choices_of
from tests.journeys.conftest import Person, Site
from tests.journeys.steps.keyboard import Keyboard, answer_by_keys, choose_file, choose_radio, type_date

pytestmark = pytest.mark.browser

NAME = "唐秋月"
PHONE_NUMBER = "13700000002"
ID_NUMBER = "310199199003071244"
PLAN = "十一月康复辅助技术咨询师四级认定"
COURSE = "康复辅助器具服务基础"
TABBED = 4
"""How many questions of the exam are answered from stop to stop; the others by their letters."""


def test_the_trainee_needs_no_mouse(site: Site, meet: Callable[..., Person], files: Path):
    site.clock("2026-09-07 09:00")
    trainee = meet()
    keys = Keyboard(trainee.page)
    sign_up(site, trainee, keys)
    enrol_and_read(trainee.page, keys)
    take_the_quiz(trainee.page, keys)
    case = apply(trainee.page, keys, files)
    others(site, REVIEW_AND_SEAT)
    read_the_ticket(trainee.page, keys, case)
    site.clock("2026-11-21 10:01")
    sit_the_exam(trainee.page, keys)
    others(site, SCORE_AND_ISSUE)
    site.clock("2026-12-07 09:00")
    download_the_certificate(trainee.page, keys)
    assert trainee.violations == []


def sign_up(site: Site, trainee: Person, keys: Keyboard) -> None:
    page = trainee.go("/")
    # The menus of the header open and close by keys.
    keys.tab_to("summary", "显示")
    keys.press("Enter")
    expect(page.locator(".popover[open]")).to_have_count(1)
    keys.press("Tab")
    keys.must_see()
    keys.press("Escape")
    expect(page.locator(".popover[open]")).to_have_count(0)
    assert keys.is_at("summary"), "Escape loses the place"
    keys.follow("a[href^='/accounts/login/']", "登录")
    keys.skip_to_content()
    keys.follow("a[href^='/accounts/signup/']")
    keys.skip_to_content()
    keys.tab_to("input[name=name]")
    keys.type(NAME)
    keys.press("Tab")
    assert keys.is_at("input[name=phone]"), keys.here()
    keys.type(PHONE_NUMBER)
    keys.go_on()
    if not keys.is_at("input[name=code]"):
        keys.tab_to("input[name=code]")
    keys.must_see()
    keys.type("000000")
    keys.go_on()
    if not keys.is_at("input[name=code]"):
        keys.tab_to("input[name=code]")
    keys.press("ControlOrMeta+a")
    keys.type(site.code_sent_to(PHONE_NUMBER))
    keys.go_on()
    page.wait_for_url("**/learn/")


def enrol_and_read(page: Page, keys: Keyboard) -> None:
    # Search is the other way to a course; here the catalogue by its link in the header.
    keys.follow("a[href='/courses/']")
    keys.skip_to_content()
    keys.follow("main a", COURSE)
    keys.skip_to_content()
    # The panel with the button stands beside the content and comes after it, nearer from the end.
    keys.follow("form[action$='/enrol/'] button")
    expect(page.locator("main")).to_contain_text(COURSE)
    keys.skip_to_content()
    if not page.locator(".lesson-foot__next").count():
        keys.follow("main a.button", "开始")
        keys.skip_to_content()
    title = page.locator("h1").inner_text()
    keys.follow("button.lesson-foot__next", key="Space")
    expect(page.locator("h1")).not_to_have_text(title)
    done = page.locator(".outline__item.is-done")
    expect(done).to_have_count(1)


def take_the_quiz(page: Page, keys: Keyboard) -> None:
    keys.skip_to_content()
    keys.follow("a.outline__item--quiz")
    keys.skip_to_content()
    keys.follow("form.actions button")
    keys.skip_to_content()
    for position in range(1, page.locator("[data-question]").count() + 1):
        answer_by_keys(page, keys, position)
    keys.follow("form.quiz .actions button")
    expect(page.locator(".quiz-result--passed")).to_be_visible()


def apply(page: Page, keys: Keyboard, files: Path) -> str:
    keys.follow("a.site-nav__link[href='/apply/']", back=False)
    keys.skip_to_content()
    keys.follow("main a", PLAN)
    keys.skip_to_content()
    keys.follow("form[action$='/start/'] button")
    case = re.search(r"/apply/(\d+)/", page.url)
    assert case
    keys.skip_to_content()
    keys.follow(".next-step a.button")
    fill_identity(page, keys)
    fill_facts(page, keys)
    choose_condition(page, keys)
    attach_evidence(page, keys, files)
    attach_photo(page, keys, files)
    fill_record(page, keys)
    hand_in(page, keys, case[1])
    return case[1]


def fill_identity(page: Page, keys: Keyboard) -> None:
    expect(page).to_have_url(re.compile("/identity/"))
    keys.skip_to_content()
    keys.tab_to("input[name=kind]")
    choose_radio(page, keys, "kind", "resident_id")
    keys.press("Tab")
    assert keys.is_at("input[name=number]"), keys.here()
    keys.type("310199199003071240")
    keys.go_on()
    # The wrong check digit: the summary has the focus, its link leads to the field.
    keys.must_see()
    keys.tab_to("a[href='#id_number']")
    keys.press("Enter")
    page.wait_for_function("() => document.activeElement.name === 'number' || document.location.hash === '#id_number'")
    keys.tab_to("input[name=number]")
    keys.press("ControlOrMeta+a")
    keys.type(ID_NUMBER)
    keys.go_on()
    expect(page).to_have_url(re.compile("/facts/"))


def fill_facts(page: Page, keys: Keyboard) -> None:
    keys.skip_to_content()
    keys.tab_to("input[name=employments-0-employer]")
    keys.type("浦江社区卫生服务中心")
    keys.press("Tab")
    assert keys.is_at("select[name=employments-0-occupation]"), keys.here()
    keys.must_see()
    keys.press("ArrowDown")
    expect(page.locator("select[name=employments-0-occupation]")).not_to_have_value("")
    keys.press("Tab")
    assert keys.is_at("input[name=employments-0-started_on]"), keys.here()
    keys.must_see()
    type_date(page, keys, "employments-0-started_on", year="2019", month="03", day="01")
    # Past the fields of "until", which stays empty, back once to prove that going back works, then on.
    keys.tab_to("button[name=remove]")
    keys.press("Shift+Tab")
    keys.must_see()
    keys.tab_to("main form .actions button", "保存并继续")
    keys.go_on()
    expect(page).to_have_url(re.compile("/condition/"))


def choose_condition(page: Page, keys: Keyboard) -> None:
    keys.skip_to_content()
    keys.tab_to("input[name=condition]")
    wanted = page.locator("label.choice-card", has_text="4-1").locator("input").get_attribute("value")
    assert wanted
    choose_radio(page, keys, "condition", wanted)
    keys.follow("main form .actions button", "保存并继续")
    expect(page).to_have_url(re.compile("/evidence/"))


def attach_evidence(page: Page, keys: Keyboard, files: Path) -> None:
    keys.skip_to_content()
    keys.tab_to("select[name=kind]")
    for _step in range(20):
        if page.locator("select[name=kind]").input_value() == "work_proof":
            break
        keys.press("ArrowDown")
    choose_file(page, keys, "file", files / "proof.png")
    keys.follow("form:has(input[name=file]) .actions button")
    expect(page.locator("main")).to_contain_text("proof.jpg")  # stored as a clean picture of our own making
    keys.skip_to_content()
    keys.follow("main .actions a.button", "继续")


def attach_photo(page: Page, keys: Keyboard, files: Path) -> None:
    expect(page).to_have_url(re.compile("/photo/"))
    keys.skip_to_content()
    choose_file(page, keys, "photo", files / "portrait.jpg")
    keys.follow("form:has(input[name=photo]) .actions button")
    keys.skip_to_content()
    keys.follow("main .actions a.button")


def fill_record(page: Page, keys: Keyboard) -> None:
    expect(page).to_have_url(re.compile("/record/"))
    keys.skip_to_content()
    for name in ("education", "province", "source"):
        keys.tab_to(f"select[name={name}]")
        keys.press("ArrowDown")
        expect(page.locator(f"select[name={name}]")).not_to_have_value("")
    keys.follow("main form .actions button", "保存并继续")


def hand_in(page: Page, keys: Keyboard, case: str) -> None:
    expect(page).to_have_url(re.compile("/submit/"))
    keys.skip_to_content()
    keys.tab_to("input[name=agreed]")
    keys.press("Space")
    expect(page.locator("input[name=agreed]")).to_be_checked()
    keys.tab_to("main form .actions button")
    keys.go_on()
    expect(page).to_have_url(re.compile(rf"/apply/{case}/(#.*)?$"))
    expect(page.locator("main")).to_contain_text("初审")


def read_the_ticket(page: Page, keys: Keyboard, case: str) -> None:
    page.reload()
    keys.tab_to("a.skip-link")
    keys.press("Enter")
    keys.follow(f"a[href='/apply/{case}/ticket/']")
    expect(page.locator("main")).to_contain_text(NAME)


def sit_the_exam(page: Page, keys: Keyboard) -> None:
    """Go in, answer the first questions by Tab and Space, the others by letter keys, and hand in."""
    keys.skip_to_content()
    page.reload()  # the day has come
    keys.follow("a.site-nav__link[href='/learn/']")
    keys.skip_to_content()
    keys.follow("main a[href^='/exam/']")
    if not page.locator("form[action$='/start/']").count():
        keys.skip_to_content()
        keys.follow("main a", PLAN)
    keys.skip_to_content()
    keys.follow("form[action$='/start/'] button")
    page.locator("html.has-exam").wait_for()
    total = page.locator("[data-exam-question]").count()
    for position in range(1, total + 1):
        right = [letter for letter, (_value, good) in zip("abcdefgh", choices_of(page, position), strict=False) if good]
        if position <= TABBED:
            answer_by_keys(page, keys, position)
            keys.tab_to("section:not([hidden]) [data-turn='1']")
            keys.press("Enter")
        else:
            for letter in right:
                keys.press(letter)
            keys.press("n")
    expect(page.locator("[data-answered-count]")).to_have_text(str(total))
    keys.tab_to("button[name=then][value=submit]")
    keys.go_on()
    expect(page).to_have_url(re.compile("/submit/"))
    keys.skip_to_content()
    keys.follow("form.actions button")
    expect(page).to_have_url(re.compile(r"/exam/\d+/"))


def download_the_certificate(page: Page, keys: Keyboard) -> None:
    page.reload()
    keys.follow("a.site-nav__link[href='/learn/']")
    keys.skip_to_content()
    keys.follow("main a[href='/learn/certificates/']")
    keys.skip_to_content()
    keys.tab_to("a[href$='/pdf/']")
    with page.expect_download() as waiting:
        keys.press("Enter")
    assert waiting.value.path().read_bytes().startswith(b"%PDF-1.7")
    keys.tab_to(".pass__more summary")
    keys.press("Enter")
    keys.follow("main a[href^='/verify/']")
    expect(page.locator(".verdict__word")).to_contain_text("有效")


OTHERS = """
import datetime
from certification.applications.models import Application
from certification.plans.models import Plan, Seat
from lms.core.workdays import add_workdays
from lms.demo import story
from lms.demo.world import FIRST_COURSE, load_world
cast = load_world(now=story.at(datetime.date(2026, 6, 1), 9), courses=FIRST_COURSE).cast
plan = Plan.objects.get(title="{plan}")
"""
REVIEW_AND_SEAT = """
for application in Application.objects.filter(plan=plan):
    story.review(application, cast, now=story.at(datetime.date(2026, 9, 8), 10))
story.arrange(plan, cast, now=story.at(add_workdays(plan.exam_date, -7), 9))
"""
SCORE_AND_ISSUE = """
from certification.assessment.services.closing import close_assessment
for seat in Seat.objects.filter(plan=plan):
    story.score_practical(seat, cast, share=0.86, now=story.at(plan.exam_date, 14))
story.supervise(plan, cast, now=story.at(plan.exam_date, 17))
close_assessment(plan, actor=cast.officer, now=story.at(plan.exam_date, 17, 30))
publication = story.publish(plan, cast, now=story.at(datetime.date(2026, 11, 23), 9))
story.issue(plan, publication, cast)
"""


def others(site: Site, *parts: str) -> None:
    """Let the staff do their part meanwhile, through the services; their own pages are walked in `test_whole_way.py`."""
    done = site.manage("shell", "-c", "".join((OTHERS.format(plan=PLAN), *parts)))
    assert done.returncode == 0, done.stderr
