import datetime
import pytest
from decimal import Decimal
from lms.core import clock
from tests.held import renewable, lay, programme_of
from tests.issued import AFTER
from certification.certificates.rules import *
from certification.certificates.services.requests import KeptFile, file_request, grant_request
from certification.certificates.services.sharing import share_certificate, withdraw_share
from lms.core import store

pytestmark = pytest.mark.django_db(transaction=True)
OUT = "/tmp/wallet_look"

def test_look(held, live_server, browser, monkeypatch, settings, portrait):
    monkeypatch.setattr(clock, "now", lambda: AFTER)
    settings.PUBLIC_URL = live_server.url
    from django.test import Client
    import os
    os.makedirs(OUT, exist_ok=True)
    kept = KeptFile(store.put(b"%PDF-1.7 x"), "身份证.pdf", "application/pdf")
    r1 = file_request(held.certificate, change=Change.CORRECTION, reason="姓名录入有误，身份证为准", corrections={"name": "林小梅", "id_number": "11010519491231002X", "photo": store.put(portrait + b"x")}, evidence=[kept], actor=held.holder, now=AFTER)
    new = grant_request(r1, actor=held.head, now=AFTER)
    r2 = file_request(new, change=Change.REISSUE, reason="搬家时遗失", cause=Cause.LOST, actor=held.holder, now=AFTER)
    ren = renewable(held, valid_until=datetime.date(2028, 9, 20), held="12.5")
    from certification.certificates.services import revoke_certificate
    gone = lay(held, programme_of(held.plan.organisation, title="失智照护", title_en="Dementia care"), n=77)
    revoke_certificate(gone, reason="申报材料不实", actor=held.head, now=AFTER)
    link = share_certificate(new, claims=[Claim.NAME, Claim.SUBJECT, Claim.ISSUER, Claim.DATES, Claim.PHOTO, Claim.FILE, Claim.NUMBER, Claim.ID_NUMBER], term=Term.MONTH, note="给福利院王院长", actor=held.holder, now=AFTER)
    l2 = share_certificate(new, claims=[Claim.NAME], term=Term.OPEN, actor=held.holder, now=AFTER)
    withdraw_share(l2, actor=held.holder, now=AFTER)
    def cookies(user):
        c = Client(); c.force_login(user)
        return {"name": "sessionid", "value": c.cookies["sessionid"].value, "url": live_server.url}
    pages = {
        "own": (held.holder, "/learn/certificates/"),
        "share": (held.holder, f"/learn/certificates/{new.pk}/share/"),
        "ask": (held.holder, f"/learn/certificates/{ren.pk}/ask/correction/"),
        "ask-refused": (held.holder, f"/learn/certificates/{ren.pk}/ask/renewal/"),
        "own-request": (held.holder, f"/learn/certificates/requests/{r1.pk}/"),
        "shared": (None, link.path),
        "over": (None, l2.path),
        "requests": (held.head, "/desk/certificates/requests/"),
        "request": (held.head, f"/desk/certificates/requests/{r1.pk}/"),
        "request-open": (held.head, f"/desk/certificates/requests/{r2.pk}/"),
        "issued": (held.head, f"/desk/certificates/issued/{new.pk}/"),
    }
    axe = None
    import glob
    found = ["/work/main/.venv/lib/python3.11/site-packages/axe_playwright_python/axe.min.js"] + glob.glob("/work/main/**/axe.min.js", recursive=False)
    for mode, size, extra in (("s", 360, {}), ("l", 1440, {}), ("care", 360, {"care": "1"}), ("dark", 360, {"theme": "dark"})):
        for name, (user, path) in pages.items():
            if mode in ("care", "dark") and name not in ("own", "share", "shared", "request-open", "issued", "ask"):
                continue
            context = browser.new_context(bypass_csp=True, viewport={"width": size, "height": 800})
            if user: context.add_cookies([cookies(user)])
            page = context.new_page()
            page.goto(live_server.url + path)
            if extra.get("care"): page.evaluate("document.documentElement.dataset.care='1'")
            if extra.get("theme"): page.evaluate("document.documentElement.dataset.theme='dark'")
            page.evaluate("document.querySelectorAll('main details').forEach(d=>d.open=true)")
            wide = page.evaluate("document.documentElement.scrollWidth")
            page.screenshot(path=f"{OUT}/{name}-{mode}.png", full_page=True)
            line = f"{name}-{mode} width {wide}/{size}"
            if found:
                page.evaluate(open(found[0]).read())
                v = page.evaluate("axe.run({runOnly:['wcag2a','wcag2aa','wcag21aa','wcag22aa','best-practice']}).then(r=>r.violations.map(v=>v.id+': '+v.nodes.map(n=>n.target.join(' ')+' '+n.html.slice(0,120)).slice(0,3).join(' | ')))")
                line += " axe " + str(v)
            print(line)
            context.close()
