"""The holder's wallet: what stands on each card, in which words, and what can be done with it."""

import datetime
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils.html import escape

from certification.certificates.models import Certificate
from certification.certificates.services import reissue_certificate, revoke_certificate, suspend_certificate
from lms.core import clock
from tests.held import lay, programme_of, renewable
from tests.issued import AFTER

pytestmark = pytest.mark.django_db
WALLET = "/learn/certificates/"


@pytest.fixture(autouse=True)
def _after_the_publication(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def page(user, address=WALLET):
    response = signed_in(user).get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_a_person_without_certificates_is_told_how_one_comes(make_user):
    text = page(make_user("新人"))
    assert "/apply/" in text
    assert 'class="pass' not in text


def test_a_card_names_occupation_level_number_issuer_and_state(held):
    text = page(held.holder)
    for told in ("康复辅助技术咨询师", held.certificate.number, "申城康复辅助器具行业协会", "示例，非国家标准"):
        assert told in text
    assert f'href="/learn/certificates/{held.certificate.pk}/pdf/"' in text
    assert f'href="/credentials/{held.certificate.token}/"' in text
    assert f'href="{held.certificate.verify_path}"' in text


def test_in_english_the_card_has_the_english_names(held):
    client = signed_in(held.holder)
    client.cookies["django_language"] = "en"
    text = client.get(WALLET).content.decode()
    assert "Assistive Technology Consultant" in text
    assert "Shencheng Association of Assistive Products" in text


def test_printing_opens_the_same_file_in_the_browser(held):
    client = signed_in(held.holder)
    saved, opened = (client.get(f"{WALLET}{held.certificate.pk}/pdf/{query}") for query in ("", "?open"))
    assert saved["Content-Disposition"].startswith("attachment")
    assert opened["Content-Disposition"].startswith("inline")
    assert saved.content == opened.content


def test_linkedin_gets_the_public_address_and_only_on_a_click(held):
    text = page(held.holder)
    (link,) = re.findall(r'<a href="(https://www\.linkedin\.com[^"]+)" target="_blank" rel="noopener noreferrer">', text)
    facts = {name: value for name, (value,) in parse_qs(urlsplit(link.replace("&amp;", "&")).query).items()}
    assert facts["startTask"] == "CERTIFICATION_NAME"
    assert (facts["issueYear"], facts["issueMonth"]) == ("2026", "9")
    assert facts["certId"] == held.certificate.number
    assert facts["certUrl"] == held.certificate.verify_url
    assert "expirationYear" not in facts
    assert held.holder.get_full_name() not in link
    # No script, picture or frame of theirs: the link alone.
    assert text.count("linkedin.com") == 1


def test_what_no_longer_holds_is_not_offered_to_linkedin(held):
    revoke_certificate(held.certificate, reason="申报材料不实", actor=held.head, now=AFTER)
    text = page(held.holder)
    assert "linkedin.com" not in text
    assert "申报材料不实" in text
    assert "2026年9月21日" in text


def test_a_suspended_certificate_says_so_and_offers_no_change(held):
    suspend_certificate(held.certificate, reason="核查中", actor=held.head, now=AFTER)
    text = page(held.holder)
    assert f"{WALLET}{held.certificate.pk}/ask/" not in text


def test_only_the_newest_version_has_a_card_and_the_older_is_folded_below(held):
    newer = reissue_certificate(held.certificate, reason="原件遗失", actor=held.head, now=AFTER)
    text = page(held.holder)
    assert text.count('class="pass"') == 1
    assert f"{WALLET}{newer.pk}/share/" in text
    assert f"{WALLET}{held.certificate.pk}/share/" not in text
    assert f"{WALLET}{held.certificate.pk}/pdf/" in text
    assert "原件遗失" in text


def test_a_programme_without_occupation_or_level_has_its_card(held):
    lay(held, programme_of(held.plan.organisation))
    assert "轮椅适配能力" in page(held.holder)


def test_a_renewable_certificate_says_what_is_needed_and_what_is_on_record(held):
    certificate = renewable(held, valid_until=datetime.date(2028, 9, 20), held="12.5")
    text = page(held.holder)
    assert "2028年9月20日" in text
    assert "12.5/20" in text
    assert f"{WALLET}{certificate.pk}/ask/renewal/" not in text


def test_with_enough_credits_renewal_is_offered(held):
    certificate = renewable(held, valid_until=datetime.date(2028, 9, 20), held="20")
    assert f"{WALLET}{certificate.pk}/ask/renewal/" in page(held.holder)


def test_past_its_last_day_a_card_says_expired_whether_swept_or_not(held):
    certificate = renewable(held, valid_until=AFTER.date() - datetime.timedelta(days=1), held="20")
    text = page(held.holder)
    assert "2026年9月20日" in text
    assert "pass--ended" in text
    assert f"{WALLET}{certificate.pk}/ask/correction/" not in text
    assert f"{WALLET}{certificate.pk}/ask/renewal/" in text


def test_on_its_last_day_it_still_holds(held):
    renewable(held, valid_until=AFTER.date(), held="20")
    assert "pass--ended" not in page(held.holder)


def test_somebody_elses_certificate_is_not_found(held):
    other = held.candidates[1]
    for address in ("pdf/", "share/", "ask/correction/", "ask/reissue/"):
        assert signed_in(other).get(f"{WALLET}{held.certificate.pk}/{address}").status_code == 404
    assert held.certificate.number not in page(other)


def test_two_hundred_certificates_turn_over_in_pages_with_the_same_few_queries(held, django_assert_max_num_queries):
    organisation = held.plan.organisation
    for n in range(200):
        lay(held, programme_of(organisation, title=f"课程{n:03d}"), n=n + 10)
    client, address, seen = signed_in(held.holder), WALLET, []
    while address:
        with django_assert_max_num_queries(14):
            text = client.get(address).content.decode()
        seen += re.findall(r'aria-labelledby="c(\d+)"', text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        address = f"{WALLET}{following[1]}" if following else ""
    assert len(seen) == len(set(seen)) == 201
    assert {int(key) for key in seen} == set(Certificate.objects.values_list("pk", flat=True))
    assert seen == sorted(seen, key=int, reverse=True)


def test_names_with_markup_stay_text(held):
    hostile = '<script>alert("1")</script>'
    lay(held, programme_of(held.plan.organisation, title=hostile))
    text = page(held.holder)
    assert hostile not in text
    assert escape(hostile) in text
