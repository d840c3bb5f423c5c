"""A certificate as an Open Badges 3.0 credential (W3C Verifiable Credential 2.0). Public, so it names no person.

Source: Open Badges 3.0, appendix B (AchievementCredential, AchievementSubject, Achievement, Profile).
"""

import datetime
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from certification.certificates.credential.addresses import LIST_ENTRIES, Addresses, Purpose
from certification.certificates.credential.canonical import CONTEXTS, json_bytes
from certification.certificates.credential.holder import HolderSalts, identity_node
from certification.certificates.credential.proof import Signer, secure
from certification.certificates.credential.public_keys import key_of

# The certificate's dates are days in China, which has one zone and no summer time.
CHINA = "+08:00"
ACHIEVEMENT_TYPES = {
    "skill_level": "Certification",
    "completion": "CertificateOfCompletion",
    "hours": "CertificateOfCompletion",
    "credits": "CertificateOfCompletion",
    "achievement": "Achievement",
}
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# By the name of the document in the claims; every other is a national number. Source: Open Badges 3.0, IdentifierTypeEnum.
ID_TYPES = {"护照": "ext:passportNumber"}


@dataclass(frozen=True)
class CredentialFacts:
    """What the credential says beyond the frozen claims. `id_number` is hashed, and may be empty for kinds without one.

    `issued_at` is the moment of signing.
    """

    addresses: Addresses
    issuer_slug: str
    token: str
    status_index: int
    salts: HolderSalts
    issued_at: datetime.datetime
    id_number: str = ""


def build_credential(claims: Mapping[str, Any], facts: CredentialFacts, *, signer: Signer) -> bytes:
    """Return the signed credential as JSON in UTF-8: what is attached to the PDF and published at its address.

    Raises `ValueError` when a claim holds what no credential may (control characters).
    """
    key = key_of(signer.certificate)
    method = facts.addresses.method(facts.issuer_slug, key.thumbprint)
    return json_bytes(secure(unsigned_credential(claims, facts), method=method, signer=signer, at=facts.issued_at))


def unsigned_credential(claims: Mapping[str, Any], facts: CredentialFacts) -> dict[str, Any]:
    """Return the credential without its proof. `claims` are those of `claims.py`; what a kind lacks may be missing."""
    addresses, slug = facts.addresses, facts.issuer_slug
    address = addresses.credential(facts.token)
    title = _pair(claims.get("title"))
    name, name_en = _achieved(claims)
    document: dict[str, Any] = {
        "@context": CONTEXTS,
        "id": address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": _joined(" · ", title[0], name),
        "description": _joined(" · ", title[1], name_en) or name,
        "issuer": _issuer(claims, addresses.did(slug), addresses.public_url),
        "validFrom": f"{claims['issued_on']}T00:00:00{CHINA}",
    }
    if claims.get("valid_until"):
        document["validUntil"] = f"{claims['valid_until']}T23:59:59{CHINA}"
    document["credentialSubject"] = _subject(claims, facts, address)
    # One entry: VC 2.0 allows several, but the schema of Open Badges 3.0 has credentialStatus [0..1].
    document["credentialStatus"] = {
        "id": f"{address}#status",
        "type": "BitstringStatusListEntry",
        "statusPurpose": Purpose.REVOCATION.value,
        "statusListIndex": str(facts.status_index % LIST_ENTRIES),
        "statusListCredential": addresses.status_list(slug, Purpose.REVOCATION, facts.status_index),
    }
    return document


def _subject(claims: Mapping[str, Any], facts: CredentialFacts, address: str) -> dict[str, Any]:
    identities = [identity_node("name", claims["holder"]["name"], facts.salts.name)]
    if facts.id_number:
        kind = ID_TYPES.get(_pair(claims["holder"].get("id_kind"))[0], "nationalIdentityNumber")
        identities.append(identity_node(kind, facts.id_number.upper(), facts.salts.id_number))
    subject: dict[str, Any] = {
        "id": f"{address}#holder",
        "type": ["AchievementSubject"],
        "identifier": identities,
        "licenseNumber": _plain(claims["number"]),
    }
    earned = _amount(claims.get("credits"))
    if earned is not None:
        subject["creditsEarned"] = earned
    subject["achievement"] = _achievement(claims, facts.addresses.did(facts.issuer_slug))
    return subject


def _achievement(claims: Mapping[str, Any], did: str) -> dict[str, Any]:
    name, name_en = _achieved(claims)
    kind = str(claims.get("kind") or "skill_level")
    occupation = claims.get("occupation") or {}
    # The same achievement of the same issuer has the same name in every credential.
    identity = "\n".join((did, kind, str(occupation.get("code", "")), name))
    achievement: dict[str, Any] = {
        "id": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, identity)}",
        "type": ["Achievement"],
        "achievementType": ACHIEVEMENT_TYPES.get(kind, "Certificate"),
        "name": name,
        "description": name_en or name,
        "inLanguage": "zh",
        "criteria": {"narrative": _criteria(claims)},
    }
    if occupation.get("code"):
        achievement["humanCode"] = _plain(occupation["code"])
    return achievement


def _issuer(claims: Mapping[str, Any], did: str, url: str) -> dict[str, Any]:
    filed = claims["issuer"]
    name, name_en = _pair(filed)
    issuer: dict[str, Any] = {"id": did, "type": ["Profile"], "name": name, "url": f"{url}/"}
    if name_en:
        issuer["description"] = name_en
    if filed.get("record_number"):
        record = _plain(filed["record_number"])
        issuer["otherIdentifier"] = [{"type": "IdentifierEntry", "identifier": record, "identifierType": "ext:recordNumber"}]
    return issuer


def achieved(claims: Mapping[str, Any]) -> str:
    """Return in Chinese what was achieved: occupation and level, or programme, or course, or the certificate's title."""
    return _achieved(claims)[0]


def subject_of(claims: Mapping[str, Any]) -> str:
    """Return in Chinese what the certificate is about: occupation, programme or course without a level, or its title."""
    return _subject_words(claims)[0] or _pair(claims.get("title"))[0]


def _subject_words(claims: Mapping[str, Any]) -> tuple[str, str]:
    return _pair(claims.get("occupation") or claims.get("programme") or claims.get("course"))


def _achieved(claims: Mapping[str, Any]) -> tuple[str, str]:
    """Return what was achieved, in Chinese and in English (which may be empty)."""
    subject = _subject_words(claims)
    level = _pair(claims.get("level"))
    chinese, english = _joined(" ", subject[0], level[0]), _joined(", ", subject[1], level[1])
    title = _pair(claims.get("title"))
    return chinese or title[0], english or ("" if chinese else title[1])


def _criteria(claims: Mapping[str, Any]) -> str:
    """Return what had to be done for it, from the claims alone."""
    sentences = []
    parts = [_pair(part) for part in claims.get("parts") or ()]
    if parts:
        english = ", ".join(part[1] for part in parts if part[1])
        sentences.append(f"经考核合格：{'、'.join(part[0] for part in parts)}。" + (f" Passed: {english}." if english else ""))
    scheme = claims.get("scheme") or {}
    if scheme.get("title"):
        number = f"（{scheme['document_number']}）" if scheme.get("document_number") else ""
        sentences.append(f"依据：《{scheme['title']}》{number}第 {scheme.get('version', 1)} 版。")
    if scheme.get("is_sample") and scheme.get("sample_note"):
        sentences.append(f"{scheme['sample_note']}。")
    if claims.get("course"):
        sentences.append(f"课程：{_pair(claims['course'])[0]}。")
    if claims.get("hours"):
        sentences.append(f"学时：{claims['hours']}。 Class hours: {claims['hours']}.")
    if claims.get("credits"):
        sentences.append(f"学分：{claims['credits']}。 Credits: {claims['credits']}.")
    if not sentences:
        sentences.append("由颁发机构认定。 As determined by the issuer.")
    return _plain(" ".join(sentences))


def _pair(words: object) -> tuple[str, str]:
    """Return Chinese and English of a claim, whether it holds both, one text, or nothing."""
    if isinstance(words, Mapping):
        chinese = words.get("zh") or words.get("title") or words.get("name") or ""
        return _plain(chinese), _plain(words.get("en") or words.get("title_en") or words.get("name_en") or "")
    return (_plain(words), "") if words else ("", "")


def _plain(text: object) -> str:
    """Return the text with a space for each control character, which canonical forms treat in several ways."""
    return CONTROLS.sub(" ", str(text)).strip()


def _amount(value: object) -> int | float | None:
    """Return a number of credits as JSON has it, or None when the claim is no number."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    if not number.is_finite() or isinstance(value, bool):
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def _joined(mark: str, *parts: str) -> str:
    return mark.join(part for part in parts if part)
