"""Who signs up and in: by phone or e-mail, by code or password; what a guesser and a stranger get."""

import datetime
import re

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client

from lms.accounts.models import User
from lms.notices.gateways import MemorySmsGateway

pytestmark = pytest.mark.django_db
NEW = "13812345678"


@pytest.fixture(autouse=True)
def clean_slate():
    cache.clear()
    MemorySmsGateway.outbox.clear()
    yield
    cache.clear()


def code() -> str:
    """The newest code that went out by SMS."""
    return re.findall(r"\d{6}", MemorySmsGateway.outbox[-1][1])[0]


def sign_up(client, *, phone="", email=""):
    return client.post("/accounts/signup/", {"name": "林晓梅", "phone": phone, "email": email})


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def confirm(client, text):
    return client.post("/accounts/phone/verify/", {"code": text})


def test_signing_up_by_phone_takes_the_code_that_was_sent(client):
    assert sign_up(client, phone=NEW).headers["Location"] == "/accounts/phone/verify/"
    assert not signed_in(client)
    assert MemorySmsGateway.outbox[-1][0] == f"+86{NEW}"
    confirm(client, code())
    person = User.objects.get(phone=f"+86{NEW}")
    assert (person.name, person.phone_verified, person.has_usable_password()) == ("林晓梅", True, False)
    assert signed_in(client)


def test_a_wrong_code_lets_nobody_in(client):
    sign_up(client, phone=NEW)
    wrong = f"{(int(code()) + 1) % 1_000_000:06d}"
    answer = confirm(client, wrong)
    assert not signed_in(client)
    assert "验证码" in answer.content.decode()
    assert not User.objects.get(phone=f"+86{NEW}").phone_verified


def test_after_three_wrong_codes_the_right_one_is_void(client):
    sign_up(client, phone=NEW)
    right = code()
    for turn in range(1, 4):
        confirm(client, f"{(int(right) + turn) % 1_000_000:06d}")
    confirm(client, right)
    assert not signed_in(client)


def test_a_code_is_void_after_ten_minutes(client):
    with time_machine.travel(datetime.datetime(2026, 9, 7, 1, 0, tzinfo=datetime.UTC), tick=False) as clock:
        sign_up(client, phone=NEW)
        clock.shift(datetime.timedelta(minutes=10, seconds=1))
        confirm(client, code())
        assert not signed_in(client)


def test_a_code_sent_again_works_and_the_first_no_longer(client):
    sign_up(client, phone=NEW)
    first = code()
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=2)):
        client.post("/accounts/phone/verify/", {"action": "resend"})
        assert len(MemorySmsGateway.outbox) == 2
        if first != code():
            confirm(client, first)
            assert not signed_in(client)
        confirm(client, code())
        assert signed_in(client)


def test_signing_up_by_email_takes_the_code_from_the_mail(client):
    sign_up(client, email="lin@example.org")
    assert not signed_in(client)
    sent = re.findall(r"^(\d{6})$", mail.outbox[-1].body, re.MULTILINE)[0]
    client.post("/accounts/login/code/confirm/", {"code": sent})
    assert signed_in(client)
    assert User.objects.get(email="lin@example.org").phone is None


def test_signing_up_needs_one_of_phone_and_email(client):
    answer = sign_up(client)
    assert "填一项" in answer.content.decode()
    assert not User.objects.exists()


def test_a_number_that_has_an_account_gets_the_same_answer_as_a_new_one(client, make_user):
    make_user("严华", phone=f"+86{NEW}")
    known, fresh = sign_up(client, phone=NEW), sign_up(client.__class__(), phone="13812345679")
    assert (known.status_code, known.headers["Location"]) == (fresh.status_code, fresh.headers["Location"])
    assert User.objects.filter(phone=f"+86{NEW}").count() == 1
    # Only the number's owner learns that she has one.
    told = [text for phone, text in MemorySmsGateway.outbox if phone == f"+86{NEW}"]
    assert not re.search(r"\d{6}", told[0])
    assert confirm(client, "123456").status_code != 500
    assert not signed_in(client)


@pytest.mark.parametrize("written", [NEW, "138 1234 5678", "138-1234-5678", f"+86{NEW}", f"0086 {NEW}", "（+86）138 1234 5678"])
def test_a_phone_may_be_written_in_any_usual_way(client, make_user, written):
    make_user("严华", phone=f"+86{NEW}", password="correct horse battery")
    client.post("/accounts/login/", {"login": written, "password": "correct horse battery"})
    assert signed_in(client)


def test_without_a_password_a_code_is_sent(client, make_user):
    make_user("严华", phone=f"+86{NEW}")
    assert (
        client.post("/accounts/login/", {"login": NEW, "password": ""})
        .headers["Location"]
        .startswith("/accounts/login/code/confirm/")
    )
    client.post("/accounts/login/code/confirm/", {"code": code()})
    assert signed_in(client)


def test_guessing_a_password_is_stopped_with_a_sentence(client, make_user):
    make_user("严华", phone=f"+86{NEW}", password="correct horse battery")
    answers = [client.post("/accounts/login/", {"login": NEW, "password": f"guess {turn}"}) for turn in range(12)]
    assert answers[-1].status_code == 429
    assert "请等几分钟再试" in answers[-1].content.decode() or "几分钟" in answers[-1].content.decode()
    assert not signed_in(client)


def test_my_account_tells_how_one_signs_in(client, make_user):
    person = make_user("严华", phone=f"+86{NEW}")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    text = client.get("/accounts/").content.decode()
    assert f"+86{NEW}" in text
    for address in ("/accounts/phone/change/", "/accounts/email/", "/accounts/password/change/", "/accounts/2fa/"):
        assert f'href="{address}"' in text


def test_asking_for_codes_too_fast_is_stopped_with_a_sentence(make_user):
    make_user("林晓梅", phone=f"+86{NEW}")
    pages = [sign_up(Client(), phone=NEW) for _ in range(2)]
    assert [page.status_code for page in pages] == [302, 429]
