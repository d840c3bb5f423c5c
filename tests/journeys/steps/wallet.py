"""What a holder does with her certificate: show some of it to an employer, and have a wrong name put right."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.conftest import Person
from tests.journeys.steps.forms import follow, send, submit

EMPLOYER = "江湾养老院人事科"


def share(holder: Person, meet: Callable[..., Person]) -> str:
    """Share three claims for a week, look at the page as the employer does, and return the link's address."""
    page = holder.go("/learn/certificates/")
    follow(page, page.locator("a[href$='/share/']").first)
    holder.look("wallet-share")
    for box in page.locator("input[name=claims]").all():
        box.uncheck()
    send(page, page.locator("main form.form button").first)
    expect(page.locator(".error-summary")).to_contain_text("请至少")  # a link that shows nothing is refused
    for claim in ("name", "subject", "issuer"):
        page.locator(f"input[name=claims][value={claim}]").check()
    page.locator("input[name=note]").fill(EMPLOYER)
    page.locator("select[name=term]").select_option("week")
    send(page, page.locator("main form.form button").first)
    expect(page.locator(".shared-link")).to_contain_text(EMPLOYER)
    holder.look("wallet-shared")
    return page.locator("[data-copy-text]").first.input_value()


def read_what_was_shared(stranger: Person, address: str, *, shown: str, hidden: str) -> None:
    page = stranger.go(address.removeprefix(stranger.site.url))
    expect(page.locator(".verdict__word")).to_have_text("有效")
    expect(page.locator("main")).to_contain_text(shown)
    assert hidden not in page.content(), "a claim that was not chosen is on the page"
    assert EMPLOYER not in page.content(), "the holder's own note is on the page"
    stranger.look("shared")


def withdraw(holder: Person, stranger: Person, address: str) -> None:
    submit(holder.page, "/withdraw/")
    page = stranger.go(address.removeprefix(stranger.site.url))
    expect(page.get_by_role("heading", level=1)).to_contain_text("可显示的内容")
    stranger.look("shared-over")


def ask_for_a_correction(holder: Person, proof: Path, *, name: str) -> str:
    """File a request with evidence and return its address; without evidence it is refused and nothing typed is lost."""
    page = holder.go("/learn/certificates/")
    page.locator("main summary").first.click()
    follow(page, page.locator("a[href*='/ask/correction/']").first)
    holder.look("wallet-correction")
    page.locator("input[name=name]").fill(name)
    page.locator("textarea[name=reason]").fill("姓名里有一个字印错了。")
    send(page, page.locator("main form.form button").first)
    expect(page.locator(".error-summary")).to_contain_text("证明")
    expect(page.locator("input[name=name]")).to_have_value(name)
    page.locator("input[name=evidence]").set_input_files(proof)
    send(page, page.locator("main form.form button").first)
    expect(page.locator(".next-step")).to_contain_text("正在处理")
    holder.look("wallet-request")
    return page.url.rsplit("/certificates/requests/", 1)[1]


def grant(officer: Person, head: Person, request: str) -> None:
    """Let the head grant what the officer may only read."""
    page = officer.go(f"/desk/certificates/requests/{request}")
    officer.look("request-to-read")
    expect(page.locator("form[action$='/grant/']")).to_have_count(0)
    page = head.go(f"/desk/certificates/requests/{request}")
    head.look("request-to-answer")
    submit(page, "/grant/")
    head.prove_again()
    expect(page.locator(".alert--good")).to_contain_text("新版本")
