"""The registration form 个人信息登记表: what an application says beside facts and evidence.

Source: the 33 columns of domain.md §5.1. What follows from the facts or from the identity document is computed and
not kept here (category, holds a certificate, sex, date of birth). Kinds of source (考生来源) are a house list: the
template names none.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date
from typing import Any

EDUCATION: Mapping[str, str] = {
    "doctor": "博士",
    "master": "研究生",
    "bachelor": "大学本科",
    "college": "大学专科和专科学校",
    "secondary_vocational": "中等专业学校",
    "technical_school": "技校",
    "senior_technical_school": "高级技校",
    "technician_college": "技师学院",
    "high_school": "高中",
    "vocational_high_school": "职高",
    "middle_school": "初中",
    "primary_school": "小学",
}
SOURCES: Mapping[str, str] = {
    "employee": "企业职工",
    "student": "院校学生",
    "jobseeker": "失业人员",
    "rural": "农村转移就业劳动者",
    "veteran": "退役军人",
    "self_employed": "灵活就业人员",
    "other": "其他",
}
EXAM_TYPES: Mapping[str, str] = {"first": "正考", "resit": "补考"}
CATEGORIES: Mapping[str, str] = {"initial": "初次认定", "promotion": "晋级认定"}
COLLECTING: Mapping[str, str] = {"self": "自取", "mail": "邮寄", "electronic": "电子证书"}
PROVINCES: Mapping[str, str] = {
    "11": "北京市", "12": "天津市", "13": "河北省", "14": "山西省", "15": "内蒙古自治区", "21": "辽宁省", "22": "吉林省",
    "23": "黑龙江省", "31": "上海市", "32": "江苏省", "33": "浙江省", "34": "安徽省", "35": "福建省", "36": "江西省",
    "37": "山东省", "41": "河南省", "42": "湖北省", "43": "湖南省", "44": "广东省", "45": "广西壮族自治区", "46": "海南省",
    "50": "重庆市", "51": "四川省", "52": "贵州省", "53": "云南省", "54": "西藏自治区", "61": "陕西省", "62": "甘肃省",
    "63": "青海省", "64": "宁夏回族自治区", "65": "新疆维吾尔自治区", "66": "新疆生产建设兵团", "71": "台湾省",
    "81": "香港特别行政区", "82": "澳门特别行政区",
}  # fmt: skip
"""GB/T 2260 with 66 for the 兵团, as domain.md §6.2 lists them."""
SHORT_PROVINCES = {
    code: name[:3] if name.startswith(("内蒙古", "黑龙江")) else name[:2] for code, name in PROVINCES.items() if code != "66"
}
CHOICES: Mapping[str, Mapping[str, str]] = {
    "education": EDUCATION,
    "source": SOURCES,
    "exam_type": EXAM_TYPES,
    "collect": COLLECTING,
    "province": PROVINCES,
}
PLAIN_FIELDS = (
    "education",
    "province",
    "source",
    "employer",
    "applying_unit",
    "exam_type",
    "major",
    "work_started_on",
    "email",
    "profession_years",
    "diploma_number",
    "experience",
    "collect",
    "postcode",
)
PRIVATE_FIELDS = ("address", "mail_address", "ethnicity", "politics", "household")
"""Kept encrypted: where somebody lives, and what PIPL calls sensitive."""
SENSITIVE_FIELDS = ("ethnicity", "politics", "household")
"""Asked for only where the body says that its upload target needs them (domain.md §5.1, PIPL note)."""
NEEDED_FIELDS = ("education", "province", "source")
"""What a case cannot be handed in without; the other mandatory columns are known otherwise or have a default."""
LONGEST: Mapping[str, int] = {"experience": 500, "address": 200, "mail_address": 200, "email": 120}
ORDINARY_LENGTH = 60
MOST_YEARS = 60
EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
POSTCODE = re.compile(r"[0-9]{6}")
FIRST_YEAR = 1920


@dataclass(frozen=True)
class Fault:
    """What is wrong with one value; `code` has its sentence in `messages.py`."""

    field: str
    code: str
    context: Mapping[str, Any] = made(default_factory=dict)


def read_record(values: Mapping[str, Any], *, on: date) -> tuple[dict[str, Any], dict[str, str], list[Fault]]:
    """Return the record as it is stored, its private part, and everything that is wrong with it.

    Choices are keys or the Chinese words of the template; empty values are left out, unknown keys dropped; a day is ISO.
    """
    kept: dict[str, Any] = {}
    faults: list[Fault] = []
    for name in (*PLAIN_FIELDS, *PRIVATE_FIELDS):
        text = _text(values.get(name))
        if not text:
            continue
        value, fault = _read(name, text, on)
        if fault is not None:
            faults.append(fault)
        else:
            kept[name] = value
    private = {name: str(kept.pop(name)) for name in PRIVATE_FIELDS if name in kept}
    return kept, private, faults


def missing_fields(record: Mapping[str, Any]) -> list[str]:
    """Return the needed fields that the record lacks, in the order of the form."""
    return [name for name in NEEDED_FIELDS if not record.get(name)]


def category_of(level: int, certificates: Sequence[Mapping[str, Any]], occupations: Sequence[str]) -> str:
    """Return "promotion" for who holds a lower certificate of this or a related occupation, else "initial" (认定分类)."""
    lower = any(int(row["level"]) > level and row["occupation"] in occupations for row in certificates)
    return "promotion" if lower else "initial"


def key_of(name: str, text: str) -> str | None:
    """Return the key of a choice by its key or its Chinese word; a province also by its short name, with what follows it."""
    words = CHOICES[name]
    if text in words:
        return text
    for key, word in words.items():
        if text == word:
            return key
    if name == "province":
        if text.startswith("新疆生产建设兵团"):
            return "66"
        return next((key for key, short in SHORT_PROVINCES.items() if text.startswith(short)), None)
    return None


def _text(value: object) -> str:
    return unicodedata.normalize("NFC", str(value)).strip() if value is not None else ""


def _read(name: str, text: str, on: date) -> tuple[Any, Fault | None]:
    longest = LONGEST.get(name, ORDINARY_LENGTH)
    if len(text) > longest:
        return None, Fault(name, "applications.field_too_long", {"longest": longest})
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Cs") and sign not in "\n\r\t" for sign in text):
        return None, Fault(name, "applications.field_unreadable")
    if name in CHOICES:
        key = key_of(name, text)
        return (key, None) if key else (None, Fault(name, "applications.field_choice", {"words": list(CHOICES[name].values())}))
    if name == "work_started_on":
        return _read_day(name, text, on)
    if name == "profession_years":
        whole = text.removesuffix("年")
        fits = whole.isascii() and whole.isdigit() and int(whole) <= MOST_YEARS
        return (int(whole), None) if fits else (None, Fault(name, "applications.field_years", {"most": MOST_YEARS}))
    if name == "email" and not EMAIL.fullmatch(text):
        return None, Fault(name, "applications.field_email")
    if name == "postcode" and not POSTCODE.fullmatch(text):
        return None, Fault(name, "applications.field_postcode")
    return text, None


DAY = re.compile(r"(\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2}))?[日月]?")


def read_day(text: str) -> date | None:
    """Return the day that stands there, `2015-07-01`, `2015.7`, `2015年7月1日` or `20150701`; a month is its first day."""
    match = DAY.fullmatch(text)
    parts = match.groups() if match else None
    if parts is None and len(text) == 8 and text.isascii() and text.isdigit():
        parts = (text[:4], text[4:6], text[6:])
    if parts is None:
        return None
    try:
        return date(int(parts[0]), int(parts[1]), int(parts[2] or 1))
    except ValueError:
        return None


def _read_day(name: str, text: str, on: date) -> tuple[Any, Fault | None]:
    day = read_day(text)
    if day is None or day > on or day.year < FIRST_YEAR:
        return None, Fault(name, "applications.field_day")
    return day.isoformat(), None
