"""Search, preferences, desk, health: what each says, and what it refuses."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client

from courses.learning.services import enrol
from courses.learning.services.questions import ask
from lms.organisations.rules import Role

pytestmark = pytest.mark.django_db


def rows(response: Any) -> list[str]:
    return re.findall(r'class="row__title" href="([^"]+)"', response.content.decode())


def test_a_search_for_wheelchair_shows_the_lessons_that_contain_it_and_no_others(client: Client, lessons: list[Any]) -> None:
    page = client.get("/search/", {"q": "轮椅"})
    assert sorted(rows(page)) == sorted(lesson.url for lesson in lessons if "轮椅" in str(lesson.body))
    assert "找到：课文2篇" in re.sub(r"\s", "", page.content.decode())


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "搜索课文"),
        ("  ", "搜索课文"),
        ("飞机场", "没有课文包含这些词"),
        ("' OR 1=1 --", "没有课文"),
        ("轮" * 300, "没有课文"),
    ],
)
def test_each_state_of_the_search_page_says_what_to_do(client: Client, lessons: list[Any], query: str, said: str) -> None:
    page = client.get("/search/", {"q": query})
    assert page.status_code == 200
    assert rows(page) == []
    assert said in page.content.decode()


def test_what_was_searched_for_is_shown_as_text_only(client: Client, lessons: list[Any]) -> None:
    assert "<script>x" not in client.get("/search/", {"q": "<script>x</script>"}).content.decode()


def test_preferences_are_kept_in_a_cookie_without_an_account(client: Client) -> None:
    response = client.post("/preferences/", {"theme": "dark", "care": "1", "next": "/search/?q=x"})
    assert (response.status_code, response["Location"]) == (302, "/search/?q=x")
    assert (response.cookies["theme"].value, response.cookies["care"].value) == ("dark", "1")
    assert 'data-theme="dark" data-care="1"' in client.get("/search/").content.decode()


def test_made_up_preferences_are_not_kept(client: Client) -> None:
    response = client.post("/preferences/", {"theme": '"><script>', "care": "2"})
    assert not {"theme", "care"} & set(response.cookies)
    client.cookies["theme"] = "purple"
    assert 'data-theme="auto" data-care="0"' in client.get("/search/").content.decode()
    assert client.get("/preferences/").status_code == 405


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:///evil.example", ""]
)
@pytest.mark.parametrize("address", ["/preferences/", "/language/"])
def test_nobody_is_led_to_another_site(client: Client, target: str, address: str) -> None:
    response = client.post(address, {"next": target, "theme": "dark", "language": "en"})
    assert response.status_code == 302
    assert response["Location"] == "/"


def test_the_desk_is_for_staff(client: Client, make_user: Callable, member: Callable, association: Any) -> None:
    assert client.get("/desk/").status_code == 302
    client.force_login(make_user("路人"))
    page = client.get("/desk/")
    assert page.status_code == 403
    assert "工作人员" in page.content.decode()
    client.force_login(member(make_user("周敏"), association, Role.EXAM_OFFICER))
    assert client.get("/desk/").status_code == 200


def test_after_signing_in_staff_land_at_the_desk_and_others_at_their_learning(
    client: Client, make_user: Callable, member: Callable, association: Any
) -> None:
    client.force_login(make_user("路人"))
    assert client.get("/start/")["Location"] == "/learn/"
    client.force_login(member(make_user("周敏"), association, Role.EXAM_OFFICER))
    assert client.get("/start/")["Location"] == "/desk/"


def test_the_founder_of_a_college_has_a_desk_with_her_rooms_and_an_author_has_none(
    client: Client, make_user: Callable, member: Callable, college: Any
) -> None:
    client.force_login(member(make_user("崇老师"), college, Role.COLLEGE_ADMIN, Role.AUTHOR))
    assert client.get("/start/")["Location"] == "/desk/"
    desk = client.get("/desk/")
    assert desk.status_code == 200
    rooms = desk.content.decode().partition('class="side-nav"')[2].partition("</nav>")[0]
    assert all(f'href="{url}"' in rooms for url in ("/teach/", "/desk/courses/", "/desk/invitations/", "/cms/"))
    assert 'href="/desk/"' in client.get("/courses/").content.decode()
    client.force_login(member(make_user("李老师"), college, Role.AUTHOR))
    assert client.get("/start/")["Location"] == "/cms/"
    assert client.get("/desk/").status_code == 403
    assert 'href="/desk/"' not in client.get("/courses/").content.decode()


def test_a_question_waits_on_the_desk_of_the_founder(
    client: Client, make_user: Callable, member: Callable, college: Any, course: Any, lessons: list[Any], now: Any
) -> None:
    asked = ask(enrol(course, user=make_user("王小芳"), now=now), lesson=lessons[0], text="坐垫多厚？", now=now)
    client.force_login(member(make_user("崇老师"), college, Role.COLLEGE_ADMIN, Role.AUTHOR))
    assert f"/teach/questions/{asked.pk}/" in client.get("/desk/").content.decode()


def test_health_and_readiness_are_told_apart(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/healthz").json() == {"ok": True}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"ok": True})
    assert "no-cache" in ready["Cache-Control"]
    monkeypatch.setattr("lms.portal.views.cache.get", lambda _key: None)
    assert (client.get("/readyz").status_code, client.get("/healthz").status_code) == (503, 200)


def test_health_asks_nothing_of_the_database(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        client.get("/healthz")
    with django_assert_num_queries(1):
        client.get("/readyz")


def named(page: Any, group: str) -> str:
    """Return what stands below a heading of the search page; nothing where the group is missing."""
    body = page.content.decode().partition(f'id="{group}"')[2]
    return body.partition("</section>")[0]


@pytest.mark.parametrize("query", ["咨询师四级", "康复辅助器具行业", "康复辅助技术咨询师", "咨询师 协会", "实训基地"])
def test_a_search_finds_an_open_plan_by_its_title_occupation_body_and_place(client: Client, plan: Any, query: str) -> None:
    with time_machine.travel("2026-09-07T09:00+08:00", tick=False):
        page = client.get("/search/", {"q": query})
    assert plan.get_absolute_url() in named(page, "found-plans")
    assert "认定计划1个" in re.sub(r"\s", "", page.content.decode())


def test_a_search_finds_no_plan_that_is_a_draft_closed_or_without_one_of_the_words(client: Client, draft: Any) -> None:
    from certification.plans.models import Plan

    found = lambda query: rows(client.get("/search/", {"q": query}))  # noqa: E731
    with time_machine.travel("2026-09-07T09:00+08:00", tick=False):
        assert found("咨询师") == []
        Plan.objects.update(status="published")
        assert found("咨询师") == [draft.get_absolute_url()]
        assert found("咨询师 飞机场") == []
        assert found("%") == found("_") == []
    with time_machine.travel("2026-10-09T09:00+08:00", tick=False):
        assert found("咨询师") == []


def test_a_search_shows_courses_lessons_and_plans_in_groups_with_counts(
    client: Client, course: Any, lessons: list[Any], plan: Any
) -> None:
    from certification.plans.models import Plan

    Plan.objects.update(title="轮椅适配专项")
    with time_machine.travel("2026-09-07T09:00+08:00", tick=False):
        page = client.get("/search/", {"q": "轮椅"})
    assert course.url in named(page, "found-courses")
    assert plan.get_absolute_url() in named(page, "found-plans")
    assert lessons[0].url in named(page, "found-lessons")
    assert "找到：课文2篇，课程1门，术语0条，认定计划1个" in re.sub(r"\s", "", page.content.decode())


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_example_in_the_search_field_finds_something(client: Client, lessons: list[Any], language: str) -> None:
    client.cookies["django_language"] = language
    example = re.search(r'placeholder="[^"]*?(轮椅)[^"]*"', client.get("/search/").content.decode())
    assert example
    assert rows(client.get("/search/", {"q": example[1]}))


def test_who_only_watches_lands_at_the_figures(
    client: Client, make_user: Callable, member: Callable, authority: Any, association: Any
) -> None:
    watcher = member(make_user("观察员"), authority, Role.WATCHER)
    client.force_login(watcher)
    assert client.get("/start/")["Location"] == "/insights/"
    assert client.get("/insights/").status_code == 200
    member(watcher, association, Role.HEAD)
    assert client.get("/start/")["Location"] == "/desk/"


@pytest.mark.parametrize(
    ("role", "shown"),
    [(Role.WATCHER, True), (Role.EXAM_OFFICER, True), (Role.HEAD, True), (Role.ASSESSOR, False), (Role.ITEM_WRITER, False)],
)
def test_the_figures_stand_beside_the_desk_of_those_who_steer(
    client: Client, make_user: Callable, member: Callable, association: Any, role: Role, shown: bool
) -> None:
    client.force_login(member(make_user("职员"), association, role))
    side = client.get("/desk/").content.decode().partition('class="side-nav"')[2].partition("</nav>")[0]
    assert ('href="/insights/"' in side) is shown


def test_an_item_writer_is_led_to_the_question_bank(
    client: Client, make_user: Callable, member: Callable, association: Any
) -> None:
    client.force_login(member(make_user("命题人"), association, Role.ITEM_WRITER))
    empty = client.get("/desk/").content.decode().partition('class="empty-state"')[2].partition("</main>")[0]
    assert 'href="/desk/bank/"' in empty
    assert client.get("/desk/bank/").status_code == 200
    client.force_login(member(make_user("考评员"), association, Role.ASSESSOR))
    assert "/desk/bank/" not in client.get("/desk/").content.decode()
    assert client.get("/desk/bank/").status_code == 403


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_strip_of_the_moved_clock_ends_without_two_full_stops(
    client: Client, settings: Any, tmp_path: Any, language: str
) -> None:
    settings.DEMO_CLOCK_FILE = tmp_path / "demo-clock"
    settings.DEMO_CLOCK_FILE.write_text("86400", encoding="ascii")
    client.cookies["django_language"] = language
    strip = client.get("/search/").content.decode().partition('class="demo-clock"')[2].partition("</aside>")[0]
    assert strip
    assert ".." not in strip
    assert "。" not in strip


@pytest.mark.parametrize("address", ["/preferences/", "/language/"])
def test_another_site_cannot_change_look_or_language(client: Client, address: str) -> None:
    choice = {"theme": "dark", "care": "1", "language": "en"}
    refused = client.post(address, choice, headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403
    assert not refused.cookies
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(address, choice, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 302


@pytest.mark.parametrize("address", ["/preferences/", "/language/"])
def test_one_comes_back_to_where_the_button_was(client: Client, address: str) -> None:
    here = "http://testserver/search/?q=x"
    answer = client.post(address, {"theme": "dark", "language": "en"}, headers={"referer": here})
    assert answer["Location"] == here
    assert client.post(address, {"theme": "dark", "language": "en", "next": "x"}).status_code == 302
    away = client.post(address, {"theme": "dark", "language": "en"}, headers={"referer": "https://evil.example/"})
    assert away["Location"] == "/"
