"""Chinese headings break between words; what they say stays as it was."""

from itertools import accumulate
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

STATIC = Path(settings.BASE_DIR) / "static"
TITLE = "康复辅助技术咨询师（四级/中级工）认定"


def opened(browser: Browser, heading: str, *, lang: str = "zh-hans", width: int = 220) -> Page:
    """Return a page with this heading in a narrow column, after the script has run."""
    page = browser.new_page()
    style = f"main {{ width: {width}px }} h1 {{ font: 700 32px/1.3 sans-serif; margin: 0 }}"
    base = (STATIC / "css" / "base.css").read_text(encoding="utf-8")
    page.set_content(f'<html lang="{lang}"><style>{base}</style><style>{style}</style><main>{heading}</main></html>')
    page.add_script_tag(content=(STATIC / "js" / "phrases.js").read_text(encoding="utf-8"), type="module")
    return page


def lines(page: Page) -> list[str]:
    """Return the heading line by line, as it stands on the screen."""
    found: list[str] = page.evaluate(
        """() => {
          const out = [];
          let before = -100;
          const walker = document.createTreeWalker(document.querySelector("h1"), NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            for (let place = 0; place < walker.currentNode.length; place += 1) {
              const range = document.createRange();
              range.setStart(walker.currentNode, place);
              range.setEnd(walker.currentNode, place + 1);
              const { top } = range.getBoundingClientRect();
              if (Math.abs(top - before) > 8) out.push("");
              before = top;
              out[out.length - 1] += walker.currentNode.data[place];
            }
          }
          return out;
        }"""
    )
    return found


def inside(word: str, told: list[str]) -> bool:
    """Say whether a line ends inside this word."""
    begin = "".join(told).index(word)
    return any(begin < end < begin + len(word) for end in accumulate(map(len, told)))


@pytest.mark.parametrize("width", [150, 220, 290])
def test_a_heading_breaks_between_words(browser: Browser, width: int):
    page = opened(browser, f"<h1>{TITLE}</h1>", width=width)
    told = lines(page)
    assert len(told) > 1
    assert "".join(told) == TITLE
    assert [word for word in ("康复", "辅助", "技术", "咨询师", "四级", "中级工", "认定") if inside(word, told)] == []
    page.close()


def test_it_says_the_same_to_whoever_reads_or_copies_it(browser: Browser):
    page = opened(browser, f'<h1>{TITLE} <a href="/x">康复辅助器具服务基础</a></h1>')
    assert page.locator("h1").text_content() == f"{TITLE} 康复辅助器具服务基础"
    assert page.get_by_role("heading", name=f"{TITLE} 康复辅助器具服务基础", exact=True).count() == 1
    assert page.get_by_role("link", name="康复辅助器具服务基础", exact=True).count() == 1
    page.close()


def test_a_word_longer_than_the_line_does_not_scroll_the_page(browser: Browser):
    page = opened(browser, "<h1>RD-000123-2026-001-0000000000000000000000</h1>", width=120)
    assert page.evaluate("document.querySelector('h1').scrollWidth <= 120")
    page.close()


def test_english_headings_are_left_alone(browser: Browser):
    page = opened(browser, f"<h1>{TITLE}</h1>", lang="en")
    assert page.locator("wbr").count() == 0
    assert page.locator(".by-words").count() == 0
    page.close()
