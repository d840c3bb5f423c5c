"""What a credential says, what it never says, and that nothing in it can be changed."""

import copy
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from certification.certificates.credential.builder import achieved, build_credential, unsigned_credential
from certification.certificates.credential.holder import holder_salts, identity_hash
from certification.certificates.credential.proof import opened, proof_holds
from tests.credentials import BARE, CREDITS, EVERY_KIND, ID_NUMBER, NAME, SKILL_LEVEL, TOKEN, facts


def built(claims, signer, **changes):
    return json.loads(build_credential(claims, facts(**changes), signer=signer))


@pytest.mark.parametrize("claims", EVERY_KIND)
def test_a_credential_names_what_was_achieved_by_whose_authority_and_since_when(claims, ec_signer):
    credential = built(claims, ec_signer)
    subject = credential["credentialSubject"]
    assert credential["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert credential["issuer"]["id"] == "did:web:cert.example.cn:issuers:shencheng-association"
    assert credential["issuer"]["name"] == claims["issuer"]["zh"]
    assert credential["validFrom"] == f"{claims['issued_on']}T00:00:00+08:00"
    assert subject["licenseNumber"] == claims["number"]
    assert subject["achievement"]["name"] == achieved(claims) != ""
    assert subject["achievement"]["criteria"]["narrative"]


def test_a_skill_level_certificate_names_occupation_level_parts_and_that_its_scheme_is_a_sample(ec_signer):
    achievement = built(SKILL_LEVEL, ec_signer)["credentialSubject"]["achievement"]
    assert achievement["name"] == "康复辅助技术咨询师 四级/中级工"
    assert achievement["achievementType"] == "Certification"
    assert achievement["humanCode"] == "4-14-03-06"
    for shown in ("理论知识考试、操作技能考核", "theory examination, practical skill test", "示例，非国家标准"):
        assert shown in achievement["criteria"]["narrative"]


def test_credits_are_a_number_and_the_last_day_of_validity_counts_whole(ec_signer):
    credential = built(CREDITS, ec_signer)
    assert credential["credentialSubject"]["creditsEarned"] == 2.5
    assert credential["validUntil"] == "2028-09-20T23:59:59+08:00"
    assert "validUntil" not in built(BARE, ec_signer)


def test_the_same_achievement_has_the_same_name_in_two_credentials_and_another_level_another(ec_signer):
    def achievement(claims):
        return built(claims, ec_signer)["credentialSubject"]["achievement"]["id"]

    other_holder = SKILL_LEVEL | {"holder": {"name": "顾燕华"}, "number": "S000031000123264000002"}
    other_level = SKILL_LEVEL | {"level": {"code": 3, "zh": "三级/高级工", "en": "Level 3 (advanced)"}}
    assert achievement(SKILL_LEVEL) == achievement(other_holder) != achievement(other_level)


@pytest.mark.parametrize("claims", EVERY_KIND)
def test_neither_name_nor_id_number_nor_a_salt_stands_in_it(claims, ec_signer):
    text = build_credential(claims, facts(), signer=ec_signer).decode()
    salts = facts().salts
    for hidden in (claims["holder"]["name"], ID_NUMBER, ID_NUMBER[-4:], salts.name, salts.id_number):
        assert hidden not in text


def test_the_holder_proves_name_and_number_each_with_a_salt_of_its_own(ec_signer):
    identities = built(SKILL_LEVEL, ec_signer)["credentialSubject"]["identifier"]
    hashes = {identity["identityType"]: identity["identityHash"] for identity in identities}
    salts = facts().salts
    assert salts.name != salts.id_number
    assert hashes["name"] == identity_hash(NAME, salts.name) != identity_hash("顾燕华", salts.name)
    assert hashes["nationalIdentityNumber"] == identity_hash(ID_NUMBER, salts.id_number)


def test_a_passport_is_not_called_a_national_number_and_no_document_means_no_hash(ec_signer):
    def kinds(claims, id_number):
        identities = built(claims, ec_signer, id_number=id_number)["credentialSubject"]["identifier"]
        return [identity["identityType"] for identity in identities]

    passport = BARE | {"holder": BARE["holder"] | {"id_kind": {"zh": "护照", "en": "Passport"}}}
    assert kinds(passport, "E12345678") == ["name", "ext:passportNumber"]
    assert kinds(BARE, ID_NUMBER) == ["name", "nationalIdentityNumber"]
    assert kinds(BARE, "") == ["name"]


def test_salts_differ_by_certificate_and_by_installation():
    salts = holder_salts(b"one", TOKEN)
    assert salts == holder_salts(b"one", TOKEN)
    assert salts.name != holder_salts(b"two", TOKEN).name
    assert salts.name != holder_salts(b"one", TOKEN[::-1]).name


@pytest.mark.parametrize(("index", "place", "number"), [(0, "0", 0), (131_071, "131071", 0), (131_072, "0", 1)])
def test_each_certificate_has_its_place_in_one_list(index, place, number):
    entry = unsigned_credential(BARE, facts(status_index=index))["credentialStatus"]
    # An object, not a list of one: Open Badges 3.0 (credentialStatus [0..1]).
    assert (entry["statusPurpose"], entry["statusListIndex"]) == ("revocation", place)
    assert entry["statusListCredential"].endswith(f"/issuers/shencheng-association/status/revocation/{number}/")


def leaves(node, path=()):
    """Yield the path to each text, number and truth value."""
    if isinstance(node, dict | list):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from leaves(value, (*path, key))
    else:
        yield path


def changed(document, path):
    twin = copy.deepcopy(document)
    place = twin
    for key in path[:-1]:
        place = place[key]
    value = place[path[-1]]
    place[path[-1]] = (not value) if isinstance(value, bool) else value + (1 if isinstance(value, int | float) else "x")
    return twin


@pytest.mark.parametrize("claims", EVERY_KIND)
def test_its_proof_holds_until_any_one_value_is_changed(claims, ec_signer):
    credential = built(claims, ec_signer)
    key = ec_signer.certificate.public_key()
    assert proof_holds(credential, key)
    paths = list(leaves(credential))
    assert len(paths) > 30
    assert [path for path in paths if proof_holds(changed(credential, path), key)] == []


def test_its_proof_does_not_hold_when_something_is_added_taken_away_or_signed_by_another(ec_signer):
    credential = built(SKILL_LEVEL, ec_signer)
    key = ec_signer.certificate.public_key()
    stranger = ec.generate_private_key(ec.SECP256R1()).public_key()
    without_status = {term: value for term, value in credential.items() if term != "credentialStatus"}
    assert not proof_holds(credential, stranger)
    assert not proof_holds(credential | {"evidence": []}, key)
    assert not proof_holds(credential | {"narrative": []}, key)
    assert not proof_holds(credential | {"evidence": [{"id": "https://cert.example.cn/x"}]}, key)
    assert not proof_holds(without_status, key)
    assert not proof_holds(credential | {"@context": [*credential["@context"], "https://evil.example/x"]}, key)
    for junk in ({}, {"proof": 3}, {"@context": 1, "proof": {}}, {"type": "EnvelopedVerifiableCredential"}):
        assert not proof_holds(junk, key)


def test_with_an_rsa_key_the_credential_comes_in_a_jwt_and_says_the_same(rsa_signer):
    enveloped = built(SKILL_LEVEL, rsa_signer)
    key = rsa_signer.certificate.public_key()
    assert enveloped["type"] == "EnvelopedVerifiableCredential"
    assert opened(enveloped) == unsigned_credential(SKILL_LEVEL, facts())
    assert proof_holds(enveloped, key)
    header, payload, signature = enveloped["id"].split(",")[1].split(".")
    for part in (header, payload, signature):
        at = len(part) // 2
        twin = part[:at] + ("A" if part[at] != "A" else "B") + part[at + 1 :]
        assert not proof_holds(enveloped | {"id": enveloped["id"].replace(part, twin)}, key)


def test_control_characters_from_a_spreadsheet_do_not_stop_an_issue(ec_signer):
    claims = SKILL_LEVEL | {"scheme": {"title": "两行\n标题\x00", "version": 1}}
    credential = built(claims, ec_signer)
    assert "两行 标题" in credential["credentialSubject"]["achievement"]["criteria"]["narrative"]
    assert proof_holds(credential, ec_signer.certificate.public_key())
