"""Personal numbers are unreadable at rest, findable by their index, and masked in lists."""

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.db import connection

from lms.accounts.models import IdentityDocument
from lms.accounts.services import record_identity
from lms.core import crypto

NUMBER = "310199197903121226"


def test_what_was_encrypted_is_read_back():
    assert crypto.decrypt(crypto.encrypt(NUMBER)) == NUMBER


def test_a_changed_ciphertext_is_refused():
    secret = crypto.encrypt(NUMBER)
    forged = secret[:-5] + ("A" if secret[-5] != "A" else "B") + secret[-4:]
    with pytest.raises(InvalidToken):
        crypto.decrypt(forged)


def test_an_old_key_still_reads_and_the_index_stays_after_rotation(settings):
    secret, index = crypto.encrypt(NUMBER), crypto.blind_index(NUMBER, "test")
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    assert crypto.decrypt(secret) == NUMBER
    assert crypto.blind_index(NUMBER, "test") == index


def test_the_index_differs_by_purpose():
    assert crypto.blind_index(NUMBER, "one") != crypto.blind_index(NUMBER, "other")


@pytest.mark.parametrize(
    ("number", "masked"),
    [("310199190003071235", "310***********1235"), ("E1234567", "E1****67"), ("12345", "*****")],
)
def test_a_number_is_masked_in_its_middle(number, masked):
    assert crypto.mask_id_number(number) == masked


@pytest.mark.parametrize("length", range(1, 14))
def test_of_a_short_number_at_least_half_is_hidden(length):
    number = "E123456789012"[:length]
    masked = crypto.mask_id_number(number)
    assert len(masked) == length
    assert masked.count("*") * 2 >= length


@pytest.mark.parametrize(
    ("name", "masked"), [("王芳", "王*"), ("王小芳", "王*芳"), ("王", "*"), ("阿依古丽·买买提", "阿******提")]
)
def test_a_name_is_masked(name, masked):
    assert crypto.mask_name(name) == masked


def test_the_database_holds_no_plain_number(make_user, now):
    person = make_user("林晓梅")
    record_identity(person, kind="resident_id", number="11010519491231002X", actor=person, now=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, number_index FROM accounts_identitydocument")
        assert "11010519491231002X" not in str(cursor.fetchall())
    assert IdentityDocument.objects.get().number == "11010519491231002X"


def test_an_encrypted_field_cannot_be_searched(db):
    with pytest.raises(TypeError, match="blind index"):
        IdentityDocument.objects.filter(number="11010519491231002X").exists()
