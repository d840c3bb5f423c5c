"""Which words a body may print on a certificate of which kind (I38)."""

import re
import unicodedata

from certification.certificates.rules.kinds import Kind
from lms.core.errors import DomainError

LONGEST_ZH, LONGEST_EN = 60, 180
"""Two lines on the page."""
RESERVED = ("职业技能等级证书", "职业技能等级认定", "职业资格证书", "osta.org.cn", "vocational skill level")
"""Words of the skill-level certificate and of the state's qualifications. Source: domain.md §6.1, I38."""
STATE = r"(?:国家|政府|官方|国务院|部委|教育部|民政部|人社|人力资源|卫健委|卫生健康委)"
RECOGNITION = re.compile(
    # "国家标准", "国家认证认可监督管理委员会" and the like are names, and a claim stands close together.
    rf"{STATE}(?!认证认可)(?:(?!标准)\w){{0,8}}?(?:承认|认可|公认|监制)"
    rf"|{STATE}\w{{0,3}}?颁发"
    r"|监制|国家级证书|国家证书|(?:全国|国际|全球|世界|各省|全省)(?:范围)?(?:内)?(?:通用|有效|承认|认可|公认|互认)"
    r"|(?:nationally|internationally|state|government|officially)recogni[sz]ed|government(?:approved|accredited|authori[sz]ed)"
    r"|(?:recogni[sz]ed|approved|accredited|supervised|authori[sz]ed)bythe(?:chinese)?(?:state|government|ministry|nation)"
    r"|(?:valid|recogni[sz]ed)(?:nationwide|worldwide|throughout(?:the)?(?:country|china|world))"
)
"""What says that the state, or everybody, stands behind it. Source: domain.md §1 (不参与监制), §6.1: the body issues it alone."""
DENIALS = ("非", "不是", "不属于", "不代表", "不等于", "未经", "未获", "not")
"""Straight before such words they say the contrary, which is honest."""
SIMPLIFIED = str.maketrans("國認監製際頒證書範圍級標準內", "国认监制际颁证书范围级标准内")
OFFICIAL_NUMBER = re.compile(r"[YS][0-9]{21}", re.IGNORECASE)


def plain_line(text: str) -> str:
    """Return the text composed (NFC) on one line, gaps as single spaces.

    Raises `DomainError` 422 `certificates.wording_character` for a sign that shows nothing or turns the direction.
    """
    line = " ".join(unicodedata.normalize("NFC", text).split())
    for sign in line:
        if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
            raise DomainError("certificates.wording_character", status=422, sign=f"U+{ord(sign):04X}")
    return line


def check_wording(text: str, *, kind: Kind) -> str:
    """Return the text as one plain line that a certificate of this kind may say.

    Raises `DomainError` 422: `certificates.wording_character`, `certificates.wording_recognition` naming the words; for
    every kind but the skill level `certificates.wording_reserved` naming the words, `certificates.wording_official_number`.
    """
    line = plain_line(text)
    # Full-width letters, blanks and marks between the characters do not hide the words.
    bare = "".join(sign for sign in unicodedata.normalize("NFKC", line).casefold() if unicodedata.category(sign)[0] in "LN")
    if (words := claimed_recognition(bare)) is not None:
        raise DomainError("certificates.wording_recognition", status=422, words=words)
    if kind is Kind.SKILL_LEVEL:
        return line
    for words in RESERVED:
        if "".join(sign for sign in words if sign.isalnum()) in bare:
            raise DomainError("certificates.wording_reserved", status=422, words=words)
    if OFFICIAL_NUMBER.search(bare):
        raise DomainError("certificates.wording_official_number", status=422)
    return line


def claimed_recognition(bare: str) -> str | None:
    """Return the words by which a text of letters and figures alone says that the state recognises it, or None."""
    plain = bare.translate(SIMPLIFIED)
    for found in RECOGNITION.finditer(plain):
        if not plain[: found.start()].endswith(DENIALS):
            return bare[found.start() : found.end()]
    return None
