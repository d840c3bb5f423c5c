"""What a lesson weighs on a phone, and how soon it answers: cold and warm, signed in and as a stranger.

    .venv/bin/python benchmarks/weight.py [--runs 5] [--all] [--pictures FOLDER]

A server of its own serves the demonstration's courses, static files compressed as on a real site. Chromium plays a
phone: 360 × 740, four times slower than this machine, 1.6 Mbit/s down, 750 kbit/s up, 150 ms more for each request.
These are line and round trip of the "slow 4G" that Lighthouse simulates; where it slows a real browser down, as here, it
adds 562.5 ms to each request for the same line, so that its times are longer than ours. Every lesson is loaded once and
weighed; the heaviest and the median one are then loaded `--runs` times.

- `bytes`: what came over the wire for pages, style sheets, scripts and fonts, headers included; `media_bytes`: pictures,
  sounds and films. `heaviest_lessons`: the five that weigh most. `foreign`: hosts other than ours in any load of any
  lesson, `foreign_lessons` which lessons asked them; there must be none.
- `interactive_ms`: the page is parsed, its scripts have run, and a tap on the menu, made in that moment, has opened it
  and been painted. `painted_ms`: first contentful paint. Medians over the runs; times of a busy machine are too long.

Exits with 1 when a lesson weighs 150 kB or more, asks a stranger, or answers after more than a second.
"""

import argparse
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from benchmarks.measuring import machine
from tests.schema import new_database

ROOT = Path(__file__).resolve().parents[1]
LIMIT_BYTES, LIMIT_MS = 150_000, 1000
HEAVIEST = 5
SIZE = {"width": 360, "height": 740}
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
SLOWER = 4
MEDIA = {"Image", "Media", "TextTrack"}
CHROMIUM = "/usr/bin/chromium"

PREPARE = """
import datetime, json
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from courses.catalogue.models import CoursePage, LessonPage
from courses.learning.services import enrol
from lms.accounts.models import User
from lms.core import clock
from lms.demo import story
from lms.demo.world import load_world
load_world(now=story.at(datetime.date(2026, 6, 1), 9))
reader = User.objects.create_person(name="读者", phone="+8613900000077", phone_verified=True)
for course in CoursePage.objects.live():
    enrol(course, user=reader, now=clock.now())
session = SessionStore()
session[SESSION_KEY] = str(reader.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = reader.get_session_auth_hash()
session.create()
lessons = [lesson.url for lesson in LessonPage.objects.live().order_by("path")]
print("READY", json.dumps({"cookie": settings.SESSION_COOKIE_NAME, "session": session.session_key, "lessons": lessons}))
"""

TAP = """
window.answered = new Promise((tell, fail) => {
  setTimeout(() => fail(new Error("the menu does not answer")), 30_000);
  document.addEventListener("DOMContentLoaded", () => {
    const menu = document.querySelector("details.mobile-nav");
    menu.addEventListener("toggle", () => requestAnimationFrame(() => setTimeout(() => {
      tell(performance.now());
      menu.open = false;
    })), { once: true });
    menu.querySelector("summary").click();
  });
});
"""
TIMES = """async () => ({
  answered: await window.answered,
  painted: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
  parsed: performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd,
})"""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--all", action="store_true", help="tell the weight of every lesson")
    parser.add_argument("--pictures", type=Path, help="keep a picture of each measured lesson there")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as site, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM)
        result = measured(browser, site, runs=chosen.runs, tell_all=chosen.all, pictures=chosen.pictures)
        browser.close()
    print(json.dumps({"benchmark": "weight", **result, "machine": machine()}, ensure_ascii=False))
    return 0 if result["ok"] else 1


@contextlib.contextmanager
def served(folder: Path) -> Iterator[dict[str, Any]]:
    """Serve the demonstration's courses from `folder`; give `url`, `cookie`, `session` and `lessons` (addresses)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with new_database(folder) as database:
        env = {
            **os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.weigh_settings", "VAR_DIR": str(folder), "DATABASE_URL": database,
            "PUBLIC_URL": url, "SECRET_KEY": "x" * 50, "FIELD_KEYS": "dGVzdC1vbmx5LWtleS10aGF0LXByb3RlY3RzLW5vdGg=",
            "SIGNING_PASSPHRASE": "weight", "TASK_BACKEND": "immediate", "SMS_GATEWAY": "lms.notices.gateways.MemorySmsGateway",
        }  # fmt: skip
        _manage(env, "collectstatic", "--noinput", "-v0")
        ready = next(line for line in _manage(env, "shell", "-v0", "-c", PREPARE).splitlines() if line.startswith("READY "))
        command = ["-m", "gunicorn", "lms.wsgi", "--bind", urlsplit(url).netloc, "--threads", "8", "--worker-class", "gthread"]
        server = subprocess.Popen([sys.executable, *command, "--log-level", "error"], cwd=ROOT, env=env)  # noqa: S603
        try:
            _wait(url)
            yield {"url": url, **json.loads(ready.removeprefix("READY "))}
        finally:
            server.terminate()
            server.wait(20)


def _manage(env: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout


def _wait(url: str) -> None:
    for _attempt in range(600):
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/healthz", timeout=2):  # noqa: S310
            return
        time.sleep(0.1)
    raise SystemExit("the server does not answer")


def measured(browser: Browser, site: dict[str, Any], *, runs: int, tell_all: bool, pictures: Path | None) -> dict[str, Any]:
    once = {lesson: _once(browser, site, lesson) for lesson in site["lessons"]}
    weights = {lesson: int(load["bytes"]) for lesson, load in once.items()}
    ranked = sorted(weights, key=weights.__getitem__)
    print(f"{len(ranked)} lessons weighed; now on a slow phone", file=sys.stderr, flush=True)
    measured_lessons = {"heaviest": ranked[-1], "median": ranked[len(ranked) // 2]}
    figures: dict[str, Any] = {}
    for name, lesson in measured_lessons.items():
        for who in ("stranger", "signed_in"):
            loads = [_cold_and_warm(browser, site, lesson, who, pictures if run == 0 else None) for run in range(runs)]
            for state in ("cold", "warm"):
                figures[f"{name}_{who}_{state}"] = _middle([load[state] for load in loads])
    heaviest = max(*weights.values(), *(figure["bytes"] for figure in figures.values()))
    slowest = max(figure["interactive_ms"] for figure in figures.values())
    foreign = sorted({host for load in (*once.values(), *figures.values()) for host in load["foreign"]})
    return {
        "lessons": len(ranked),
        **measured_lessons,
        "heaviest_lessons": {lesson: weights[lesson] for lesson in reversed(ranked[-HEAVIEST:])},
        "figures": figures,
        "heaviest_bytes": heaviest,
        "slowest_ms": slowest,
        "foreign": foreign,
        "foreign_lessons": [lesson for lesson, load in once.items() if load["foreign"]],
        **({"weights": weights} if tell_all else {}),
        "ok": heaviest < LIMIT_BYTES and slowest <= LIMIT_MS and not foreign,
    }


def _middle(loads: list[dict[str, Any]]) -> dict[str, Any]:
    times = {name: round(statistics.median(load[name] for load in loads)) for name in ("interactive_ms", "painted_ms")}
    return {**loads[-1], **times, "foreign": sorted({host for load in loads for host in load["foreign"]})}


def _once(browser: Browser, site: dict[str, Any], lesson: str) -> dict[str, Any]:
    """Return what one lesson costs and asks, loaded cold and signed in, on a fast line."""
    with _phone(browser, site, "signed_in") as context:
        return _load(context, site["url"], lesson, slow=False)


def _cold_and_warm(
    browser: Browser, site: dict[str, Any], lesson: str, who: str, pictures: Path | None
) -> dict[str, dict[str, Any]]:
    with _phone(browser, site, who) as context:
        picture = pictures / f"{lesson.strip('/').replace('/', '-')}-{who}.png" if pictures else None
        return {
            "cold": _load(context, site["url"], lesson, slow=True),
            "warm": _load(context, site["url"], lesson, slow=True, picture=picture),
        }


@contextlib.contextmanager
def _phone(browser: Browser, site: dict[str, Any], who: str) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="zh-CN", viewport=SIZE, device_scale_factor=2, is_mobile=True, has_touch=True)
    if who == "signed_in":
        context.add_cookies([{"name": site["cookie"], "value": site["session"], "url": site["url"]}])
    context.add_init_script(TAP)
    yield context
    context.close()


def _load(context: BrowserContext, url: str, lesson: str, *, slow: bool, picture: Path | None = None) -> dict[str, Any]:
    page = context.new_page()
    line = context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    hosts: set[str] = set()
    sizes: dict[str, int] = {}

    def asked(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event.get("type", "Other")
        hosts.add(urlsplit(event["request"]["url"]).netloc)

    line.on("Network.requestWillBeSent", asked)
    line.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: int(event["encodedDataLength"])}))
    line.send("Network.enable")
    if slow:
        line.send("Network.emulateNetworkConditions", SLOW_4G)
        line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(f"{url}{lesson}", wait_until="load")
    # Awaited, not asked for again and again: the site's policy forbids the page to evaluate the question.
    page.evaluate("window.answered")
    page.wait_for_timeout(300)
    times = page.evaluate(TIMES)
    if picture:
        picture.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=picture, full_page=True)
    page.close()
    by_kind: dict[str, int] = {}
    for request, size in sizes.items():
        by_kind[kinds.get(request, "Other")] = by_kind.get(kinds.get(request, "Other"), 0) + size
    return {
        "bytes": sum(size for kind, size in by_kind.items() if kind not in MEDIA),
        "media_bytes": sum(size for kind, size in by_kind.items() if kind in MEDIA),
        "by_kind": by_kind,
        "requests": len(kinds),
        "foreign": sorted(hosts - {urlsplit(url).netloc, ""}),
        "interactive_ms": max(times["answered"], times["parsed"], times["painted"]),
        "painted_ms": times["painted"],
    }


if __name__ == "__main__":
    raise SystemExit(main())
