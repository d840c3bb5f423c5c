"""A certificate that was really issued is in the log under the hash of its token, and its proof holds."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from certification.certificates.models import Certificate
from certification.registry.transparency import selectors
from certification.registry.transparency.auditor import AuditFailure, audit
from certification.registry.transparency.checkpoints import load_public_key, parse_checkpoint, signed_by
from certification.registry.transparency.models import LogKey, LogLeaf
from certification.registry.transparency.own import OwnLog
from certification.registry.transparency.services import grow
from lms.core import ledger, store
from lms.core.merkle import includes, leaf_hash
from lms.core.models import LedgerEntry
from tests.issued import AFTER, issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(certified_day: SimpleNamespace) -> Certificate:
    return issue(certified_day.decisions[0], actor=certified_day.head, now=AFTER)


def act(kind: str, certificate: Certificate, now: Any) -> None:
    with transaction.atomic():
        ledger.append(kind, subject=certificate, actor=None, now=now, number=certificate.number)


def test_a_certificate_that_is_not_merged_yet_has_no_proof(certificate):
    assert selectors.inclusion_of(certificate) is None


def test_the_proof_of_a_certificate_holds(certificate, write_acts, now, django_assert_num_queries):
    write_acts(12)
    grow(now=now)
    with django_assert_num_queries(4):
        proof = selectors.inclusion_of(certificate)
    assert proof is not None
    public = json.loads(proof.leaf)
    assert (public["kind"], public["pdf_sha256"]) == ("issue", certificate.pdf_sha256)
    assert public["organisation"] == certificate.organisation.slug
    assert certificate.number not in proof.leaf
    assert certificate.token not in proof.leaf
    facts = {
        "leaf": leaf_hash(proof.leaf.encode()),
        "index": proof.leaf_index,
        "size": proof.tree_size,
        "path": [bytes.fromhex(item) for item in proof.path],
        "root": bytes.fromhex(proof.root),
    }
    assert includes(**facts)
    assert not includes(**{**facts, "leaf": leaf_hash(proof.leaf.replace("issue", "revoke").encode())})
    said = parse_checkpoint(proof.checkpoint)
    assert (said.size, said.root, said.time) == (proof.tree_size, proof.root, proof.time)
    key = load_public_key(LogKey.objects.get(key_id=proof.key_id).public_pem)
    assert signed_by(key, text=proof.checkpoint, signature=proof.signature)


def test_the_proof_is_of_the_issue_whatever_came_later(certificate, now):
    act("certificates.suspend", certificate, now)
    grow(now=now)
    assert json.loads(selectors.inclusion_of(certificate).leaf)["kind"] == "issue"
    assert LogLeaf.objects.filter(data__contains='"suspend"').count() == 1


def test_a_file_is_found_by_an_auditor_until_it_is_revoked(certificate, now):
    grow(now=now)
    files = {"a.pdf": store.read(certificate.pdf_sha256)}
    assert audit(OwnLog(), files=files).files["a.pdf"].kind == "issue"
    act("certificates.revoke", certificate, now)
    grow(now=now)
    with pytest.raises(AuditFailure, match=r"a\.pdf is in the log, and does not hold any more: revoke"):
        audit(OwnLog(), files=files)


def test_the_log_says_what_the_ledger_says(certificate, now):
    grow(now=now)
    leaf = LogLeaf.objects.exclude(certificate="").order_by("index").first()
    entry = LedgerEntry.objects.get(sequence=leaf.ledger_sequence)
    assert entry.facts["pdf_sha256"] == json.loads(leaf.data)["pdf_sha256"]
    assert ledger.verify().ok
