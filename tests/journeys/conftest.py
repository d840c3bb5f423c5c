"""A real site for people to walk through: its own process, database, store and clock, driven by a real browser."""

import contextlib
import datetime
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from tests.schema import new_database

ROOT = Path(__file__).resolve().parents[2]
SHANGHAI = ZoneInfo("Asia/Shanghai")
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1440, "height": 900}


@dataclass
class Site:
    """Where the site is, and the two things outside the browser: its clock and the SMS it sends."""

    url: str
    folder: Path
    env: dict[str, str]
    logins: dict[str, tuple[str, str]]

    def clock(self, text: str) -> None:
        """Let it be that moment in Shanghai: `site.clock("2026-09-26 09:58")`."""
        moment = datetime.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
        offset = (moment - datetime.datetime.now(datetime.UTC)).total_seconds()
        (self.folder / "demo-clock").write_text(str(offset), encoding="ascii")

    @contextlib.contextmanager
    def without_a_worker(self) -> Iterator[str]:
        """Give the address of a second server of this site that leaves background work to a worker nobody has started."""
        port = _free_port()
        with _answering(port, self.folder / "second.log", {**self.env, "TASK_BACKEND": "database"}):
            yield f"http://127.0.0.1:{port}"

    def code_sent_to(self, phone: str) -> str:
        """Return the newest code in an SMS to that number, as its owner would read it."""
        for _attempt in range(50):
            codes = re.findall(rf"SMS to \+86{phone}: \D*(\d{{6}})", self.log())
            if codes:
                return codes[-1]
            time.sleep(0.1)
        raise AssertionError(f"no code was sent to {phone}")

    def code_mailed_to(self, address: str) -> str:
        """Return the newest six-digit code in a mail to that address."""
        for _attempt in range(50):
            mails = [part for part in self.log().split("Content-Type:") if f"To: {address}" in part]
            codes = re.findall(r"^(\d{6})$", mails[-1], re.MULTILINE) if mails else []
            if codes:
                return codes[-1]
            time.sleep(0.1)
        raise AssertionError(f"no code was mailed to {address}")

    def log(self) -> str:
        """Return everything that the server printed."""
        return (self.folder / "server.log").read_text(encoding="utf-8")

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a management command on this site's data."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    for _attempt in range(300):
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/healthz", timeout=2):  # noqa: S310
            return
        assert process.poll() is None, "the server stopped"
        time.sleep(0.1)
    raise AssertionError("the server does not answer")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Prepare and serve a site with the demonstration's people and plans open for applications.

    One for each journey: what one person does, and the day that it is, must not meet another's.
    """
    folder = tmp_path_factory.mktemp("site")
    with new_database(folder) as database_url, served(folder, database_url) as site:
        yield site


@contextlib.contextmanager
def served(folder: Path, database_url: str) -> Iterator[Site]:
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "lms.settings.demo",
        "VAR_DIR": str(folder),
        "DATABASE_URL": database_url,
        "PUBLIC_URL": url,
        "SECRET_KEY": "journey-key-that-protects-nothing-but-is-long-enough",
        "FIELD_KEYS": "dGVzdC1vbmx5LWtleS10aGF0LXByb3RlY3RzLW5vdGg=",
        "SIGNING_PASSPHRASE": "journey",
        "TASK_BACKEND": "immediate",
        "PYTHONUNBUFFERED": "1",
    }
    env.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
    site = Site(url=url, folder=folder, env=env, logins={})
    site.clock("2026-09-07 09:00")
    for arguments in (["collectstatic", "--noinput", "-v0"], ["shell", "-c", PREPARE]):
        done = site.manage(*arguments)
        assert done.returncode == 0, done.stderr
    for line in done.stdout.splitlines():
        if line.startswith("LOGIN "):
            _word, key, phone, password = line.split()
            site.logins[key] = (phone, password)
    with _answering(port, folder / "server.log", env):
        yield site


@contextlib.contextmanager
def _answering(port: int, log_file: Path, env: dict[str, str]) -> Iterator[None]:
    """Let a server answer at `port` and write what it prints to `log_file`."""
    command = [sys.executable, "-m", "gunicorn", "lms.wsgi", "--bind", f"127.0.0.1:{port}"]
    with log_file.open("wb") as log:
        server = subprocess.Popen(
            [*command, "--threads", "8", "--worker-class", "gthread"], cwd=ROOT, env=env, stdout=log, stderr=log
        )
        try:
            _wait_until_it_answers(f"http://127.0.0.1:{port}", server)
            yield
        finally:
            server.terminate()
            server.wait(20)


PREPARE = """
import datetime
from lms.demo import story
from lms.demo.organisations import DATA, demo_password, read_yaml
from lms.demo.world import FIRST_COURSE, load_world
world = load_world(now=story.at(datetime.date(2026, 6, 1), 9), courses=FIRST_COURSE)
story.write_plan(world.cast, exam_date=datetime.date(2026, 9, 26), title="九月康复辅助技术咨询师四级认定", room="301",
                 now=story.at(datetime.date(2026, 8, 31), 9))
# One each for the journeys that follow other people: their cases must not wait in the first one's review.
story.write_plan(world.cast, exam_date=datetime.date(2026, 10, 17), title="十月康复辅助技术咨询师四级认定", room="302",
                 now=story.at(datetime.date(2026, 8, 31), 9))
story.write_plan(world.cast, exam_date=datetime.date(2026, 11, 21), title="十一月康复辅助技术咨询师四级认定", room="303",
                 now=story.at(datetime.date(2026, 8, 31), 9))
for row in read_yaml(DATA / "people" / "people.yaml"):
    print("LOGIN", row["key"], row["phone"], demo_password(row["key"]))
"""


class Person:
    """Somebody at a browser of her own, in Chinese unless told otherwise."""

    def __init__(self, site: Site, context: BrowserContext) -> None:
        self.site = site
        self.context = context
        self.page: Page = context.new_page()
        self.page.set_default_timeout(20_000)
        self.key: str | None = None
        self.violations: list[str] = []
        self.page.on("console", self._listen)
        self.seen: set[str] = set()

    def _listen(self, message) -> None:
        if "Content Security Policy" in message.text or "Uncaught" in message.text:
            self.violations.append(f"{self.page.url}: {message.text}")

    def go(self, path: str) -> Page:
        """Open a page of the site and look at it."""
        self.page.goto(f"{self.site.url}{path}")
        return self.page

    def sign_in(self, key: str) -> Page:
        """Sign in as a demo person, by phone and password."""
        self.key = key
        phone, password = self.site.logins[key]
        self.go("/accounts/login/")
        self.page.locator("input[name=login]").fill(phone)
        self.page.locator("input[name=password]").fill(password)
        self.page.locator(
            "form:has(input[name=login]) button[type=submit], form:has(input[name=login]) button:not([type])"
        ).first.click()
        self.page.wait_for_url(lambda url: "/accounts/login" not in url)
        return self.page

    def prove_again(self) -> None:
        """Give the password once more where the page asks for it; what was sent before goes on by itself."""
        if "/accounts/reauthenticate/" in self.page.url:
            assert self.key is not None
            self.page.locator("input[name=password]").fill(self.site.logins[self.key][1])
            with self.page.expect_navigation():
                self.page.locator("form:has(input[name=password]) button").first.click()

    def look(self, name: str) -> None:
        """Find no accessibility violation on this page, phone and desktop width, and no breach of the content policy."""
        if name in self.seen:
            return
        self.seen.add(name)
        self.page.wait_for_load_state()
        for size in (PHONE, DESKTOP):
            self.page.set_viewport_size(size)
            # Sideways scrolling at phone width hides text from people who zoom.
            assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), (
                f"{name} scrolls sideways at {size}"
            )
            found = (
                Axe()
                .run(
                    self.page,
                    options={
                        "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
                        "resultTypes": ["violations"],
                    },
                )
                .response
            )
            told = [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found["violations"]]
            assert told == [], f"{name} at {size['width']} px: {told}"
            if folder := os.environ.get("JOURNEY_PICTURES"):
                self.page.screenshot(path=f"{folder}/{name}-{size['width']}.png", full_page=True)
        assert self.violations == []


@pytest.fixture
def meet(site: Site, browser: Browser) -> Iterator:
    """Return a function that seats somebody at a fresh browser: `meet("zhou")` signed in, `meet()` a stranger."""
    contexts: list[BrowserContext] = []

    def sit_down(key: str | None = None, *, locale: str = "zh-CN") -> Person:
        context = browser.new_context(
            locale=locale, viewport=DESKTOP, timezone_id="Asia/Shanghai", accept_downloads=True, reduced_motion="reduce"
        )
        contexts.append(context)
        person = Person(site, context)
        if key is not None:
            person.sign_in(key)
        return person

    yield sit_down
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portrait and a piece of evidence, as a phone would take them."""
    folder = tmp_path_factory.mktemp("files")
    Image.new("RGB", (600, 800), "white").save(folder / "portrait.jpg")
    Image.new("RGB", (800, 600), (250, 250, 240)).save(folder / "proof.png")
    Image.new("RGB", (1600, 1200), (252, 252, 246)).save(folder / "better.png")
    return folder
