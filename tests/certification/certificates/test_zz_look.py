import pytest
from tests.certification.certificates.test_programmes import *  # noqa
from tests.certification.certificates.test_programmes import line_of
from certification.certificates.services.templates import create_template, publish_version
from certification.certificates.rules import Kind
pytestmark = pytest.mark.django_db(transaction=True)
def test_look(live_server, browser, client, completion, completed, achievement, signing_key, cast, make_user):
    d = create_template(completion.organisation, design=Kind.ACHIEVEMENT, name="轮椅适配师版式", actor=cast["administrator"], now=AFTER)
    client.force_login(cast["administrator"])
    cookie = client.cookies["sessionid"].value
    person = make_user("阿依古丽·买买提")
    jobs = [("programmes", "/desk/programmes/"), ("new", "/desk/programmes/new/"), ("form", f"/desk/programmes/new/?organisation={completion.organisation_id}&kind=achievement"), ("due", f"/desk/programmes/{completion.pk}/"), ("named", f"/desk/programmes/{achievement.pk}/"), ("tedit", f"/desk/templates/{d.template_id}/edit/"), ("ttemplate", f"/desk/templates/{d.template_id}/"), ("tlist", "/desk/templates/"), ("tnew", "/desk/templates/new/")]
    for width, theme, care in ((1440, "light", "0"), (360, "light", "0"), (1440, "dark", "0"), (360, "light", "1")):
        ctx = browser.new_context(viewport={"width": width, "height": 900})
        ctx.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in (("sessionid", cookie), ("theme", theme), ("care", care))])
        page = ctx.new_page()
        for name, url in jobs:
            if (theme, care) != ("light", "0") and name not in ("due", "named", "tedit", "tnew"): continue
            page.goto(live_server.url + url)
            page.wait_for_load_state("networkidle", timeout=60000)
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if over: print(name, width, care, "overflow", over)
            if name == "named" and theme == "light":
                page.fill("textarea", f"{line_of(person)}\n13912345678 某某\n严华")
                page.click("main form button:has-text('检查'), main form .button")
                page.wait_for_load_state("networkidle")
            page.screenshot(path=f"/tmp/designs/p-{name}-{width}-{theme}-{care}.png", full_page=True)
        ctx.close()
