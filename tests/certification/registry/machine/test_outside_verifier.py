"""Libraries that are not ours judge what we issue: Digital Bazaar's for credentials and status lists, jose for keys."""

import datetime
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from certification.certificates.credential.addresses import Purpose
from certification.certificates.credential.builder import build_credential
from certification.certificates.credential.encodings import from_base64url
from certification.certificates.credential.public_keys import key_of
from certification.certificates.credential.qr_token import DOMAIN, token_facts, write_token
from certification.certificates.credential.status import build_status_list
from certification.registry.machine.access import Issuer, IssuerKey
from certification.registry.machine.documents import did_document, jwks
from tests.credentials import (
    ADDRESSES,
    CREDITS,
    EVERY_KIND,
    MOMENT,
    SKILL_LEVEL,
    SLUG,
    TOKEN,
    facts,
    signer_with,
)
from tests.outside import needs_node, run

pytestmark = needs_node
PLACE = facts().status_index
NEXT_MONTH = "2026-10-21T00:00:00Z"
# The libraries hold a list against the machine's own clock, wherever the tests run.
LISTED = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)


def issuer_of(*signers, revoked=()):
    keys = tuple(
        IssuerKey(
            written=key_of(signer.certificate),
            certificate=signer.certificate,
            valid_from=signer.certificate.not_valid_before_utc,
            valid_until=signer.certificate.not_valid_after_utc,
            active=n == len(signers) - 1,
            revoked_at=MOMENT if signer in revoked else None,
        )
        for n, signer in enumerate(signers)
    )
    return Issuer(1, SLUG, "申城康复辅助器具行业协会", "Shencheng Association", keys)


def lists(signer, *, revoked=()):
    signed = build_status_list(
        revoked, addresses=ADDRESSES, issuer_slug=SLUG, purpose=Purpose.REVOCATION, number=0, signer=signer, at=LISTED
    )
    return {signed["id"]: signed}


def judged(credential, issuer, documents, *, now=NEXT_MONTH):
    documents = {ADDRESSES.did_document(SLUG): did_document(issuer, ADDRESSES), **documents}
    return run("verify.mjs", {"credential": credential, "documents": documents, "offline": True, "now": now})


def credential_of(signer, claims=SKILL_LEVEL):
    return json.loads(build_credential(claims, facts(), signer=signer))


@pytest.mark.parametrize("claims", EVERY_KIND)
def test_an_issued_credential_of_each_kind_is_verified(claims, ec_signer):
    answer = judged(credential_of(ec_signer, claims), issuer_of(ec_signer), lists(ec_signer, revoked=[PLACE + 1]))
    assert answer == {"verified": True, "marked": [], "errors": []}


@pytest.mark.parametrize(
    "name", ['“引号”"\\与反斜杠', "𠮷野家\U0002a6d6", "阿卜杜热西提·买买提", "\u2028\ue000\U0001f9bd", "a\tb\x7fc"]
)
def test_so_is_one_with_rare_characters(name, ec_signer):
    claims = SKILL_LEVEL | {"occupation": {"code": "1", "zh": name, "en": name}, "issuer": {"zh": name, "record_number": name}}
    assert judged(credential_of(ec_signer, claims), issuer_of(ec_signer), lists(ec_signer))["verified"] is True


def test_a_revoked_one_is_told_as_such(ec_signer):
    answer = judged(credential_of(ec_signer), issuer_of(ec_signer), lists(ec_signer, revoked=[PLACE]))
    assert answer["marked"] == ["revocation"]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("credentialSubject", "licenseNumber"), "S000031000123264000002"),
        (("credentialSubject", "achievement", "name"), "康复辅助技术咨询师 一级/高级技师"),
        (("credentialSubject", "identifier", 0, "identityHash"), "sha256$" + "0" * 64),
        (("validFrom",), "2020-01-01T00:00:00+08:00"),
        (("credentialStatus", "statusListIndex"), "8"),
        (("issuer", "name"), "另一家协会"),
        (("proof", "created"), "2025-01-01T00:00:00Z"),
    ],
)
def test_a_tampered_twin_is_refused(place, value, ec_signer):
    credential = credential_of(ec_signer)
    node = credential
    for key in place[:-1]:
        node = node[key]
    assert node[place[-1]] != value
    node[place[-1]] = value
    answer = judged(credential, issuer_of(ec_signer), lists(ec_signer))
    assert answer["verified"] is False
    assert "Invalid signature." in answer["errors"]


def test_one_counts_from_its_day_of_issue_to_its_last_day(ec_signer):
    def words(now):
        return judged(credential_of(ec_signer, CREDITS), issuer_of(ec_signer), lists(ec_signer), now=now)["errors"]

    assert words("2026-09-20T16:00:00Z") == words("2028-09-20T15:00:00Z") == []
    assert "validFrom" in " ".join(words("2026-09-20T15:00:00Z"))
    assert "validUntil" in " ".join(words("2028-09-20T17:00:00Z"))


def test_a_forger_with_a_key_of_his_own_is_refused(ec_signer):
    forger = signer_with(ec.generate_private_key(ec.SECP256R1()))
    answer = judged(credential_of(forger), issuer_of(ec_signer), lists(ec_signer))
    assert answer["verified"] is False
    assert "no such key" in " ".join(answer["errors"])


def test_a_status_list_signed_by_a_stranger_is_refused(ec_signer):
    forger = signer_with(ec.generate_private_key(ec.SECP256R1()))
    answer = judged(credential_of(ec_signer), issuer_of(ec_signer), lists(forger))
    assert answer["verified"] is False


def test_a_retired_key_still_proves_what_it_signed_and_a_revoked_one_does_not(ec_signer):
    newer = signer_with(ec.generate_private_key(ec.SECP256R1()))
    old = credential_of(ec_signer)
    assert judged(old, issuer_of(ec_signer, newer), lists(newer))["verified"] is True
    assert judged(old, issuer_of(ec_signer, newer, revoked=[ec_signer]), lists(newer))["verified"] is False


def test_jose_opens_the_jwt_of_an_rsa_issuer_with_the_key_of_its_jwks(rsa_signer):
    enveloped = credential_of(rsa_signer, CREDITS)
    keys = jwks(issuer_of(rsa_signer))
    task = {"jwt": enveloped["id"].split(",")[1], "jwks": keys}
    answer = run("keys.mjs", task)
    assert (answer["verified"], answer["licenseNumber"]) == (True, CREDITS["number"])
    twin = task["jwt"].replace(".", ".A", 1)
    assert run("keys.mjs", task | {"jwt": twin})["verified"] is False


def test_webcrypto_verifies_a_qr_token_with_the_key_of_the_jwks(ec_signer):
    text = write_token(token_facts(SKILL_LEVEL, issuer=SLUG), page=ADDRESSES.page(TOKEN), signer=ec_signer)
    data = from_base64url(text.split("#")[1])
    signed = DOMAIN + len(TOKEN).to_bytes(2, "big") + TOKEN.encode() + data[:-64]
    task = {"signed": signed.hex(), "signature": data[-64:].hex(), "keyId": data[2:10].hex(), "jwks": jwks(issuer_of(ec_signer))}
    assert run("keys.mjs", task)["verified"] is True
    assert run("keys.mjs", task | {"signed": signed[:-1].hex() + "00"})["verified"] is False
