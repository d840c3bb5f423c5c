"""A course is kept, the network is cut, a lesson is read and marked, and the mark arrives when the network is back."""

import pytest
from playwright.sync_api import Browser, expect

from courses.learning.models import LessonCompletion
from courses.learning.services import enrol

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_reading_goes_on_without_a_network_and_sign_out_clears_the_device(
    browser: Browser, live_server, client, make_user, course, lessons, now
):
    learner = make_user("王小芳")
    enrol(course, user=learner, now=now)
    client.force_login(learner, backend="django.contrib.auth.backends.ModelBackend")
    context = browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 740})
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + course.url)
    page.locator("[data-keep-go]").click()
    expect(page.locator("[data-keep-more]")).to_be_visible(timeout=30_000)

    context.set_offline(True)
    page.goto(live_server.url + lessons[1].url)
    expect(page.locator("h1")).to_have_text(lessons[1].title)
    page.locator("[data-mark]").click()
    expect(page.locator("[data-queue]")).to_be_visible()
    page.goto(live_server.url + "/apply/")
    expect(page.locator("[data-shelf] .row")).to_have_count(len(lessons))

    context.set_offline(False)
    with page.expect_response("**/offline/sync/"):
        page.reload()
    assert list(LessonCompletion.objects.values_list("lesson_id", flat=True)) == [lessons[1].pk]

    page.goto(live_server.url + course.url)
    assert page.evaluate("caches.keys().then(names => names.filter(n => n.startsWith('funeng-pack')).length)") == 1
    page.locator("form[action$='/logout/'] button").first.evaluate("button => button.click()")
    page.wait_for_url(lambda url: course.url not in url)
    assert page.evaluate("caches.keys().then(names => names.filter(n => n.startsWith('funeng-pack')).length)") == 0
    context.close()
