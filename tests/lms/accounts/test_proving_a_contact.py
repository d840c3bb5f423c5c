"""A phone number or an e-mail opens and holds an account only for who has proved it (decision 8)."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client

from lms.accounts.models import User
from lms.notices.gateways import MemorySmsGateway

pytestmark = pytest.mark.django_db
HERS = "13900112233"
HER_MAIL = "lin@example.org"
HIS = "13900445566"
HIS_MAIL = "attacker@example.org"


@pytest.fixture(autouse=True)
def clean_slate():
    cache.clear()
    MemorySmsGateway.outbox.clear()
    yield
    cache.clear()


def post(client, address, **data):
    # Limits by address and number have their own tests; here people come an hour apart.
    cache.clear()
    return client.post(address, data)


def sign_up(client, name="林晓梅", *, phone="", email=""):
    return post(client, "/accounts/signup/", name=name, phone=phone, email=email)


def ask_to_sign_in(client, login):
    return post(client, "/accounts/login/", login=login, password="")


def sms_code() -> str | None:
    """The code in the newest SMS, if there is one in it."""
    found = re.search(r"\d{6}", MemorySmsGateway.outbox[-1][1])
    return found[0] if found else None


def mailed_code() -> str | None:
    """The code in the newest mail, if there is one in it."""
    found = re.search(r"^\d{6}$", mail.outbox[-1].body, re.MULTILINE)
    return found[0] if found else None


def prove_phone(client):
    return post(client, "/accounts/phone/verify/", code=sms_code())


def prove_email(client):
    return post(client, "/accounts/login/code/confirm/", code=mailed_code())


def who(client) -> User | None:
    """Who is signed in there."""
    return User.objects.filter(pk=client.session.get("_auth_user_id")).first()


def add_email(client, address):
    return post(client, "/accounts/email/", email=address, action_add="1")


def link() -> str:
    """The path of the link in the newest mail."""
    found = re.search(r"https?://[^/\s]+(/accounts/confirm-email/\S+)", mail.outbox[-1].body)
    assert found
    return found[1]


def test_who_typed_my_number_in_first_does_not_get_my_account():
    attacker, victim = Client(), Client()
    sign_up(attacker, "假名", phone=HERS, email=HIS_MAIL)

    assert sign_up(victim, phone=HERS).headers["Location"] == "/accounts/phone/verify/"
    prove_phone(victim)
    her = who(victim)
    assert her is not None
    assert (her.name, her.phone, her.email, her.phone_verified) == ("林晓梅", f"+86{HERS}", None, True)

    late = Client()
    ask_to_sign_in(late, HIS_MAIL)
    assert mailed_code() is None
    assert who(late) is None
    assert not User.objects.exclude(pk=her.pk).filter(phone=f"+86{HERS}").exists()


def test_who_typed_my_email_in_beside_his_phone_does_not_share_my_account():
    attacker, victim = Client(), Client()
    sign_up(attacker, "假名", phone=HIS, email=HER_MAIL)
    prove_phone(attacker)
    his = who(attacker)
    assert his is not None
    assert his.email is None

    assert sign_up(victim, email=HER_MAIL).headers["Location"] == "/accounts/login/code/confirm/"
    prove_email(victim)
    her = who(victim)
    assert her is not None
    assert her != his
    assert (her.name, her.email, her.phone) == ("林晓梅", HER_MAIL, None)

    again = Client()
    ask_to_sign_in(again, HER_MAIL)
    prove_email(again)
    assert who(again) == her


def test_an_email_typed_in_first_by_another_and_never_proved_is_still_mine():
    sign_up(Client(), "假名", email=HER_MAIL)
    victim = Client()
    sign_up(victim, email=HER_MAIL)
    prove_email(victim)
    assert who(victim) == User.objects.get(email=HER_MAIL)
    assert who(victim).name == "林晓梅"


@pytest.mark.parametrize("contact", [{"phone": HERS}, {"email": HER_MAIL}])
def test_a_contact_that_was_never_proved_opens_nothing(contact):
    sign_up(Client(), "假名", **contact)
    victim = Client()
    ask_to_sign_in(victim, *contact.values())
    newest = MemorySmsGateway.outbox[-1][1] if "phone" in contact else mail.outbox[-1].body
    assert not re.search(r"^\D*\d{6}\b", newest.splitlines()[0])
    assert (sms_code() if "phone" in contact else mailed_code()) is None
    post(victim, "/accounts/login/code/confirm/", code="000000")
    assert who(victim) is None


def test_of_two_who_began_with_one_number_it_is_hers_who_proves_it():
    first, second = Client(), Client()
    sign_up(first, "甲", phone=HERS)
    his_code = sms_code()
    sign_up(second, "乙", phone=HERS)
    prove_phone(second)
    page = post(first, "/accounts/phone/verify/", code=his_code)
    assert page.status_code == 422
    assert who(first) is None
    assert User.objects.get(phone=f"+86{HERS}") == who(second)


def test_of_two_who_began_with_one_address_it_is_hers_who_proves_it_first():
    first, second = Client(), Client()
    sign_up(first, "甲", email=HER_MAIL)
    earlier = mailed_code()
    sign_up(second, "乙", email=HER_MAIL)
    prove_email(second)
    page = post(first, "/accounts/login/code/confirm/", code=earlier)
    assert page.status_code == 409
    assert "登录" in page.content.decode()
    assert who(first) is None
    assert EmailAddress.objects.get(email=HER_MAIL, verified=True).user == who(second)


def test_changing_to_a_number_claimed_by_another_takes_it_from_him(make_user):
    sign_up(Client(), "假名", phone=HERS)
    her = make_user("林晓梅", phone=f"+86{HIS}")
    client = sign_in_by_password(her)
    post(client, "/accounts/phone/change/", phone=HERS)
    prove_phone(client)
    assert User.objects.get(phone=f"+86{HERS}") == her


def test_whose_number_is_proved_is_led_to_sign_in():
    client = Client()
    sign_up(client, phone=HERS)
    prove_phone(client)
    stranger = Client()
    sign_up(stranger, "假名", phone=HERS)
    assert sms_code() is None
    assert "登录" in MemorySmsGateway.outbox[-1][1]
    again = Client()
    ask_to_sign_in(again, HERS)
    post(again, "/accounts/login/code/confirm/", code=sms_code())
    assert who(again) == who(client)
    assert User.objects.count() == 1


def test_whose_address_is_proved_is_led_to_sign_in():
    client = Client()
    sign_up(client, email=HER_MAIL)
    prove_email(client)
    assert sign_up(Client(), "假名", email=HER_MAIL.upper()).status_code == 422
    assert User.objects.count() == 1


# Rows from before, where an unproved contact stands beside a proved one


def test_an_address_that_stands_unproved_in_an_older_account_opens_nothing(make_user):
    old = make_user("假名", email=HER_MAIL)
    EmailAddress.objects.create(user=old, email=HER_MAIL, primary=True, verified=False)
    for address in ("/accounts/login/", "/accounts/login/code/"):
        victim = Client()
        post(victim, address, login=HER_MAIL, email=HER_MAIL, password="")
        assert mailed_code() is None
    post(Client(), "/accounts/password/reset/", email=HER_MAIL)
    assert "/password/reset/key/" not in mail.outbox[-1].body

    victim = Client()
    sign_up(victim, email=HER_MAIL)
    prove_email(victim)
    old.refresh_from_db()
    assert (who(victim).email, old.email) == (HER_MAIL, None)
    assert list(EmailAddress.objects.values_list("user__name", "verified")) == [("林晓梅", True)]


def test_a_number_that_stands_unproved_in_an_older_account_is_free_for_its_owner():
    old = User.objects.create_person(name="假名", phone=f"+86{HERS}", email=HIS_MAIL)
    EmailAddress.objects.create(user=old, email=HIS_MAIL, primary=True, verified=True)
    victim = Client()
    sign_up(victim, phone=HERS)
    prove_phone(victim)
    old.refresh_from_db()
    assert (who(victim).name, old.phone) == ("林晓梅", None)


# Adding the other contact later, from the account page


def sign_in_by_password(person) -> Client:
    client = Client()
    post(client, "/accounts/login/", login=person.phone, password="correct horse battery")
    assert who(client) == person
    post(client, "/accounts/reauthenticate/", password="correct horse battery")
    return client


def test_an_address_is_added_by_the_link_that_was_mailed_to_it(make_user):
    her = make_user("林晓梅")
    client = sign_in_by_password(her)
    add_email(client, HER_MAIL)
    her.refresh_from_db()
    assert her.email is None
    client.post(link())
    her.refresh_from_db()
    assert her.email == HER_MAIL
    anew = Client()
    ask_to_sign_in(anew, HER_MAIL)
    prove_email(anew)
    assert who(anew) == her


@pytest.mark.parametrize("signed_in", [False, True])
def test_a_link_proves_nothing_for_who_did_not_add_the_address(make_user, signed_in):
    add_email(sign_in_by_password(make_user("假名")), HER_MAIL)
    reader = sign_in_by_password(make_user("林晓梅")) if signed_in else Client()
    reader.post(link())
    assert not EmailAddress.objects.get(email=HER_MAIL).verified


def test_an_unproved_address_cannot_become_the_main_one_and_holds_nobody_up(make_user):
    his = make_user("假名")
    attacker = sign_in_by_password(his)
    add_email(attacker, HER_MAIL)
    post(attacker, "/accounts/email/", email=HER_MAIL, action_primary="1")
    his.refresh_from_db()
    assert his.email is None

    victim = Client()
    sign_up(victim, email=HER_MAIL)
    prove_email(victim)
    assert who(victim).email == HER_MAIL
    assert not EmailAddress.objects.filter(user=his).exists()


def test_a_proved_address_becomes_the_main_one(make_user):
    her = make_user("林晓梅")
    client = sign_in_by_password(her)
    for address in (HER_MAIL, "second@example.org"):
        add_email(client, address)
        client.post(link())
    post(client, "/accounts/email/", email="second@example.org", action_primary="1")
    her.refresh_from_db()
    assert her.email == "second@example.org"
