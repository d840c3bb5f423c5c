"""What a body does with the face of its certificates, and with certificates for people whom it names."""

from playwright.sync_api import expect

from tests.journeys.conftest import Person
from tests.journeys.steps.forms import follow, send, submit

WORDS = "经本协会考核，达到本等级的职业技能要求，特发此证。"


def write_a_template(head: Person) -> str:
    """Write a draft with wording and a signature, and return its page; a title without a name is refused."""
    page = head.go("/desk/templates/new/")
    send(page, page.locator("main form.form button").first)
    expect(page.locator(".error-summary")).to_contain_text("版式名称")
    page.locator("input[name=design][value=skill_level]").check()
    page.locator("input[name=name]").fill("协会四级证书")
    head.look("template-new")
    send(page, page.locator("main form.form button").first)
    page.locator("textarea[name=statement_zh]").fill(WORDS)
    page.locator("input[name=title_zh_1]").fill("会长")
    send(page, page.locator("button[name=look]"))
    expect(page.locator(".error-summary")).to_contain_text("这是谁的签名")
    expect(page.locator("textarea[name=statement_zh]")).to_have_value(WORDS)
    page.locator("input[name=name_1]").fill("沈国强")
    send(page, page.locator("button[name=look]"))
    expect(page.locator(".error-summary")).to_have_count(0)
    head.look("template-draft")
    return page.url.removeprefix(head.site.url).removesuffix("edit/")


def publish(head: Person, template: str) -> None:
    """Look at the specimens and publish. The comparison of the two engines is left to a worker: it takes its minute."""
    with head.site.without_a_worker() as address:
        page = head.page
        page.goto(f"{address}{template}")
        for picture in page.locator("main img").all():
            picture.scroll_into_view_if_needed()
            assert page.request.get(f"{address}{picture.get_attribute('src')}").headers["content-type"] == "image/png"
        head.look("template-specimens")
        submit(page, "/publish/")
        expect(page.locator(".alert--good")).to_contain_text("已发布")
        expect(page.locator("main")).to_contain_text("目前逐份制作")
        expect(page.locator("form[action$='/publish/']")).to_have_count(0)
        head.look("template-published")


def write_a_programme(officer: Person, title: str) -> str:
    """Write down what a certificate is given for, and return its page."""
    page = officer.go("/desk/programmes/new/")
    officer.look("programme-new")
    page.locator("input[name=kind][value=achievement]").check()
    send(page, page.locator("main form.form button").first)
    page.locator("input[name=title]").fill(title)
    page.locator("input[name=valid_months]").fill("24")
    officer.look("programme-facts")
    send(page, page.locator("main form.form button").first)
    officer.look("programme")
    return page.url.removeprefix(officer.site.url)


def name_people(officer: Person, programme: str, *, wrong: str, right: str) -> str:
    """Check a list with a wrong line, mend it, prepare it, and return the list's page."""
    page = officer.go(programme)
    page.locator("textarea[name=text]").fill(f"{right}\n{wrong}")
    submit(page, "/people/")
    expect(page.locator("main .alert--bad")).to_contain_text("有 1 行不对")
    expect(page.locator("form[action$='/prepare/']")).to_have_count(0)
    officer.look("programme-wrong-line")
    page.locator("textarea[name=text]").fill(right)
    submit(page, "/people/")
    submit(page, "/prepare/")
    expect(page.locator("form[action$='/approve/']")).to_have_count(0)  # whoever prepared the list cannot approve it
    officer.look("programme-list")
    return page.url.removeprefix(officer.site.url)


def approve(head: Person, batch: str) -> None:
    page = head.go(batch)
    submit(page, "/approve/")
    head.prove_again()
    expect(page.locator("main")).to_contain_text("已完成")
    follow(page, page.locator("td a[href*='/desk/certificates/issued/']").first)
    head.look("programme-certificate")
