"""What the trainee does, from signing up to holding her certificate."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.answers import answer
from tests.journeys.conftest import Person, Site
from tests.journeys.steps.forms import follow, send, submit

NAME = "沈玉芬"
TRAINEE_PHONE = "13700000001"
ID_NUMBER = "310199197705060022"
PLAN = "九月康复辅助技术咨询师四级认定"


def sign_up(trainee: Person) -> None:
    page = trainee.go("/")
    trainee.look("home")
    page = trainee.go("/accounts/signup/")
    trainee.look("sign-up")
    page.locator("input[name=name]").fill(NAME)
    page.locator("input[name=phone]").fill(TRAINEE_PHONE)
    send(page, page.locator("form:has(input[name=phone]) button").first)
    trainee.look("sign-up-code")
    page.locator("input[name=code]").fill("000000")
    send(page, page.locator("form:has(input[name=code]) button").first)
    expect(page.locator("input[name=code]")).to_be_visible()  # a wrong code stays at the door
    page.locator("input[name=code]").fill(trainee.site.code_sent_to(TRAINEE_PHONE))
    page.locator("form:has(input[name=code]) button").first.click()
    page.wait_for_url("**/learn/")
    trainee.look("learning-empty")


def learn(trainee: Person) -> None:
    page = trainee.go("/courses/")
    trainee.look("catalogue")
    follow(page, page.get_by_role("link", name="康复辅助器具服务基础").first)
    trainee.look("course")
    submit(page, "/enrol/")
    trainee.go("/learn/")
    trainee.look("learning")
    page.locator(".next-step a.button").click()
    for step in range(60):
        if "/quiz/" in page.url:
            take_a_quiz(trainee)
        if page.locator(".lesson-foot__next").count():
            if step in (0, 4, 8):
                trainee.look(f"lesson-{step}")
            send(page, page.locator(".lesson-foot__next"))
            continue
        trainee.go("/learn/")
        if page.locator("form[action$='/statement/']").count():
            break
        if step == 5:
            trainee.look("learning-half-way")
        send(page, page.locator(".next-step a.button"))
    submit(page, "/statement/")
    expect(page.locator("main")).to_contain_text(NAME)
    expect(page.locator("main")).not_to_contain_text("职业技能等级证书")
    trainee.look("statement")


def take_a_quiz(trainee: Person) -> None:
    page = trainee.page
    trainee.look("quiz-door")
    send(page, page.locator("form.actions button"))
    trainee.look("quiz")
    for position in range(1, page.locator("[data-question]").count() + 1):
        answer(page, position)
    send(page, page.locator("form.quiz .actions button").first)
    expect(page.locator(".quiz-result--passed")).to_be_visible()
    trainee.look("quiz-result")


def hand_in_an_application(trainee: Person, files: Path) -> str:
    page = trainee.go("/apply/")
    trainee.look("apply")
    follow(page, page.get_by_role("link", name=PLAN).first)
    trainee.look("apply-plan")
    submit(page, "/start/")
    case = re.search(r"/apply/(\d+)/", page.url)[1]
    trainee.look("case-draft")

    trainee.go(f"/apply/{case}/identity/")
    page.locator("input[name=number]").fill("310199197705060023")
    page.locator("form:has(input[name=number]) .actions button").click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()  # a wrong check digit is told at the field
    trainee.look("case-identity-wrong")
    page.locator("input[name=number]").fill(ID_NUMBER)
    page.locator("form:has(input[name=number]) .actions button").click()
    page.wait_for_url("**/facts/")

    fill_employment(page, started="2024-03-01")
    trainee.go(f"/apply/{case}/condition/")
    expect(page.locator("main")).to_contain_text("满5年")
    trainee.look("case-condition-unmet")
    # Two years are not five: the case cannot be handed in, and says why.
    trainee.go(f"/apply/{case}/facts/")
    fill_employment(page, started="2019-03-01")
    trainee.look("case-facts")
    trainee.go(f"/apply/{case}/condition/")
    page.locator("label.choice-card", has_text="4-1").locator("input").check()
    page.locator("form:has(input[name=condition]) .actions button").click()
    page.wait_for_url("**/evidence/")

    page.locator("select[name=kind]").select_option("work_proof")
    page.locator("input[name=file]").set_input_files(
        {"name": "proof.pdf", "mimeType": "application/pdf", "buffer": b"MZ not a pdf"}
    )
    page.locator("form:has(input[name=file]) .actions button").click()
    expect(page.locator(".field--error, .error-summary").first).to_be_visible()
    trainee.look("case-evidence-refused")
    page.locator("select[name=kind]").select_option("work_proof")
    page.locator("input[name=file]").set_input_files(files / "proof.png")
    send(page, page.locator("form:has(input[name=file]) .actions button"))
    trainee.go(f"/apply/{case}/photo/")
    page.locator("input[name=photo]").set_input_files(files / "portrait.jpg")
    send(page, page.locator("form:has(input[name=photo]) .actions button"))
    trainee.look("case-photo")
    trainee.go(f"/apply/{case}/record/")
    page.locator("select[name=education]").select_option("high_school")
    page.locator("select[name=province]").select_option("31")
    page.locator("select[name=source]").select_option("employee")
    trainee.look("case-record")
    send(page, page.locator("form:has(select[name=province]) .actions button").first)
    trainee.go(f"/apply/{case}/submit/")
    page.locator("input[name=agreed]").check()
    trainee.look("case-submit")
    page.locator("form:has(input[name=agreed]) .actions button").click()
    page.wait_for_url(f"**/apply/{case}/")
    trainee.look("case-submitted")
    return case


def mend_and_hand_in_again(trainee: Person, case: str, files: Path) -> None:
    """She reads what the reviewer asks for on her own page, uploads it and hands in once more."""
    page = trainee.go(f"/apply/{case}/")
    expect(page.locator("main")).to_contain_text("章看不清")
    trainee.look("case-returned")
    page = trainee.go(f"/apply/{case}/evidence/")
    page.locator("select[name=kind]").select_option("work_proof")
    page.locator("input[name=file]").set_input_files(files / "better.png")
    send(page, page.locator("form:has(input[name=file]) .actions button"))
    trainee.go(f"/apply/{case}/submit/")
    if page.locator("input[name=agreed]").count():
        page.locator("input[name=agreed]").check()
    page.locator("main form .actions button").last.click()
    page.wait_for_url(f"**/apply/{case}/")


def fill_employment(page: Page, *, started: str) -> None:
    if not page.locator("input[name=employments-0-employer]").count():
        page.locator("button[name=add][value=employments]").click()
    page.locator("[name=employments-0-employer]").fill("浦江社区卫生服务中心")
    page.locator("[name=employments-0-occupation]").select_option(index=1)
    page.locator("[name=employments-0-started_on]").fill(started)
    page.get_by_role("button", name="保存并继续").last.click()
    page.wait_for_url("**/condition/")


def take_the_ticket(trainee: Person, case: str) -> None:
    page = trainee.go(f"/apply/{case}/")
    trainee.look("case-seated")
    page = trainee.go(f"/apply/{case}/ticket/")
    expect(page.locator("main")).to_contain_text(NAME)
    trainee.look("ticket")


def sit_the_theory_exam(site: Site, trainee: Person) -> None:
    site.clock("2026-09-26 09:30")
    page = trainee.go("/exam/")
    trainee.look("exams")
    follow(page, page.get_by_role("link", name=PLAN))
    expect(page.get_by_role("button", name="开始")).to_have_count(0)  # half an hour early the door is closed
    trainee.look("exam-early")
    site.clock("2026-09-26 10:01")
    page.reload()
    trainee.look("exam-door")
    submit(page, "/start/")
    page.wait_for_url("**/paper/**")
    trainee.look("exam-paper")
    total = page.locator("[data-exam-question]").count()
    assert total == 55
    saved = page.locator("[data-saved]")
    for position in range(1, total + 1):
        page.locator(f"[data-map='{position}']").click()
        if position == 20:
            trainee.context.set_offline(True)  # the network fails: answering goes on
        answer(page, position, rightly=position % 6 != 0)
        if position == 25:
            expect(page.locator("[data-offline]")).to_be_visible()
            trainee.context.set_offline(False)
    expect(saved).to_contain_text("已保存", timeout=30_000)
    page.reload()
    expect(page.locator("[data-answered-count]")).to_have_text(str(total))
    page.locator(".question-map button[value=submit]").click()
    page.wait_for_url("**/submit/")
    trainee.look("exam-submit")
    send(page, page.get_by_role("button", name="交卷"))
    trainee.look("exam-done")


def download(trainee: Person, folder: Path) -> Path:
    page = trainee.go("/learn/certificates/")
    trainee.look("own-certificates")
    with page.expect_download() as waiting:
        page.locator("a[href$='/pdf/']").first.click()
    path = folder / "certificate.pdf"
    waiting.value.save_as(path)
    return path
