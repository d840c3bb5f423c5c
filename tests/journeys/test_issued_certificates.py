"""Certificates that are out. A stranger checks one: the file, the paper's code with a network, the code without one.
Its holder shows it and has it corrected; the body gives the next ones a face, names people for them, and reports them.
"""

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
from tests.journeys.steps import designs, reporting, wallet

pytestmark = pytest.mark.browser

ISSUE = """
import datetime, json
from benchmarks import crowd
from certification.certificates.models import Certificate
from certification.certificates.rules import Kind, PublicReason
from certification.certificates.services import approve_batch, revoke_certificate, run_batch
from certification.certificates.services.programmes import create_programme, prepare_programme
from lms.accounts.models import User
from lms.core import store
from lms.demo.world import FIRST_COURSE, load_world
world = load_world(now=crowd.BEGIN, courses=FIRST_COURSE)
plan = crowd._plan(world.cast, 3, first=7000)
run_batch(crowd.approved(plan), now=crowd.AFTER)
good, bad = Certificate.objects.order_by("-pk")[:2]
officer, head = crowd.staff_of(plan)
revoke_certificate(bad, reason="x", actor=head, now=crowd.AFTER, public_reason=PublicReason.UNTRUE)
facts = {"title": "助行器适配师", "valid_months": 24}
programme = create_programme(plan.organisation, kind=Kind.ACHIEVEMENT, facts=facts, actor=officer, now=crowd.AFTER)
lin = User.objects.get(phone="+8613900000031")
batch = prepare_programme(programme, people=[lin], actor=officer, now=crowd.AFTER)
approve_batch(batch, actor=head, now=crowd.AFTER)
run_batch(batch, now=crowd.AFTER)
rows = [good, bad, Certificate.objects.get(holder=lin)]
print("ISSUED", json.dumps([[row.token, row.number, row.claims["holder"]["name"]] for row in rows]))
for row in rows:
    open(FOLDER + "/" + row.token + ".pdf", "wb").write(store.read(row.pdf_sha256))
"""


@pytest.fixture(scope="module")
def issued(site: Site, tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Three certificates of the running site, each with `token`, `number`, `name`, `pdf` and `code`.

    `good` and `revoked` certify a skill level; `own` is for an achievement and belongs to Lin Xiaomei.
    """
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
    good, revoked, own = rows
    offline = folder / "offline.html"
    written = site.manage("write_offline_page", str(offline))
    assert written.returncode == 0, written.stderr
    return SimpleNamespace(good=good, revoked=revoked, own=own, offline=offline, folder=folder)


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


def test_a_holder_shows_chosen_claims_for_a_while_and_takes_them_back(meet: Callable[..., Person], issued: SimpleNamespace):
    holder, employer = meet("lin"), meet()
    address = wallet.share(holder, meet)
    wallet.read_what_was_shared(employer, address, shown=issued.own.name, hidden=issued.own.number)
    wallet.withdraw(holder, employer, address)


def test_a_holder_has_a_wrong_name_corrected_with_evidence(meet: Callable[..., Person], issued: SimpleNamespace, files: Path):
    holder = meet("lin")
    request = wallet.ask_for_a_correction(holder, files / "proof.png", name="林小梅")
    # Another person's request does not exist for somebody else.
    assert meet("yanhua").page.request.get(f"{holder.site.url}/learn/certificates/requests/{request}").status == 404
    wallet.grant(meet("zhou"), meet("shen"), request)
    page = holder.go("/learn/certificates/")
    expect(page.locator("main")).to_contain_text("第 2 版")
    page = meet().go(f"/verify/{issued.own.token}/")
    expect(page.locator(".verdict__word")).to_have_text("已换发")


def test_a_head_publishes_a_template_that_another_body_cannot_see(meet: Callable[..., Person], issued: SimpleNamespace):
    head = meet("shen")
    template = designs.write_a_template(head)
    page = meet("zhou").go(template)
    expect(page.locator("form[action$='/publish/']")).to_have_count(0)  # the officer writes, the head publishes
    assert meet("shi").page.request.get(f"{head.site.url}{template}").status == 404
    designs.publish(head, template)


def test_a_body_certifies_people_whom_it_names(meet: Callable[..., Person], issued: SimpleNamespace):
    officer = meet("zhou")
    programme = designs.write_a_programme(officer, "轮椅坐姿评估师")
    batch = designs.name_people(officer, programme, wrong="13900000034 某某某", right="13900000032 严华")
    designs.approve(meet("shen"), batch)


def test_a_body_reports_its_certificates_and_enters_the_receipt(
    meet: Callable[..., Person], issued: SimpleNamespace, tmp_path: Path
):
    officer, head = meet("zhou"), meet("shen")
    upload = reporting.make_a_list(officer)
    sheet = reporting.release_and_take(head, upload, tmp_path)
    reporting.enter_the_receipt(officer, upload, sheet, tmp_path)
