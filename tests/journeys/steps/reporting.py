"""What the body reports to the national register: the sheet, its release by another person, the receipt."""

from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.journeys.conftest import Person
from tests.journeys.steps.forms import follow, send, submit

BATCH = "310120261013001"


def make_a_list(officer: Person) -> str:
    """Put everything that is due on a list, and return its page. Whoever made it cannot release it."""
    page = officer.go("/desk/uploads/")
    officer.look("uploads")
    follow(page, page.locator("a[href*='/desk/uploads/new/']").first)
    if not page.locator("main form[method=post]").count():
        send(page, page.locator("main form button").last)
    officer.look("upload-preview")
    send(page, page.locator("main form[method=post] button").first)
    expect(page.locator("form[action$='/release/']")).to_have_count(0)
    officer.look("upload-draft")
    return page.url.removeprefix(officer.site.url)


def release_and_take(head: Person, upload: str, folder: Path) -> Path:
    """Freeze the sheet under the authority's number and download it, saying what for."""
    page = head.go(upload)
    head.look("upload-to-release")
    page.locator("input[name=number]").fill(BATCH)
    submit(page, "/release/")
    head.prove_again()
    expect(page.locator("main")).to_contain_text("待回执")
    page.locator("input[name=purpose]").fill("报送主管部门")
    with page.expect_download() as waiting:
        page.locator("form[action$='/file/'] button").click()
    path = folder / "sheet.xlsx"
    waiting.value.save_as(path)
    head.look("upload-released")
    return path


def enter_the_receipt(officer: Person, upload: str, sheet: Path, folder: Path) -> None:
    """Enter a receipt that forgets somebody, which is refused, and then the whole one with a rejected row."""
    rows = list(load_workbook(sheet).worksheets[0].iter_rows(values_only=True))
    assert len(rows[0]) == 11
    place = rows[0].index("证书编号")
    first, second = sorted(row[place] for row in rows[1:])
    answers = {first: f"{first},成功,", second: f"{second},失败,照片不清"}
    for name, numbers, kept in (("part.csv", [first], False), ("whole.csv", [first, second], True)):
        receipt = folder / name
        receipt.write_text("\n".join(["证书编号,处理结果,原因", *(answers[number] for number in numbers)]), encoding="utf-8-sig")
        page = officer.go(upload)
        form = page.locator("form[action$='/receipt/']")
        form.locator("input[name=number]").fill("回执 2026-77")
        form.locator("input[name=dated_on]").fill("2026-10-13")
        form.locator("input[name=file]").set_input_files(receipt)
        send(page, form.locator("button").last)
        expect(page.locator("form[action$='/receipt/']")).to_have_count(0 if kept else 1)
        officer.look(f"upload-receipt-{kept}")
    expect(page.locator("tr", has_text=second)).to_contain_text("照片不清")
