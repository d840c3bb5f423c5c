"""What the style sheets promise for narrow screens: nothing is wider than a phone, in care mode either."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

SHEETS = sorted((Path(settings.BASE_DIR) / "static" / "css").rglob("*.css"))
ORDER = ("tokens", "base", "layout", "components", "pages", "pages/learning", "pages/assessment")
REPEATED = re.compile(r"repeat\(auto-fi(?:t|ll),\s*minmax\((?P<least>[^()]*(?:\([^;{}]*?\))?[^(),]*),\s*1fr\)\)")


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
def test_no_column_of_a_grid_insists_on_more_than_the_screen_has(sheet: Path) -> None:
    columns = REPEATED.findall(sheet.read_text(encoding="utf-8"))
    fixed = [least for least in columns if not least.startswith("min(100%,") and not least.endswith("px")]
    assert fixed == []


def test_the_check_of_columns_finds_the_fault_it_looks_for() -> None:
    (least,) = REPEATED.findall("grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr));")
    assert least == "17rem"
    (least,) = REPEATED.findall("grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr));")
    assert least == "min(100%, 17rem)"


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    yield page
    page.close()


def show(page: Page, html: str, *, care: str = "0") -> None:
    css = "".join((Path(settings.BASE_DIR) / "static" / "css" / f"{name}.css").read_text(encoding="utf-8") for name in ORDER)
    page.set_content(
        f'<html data-care="{care}"><head></head><body><main class="main"><div class="wrap">{html}</div></main></body></html>'
    )
    page.add_style_tag(content=css)


@pytest.mark.parametrize("care", ["0", "1"])
@pytest.mark.parametrize("grid", ["class-list", "my-course__modules", "tickets", "part-marks"])
def test_a_grid_fits_a_phone_in_care_mode(phone: Page, grid: str, care: str) -> None:
    show(phone, f'<ul class="{grid}"><li>家庭和其他场所使用的家具及其适配件</li><li>个人移动辅助器具</li></ul>', care=care)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_labels_of_a_table_shown_as_cards_stand_in_one_line(phone: Page) -> None:
    cell = '<{tag} data-label="座位"><span>一</span></{tag}>'
    cells = cell.format(tag="th") + cell.format(tag="td") * 2
    show(phone, f'<div class="table-wrap"><table class="data-table"><tbody><tr>{cells}</tr></tbody></table></div>')
    starts: Any = phone.eval_on_selector_all(
        ".data-table :is(th, td)",
        "cells => cells.map(c => c.getBoundingClientRect().left + parseFloat(getComputedStyle(c).paddingLeft))",
    )
    assert len(starts) == 3
    assert len(set(starts)) == 1
