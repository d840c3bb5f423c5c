"""Shared links: they show what was chosen and nothing else, as long as was chosen, to whoever has the address."""

import datetime
import re

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import Client

from certification.certificates.models import ShareLink
from certification.certificates.rules import Claim, Term
from certification.certificates.rules.sharing import MAX_LIVE_LINKS, LinkState, ends_at, link_state
from certification.certificates.services import correct_certificate, revoke_certificate
from certification.certificates.services.sharing import share_certificate, withdraw_share
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from tests.issued import AFTER, ID_NUMBERS

DAY = datetime.timedelta(days=1)
SECRETS = {
    "name": "林晓梅",
    "subject": "康复辅助技术咨询师",
    "issuer": "申城康复辅助器具行业协会",
    "dates": "2026年9月21日",
    "number": "S000031000123264000001",
    "id_number": "310***********1235",
}


@pytest.fixture
def at(monkeypatch):
    """Return a function that sets the clock."""
    cache.clear()

    def set_clock(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    set_clock(AFTER)
    return set_clock


def share(held, *claims, term=Term.WEEK, actor=None, now=AFTER):
    return share_certificate(held.certificate, claims=claims, term=term, actor=actor or held.holder, now=now)


def opened(link, **headers):
    return Client().get(link.path, headers=headers)


@pytest.mark.parametrize(("term", "days"), [(Term.DAY, 1), (Term.MONTH, 30), (Term.YEAR, 365)])
def test_a_link_works_until_just_before_its_end(term, days):
    end = ends_at(term, now=AFTER)
    assert end == AFTER + days * DAY
    state = {moment: link_state(expires_at=end, withdrawn_at=None, now=moment) for moment in (end - DAY / 86400, end)}
    assert list(state.values()) == [LinkState.LIVE, LinkState.ENDED]


def test_an_open_link_ends_only_when_withdrawn():
    assert ends_at(Term.OPEN, now=AFTER) is None
    assert link_state(expires_at=None, withdrawn_at=None, now=AFTER + 9999 * DAY) is LinkState.LIVE
    assert link_state(expires_at=None, withdrawn_at=AFTER, now=AFTER) is LinkState.WITHDRAWN


@pytest.mark.django_db
def test_what_is_not_chosen_stands_nowhere_in_the_answer(held, at):
    # The day of sharing is told, so it must not be the day of issue.
    at(AFTER + DAY)
    for chosen in [claim for claim in Claim if claim.value in SECRETS]:
        response = opened(share(held, chosen, now=AFTER + DAY))
        text = response.content.decode() + str(response.headers)
        assert [name for name, secret in SECRETS.items() if secret in text] == [chosen.value]
        for unsaid in (ID_NUMBERS[0], held.certificate.token, held.certificate.pdf_sha256, "/photo/", "/file/"):
            assert unsaid not in text


@pytest.mark.django_db
def test_the_page_says_the_present_state_since_when_and_until_when(held, at):
    link = share(held, Claim.SUBJECT, term=Term.DAY)
    text = opened(link).content.decode()
    assert "verdict--valid" in text
    assert "2026年9月21日" in text
    assert "2026年9月22日" in text
    revoke_certificate(held.certificate, reason="申报材料不实", actor=held.head, now=AFTER)
    text = opened(link).content.decode()
    assert "verdict--revoked" in text
    assert "申报材料不实" not in text


@pytest.mark.django_db
def test_a_sample_certificate_says_so_whatever_is_chosen(held, at):
    assert "示例，非国家标准" in opened(share(held, Claim.NAME)).content.decode()


@pytest.mark.django_db
def test_photo_and_file_come_only_with_a_link_that_shows_them(held, at):
    bare, full = share(held, Claim.NAME), share(held, Claim.PHOTO, Claim.FILE)
    for name, start in (("photo", b"\xff\xd8\xff"), ("file", b"%PDF-1.7")):
        assert Client().get(f"{bare.path}{name}/").status_code == 404
        response = Client().get(f"{full.path}{name}/")
        assert response.content.startswith(start)
        assert held.certificate.number not in str(response.headers)
        assert response["Cache-Control"] == "private, no-store"
    withdraw_share(full, actor=held.holder, now=AFTER)
    for name in ("photo", "file"):
        assert Client().get(f"{full.path}{name}/").status_code == 410


@pytest.mark.django_db
def test_the_answer_is_kept_by_nobody_starts_no_session_and_tells_no_other_site(held, at):
    response = opened(share(held, Claim.NAME))
    assert response["Cache-Control"] == "private, no-store"
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "no-referrer"
    # The cookie of the display settings' form; no session begins.
    assert set(response.cookies) <= {"csrftoken"}


@pytest.mark.django_db
def test_a_link_that_does_not_work_tells_nothing_of_anybody(held, at):
    withdrawn, over, never = share(held, *Claim, term=Term.OPEN), share(held, *Claim), ShareLink(token="x" * 32)
    withdraw_share(withdrawn, actor=held.holder, now=AFTER)
    at(over.expires_at)
    for link in (withdrawn, over, never):
        response = opened(link)
        assert response.status_code == 410
        text = response.content.decode()
        assert [name for name, secret in SECRETS.items() if secret in text] == []
        assert response["Cache-Control"] == "private, no-store"
        assert "noindex" in response["X-Robots-Tag"]


@pytest.mark.django_db
def test_all_dead_links_give_the_same_page(held, at):
    gone, never = share(held, Claim.NAME), ShareLink(token="x" * 32)
    withdraw_share(gone, actor=held.holder, now=AFTER)
    differing = r'/shared/[\w-]+/|name="csrfmiddlewaretoken" value="\w+"'
    pages = [re.sub(differing, "", opened(link).content.decode()) for link in (gone, never)]
    assert pages[0] == pages[1]


@pytest.mark.django_db
def test_a_correction_reaches_whoever_has_the_link(held, at):
    link = share(held, Claim.NAME)
    correct_certificate(held.certificate, changes={"name": "林小梅"}, reason="姓名录入有误", actor=held.head, now=AFTER)
    text = opened(link).content.decode()
    assert "林小梅" in text
    assert "林晓梅" not in text
    assert "verdict--valid" in text


@pytest.mark.django_db
def test_openings_are_counted_and_nothing_else_is_kept(held, at):
    link = share(held, Claim.NAME)
    before = LedgerEntry.objects.count()
    for _time in range(3):
        opened(link)
    Client().head(link.path)
    link.refresh_from_db()
    assert link.opened == 3
    assert LedgerEntry.objects.count() == before
    assert {field.name for field in ShareLink._meta.fields} == {
        "id", "certificate", "token", "claims", "note", "created_at", "expires_at", "withdrawn_at", "opened",
    }  # fmt: skip


@pytest.mark.django_db
def test_one_address_cannot_try_out_tokens(held, at, monkeypatch):
    monkeypatch.setattr("certification.registry.throttle.time.time", lambda: 1_790_000_000.0)
    answers = [opened(ShareLink(token=f"{n:032d}")).status_code for n in range(61)]
    assert answers == [410] * 60 + [429]
    # Who waits in the same place is told so on the good link, too.
    assert opened(share(held, Claim.NAME)).status_code == 429


@pytest.mark.django_db
def test_a_token_has_192_random_bits(held, at):
    tokens = {share(held, Claim.NAME).token for _n in range(5)}
    assert len(tokens) == 5
    assert {len(token) for token in tokens} == {32}


@pytest.mark.django_db
def test_sharing_and_withdrawing_stand_in_the_ledger_without_personal_facts(held, at):
    link = share_certificate(
        held.certificate, claims=[Claim.NAME, Claim.DATES], term=Term.WEEK, note="给王院长", actor=held.holder, now=AFTER
    )
    withdraw_share(link, actor=held.holder, now=AFTER)
    withdraw_share(link, actor=held.holder, now=AFTER)
    entries = LedgerEntry.objects.filter(kind__in=["certificates.shared", "certificates.share_withdrawn"]).order_by("sequence")
    assert [entry.kind for entry in entries] == ["certificates.shared", "certificates.share_withdrawn"]
    assert entries[0].facts["claims"] == ["name", "dates"]
    kept = " ".join(str(entry.facts) for entry in entries)
    assert "林晓梅" not in kept
    assert "王院长" not in kept
    assert link.token not in kept


@pytest.mark.django_db
def test_nobody_shares_or_withdraws_for_the_holder(held, at):
    link = share(held, Claim.NAME)
    for actor in (held.head, held.officer):
        with pytest.raises(PermissionDenied):
            share(held, Claim.NAME, actor=actor)
        with pytest.raises(PermissionDenied):
            withdraw_share(link, actor=actor, now=AFTER)


@pytest.mark.django_db
def test_links_that_work_are_limited_in_number(held, at):
    links = [share(held, Claim.NAME) for _n in range(MAX_LIVE_LINKS)]
    with pytest.raises(DomainError) as refused:
        share(held, Claim.NAME)
    assert refused.value.code == "certificates.share_too_many"
    withdraw_share(links[0], actor=held.holder, now=AFTER)
    assert share(held, Claim.NAME).pk


@pytest.mark.django_db
def test_the_holder_makes_a_link_on_the_page_and_withdraws_it(held, at):
    client = Client()
    client.force_login(held.holder)
    address = f"/learn/certificates/{held.certificate.pk}/share/"
    form = client.get(address).content.decode()
    ticked = set(re.findall(r'name="claims" value="(\w+)"[^>]*checked', form))
    assert ticked == {"name", "subject", "issuer", "dates"}
    assert client.post(address, {"term": "week"}).status_code == 422
    assert client.post(address, {"claims": ["name", "passport"], "term": "week"}).status_code == 422
    assert client.post(address, {"claims": ["name"], "term": "century"}).status_code == 422
    assert client.post(address, {"claims": ["name"], "term": "week", "note": "给王院长"}).status_code == 302
    link = ShareLink.objects.get()
    text = client.get(address).content.decode()
    assert link.url in text
    assert "给王院长" in text
    assert opened(link).status_code == 200
    client.post(f"/learn/certificates/links/{link.pk}/withdraw/")
    assert opened(link).status_code == 410
    assert link.url not in client.get(address).content.decode()


@pytest.mark.django_db
def test_another_holder_can_neither_see_nor_withdraw_the_link(held, at):
    link = share(held, Claim.NAME)
    client = Client()
    client.force_login(held.candidates[1])
    assert client.post(f"/learn/certificates/links/{link.pk}/withdraw/").status_code == 404
    assert opened(link).status_code == 200
