"""The log takes in what the ledger says about certificates: all of it, once, in order, whoever grows it and is killed."""

import datetime
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from certification.registry.transparency import services
from certification.registry.transparency.checkpoints import load_public_key, parse_checkpoint, signed_by
from certification.registry.transparency.leaves import Leaf, certificate_reference, commitment, parse_leaf, public_kind
from certification.registry.transparency.models import LogKey, LogLeaf, LogState, TreeHead, TreeNode
from certification.registry.transparency.services import exchange_key, grow
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.merkle import EMPTY_ROOT, root_of
from lms.core.models import LedgerEntry

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)


def leaf_hashes() -> list[bytes]:
    return [bytes.fromhex(value) for value in LogLeaf.objects.order_by("index").values_list("leaf_hash", flat=True)]


def assert_log_is_whole() -> None:
    """Every act is there once and in order, and every head signs the root of its beginning."""
    acts = LedgerEntry.objects.filter(kind__startswith="certificates.", subject__startswith="certificates.certificate:")
    assert list(LogLeaf.objects.order_by("index").values_list("ledger_sequence", flat=True)) == list(
        acts.order_by("sequence").values_list("sequence", flat=True)
    )
    assert list(LogLeaf.objects.order_by("index").values_list("index", flat=True)) == list(range(LogLeaf.objects.count()))
    hashes = leaf_hashes()
    for head in TreeHead.objects.select_related("key"):
        said = parse_checkpoint(head.checkpoint)
        assert said.root == head.root == root_of(hashes[: head.size]).hex()
        assert signed_by(load_public_key(head.key.public_pem), text=head.checkpoint, signature=head.signature)
    assert TreeHead.objects.order_by("number").last().size == len(hashes)
    assert list(TreeHead.objects.order_by("number").values_list("number", flat=True)) == list(
        range(1, TreeHead.objects.count() + 1)
    )


def test_the_log_holds_each_act_once_and_in_order(long_log):
    assert LogLeaf.objects.count() == 41
    assert TreeHead.objects.count() > 3
    assert_log_is_whole()


def test_growing_again_adds_nothing(long_log, now):
    before = (TreeHead.objects.count(), TreeNode.objects.count())
    growth = grow(now=now + 3 * MINUTE)
    assert (growth.added, growth.size) == (0, 41)
    assert (TreeHead.objects.count(), TreeNode.objects.count()) == before


def test_an_empty_log_has_a_head_too(write_acts, now):
    growth = grow(now=now)
    assert (growth.added, growth.size) == (0, 0)
    assert TreeHead.objects.get(number=1).root == EMPTY_ROOT.hex()


def test_other_acts_move_the_head_but_stay_out_of_the_log(write_acts, now):
    write_acts(3)
    grow(now=now)
    with transaction.atomic():
        ledger.append("certificates.key_made", subject="certificates.signingkey:1", actor=None, now=now)
        ledger.append("certificates.downloaded", subject="certificates.certificate:900001", actor=None, now=now)
    heads = TreeHead.objects.count()
    assert grow(now=now + MINUTE).size == 3
    assert TreeHead.objects.count() == heads + 1
    assert TreeHead.objects.order_by("number").last().ledger_sequence == LedgerEntry.objects.count()


def test_a_leaf_tells_nothing_that_can_be_guessed(write_acts, now):
    write_acts(2)
    grow(now=now)
    leaf = LogLeaf.objects.get(index=0)
    public = json.loads(leaf.data)
    assert set(public) == {"version", "kind", "at", "pdf_sha256", "ledger_sequence", "ledger"}
    entry = LedgerEntry.objects.get(sequence=leaf.ledger_sequence)
    assert entry.facts["number"] not in leaf.data
    assert entry.hash not in leaf.data + "".join(TreeHead.objects.values_list("checkpoint", flat=True))
    assert public["ledger"] == commitment(bytes.fromhex(leaf.ledger_salt), entry.hash)
    assert public["ledger"] != commitment(bytes(16), entry.hash)


@pytest.mark.parametrize(
    ("kind", "subject", "public"),
    [
        ("certificates.issued", "certificates.certificate:1", "issue"),
        ("certificates.corrected", "certificates.certificate:1", "correct"),
        ("certificates.revoke", "certificates.certificate:1", "revoke"),
        ("certificates.downloaded", "certificates.certificate:1", None),
        ("certificates.issued", "certificates.signingkey:1", None),
        ("certificates.issued", "certificates.certificate:None", None),
        ("plans.created", "plans.plan:1", None),
    ],
)
def test_only_acts_about_certificates_are_public(kind, subject, public):
    assert public_kind(kind, subject) == public


LEAF = Leaf("issue", "2026-09-21T01:30:00Z", "a-body", "a" * 64, "b" * 64, 7, "c" * 64)


def test_a_leaf_reads_back_as_it_was_written():
    assert parse_leaf(LEAF.data()) == LEAF


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        LEAF.data().replace(",", ", "),
        LEAF.data().replace('"version":1', '"version":2'),
        LEAF.data().replace('"kind":"issue"', '"kind":"invent"'),
        LEAF.data().replace('"version"', '"name":"王小芳","version"'),
        LEAF.data().replace("7", "true"),
        LEAF.data().replace("7", '"7"'),
        LEAF.data().replace("a" * 64, "A" * 64),
        LEAF.data().replace("c" * 64, ""),
    ],
)
def test_a_leaf_in_any_other_form_is_refused(text):
    with pytest.raises(ValueError, match=r"^(it|its|a) "):
        parse_leaf(text)


class Killed(Exception):
    pass


@pytest.mark.parametrize("after", range(1, 6))
def test_whoever_is_killed_between_or_in_batches_leaves_whole_batches(write_acts, now, monkeypatch, after):
    """The signature is the last thing of a batch: dying there undoes the batch, and only that."""
    write_acts(30)
    sign, calls = services._sign_head, []

    def die(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) == after:
            raise Killed
        return sign(*args, **kwargs)

    monkeypatch.setattr(services, "_sign_head", die)
    with pytest.raises(Killed):
        grow(now=now, batch=10)
    kept = LogState.objects.filter(pk=1).first()
    assert LogLeaf.objects.count() == (kept.size if kept else 0) == 5 * (after - 1)
    monkeypatch.setattr(services, "_sign_head", sign)
    assert grow(now=now, batch=10).size == 30
    assert_log_is_whole()


def test_a_broken_ledger_is_not_signed(write_acts, now):
    write_acts(4)
    grow(now=now)
    write_acts(4, first=5)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_ledgerentry SET kind = 'certificates.revoke' WHERE sequence = 13")
    heads = TreeHead.objects.count()
    with pytest.raises(DomainError) as told:
        grow(now=now + MINUTE)
    assert (told.value.code, told.value.context) == ("registry.ledger_broken", {"entry": 13})
    assert TreeHead.objects.count() == heads


def test_the_time_of_heads_never_goes_back(write_acts, now):
    write_acts(1)
    grow(now=now)
    write_acts(1, first=2)
    grow(now=now - MINUTE)
    moments = list(TreeHead.objects.order_by("number").values_list("at", flat=True))
    assert moments == sorted(moments)


def test_rows_of_the_log_are_written_once(long_log):
    for model in (LogLeaf, TreeNode, TreeHead):
        row = model.objects.first()
        with pytest.raises(TypeError):
            row.save()
        with pytest.raises(TypeError):
            row.delete()


def test_a_new_key_is_vouched_for_by_the_old_one(write_acts, now):
    write_acts(3)
    grow(now=now)
    old = LogKey.objects.get()
    new = exchange_key(actor=None, now=now + MINUTE)
    grow(now=now + MINUTE)
    old.refresh_from_db()
    assert (new.endorsed_by, old.retired_at) == (old, now + MINUTE)
    assert signed_by(load_public_key(old.public_pem), text=f"{old.origin}\nnext key {new.key_id}\n", signature=new.endorsement)
    assert not signed_by(
        load_public_key(old.public_pem), text=f"{old.origin}\nnext key {old.key_id}\n", signature=new.endorsement
    )
    assert TreeHead.objects.order_by("number").last().key == new
    assert_log_is_whole()


def test_a_lost_key_is_not_replaced_unasked(write_acts, now, settings):
    write_acts(1)
    grow(now=now)
    (settings.SIGNING_KEY_DIR / LogKey.objects.get().key_reference).rename(settings.SIGNING_KEY_DIR / "lost.pem")
    from certification.registry.transparency import keys

    keys._load.cache_clear()
    write_acts(1, first=2)
    with pytest.raises(CommandError, match=r"log-.*\.pem"):
        call_command("grow_log")
    assert LogLeaf.objects.count() == 1
    call_command("grow_log", "--new-key")
    assert LogLeaf.objects.count() == 2
    assert LogKey.objects.get(retired_at=None).endorsement == ""


def test_the_key_lies_encrypted_and_only_for_its_owner(write_acts, now, settings):
    grow(now=now)
    path = settings.SIGNING_KEY_DIR / LogKey.objects.get().key_reference
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"ENCRYPTED PRIVATE KEY" in path.read_bytes()


def test_the_command_tells_what_it_did(write_acts, capsys):
    write_acts(3)
    call_command("grow_log", "--json")
    assert json.loads(capsys.readouterr().out)["added"] == 3


# SQLite takes 999 values a statement, so 500 leaves are several inserts there.
@pytest.mark.parametrize(("count", "queries"), [(1, 22), (500, 30)])
def test_growing_costs_a_few_queries_for_one_act_and_for_many(write_acts, now, count, queries, django_assert_max_num_queries):
    write_acts(700)
    grow(now=now)
    write_acts(count, first=701)
    with django_assert_max_num_queries(queries):
        grow(now=now + MINUTE)


@pytest.mark.django_db(transaction=True)
def test_the_log_grows_when_an_act_commits_and_not_when_it_is_undone(write_acts, now):
    @transaction.atomic
    def act_and_give_up() -> None:
        write_acts(2, first=3)
        raise DatabaseError

    write_acts(2)
    assert LogLeaf.objects.count() == 2
    with pytest.raises(DatabaseError):
        act_and_give_up()
    assert LogLeaf.objects.count() == 2
    assert_log_is_whole()


@pytest.mark.django_db(transaction=True)
def test_where_a_worker_runs_one_task_gathers_many_acts(write_acts, settings, now):
    from django.core.cache import cache
    from django_tasks_db.models import DBTaskResult

    cache.clear()
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    for number in range(5):
        write_acts(1, first=number + 1)
    queued = DBTaskResult.objects.get()
    assert queued.task_path.endswith("transparency.tasks.grow_log")
    assert queued.run_after is not None
    assert LogLeaf.objects.count() == 0


def test_the_name_of_a_certificate_is_the_hash_of_its_token():
    # SHA-256 of the three letters, FIPS 180-4.
    assert certificate_reference("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
