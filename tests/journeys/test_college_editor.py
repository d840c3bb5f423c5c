"""A college's author drafts a lesson, the association's reviewer lets it out, a passer-by reads it."""

import re

import pytest

from tests.journeys.steps.forms import follow

pytestmark = pytest.mark.browser
TITLE = "浴室里的扶手怎样安装"
MORE_ACTIONS = "footer .w-dropdown-button [data-w-dropdown-target=toggle]"


def test_an_author_drafts_a_lesson_and_it_goes_live_when_the_reviewer_approves(meet):
    author, stranger = meet("yang"), meet()
    page = author.page
    assert page.url.endswith("/cms/")
    assert "一节课怎样到学员手中" in page.content()

    follow(page, page.get_by_role("link", name=re.compile(r"\d+ 个页面")))
    # A search finds the module wherever the trees begin that she may edit.
    page.goto(f"{page.url.partition('/cms/')[0]}/cms/pages/search/?q=认识辅具与服务者")
    module = page.locator("a[href$='/edit/']", has_text="认识辅具与服务者").first.get_attribute("href")
    page.goto(f"{page.url.partition('/cms/')[0]}{module.removesuffix('edit/')}")
    follow(page, page.locator("a[href*='add_subpage']").first)
    page.locator("input[name=title]").fill(TITLE)
    page.locator("textarea[name=summary]").fill("量好高度，选好墙面。")
    page.locator("button.c-sf-add-button").first.click()
    page.get_by_role("option", name=re.compile("记住：要点")).click()
    page.locator("input[name^='body-0-value-points-0']").last.fill("先量人，再选扶手。")
    page.get_by_role("button", name=re.compile("预览")).first.click()
    preview = page.frame_locator("iframe").first
    preview.get_by_role("heading", name=TITLE).wait_for()
    preview.get_by_text("先量人，再选扶手。").wait_for()

    page.get_by_role("button", name="保存草稿").click()
    page.wait_for_url(re.compile(r"/cms/pages/\d+/edit/"))
    lesson = re.search(r"/pages/(\d+)/", page.url).group(1)
    page.locator(MORE_ACTIONS).click()
    assert page.get_by_role("button", name=re.compile("^(立即)?发布")).count() == 0
    page.get_by_role("button", name=re.compile("提交给浦江")).click()
    page.get_by_text("已经提交进行审核").wait_for()
    assert author.violations == []

    # Nobody outside the college and its reviewers sees any of it.
    other = meet("xu")
    assert TITLE not in other.go(f"/cms/pages/{lesson}/edit/").content()
    assert other.page.url.endswith("/cms/")
    stranger.go("/courses/pujiang-college/at-service-basics/")
    assert TITLE not in stranger.page.content()

    reviewer = meet("jiang")
    review = reviewer.go("/cms/")
    follow(review, review.get_by_role("link", name=TITLE).first)
    review.locator(MORE_ACTIONS).click()
    review.locator("footer [data-workflow-action-name=approve]:not([data-workflow-action-modal-url])").click()
    review.get_by_text(f"'{TITLE}' 已被更新").wait_for()
    assert reviewer.violations == []

    stranger.go("/courses/pujiang-college/at-service-basics/")
    follow(stranger.page, stranger.page.get_by_role("link", name=TITLE).first)
    assert "先量人，再选扶手。" in stranger.page.content()
    stranger.look("a lesson by the college")
