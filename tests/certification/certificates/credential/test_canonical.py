"""Our canonical lines against those of a general JSON-LD processor, for whatever names and titles people have."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.certificates.credential.builder import unsigned_credential
from certification.certificates.credential.canonical import canonical_text
from certification.certificates.credential.proof import secure
from tests.credentials import BARE, CREDITS, EVERY_KIND, MOMENT, SKILL_LEVEL, facts
from tests.outside import general_canonical_text, needs_packages

# Whatever a keyboard, a spreadsheet or another system can put into a text field.
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@needs_packages
@pytest.mark.parametrize("claims", EVERY_KIND)
def test_a_credential_of_each_kind_has_the_lines_of_a_general_processor(claims):
    document = unsigned_credential(claims, facts())
    assert canonical_text(document) == general_canonical_text(document)


@needs_packages
@settings(max_examples=60, deadline=None)
@given(texts, texts, texts, texts, st.integers(0, 10**9), st.decimals(0, 1000, places=2))
def test_any_names_and_titles_have_the_lines_of_a_general_processor(name, occupation, issuer, scheme, index, earned):
    claims = SKILL_LEVEL | {
        "holder": {"name": name},
        "occupation": {"code": "4-14-03-06", "zh": occupation, "en": name},
        "issuer": {"zh": issuer, "en": scheme, "record_number": issuer},
        "scheme": {"title": scheme, "version": 3, "is_sample": True, "sample_note": name},
        "credits": str(earned),
    }
    document = json.loads(json.dumps(unsigned_credential(claims, facts(status_index=index, id_number="310" + name))))
    assert canonical_text(document) == general_canonical_text(document)


@needs_packages
def test_the_options_of_a_proof_have_the_lines_of_a_general_processor(ec_signer):
    document = unsigned_credential(CREDITS, facts())
    options = secure(document, method="did:web:cert.example.cn:issuers:a#b", signer=ec_signer, at=MOMENT)["proof"]
    del options["proofValue"]
    assert canonical_text(options) == general_canonical_text({"@context": document["@context"], **options})


@pytest.mark.parametrize(
    "change",
    [
        {"evidence": "https://cert.example.cn/e"},
        {"type": ["VerifiableCredential", "SomethingElse"]},
        {"id": "not an address"},
        {"id": "https://cert.example.cn/<script>"},
        {"name": 7},
        {"name": None},
        {"name": {"@value": "x"}},
        {"name": "a\nb"},
        {"name": "\ud83d"},
        {"validFrom": {"id": "https://cert.example.cn/"}},
        {"credentialSubject": {"type": "AchievementSubject", "achievement": {"id": "urn:x:y"}}},
    ],
)
def test_what_the_vocabulary_does_not_know_is_refused_and_never_left_unsigned(change):
    with pytest.raises(ValueError, match=r"vocabulary|IRI|control"):
        canonical_text(unsigned_credential(BARE, facts()) | change)


def test_two_nodes_that_nothing_tells_apart_are_refused():
    document = unsigned_credential(BARE, facts())
    document["credentialSubject"]["identifier"] *= 2
    with pytest.raises(ValueError, match="say the same"):
        canonical_text(document)


def test_a_blank_node_keeps_its_name_out_of_texts_that_look_like_one():
    claims = SKILL_LEVEL | {"scheme": {"title": "_:a _:c14n0", "version": 1}}
    assert "_:a _:c14n0" in canonical_text(unsigned_credential(claims, facts()))
