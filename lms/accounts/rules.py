"""Who a person is on paper: phone numbers and identity documents, checked without a database.

Sources: GB 11643 with ISO 7064 MOD 11-2 (domain.md §7.1); phone pattern `^1[3-9]\\d{9}$`.
"""

import datetime
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from stdnum.iso7064 import mod_11_2

from lms.core.errors import DomainError

MAINLAND_PHONE = re.compile(r"1[3-9][0-9]{9}")
E164 = re.compile(r"\+[1-9][0-9]{5,14}")
HONG_KONG_MACAO_PERMIT = re.compile(r"[HM][0-9]{8}([0-9]{2})?")
TAIWAN_PERMIT = re.compile(r"[0-9]{8}")
PASSPORT = re.compile(r"[A-Z0-9]{5,20}")
RESIDENT_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
OLDEST = 130
"""Years of life above which a date of birth is a slip of the pen."""


class DocumentKind(StrEnum):
    """Kinds of identity document. A residence permit of Hong Kong, Macao or Taiwan has the same 18 digits."""

    RESIDENT_ID = "resident_id"
    HMT_PERMIT = "hmt_permit"
    PASSPORT = "passport"


class Sex(StrEnum):
    """As the identity document states it."""

    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True)
class Identity:
    """What a document number itself tells; birth date and sex are None where it tells neither."""

    kind: DocumentKind
    number: str
    birth_date: datetime.date | None
    sex: Sex | None


BLANK_SIGNS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Signs that Unicode calls letters or symbols though they show nothing."""


def normalise_name(text: str) -> str:
    """Return the name composed (NFC), its gaps single spaces. Middle dots and rare characters stay.

    Raises `DomainError("accounts.bad_name")` (422) when nothing is left, and for a sign that shows nothing or turns
    the writing direction: a name on a certificate must be what one reads.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    hidden = any(unicodedata.category(sign) in HIDDEN_CATEGORIES or sign in BLANK_SIGNS for sign in name)
    # Co and Cn: rare Han characters that fonts carry before this Python's Unicode tables know them.
    letters = any(unicodedata.category(sign)[0] == "L" or unicodedata.category(sign) in ("Co", "Cn") for sign in name)
    if hidden or not letters:
        raise DomainError("accounts.bad_name", status=422)
    return name


def normalise_phone(text: str) -> str:
    """Return the number as `+8613…` (E.164); a mainland number needs no country code.

    Raises `DomainError("accounts.bad_phone")` (422).
    """
    # NFKC makes full-width digits and signs plain: one number has one spelling, or one person two accounts.
    digits = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^(00|\+)86", "", digits)
    if MAINLAND_PHONE.fullmatch(digits):
        return f"+86{digits}"
    if E164.fullmatch(digits) and not digits.startswith("+86"):
        return digits
    raise DomainError("accounts.bad_phone", status=422)


def _resident(number: str, today: datetime.date) -> Identity:
    if not RESIDENT_NUMBER.fullmatch(number) or not mod_11_2.is_valid(number):
        raise DomainError("accounts.bad_resident_number", status=422)
    try:
        birth_date = datetime.datetime.strptime(number[6:14], "%Y%m%d").date()
    except ValueError:
        raise DomainError("accounts.bad_resident_number", status=422) from None
    if birth_date >= today:
        raise DomainError("accounts.birth_date_not_past", status=422)
    check_birth_date(birth_date, today=today)
    sex = Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
    return Identity(DocumentKind.RESIDENT_ID, number, birth_date, sex)


def read_identity(kind: DocumentKind, number: str, *, today: datetime.date) -> Identity:
    """Check a document number and return what it says (I11).

    Spaces are dropped, full-width digits become plain and a small x a large one. Raises `DomainError` (422)
    `accounts.bad_resident_number`, `accounts.birth_date_not_past`, `accounts.birth_date_impossible`,
    `accounts.bad_permit`, `accounts.bad_passport`, and `accounts.resident_number_misplaced` for a resident number
    under another kind: there its check digit and date would count for nothing.
    """
    number = re.sub(r"\s", "", unicodedata.normalize("NFKC", number)).upper()
    if kind is DocumentKind.RESIDENT_ID:
        return _resident(number, today)
    if RESIDENT_NUMBER.search(number):
        raise DomainError("accounts.resident_number_misplaced", status=422)
    if kind is DocumentKind.HMT_PERMIT:
        if not (HONG_KONG_MACAO_PERMIT.fullmatch(number) or TAIWAN_PERMIT.fullmatch(number)):
            raise DomainError("accounts.bad_permit", status=422)
    elif not PASSPORT.fullmatch(number):
        raise DomainError("accounts.bad_passport", status=422)
    return Identity(kind, number, None, None)


def check_birth_date(birth_date: datetime.date, *, today: datetime.date) -> None:
    """Refuse a date of birth that no living person has: `accounts.birth_date_impossible` (422)."""
    if birth_date >= today or age_on(birth_date, today) > OLDEST:
        raise DomainError("accounts.birth_date_impossible", status=422)


def age_on(birth_date: datetime.date, day: datetime.date) -> int:
    """Return full years of life on that day; who was born on 29 February comes of age on 1 March."""
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (0 if had_birthday else 1)
