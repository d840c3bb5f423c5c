"""A body with a signing key, and certificates of its own that were issued with their credentials."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache

from tests.credentials import ID_NUMBER, MOMENT, NAME, SKILL_LEVEL, ec_signer, rsa_signer  # noqa: F401
from tests.exam_day import exam_day  # noqa: F401
from tests.issued import certified_day, demo_authority, key_folder, portrait  # noqa: F401


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()


@pytest.fixture
def body(demo_authority: Any, association: Any, make_user: Callable) -> SimpleNamespace:
    """An association with a key, a template and two people: `organisation`, `key`, `template`, `head`, `holder`."""
    from certification.certificates.authority import make_body_key
    from certification.certificates.models import Template, TemplateVersion

    template = Template.objects.create(organisation=association, design="skill_level", name="标准样式")
    return SimpleNamespace(
        organisation=association,
        key=make_body_key(association, actor=None, now=MOMENT),
        template=TemplateVersion.objects.create(template=template, version=1, status="published", edited_at=MOMENT),
        head=make_user("沈主任"),
        holder=make_user(NAME),
    )


@pytest.fixture
def issue(body: SimpleNamespace, settings: Any) -> Callable:
    """Return a function that issues a certificate with its credential; `status` and other columns may be told."""
    from certification.certificates.credential.builder import CredentialFacts, build_credential
    from certification.certificates.credential.holder import holder_salts
    from certification.certificates.keys.loading import load_key
    from certification.certificates.models import Certificate
    from certification.registry.machine.access import addresses
    from lms.core import store

    def make(*, index: int = 0, **columns: Any) -> Certificate:
        token = f"{index:032x}"
        facts = CredentialFacts(
            addresses=addresses(),
            issuer_slug=body.organisation.slug,
            token=token,
            status_index=index,
            salts=holder_salts(b"secret", token),
            issued_at=MOMENT,
            id_number=ID_NUMBER,
        )
        claims = SKILL_LEVEL | {"number": f"S000031000123264{index:06d}"}
        data = build_credential(claims, facts, signer=load_key(body.key))
        values = {
            "number": claims["number"],
            "token": token,
            "holder": body.holder,
            "organisation": body.organisation,
            "claims": claims,
            "claims_sha256": "0" * 64,
            "id_number": ID_NUMBER,
            "template": body.template,
            "issued_on": MOMENT.date(),
            "issued_at": MOMENT,
            "issued_by": body.head,
            "status": "valid",
            "status_at": MOMENT,
            "status_index": index,
            "pdf_sha256": f"{index:064x}",
            "credential_sha256": store.put(data),
            "signing_key": body.key,
            "signature_level": "B-B",
        }
        return Certificate.objects.create(**(values | columns))

    return make
