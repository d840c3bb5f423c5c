"""A list of certificates on its way: prepared by one, approved by another, halted, taken up, fetched, and one of them revoked."""

import contextlib
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import ROOT, Person, Site
from tests.journeys.steps.forms import follow, send, submit

pytestmark = pytest.mark.browser

PEOPLE = 12
DUE = """
from benchmarks import crowd
from lms.demo.world import FIRST_COURSE, load_world
print("PLAN", crowd._plan(load_world(now=crowd.BEGIN, courses=FIRST_COURSE).cast, %d, first=7000).pk)
"""
WAIT_MS = 90_000


@pytest.fixture(scope="module")
def plan(site: Site) -> str:
    """A plan whose publication has ended: twelve people passed and wait for their certificates."""
    site.clock("2026-10-13 09:00")
    done = site.manage("shell", "-c", DUE % PEOPLE)
    assert done.returncode == 0, done.stderr
    return next(line for line in done.stdout.splitlines() if line.startswith("PLAN ")).split()[1]


@contextlib.contextmanager
def worker(site: Site) -> Iterator[None]:
    """A worker that takes what the second server left to do; stopped at the end, in the middle of whatever it does."""
    command = [sys.executable, "manage.py", "db_worker", "--interval", "1"]
    with (site.folder / "worker.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env={**site.env, "TASK_BACKEND": "database"}, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.kill()
            process.wait(20)


def issued(page: Page) -> int:
    return int(re.search(r"已制发 (\d+) 份", page.locator("#progress [role=status]").inner_text())[1])


def approved_list(page: Page, head: Person, url: str, batch: str) -> Page:
    page = head.page
    page.goto(f"{url}{batch}")
    send(page, page.locator("form[action$='/approve/'] button"))
    if "/accounts/reauthenticate/" in page.url:
        head.prove_again()
        if page.locator("form[action$='/approve/']").count():
            send(page, page.locator("form[action$='/approve/'] button"))
    return page


def test_a_list_is_halted_taken_up_and_fetched_and_one_certificate_revoked(site: Site, meet: Callable[..., Person], plan: str):
    officer, head = meet("zhou"), meet("shen")
    page = officer.go(f"/desk/certificates/{plan}/")
    send(page, page.locator("form[action$='/prepare/'] .actions button"))
    batch = page.url.removeprefix(site.url)
    expect(page.locator("tbody tr")).to_have_count(PEOPLE)
    expect(page.locator("form[action$='/approve/']")).to_have_count(0)

    with site.without_a_worker() as url:
        page = approved_list(page, head, url, batch)
        expect(page.locator("#progress [role=status]")).to_contain_text(f"应发 {PEOPLE} 份")
        assert issued(page) == 0  # nobody works yet, and the page says so instead of waiting
        head.look("list-waiting-for-a-worker")

        submit(page, "/pause/")
        expect(page.locator("form[action$='/resume/']")).to_be_visible()
        head.look("list-paused")
        with worker(site):
            page.wait_for_timeout(5_000)
            page.reload()
            assert issued(page) == 0  # a worker leaves a list alone that stands still
            submit(page, "/resume/")
            # The page tells by itself how far it is.
            expect(page.locator("#progress [role=status]")).to_contain_text(f"已制发 {PEOPLE} 份", timeout=WAIT_MS)
    page = officer.go(batch)
    assert issued(page) == PEOPLE
    numbers = page.locator("tbody a.num").all_inner_texts()
    assert len({*numbers}) == PEOPLE
    serials = sorted(int(number[-6:]) for number in numbers)
    assert serials == list(range(serials[0], serials[0] + PEOPLE))
    officer.look("list-done")

    with page.expect_download() as download:
        page.locator("a[href$='/files/']").click()
    with zipfile.ZipFile(download.value.path()) as files:
        pdfs = [name for name in files.namelist() if name.endswith(".pdf")]
        assert len(pdfs) == PEOPLE
        for name in pdfs[::6]:
            path = site.folder / "one.pdf"
            path.write_bytes(files.read(name))
            told = site.manage("verify_certificate", str(path))
            assert told.returncode == 0, told.stdout

    page = head.go(batch)
    follow(page, page.locator("tbody a.num").first)
    page.locator("summary", has_text="更改状态").click()
    page.locator("input[name=event][value=revoke]").check()
    page.locator("[name=public_reason]").select_option("untrue")
    page.locator("[name=reason]").fill("代人参加考试，经查实。")
    head.look("certificate-to-revoke")
    send(page, page.locator("form:has(input[name=event]) .actions button"))
    expect(page.locator(".alert--good")).to_be_visible()
    head.look("certificate-revoked")
    address = page.get_by_role("link", name="看看别人看到的").get_attribute("href")
    page = meet().go(address)
    expect(page.locator(".verdict--revoked")).to_be_visible()
    assert "代人参加考试" not in page.content()
    assert site.manage("verify_ledger").returncode == 0
