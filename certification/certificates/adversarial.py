"""Imagined holders and bodies that try what a design can bear: names long, short, rare and foreign, empty fields, odd photos.

A template is drawn with all of them before it is published (`comparison`), and its editor previews a few.
"""

import copy
import datetime
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from PIL import Image, ImageDraw

from certification.certificates.programme_trials import PROGRAMMES, odd_claims
from certification.certificates.rules import Kind
from certification.certificates.sheet import PrintTemplate, Sheet

ISSUED_AT = datetime.datetime(2026, 9, 21, 1, 30, tzinfo=datetime.UTC)
VERIFY_URL = "https://certificates.example.org.cn/verify/0123456789abcdefghijklmnopqrstuv/"
# As long as a signed token usually is.
TOKEN = "".join(chr(ord("a") + index % 26) for index in range(220))
ID_NUMBER, PASSPORT = "310199190003071235", "E12345678"
PHOTO_SIZE = (295, 413)

NAMES = (
    "王小芳",
    "一",
    "李娜",
    "欧阳䶮",
    "龘靐齉爩",
    "𠮷野家",
    "㐂子",
    "诸葛孔明先",
    "司徒慕容上官诸葛",
    "阿依古丽·买买提",
    "买买提·吐尔逊江·阿不都热依木江",
    "斯琴高娃·额尔德尼",
    "尼玛次仁",
    "古丽仙・艾合买提",
    "王 小芳",
    "A",
    "Anna",
    "Wafi Toffi",
    "AVATAR To Wave",
    "José Ñandú",
    "Zoë O'Neill-Smith",
    "Łukasz Żółw",
    "Müller-Lüdenscheidt",
    "Nguyễn Thị Hương",
    "Maria Fernanda da Silva e Albuquerque",
    "Maria Fernanda da Silva e Albuquerque do Nascimento Pereira",
    "Ａｎｎａ　Ｌｅｅ",
    "王芳 Anna",
    "李（小）芳",
    "<b>王</b>",
    "Smith & Söhne",
    "김영희",
    "Иванова",
    "1号学员",
)
# A private-use character, an emoji and the like have no glyph at all; issuing refuses them in either engine.


@dataclass(frozen=True)
class Trial:
    """A sheet with a word on what is odd about it."""

    label: str
    sheet: Sheet


def trials(template: PrintTemplate, *, issuer: dict[str, str] | None = None) -> list[Trial]:
    """Return about fifty sheets for the template's design. `issuer` (`zh`, `en`, `record_number`) is the body's own."""
    return list(_TRIALS[template.design](issuer or SHENCHENG))


SHENCHENG = {"zh": "申城康复辅助器具行业协会", "en": "Shencheng Association of Assistive Devices", "record_number": "BA-000123"}
PLAIN_CLAIMS: dict[str, Any] = {
    "title": {"zh": "职业技能等级证书", "en": "Certificate of Vocational Skill Level"},
    "number": "S000031000123264000001",
    "holder": {
        "name": NAMES[0],
        "id_kind": {"zh": "居民身份证", "en": "Resident identity card"},
        "id_number_masked": "310***********1235",
    },
    "occupation": {"code": "4-14-03-06", "zh": "康复辅助技术咨询师", "en": "Assistive Technology Consultant"},
    "work_type": {"zh": "--", "en": ""},
    "level": {"code": 4, "zh": "四级/中级工", "en": "Level 4 / Intermediate Skilled Worker"},
    "parts": [{"zh": "理论知识考试", "en": "theory examination"}, {"zh": "操作技能考核", "en": "practical skill test"}],
    "scheme": {"title": "康复辅助技术咨询师", "is_sample": False, "sample_note": ""},
    "issuer": SHENCHENG,
    "issued_on": "2026-09-21",
    "lookup": {"certificate": "http://jndj.osta.org.cn", "body": "http://pjjg.osta.org.cn"},
}
LEVELS = (
    (5, "五级/初级工", "Level 5 / Junior Skilled Worker"),
    (3, "三级/高级工", "Level 3 / Senior Skilled Worker"),
    (2, "二级/技师", "Level 2 / Technician"),
    (1, "一级/高级技师", "Level 1 / Senior Technician"),
)


def _skill_level(issuer: dict[str, str]) -> Iterator[Trial]:
    def trial(label: str, **changes: Any) -> Trial:
        claims = copy.deepcopy(PLAIN_CLAIMS) | {"issuer": issuer}
        of_sheet = {name: changes.pop(name) for name in ("photo", "id_number", "qr_text") if name in changes}
        for path, value in changes.items():
            *outer, last = path.split("__")
            inner = claims
            for step in outer:
                inner = inner[step]
            inner[last] = value
        plain = Sheet(
            claims=claims,
            id_number=ID_NUMBER,
            photo=photo(),
            verify_url=VERIFY_URL,
            qr_text=f"{VERIFY_URL}#{TOKEN}",
            issued_at=ISSUED_AT,
        )
        return Trial(label, replace(plain, **of_sheet))

    for name in NAMES:
        yield trial(f"name {name}", holder__name=name)
    for code, zh, en in LEVELS:
        yield trial(f"level {code}", level={"code": code, "zh": zh, "en": en})
    for work_type in ("假肢装配", "康复辅助器具适配与无障碍环境改造咨询服务方向", "ＡＢＣ型（甲）", "Type A-1/2"):
        yield trial(f"work type {work_type}", work_type__zh=work_type)
    for day in ("2026-01-01", "2030-12-29"):
        yield trial(f"issued on {day}", issued_on=day)
    passport = {"zh": "护照", "en": "Passport"}
    yield trial("passport", holder__id_kind=passport, id_number=PASSPORT)
    permit = {"zh": "港澳台居民居住证", "en": "Residence permit for Hong Kong, Macao and Taiwan residents"}
    yield trial("residence permit", holder__id_kind=permit, id_number="81000019900307123X")
    yield trial("document number not in ASCII", holder__id_kind=passport, id_number="Ｅ１２３４５６７８")
    yield trial("number of the national series", number="Y000031000123261000099")
    sample = {"title": "示例标准", "is_sample": True, "sample_note": "示例，非国家标准"}
    yield trial("sample", scheme=sample)
    yield trial("sample, long name", scheme=sample, holder__name=NAMES[9])
    review = [*PLAIN_CLAIMS["parts"], {"zh": "综合评审", "en": "comprehensive review"}]
    yield trial("three parts, level 1", parts=review, level={"code": 1, "zh": LEVELS[3][1], "en": LEVELS[3][2]})
    long_issuer = {"zh": "长江三角洲区域康复辅助器具与无障碍环境建设产业促进会", "en": "", "record_number": "BA-9"}
    yield trial("long issuer without an English name", issuer=long_issuer)
    yield trial("photo of another size", photo=photo((358, 441)))
    yield trial("grey photo", photo=photo(mode="L"))
    yield trial("PNG photo", photo=photo(kind="PNG"))
    yield trial("QR code with the address only", qr_text=VERIFY_URL)


def _programme(kind: Kind) -> Callable[[dict[str, str]], Iterator[Trial]]:
    def of_kind(issuer: dict[str, str]) -> Iterator[Trial]:
        for label, claims in odd_claims(kind, issuer, NAMES):
            qr_text = VERIFY_URL if label == "for ever" else f"{VERIFY_URL}#{TOKEN}"
            sheet = Sheet(claims, id_number="", photo=None, verify_url=VERIFY_URL, qr_text=qr_text, issued_at=ISSUED_AT)
            yield Trial(label, sheet)

    return of_kind


_TRIALS: dict[str, Callable[[dict[str, str]], Iterator[Trial]]] = {
    "skill_level": _skill_level,
    **{kind.value: _programme(kind) for kind in PROGRAMMES},
}


@lru_cache(maxsize=8)
def photo(size: tuple[int, int] = PHOTO_SIZE, *, mode: str = "RGB", kind: str = "JPEG") -> bytes:
    """Return a drawn face; nobody's photograph."""
    width, height = size
    picture = Image.new("RGB", size, (236, 240, 242))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((width * 0.31, height * 0.22, width * 0.69, height * 0.58), fill=(222, 188, 164))
    draw.pieslice((width * 0.29, height * 0.19, width * 0.71, height * 0.51), 180, 360, fill=(44, 36, 32))
    draw.ellipse((width * 0.1, height * 0.64, width * 0.9, height * 1.36), fill=(38, 72, 80))
    out = io.BytesIO()
    picture.convert(mode).save(out, kind)
    return out.getvalue()
