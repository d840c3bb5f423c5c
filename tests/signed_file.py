"""A certificate file of an imagined person, drawn and signed without a database, for tests that take it apart."""

import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from certification.certificates import authority, signing
from certification.certificates.keys.loading import LoadedKey
from certification.certificates.rendering import render_certificate

NOW = datetime.datetime(2026, 9, 21, 1, 30, tzinfo=datetime.UTC)
VERIFY_URL = "http://127.0.0.1:8000/verify/0123456789abcdefghijklmnopqrstuv/"
ID_NUMBER = "310199190003071235"


def claims(*, name="王小芳", sample=True, work_type="--"):
    return {
        "template": "skill_level-1",
        "title": {"zh": "职业技能等级证书", "en": "Certificate of Vocational Skill Level"},
        "number": "S000031000123264000001",
        "holder": {
            "name": name,
            "id_kind": {"zh": "居民身份证", "en": "Resident identity card"},
            "id_number_masked": "310***********1235",
        },
        "occupation": {"code": "4-14-03-06", "zh": "康复辅助技术咨询师", "en": "Assistive Technology Consultant"},
        "work_type": {"zh": work_type, "en": ""},
        "level": {"code": 4, "zh": "四级/中级工", "en": "Level 4 / Intermediate Skilled Worker"},
        "parts": [{"zh": "理论知识考试", "en": "theory examination"}, {"zh": "操作技能考核", "en": "practical skill test"}],
        "scheme": {"title": "康复辅助技术咨询师", "is_sample": sample, "sample_note": "示例，非国家标准" if sample else ""},
        "issuer": {"zh": "申城康复辅助器具行业协会", "en": "Shencheng Association", "record_number": "BA-000123"},
        "issued_on": "2026-09-21",
        "lookup": {"certificate": "http://jndj.osta.org.cn", "body": "http://pjjg.osta.org.cn"},
    }


def rendered(portrait, **changes):
    return render_certificate(claims(**changes), id_number=ID_NUMBER, photo=portrait, verify_url=VERIFY_URL, issued_at=NOW)


def new_key(root=None, **dates):
    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "演示 Demo 签名人")])
    certificate = authority.build_certificate(
        subject,
        public_key=private.public_key(),
        issuer=root.certificate.subject if root else subject,
        issuer_key=root.private_key if root else private,
        authority=False,
        **dates,
    )
    return LoadedKey(private, certificate, (root.certificate,) if root else ())


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return authority.make_demo_authority(directory=tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def key(root):
    return new_key(root)


@pytest.fixture(scope="module")
def unsigned(portrait):
    return rendered(portrait)


@pytest.fixture(scope="module")
def signed(unsigned, key):
    return signing.sign_pdf(unsigned, key=key, now=NOW)
