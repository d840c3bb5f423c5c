"""What the body's office does: two reviews, team and seats, decision, publication, issue."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.conftest import Person, Site
from tests.journeys.steps.forms import follow, send, submit
from tests.journeys.steps.trainee import ID_NUMBER, NAME, PLAN

REASONS = "工作证明上的章看不清，请重新拍一张上传。"


def return_once(meet: Callable[..., Person], case: str) -> None:
    """The first reviewer asks for a better picture; without a word why, she may not."""
    first = meet("lu")
    first.go("/desk/")
    first.look("desk-reviewer")
    page = first.go("/desk/reviews/")
    first.look("reviews")
    follow(page, page.get_by_role("link", name=NAME).or_(page.locator(f"a[href$='/desk/reviews/{case}/']")).first)
    first.look("review")
    expect(page.locator("main")).not_to_contain_text(ID_NUMBER)
    page.locator("input[name=verdict][value=return]").check()
    page.locator("form:has(input[name=verdict]) .actions button").first.click()
    expect(page.locator(".field--error, .error-summary").first).to_be_visible()  # a return without reasons is refused
    page.locator("input[name=verdict][value=return]").check()
    page.locator("textarea[name=reasons]").fill(REASONS)
    send(page, page.locator("form:has(input[name=verdict]) .actions button").first)


def review_twice(meet: Callable[..., Person], case: str) -> None:
    first = meet("lu")
    page = first.go(f"/desk/reviews/{case}/")
    first.look("review-again")
    expect(page.locator("main")).to_contain_text(REASONS)
    page.locator("input[name=verdict][value=approve]").check()
    send(page, page.locator("form:has(input[name=verdict]) .actions button").first)
    # The same person cannot give the second verdict.
    page = first.go(f"/desk/reviews/{case}/")
    expect(page.locator("input[name=verdict]")).to_have_count(0)
    second = meet("gu")
    page = second.go(f"/desk/reviews/{case}/")
    page.locator("input[name=verdict][value=approve]").check()
    send(page, page.locator("form:has(input[name=verdict]) .actions button").first)


def arrange(site: Site, meet: Callable[..., Person]) -> str:
    site.clock("2026-09-17 09:00")
    officer = meet("zhou")
    officer.look("desk-officer")
    page = officer.go("/desk/plans/")
    officer.look("plans")
    follow(page, page.get_by_role("link", name=PLAN).first)
    plan = re.search(r"/desk/plans/(\d+)/", page.url)[1]
    officer.look("plan")
    submit(page, f"/desk/plans/{plan}/close-registration/")
    page = officer.go(f"/desk/plans/{plan}/assessors/")
    officer.look("plan-assessors")
    for name in ("钱建华", "孙丽萍"):
        page.locator("label.choice-card", has_text=name).locator("input").check()
    page.locator("form:has(input[name=assessors]) .actions button").click()
    expect(page.locator(".alert--bad, .error-summary, .field--error").first).to_be_visible()  # two assessors are refused
    page.locator("label.choice-card", has_text="吴志明").locator("input").check()
    send(page, page.locator("form:has(input[name=assessors]) .actions button"))
    page = officer.go(f"/desk/plans/{plan}/session/")
    officer.look("plan-session")
    send(page, page.locator("form:has(input[name=supervisors]) .actions button"))  # those with the fewest duties are ticked
    officer.go(f"/desk/plans/{plan}/")
    submit(page, f"/desk/plans/{plan}/seats/")
    officer.go(f"/desk/plans/{plan}/")
    officer.look("plan-arranged")
    for key in ("qian", "sun", "wu", "han"):
        assessor = meet(key)
        page = assessor.go("/desk/duties/")
        if key == "qian":
            assessor.look("duties")
        submit(page, "/declare/")
    return plan


def decide_and_publish(site: Site, meet: Callable[..., Person], plan: str) -> None:
    site.clock("2026-09-28 09:00")
    officer = meet("zhou")
    page = officer.go(f"/desk/results/{plan}/")
    submit(page, "/record/")
    expect(page.locator("form[action$='/decide/']")).to_have_count(0)  # nobody decides on unchecked marks
    head = meet("shen")
    page = head.go(f"/desk/results/{plan}/check/")
    head.look("results-check")
    submit(page, "/check/")
    page = officer.go(f"/desk/results/{plan}/")
    submit(page, "/decide/")
    officer.look("results-decided")
    expect(page.locator("form[action$='/confirm/']")).to_have_count(0)  # who decided cannot confirm
    page = head.go(f"/desk/results/{plan}/")
    submit(page, "/confirm/")
    page = officer.go(f"/desk/results/{plan}/")
    submit(page, "/prepare/")
    expect(page.locator("form[action$='/publish/']")).to_have_count(0)  # who prepared cannot approve
    page = head.go(f"/desk/results/{plan}/")
    submit(page, "/publish/")
    page = officer.go(f"/desk/results/{plan}/")
    officer.look("results-published")
    public = meet()
    page = public.go("/publications/")
    public.look("publications")
    follow(page, page.locator("main a", has_text=PLAN).first)
    public.look("publication")
    expect(page.locator("main")).to_contain_text("沈*芬")
    assert NAME not in page.content()
    assert ID_NUMBER not in page.content()


APPROVE = "form[action$='/approve/'] button"


def too_early_then_issue(site: Site, meet: Callable[..., Person], plan: str) -> None:
    head = meet("shen")
    page = head.go(f"/desk/certificates/{plan}/")
    head.look("certificates-waiting")
    assert (
        not page.locator("form[action*='issue'] button, form button[name=issue]").count()
        or page.locator(".alert, .next-step").count()
    )
    # 28 September is day zero; five full working days end after the National Day week, on 12 October.
    site.clock("2026-10-13 09:00")
    officer = meet("zhou")
    page = officer.go(f"/desk/results/{plan}/")
    submit(page, "/close/")
    page = officer.go(f"/desk/certificates/{plan}/")
    officer.look("certificates-ready")
    send(page, page.locator("form[action$='/prepare/'] .actions button"))
    officer.look("certificates-list")
    expect(page.locator("form[action$='/approve/']")).to_have_count(0)  # whoever prepared the list cannot approve it
    page = head.go("/desk/")
    follow(page, page.locator("main a[href*='/desk/certificates/batches/']").first)
    head.look("certificates-to-approve")
    send(page, page.locator(APPROVE))
    # Whoever signed in a while ago proves once more who she is, and then decides.
    if "/accounts/reauthenticate/" in page.url:
        head.look("prove-again")
        page.locator("input[name=password]").fill(site.logins["shen"][1])
        send(page, page.locator("form:has(input[name=password]) button").first)
        if page.locator(APPROVE).count():
            send(page, page.locator(APPROVE))
    expect(page.locator("main")).to_contain_text(re.compile(r"S000031000123264\d{6}"))
    head.look("certificates-issued")
