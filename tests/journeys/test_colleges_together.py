"""What colleges do together: a programme of study that anybody reads, a lesson shared, a course owned by two."""

import re

import pytest

from tests.journeys.steps.forms import follow, send

pytestmark = pytest.mark.browser
PROGRAMME = "/courses/pujiang-college/pujiang-rehabilitation-at/"
COURSE = "/courses/pujiang-college/at-service-basics/"


def test_a_visitor_reads_a_programme_and_what_a_standard_asks_beyond_it(meet):
    visitor = meet()
    page = visitor.go("/courses/pujiang-college/")
    follow(page, page.locator(f"a[href='{PROGRAMME}']"))
    visitor.look("a programme of study")
    assert page.locator(".term").count() == 6
    follow(page, page.locator("a[href^='/coverage/programmes/']"))
    visitor.look("what a standard demands")
    assert page.locator(".matrix tbody tr").count() > 5


def test_a_college_takes_a_lesson_of_another_into_its_course(meet):
    author = meet("yang")
    page = author.go(COURSE)
    follow(page, page.locator(".course-module a[href*='/at-service-basics/']:not([href$='#'])").nth(1))
    lesson = page.locator("h1").inner_text()
    author.go("/cms/")
    page.goto(f"{author.site.url}/desk/courses/")
    author.look("courses in work")
    follow(page, page.get_by_role("link", name="康复辅助器具服务基础"))
    author.look("a published course at the desk")
    pk = re.search(
        r"/pages/(\d+)/edit/", page.locator(f".course-part:has-text('{lesson}') a[href$='/edit/']").get_attribute("href")
    )[1]
    author.go(f"/desk/lessons/{pk}/share/")
    author.look("with whom a lesson is shared")
    page.locator("[name=with_all]").check()
    send(page, page.locator("main form .button").first)
    author.look("shared lessons")

    borrower = meet("xu")
    page = borrower.go("/desk/college/shenjiang-college/")
    for name, text in (("title", "融合教育辅具"), ("summary", "给老师的课。"), ("module", "入门"), ("lesson", "第一课")):
        page.locator(f"[name={name}]").fill(text)
    send(page, page.locator("main form .button").first)
    borrower.go("/desk/lessons/")
    assert lesson in page.content()
    follow(page, page.locator("a[href$='/take/']"))
    borrower.look("taking a lesson over")
    send(page, page.locator("main form .button").first)
    assert re.search(r"/cms/pages/\d+/edit/", page.url)
    borrower.go("/desk/lessons/")
    follow(page, page.locator("a[href*='/desk/lessons/reused/']"))
    borrower.look("a lesson that was taken over")


def test_a_course_gets_a_second_owner_and_a_college_its_colours(meet):
    administrator = meet("qin")
    page = administrator.go("/desk/college/pujiang-college/look/")
    administrator.look("colour and logo")
    page.locator("[name=accent]").fill("#ffcc00")
    send(page, page.locator("main form .button").first)
    assert page.locator(".error-summary").count() == 1
    page.locator("[name=accent]").fill("#7a1fa2")
    send(page, page.locator("main form .button").first)
    page = administrator.go("/desk/courses/")
    follow(page, page.get_by_role("link", name="康复辅助器具服务基础"))
    follow(page, page.locator("a[href$='/owners/']"))
    administrator.look("the owners of a course")
    page.locator("[name=organisation]").select_option(label="浦江—江湾康复辅具实训基地")
    send(page, page.locator("main form.form .button"))

    visitor = meet()
    visitor.go(COURSE)
    visitor.look("a course in its college's colour")
    colour = visitor.page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--pine').trim()")
    assert colour == "#7a1fa2"
