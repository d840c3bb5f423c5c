"""A new college: from the invitation to a published course that the association has reviewed, in few clicks.

A click is whatever the person presses on our pages to get on. Writing (fields, and adding a block to write in) and
opening the link of a message do not count; the messages are read as their owners would read them.
"""

import re
from urllib.parse import urlsplit

import pytest

from tests.journeys.steps.forms import follow, send

pytestmark = pytest.mark.browser
COLLEGE, COURSE, LESSON = "崇明康养学院", "助听器的日常照护", "每天要做的三件事"
PHONE = "13877778888"
MORE_ACTIONS = "footer .w-dropdown-button [data-w-dropdown-target=toggle]"
MOST_CLICKS = 14


class Clicks:
    """Counts what is pressed."""

    def __init__(self):
        self.pressed = []

    def link(self, page, locator, name):
        self.pressed.append(name)
        follow(page, locator)

    def button(self, page, locator, name):
        self.pressed.append(name)
        send(page, locator)

    def stay(self, locator, name):
        """Press something that opens on the same page."""
        self.pressed.append(name)
        locator.click()


def link_sent_to(site, phone):
    """Return the path in the newest SMS with a link to that number."""
    links = re.findall(rf"SMS to \+86{phone}: .*?{re.escape(site.url)}(/\S+)", site.log())
    assert links, f"no link was sent to {phone}"
    return links[-1]


def send_the_course(clicks, page):
    clicks.stay(page.locator(MORE_ACTIONS), "more actions")
    clicks.button(page, page.locator("[name=action-send-course]"), "keep and send to review")


def test_a_new_college_comes_from_its_invitation_to_a_published_course(meet, site):
    clicks = Clicks()

    reviewer = meet("jiang")
    office = reviewer.page
    clicks.link(office, office.locator("main a[href='/desk/invitations/organisation/']"), "invite an organisation")
    reviewer.look("the form of an invitation")
    office.locator("[name=name]").fill(COLLEGE)
    office.locator("[name=slug]").fill("chongming-college")
    office.locator("[name=contact]").fill(PHONE)
    clicks.button(office, office.locator("main form .button").first, "send the invitation")
    assert COLLEGE in office.content()
    reviewer.look("the list of invitations")

    founder = meet()
    page = founder.go(link_sent_to(site, PHONE))
    assert "/accounts/signup/" in page.url
    assert COLLEGE in page.content()
    page.locator("[name=name]").fill("崇老师")
    page.locator("[name=phone]").fill(PHONE)
    clicks.button(page, page.locator("main form .button--big"), "make an account")
    page.locator("[name=code]").fill(site.code_sent_to(PHONE))
    clicks.button(page, page.locator("main form:has([name=code]) button").first, "confirm the phone")
    founder.look("an invitation")
    clicks.button(page, page.locator("main form .button--big"), "accept")
    assert page.url.endswith("/desk/college/chongming-college/")
    founder.look("the first steps of a college")

    page.locator("[name=title]").fill(COURSE)
    page.locator("[name=summary]").fill("电池、清洁和佩戴，三件小事让助听器好用很久。")
    page.locator("[name=module]").fill("会用会养")
    page.locator("[name=lesson]").fill(LESSON)
    clicks.button(page, page.locator("main form .button").first, "begin the course")
    assert re.search(r"/cms/pages/\d+/edit/", page.url)
    page.locator("textarea[name=summary]").fill("早上装电池，晚上擦干净。")
    page.locator("button.c-sf-add-button").first.click()
    page.get_by_role("option", name=re.compile("记住：要点")).click()
    page.locator("input[name^='body-0-value-points-0']").last.fill("每晚用干布擦净，打开电池仓。")
    send_the_course(clicks, page)
    course = page.url.removeprefix(site.url)
    assert re.fullmatch(r"/desk/courses/\d+/", course)
    founder.look("a course in review")

    stranger = meet()
    stranger.go("/courses/chongming-college/")
    assert COURSE not in stranger.page.content()

    clicks.link(office, reviewer.go("/cms/").locator(f"main a[href='{course}']").first, "the course that waits")
    reviewer.look("a course to be decided")
    office.locator("#comment").fill("请说明多久换一次防潮剂。")
    clicks.button(office, office.locator("[formaction$='/return/']"), "return with the comment")

    # The message opens the notice, which leads on to the course.
    founder.go(link_sent_to(site, PHONE))
    assert urlsplit(page.url).path == course
    assert "请说明多久换一次防潮剂。" in page.content()
    clicks.link(page, page.locator(".course-part--2 a[href$='/edit/']"), "edit the lesson")
    page.locator("input[name^='body-0-value-points-0']").last.fill("每晚擦净；防潮剂一到两个月换一次。")
    send_the_course(clicks, page)

    reviewer.go(course)
    clicks.button(office, office.locator("[formaction$='/approve/']"), "approve and publish")
    assert reviewer.violations == []

    stranger.go("/courses/chongming-college/")
    follow(stranger.page, stranger.page.get_by_role("link", name=COURSE))
    stranger.look("the course of a new college")
    follow(stranger.page, stranger.page.get_by_role("link", name=LESSON).first)
    assert "防潮剂一到两个月换一次" in stranger.page.content()

    assert len(clicks.pressed) <= MOST_CLICKS, clicks.pressed
