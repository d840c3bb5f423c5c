"""A stranger holds a certificate: the file, the paper's code with a network, the paper's code without one."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from tests.journeys.conftest import Person, Site

pytestmark = pytest.mark.browser

ISSUE = """
import datetime, json
from benchmarks import crowd
from certification.certificates.models import Certificate
from certification.certificates.rules import PublicReason
from certification.certificates.services import revoke_certificate, run_batch
from lms.core import store
from lms.demo.world import load_world
world = load_world(now=crowd.BEGIN)
plan = crowd._plan(world.cast, 2, first=7000)
run_batch(crowd.approved(plan), now=crowd.AFTER)
good, bad = Certificate.objects.order_by("-pk")[:2]
_officer, head = crowd.staff_of(plan)
revoke_certificate(bad, reason="x", actor=head, now=crowd.AFTER, public_reason=PublicReason.UNTRUE)
print("ISSUED", json.dumps([[row.token, row.number, row.claims["holder"]["name"]] for row in (good, bad)]))
for row in (good, bad):
    open(FOLDER + "/" + row.token + ".pdf", "wb").write(store.read(row.pdf_sha256))
"""


@pytest.fixture(scope="module")
def issued(site: Site, tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Two certificates of the running site: `good` and `revoked`, each with `token`, `number`, `name`, `pdf` and `code`."""
    folder = tmp_path_factory.mktemp("issued")
    site.clock("2026-10-13 09:00")
    done = site.manage("shell", "-c", f"FOLDER = {str(folder)!r}\n{ISSUE}")
    assert done.returncode == 0, done.stderr
    line = next(line for line in done.stdout.splitlines() if line.startswith("ISSUED "))
    rows = []
    for token, number, name in json.loads(line.removeprefix("ISSUED ")):
        pdf = folder / f"{token}.pdf"
        subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", str(pdf), str(folder / token)], check=True)
        (code,) = zxingcpp.read_barcodes(Image.open(folder / f"{token}.png"))
        rows.append(SimpleNamespace(token=token, number=number, name=name, pdf=pdf, code=code.text))
    good, revoked = rows
    offline = folder / "offline.html"
    written = site.manage("write_offline_page", str(offline))
    assert written.returncode == 0, written.stderr
    return SimpleNamespace(good=good, revoked=revoked, offline=offline, folder=folder)


def drop(person: Person, pdf: Path) -> None:
    """Drop a file onto the form, as from a folder on the desktop."""
    person.page.evaluate(
        """([name, bytes]) => {
          const data = new DataTransfer();
          data.items.add(new File([Uint8Array.from(bytes)], name, {type: "application/pdf"}));
          document.querySelector("[data-check-file]").dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
        }""",
        [pdf.name, list(pdf.read_bytes())],
    )


def test_a_genuine_file_is_known_by_its_fingerprint_and_never_leaves_the_device(site: Site, meet: Callable, issued):
    anyone = meet()
    page = anyone.go("/verify/")
    sent: list[int] = []
    page.on("request", lambda request: sent.append(len(request.post_data_buffer or b"")) if request.method == "POST" else None)
    drop(anyone, issued.good.pdf)
    expect(page.locator("#verdict")).to_have_text("有效")
    expect(page.locator("#verdict")).to_be_focused()
    expect(page.locator("[data-file-answer]")).to_contain_text(issued.good.number)
    assert len(sent) == 1
    assert sent[0] < 1000
    assert issued.good.name not in page.content()
    anyone.look("verify-dropped")
    assert anyone.context.cookies() == []


def test_a_doctored_file_is_sent_and_told(site: Site, meet: Callable, issued):
    data = bytearray(issued.good.pdf.read_bytes())
    data[len(data) // 2] ^= 1
    doctored = issued.folder / "doctored.pdf"
    doctored.write_bytes(data)
    anyone = meet()
    page = anyone.go("/verify/")
    page.locator("input[type=file]").set_input_files(doctored)
    page.get_by_role("button", name="核对文件").or_(page.locator("[data-check-file] button")).first.click()
    expect(page.locator("#verdict")).to_have_text("被改动")
    expect(page.locator("[data-file-answer] .verdict--revoked")).to_be_visible()
    anyone.look("verify-doctored")


def test_the_code_of_the_paper_is_checked_in_the_browser_and_agrees_with_the_register(site: Site, meet: Callable, issued):
    anyone = meet()
    path = issued.good.code.removeprefix(site.url)
    page = anyone.go(path)
    expect(page.locator("[data-code=genuine]")).to_be_visible()
    expect(page.locator("[data-code]")).to_contain_text(issued.good.name)
    anyone.look("verify-code")
    assert anyone.context.cookies() == []
    # The other language keeps the code.
    page.locator("a[data-language]:visible").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("[data-code=genuine]")).to_be_visible()


def test_one_changed_sign_in_the_code_is_told_and_so_is_the_code_of_another_certificate(site: Site, meet: Callable, issued):
    anyone = meet()
    page_part, code = issued.good.code.removeprefix(site.url).split("#")
    other = "A" if code[-40] != "A" else "B"
    page = anyone.go(f"{page_part}#{code[:-40]}{other}{code[-39:]}")
    expect(page.locator("[data-code=forged]")).to_be_visible()
    page = meet().go(f"{page_part}#{issued.revoked.code.split('#')[1]}")
    expect(page.locator("[data-code=forged]")).to_be_visible()


def test_a_revoked_certificate_says_why_in_words_that_name_nobody(site: Site, meet: Callable, issued):
    anyone = meet()
    page = anyone.go(f"/verify/{issued.revoked.token}/?lang=en")
    expect(page.locator(".verdict--revoked")).to_be_visible()
    expect(page.locator(".verdict strong")).to_have_text("The application rested on untrue documents")
    anyone.look("verify-revoked")


def test_without_a_network_the_page_on_the_disk_tells_genuine_revoked_and_forged(meet: Callable, issued):
    anyone = meet()
    anyone.context.set_offline(True)
    page = anyone.page
    page.goto(issued.offline.as_uri())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    def check(text: str, outcome: str) -> None:
        page.locator("#text").fill(text)
        page.locator("#form button.primary").click()
        expect(page.locator(f"#answer[data-outcome={outcome}]")).to_be_visible()

    check(issued.good.code, "genuine")
    expect(page.locator("#facts")).to_contain_text(issued.good.name)
    expect(page.locator("#facts")).to_contain_text(issued.good.number)
    anyone.look("verify-offline")
    check(issued.revoked.code, "revoked")
    head, code = issued.good.code.split("#")
    check(f"{head}#{code[:60]}{'A' if code[60] != 'A' else 'B'}{code[61:]}", "forged" if code[60] else "unreadable")
    check(f"{head[:-4]}AAA/#{code}", "forged")
    check("https://example.org/", "unreadable")
    page.locator("#language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#word")).to_have_text("Not readable")
    assert asked == []
    assert anyone.violations == []
