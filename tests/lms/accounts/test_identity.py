"""An identity number must be right in itself and agree with what else is known (I11)."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from lms.accounts.models import IdentityDocument, User
from lms.accounts.rules import DocumentKind, Sex, age_on, normalise_name, normalise_phone, read_identity
from lms.accounts.services import record_identity, reveal_number
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry

TODAY = datetime.date(2026, 9, 7)


@pytest.mark.parametrize(
    ("number", "born", "sex"),
    [
        ("11010519491231002X", datetime.date(1949, 12, 31), Sex.FEMALE),
        ("11010519491231002x", datetime.date(1949, 12, 31), Sex.FEMALE),
        ("310199190003071235", datetime.date(1900, 3, 7), Sex.MALE),
        ("810000190003071236", datetime.date(1900, 3, 7), Sex.MALE),
    ],
)
def test_i11_a_resident_number_tells_birth_date_and_sex(number, born, sex):
    read = read_identity(DocumentKind.RESIDENT_ID, number, today=TODAY)
    assert (read.birth_date, read.sex, read.number) == (born, sex, number.upper())


@pytest.mark.parametrize("number", ["110105194912310021", "1101051949123100", "11010519490231002X", "abc", ""])
def test_i11_a_wrong_resident_number_is_refused(number):
    with pytest.raises(DomainError, match=r"accounts\.bad_resident_number"):
        read_identity(DocumentKind.RESIDENT_ID, number, today=TODAY)


def test_i11_a_full_width_number_is_the_same_number():
    read = read_identity(DocumentKind.RESIDENT_ID, "１１０１０５１９４９１２３１００２ｘ", today=TODAY)
    assert read.number == "11010519491231002X"
    permit = read_identity(DocumentKind.HMT_PERMIT, "Ｈ１２３４５６７８", today=TODAY)
    assert permit.number == "H12345678"


@pytest.mark.parametrize("number", ["11010519491231002٣", "１１٣"])
def test_i11_digits_of_another_script_are_no_resident_number(number):
    with pytest.raises(DomainError, match=r"accounts\.bad_resident_number"):
        read_identity(DocumentKind.RESIDENT_ID, number, today=TODAY)


@pytest.mark.parametrize(
    "phone",
    [
        "１３８００００００００",
        "13８00000000",
        "＋86 13800000000",
        "（138）00000000",
        "13800000000",
        "138 0000 0000",
        "+86 138-0000-0000",
        "0086 13800000000",
    ],
)
def test_a_mainland_phone_is_stored_one_way(phone):
    assert normalise_phone(phone) == "+8613800000000"


@pytest.mark.parametrize("phone", ["12800000000", "1380000000", "138000000000", "13٨00000000", "call me"])
def test_a_wrong_phone_is_refused(phone):
    with pytest.raises(DomainError, match=r"accounts\.bad_phone"):
        normalise_phone(phone)


def test_sixteen_on_the_very_day():
    assert age_on(datetime.date(2010, 9, 7), TODAY) == 16
    assert age_on(datetime.date(2010, 9, 8), TODAY) == 15


def test_i11_a_birth_date_that_disagrees_is_refused(make_user, now):
    person = make_user("林晓梅")
    with pytest.raises(DomainError, match=r"accounts\.birth_date_disagrees"):
        record_identity(
            person, kind="resident_id", number="11010519491231002X", birth_date=datetime.date(1950, 1, 1), actor=person, now=now
        )


def test_a_passport_needs_birth_date_and_sex(make_user, now):
    person = make_user("林晓梅")
    with pytest.raises(DomainError, match=r"accounts\.birth_date_and_sex_needed"):
        record_identity(person, kind="passport", number="E12345678", actor=person, now=now)


def test_two_people_cannot_share_a_document(make_user, now):
    first, second = make_user("林晓梅"), make_user("严华")
    record_identity(first, kind="resident_id", number="11010519491231002X", actor=first, now=now)
    with pytest.raises(DomainError, match=r"accounts\.document_taken"):
        record_identity(second, kind="resident_id", number="11010519491231002x", actor=second, now=now)


def test_i43_reading_a_number_is_itself_recorded(make_user, now):
    person, reader = make_user("林晓梅"), make_user("陆文静")
    document = record_identity(person, kind="resident_id", number="11010519491231002X", actor=person, now=now)
    assert reveal_number(document, actor=reader, purpose="eligibility review", now=now) == "11010519491231002X"
    entry = LedgerEntry.objects.get(kind="accounts.number_read")
    assert (entry.actor_id, entry.facts) == (reader.pk, {"purpose": "eligibility review"})


# One document, one account (I11)


@pytest.mark.parametrize("kind", ["passport", "hmt_permit"])
@pytest.mark.parametrize(
    "number", ["11010519491231002X", "110105194912310020", "１１０１０５１９４９１２３１００２ｘ", "11010519491231002X0"]
)
def test_i11_a_resident_number_is_refused_under_another_kind(make_user, now, kind, number):
    person = make_user("乙")
    with pytest.raises(DomainError, match=r"accounts\.resident_number_misplaced"):
        record_identity(person, kind=kind, number=number, birth_date=datetime.date(2000, 1, 1), sex="male", actor=person, now=now)
    assert not IdentityDocument.objects.exists()


def test_i11_a_number_belongs_to_one_person_whatever_kind_she_calls_it(make_user, now):
    first, second = make_user("甲"), make_user("乙")
    facts = {"number": "H12345678", "birth_date": datetime.date(2000, 1, 1), "sex": "male", "now": now}
    record_identity(first, kind="hmt_permit", actor=first, **facts)
    with pytest.raises(DomainError, match=r"accounts\.document_taken"):
        record_identity(second, kind="passport", actor=second, **facts)
    row = IdentityDocument.objects.get()
    row.pk, row.user, row.kind = None, second, "passport"
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.parametrize("born", ["3000-01-01", "2026-09-07", "1895-09-07", "0001-01-01", "9999-12-31"])
def test_i11_a_birth_date_that_nobody_living_has_is_refused(make_user, now, born):
    person = make_user("丙")
    with pytest.raises(DomainError, match=r"accounts\.birth_date_impossible"):
        record_identity(
            person,
            kind="passport",
            number="E12345678",
            birth_date=datetime.date.fromisoformat(born),
            sex="male",
            actor=person,
            now=now,
        )


@pytest.mark.parametrize("born", ["2026-09-06", "1895-09-08"])
def test_i11_a_birth_date_at_either_end_is_taken(make_user, now, born):
    person = make_user("丙")
    day = datetime.date.fromisoformat(born)
    assert record_identity(person, kind="passport", number="E12345678", birth_date=day, sex="male", actor=person, now=now)


# Names


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  林晓梅 ", "林晓梅"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("阿依古丽•买买提", "阿依古丽•买买提"),
        ("㛃𠮷𬭼", "㛃𠮷𬭼"),
        ("王\U00031350", "王\U00031350"),
        ("Jose\u0301  Núñez", "José Núñez"),
        ("林\t晓梅", "林 晓梅"),
        ("葛\U000e0100", "葛\U000e0100"),
    ],
)
def test_a_name_is_kept_as_people_write_it(written, kept):
    assert normalise_name(written) == kept


@pytest.mark.parametrize(
    "sign",
    ["\u202e", "\u200d", "\ufeff", "\u200b", "\u2066", "\u00ad", "\u0007", "\u007f", "\u3164", "\u2800", "\u115f", "\uffa0"],
)
def test_a_sign_that_nobody_sees_is_refused_in_a_name(sign):
    for name in (sign, f"林{sign}梅", f"{sign}林晓梅"):
        with pytest.raises(DomainError, match=r"accounts\.bad_name"):
            normalise_name(name)


@pytest.mark.parametrize("name", ["", "   ", "\u3000", "···", "123", "?!"])
def test_a_name_without_a_letter_is_none(name):
    with pytest.raises(DomainError, match=r"accounts\.bad_name"):
        normalise_name(name)


@pytest.mark.parametrize("name", ["林\u202e梅", "\u3164", "\u2800\u2800"])
def test_nobody_signs_up_under_a_name_that_cannot_be_read(client, db, name):
    page = client.post("/accounts/signup/", {"name": name, "phone": "13812345678", "email": ""})
    assert page.status_code == 422
    assert not User.objects.exists()


def test_nobody_is_made_under_a_name_that_cannot_be_read(db):
    with pytest.raises(DomainError, match=r"accounts\.bad_name"):
        User.objects.create_person(name="林\u202e梅", phone="+8613812345678")
