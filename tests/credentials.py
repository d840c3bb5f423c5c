"""Signers with keys in memory, claims of each kind, and the facts of one certificate, all without a database."""

import datetime
from dataclasses import dataclass
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from certification.certificates.credential.addresses import Addresses
from certification.certificates.credential.builder import CredentialFacts
from certification.certificates.credential.holder import holder_salts

ADDRESSES = Addresses("https://cert.example.cn")
SLUG = "shencheng-association"
TOKEN = "h4mX0Qy2bT9sLw7cVz1eRk5uJd8nPg3a"
MOMENT = datetime.datetime(2026, 9, 21, 1, 30, tzinfo=datetime.UTC)
ID_NUMBER = "310199190003071235"
NAME = "林晓梅"


@dataclass(frozen=True)
class MemorySigner:
    """A key in memory with a certificate of its own, signing digests as a body's key does."""

    private_key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        return ()

    def sign_digest(self, digest: bytes) -> bytes:
        algorithm = Prehashed(hashes.SHA256())
        if isinstance(self.private_key, rsa.RSAPrivateKey):
            return self.private_key.sign(digest, padding.PKCS1v15(), algorithm)
        return self.private_key.sign(digest, ec.ECDSA(algorithm))


def signer_with(private_key: Any) -> MemorySigner:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test signer")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2036, 1, 1, tzinfo=datetime.UTC))
        .sign(private_key, hashes.SHA256())
    )
    return MemorySigner(private_key, certificate)


@pytest.fixture(scope="session")
def ec_signer() -> MemorySigner:
    return signer_with(ec.generate_private_key(ec.SECP256R1()))


@pytest.fixture(scope="session")
def rsa_signer() -> MemorySigner:
    return signer_with(rsa.generate_private_key(public_exponent=65537, key_size=2048))


def facts(**changes: Any) -> CredentialFacts:
    values: dict[str, Any] = {
        "addresses": ADDRESSES,
        "issuer_slug": SLUG,
        "token": TOKEN,
        "status_index": 7,
        "salts": holder_salts(b"a secret of thirty-two bytes ....", TOKEN),
        "issued_at": MOMENT,
        "id_number": ID_NUMBER,
    }
    return CredentialFacts(**(values | changes))


ISSUER = {"zh": "申城康复辅助器具行业协会", "en": "Shencheng Association of Assistive Products", "record_number": "BA-000123"}
SKILL_LEVEL: dict[str, Any] = {
    "kind": "skill_level",
    "title": {"zh": "职业技能等级证书", "en": "Certificate of Vocational Skill Level"},
    "number": "S000031000123264000001",
    "version": 1,
    "holder": {"name": NAME, "id_number_masked": "310***********1235"},
    "occupation": {"code": "4-14-03-06", "zh": "康复辅助技术咨询师", "en": "Assistive-technology consultant"},
    "work_type": {"zh": "--", "en": ""},
    "level": {"code": 4, "zh": "四级/中级工", "en": "Level 4 (intermediate)"},
    "parts": [{"zh": "理论知识考试", "en": "theory examination"}, {"zh": "操作技能考核", "en": "practical skill test"}],
    "scheme": {
        "title": "康复辅助技术咨询师",
        "document_number": "",
        "version": 1,
        "is_sample": True,
        "sample_note": "示例，非国家标准",
    },
    "issuer": ISSUER,
    "issued_on": "2026-09-21",
}
CREDITS: dict[str, Any] = {
    "kind": "credits",
    "title": {"zh": "继续教育学分证明", "en": "Statement of Continuing-Education Credits"},
    "number": "XF000122026000001",
    "holder": {"name": NAME},
    "programme": {"zh": "轮椅适配进修", "en": "Further training in wheelchair fitting"},
    "course": {"zh": "轮椅适配", "en": "Wheelchair fitting"},
    "hours": "24",
    "credits": "2.5",
    "issuer": {"zh": "浦江康养职业学院", "en": "", "record_number": ""},
    "issued_on": "2026-09-21",
    "valid_until": "2028-09-20",
}
BARE: dict[str, Any] = {
    "number": "NL000122026000001",
    "holder": {"name": "阿卜杜热西提·买买提"},
    "issuer": {"zh": "江湾养老服务集团"},
    "issued_on": "2026-02-28",
    "title": {"zh": "专业能力证书"},
}
EVERY_KIND = [SKILL_LEVEL, CREDITS, BARE]
