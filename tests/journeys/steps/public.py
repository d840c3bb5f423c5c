"""What anyone does with a certificate: read it, look it up, drop the file, drop a forged one."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.conftest import Person, Site
from tests.journeys.steps.forms import send
from tests.journeys.steps.trainee import ID_NUMBER, NAME


def verify(site: Site, meet: Callable[..., Person], pdf: Path, folder: Path) -> None:
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    assert NAME in text
    assert "职业技能等级证书" in text
    assert "示例，非国家标准" in text.replace(" ", "")
    fonts = subprocess.run(["pdffonts", str(pdf)], capture_output=True, text=True, check=True).stdout
    assert all(re.search(r"yes yes yes", row) for row in fonts.splitlines()[2:]), fonts
    assert "Tagged:          yes" in subprocess.run(["pdfinfo", str(pdf)], capture_output=True, text=True, check=True).stdout
    signature = subprocess.run(["pdfsig", "-nocert", str(pdf)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in signature
    assert "Total document signed" in signature
    number = re.search(r"S000031000123264\d{6}", text)[0]

    anyone = meet()
    page = anyone.go("/verify/")
    anyone.look("verify")
    page.locator("input[name=number]").fill(number)
    page.locator("input[name=name]").fill(NAME)
    page.locator("form:has(input[name=number]) input").nth(-1).fill(ID_NUMBER[-4:])
    send(page, page.locator("form:has(input[name=number]) button").first)
    expect(page.locator(".verdict__word")).to_contain_text("有效")
    assert ID_NUMBER not in page.content()
    anyone.look("verify-valid")
    token_page = re.search(r"/verify/[^/]+/", page.url)
    assert token_page

    page = anyone.go("/verify/")
    page.locator("input[type=file]").set_input_files(pdf)
    page.locator("form:has(input[type=file]) button").first.click()
    expect(page.locator("#verdict")).to_contain_text("有效")
    anyone.look("verify-file")

    forged = folder / "forged.pdf"
    data = bytearray(pdf.read_bytes())
    data[len(data) // 2] ^= 1
    forged.write_bytes(data)
    page = anyone.go("/verify/")
    page.locator("input[type=file]").set_input_files(forged)
    page.locator("form:has(input[type=file]) button").first.click()
    expect(page.locator("#verdict")).to_be_visible()
    expect(page.locator("#verdict")).not_to_contain_text("有效")
    anyone.look("verify-forged")

    page = anyone.go("/verify/AAAAAAAAAAAAAAAAAAAAAAAAAAAA/")
    expect(page.locator("main")).to_contain_text("查无此证")
    anyone.look("verify-unknown")

    good = site.manage("verify_certificate", str(pdf), "--json")
    assert good.returncode == 0, good.stderr
    assert json.loads(good.stdout)["valid"] is True
    bad = site.manage("verify_certificate", str(forged), "--json")
    assert bad.returncode == 1
    assert site.manage("verify_ledger").returncode == 0
