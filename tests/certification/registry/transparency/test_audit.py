"""An auditor believes nothing: it finds the first thing wrong in a doctored copy, over the network and in a fork."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management import CommandError, call_command
from django.db import connection

from certification.registry.transparency import auditor
from certification.registry.transparency.auditor import AuditFailure, audit, kept_head
from certification.registry.transparency.checkpoints import key_id_of
from certification.registry.transparency.leaves import Leaf
from certification.registry.transparency.models import LogLeaf
from certification.registry.transparency.own import OwnLog
from certification.registry.transparency.services import exchange_key, grow
from certification.registry.transparency.sources import FolderSource, HttpSource, open_source, write_folder
from lms.core.merkle import Frontier, leaf_hash

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(long_log: None, tmp_path: Path) -> Path:
    """The public data of a sound log of 41 entries."""
    write_folder(OwnLog(), tmp_path / "copy")
    return tmp_path / "copy"


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def put(path: Path, rows: list[Any]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def problem(folder: Path, **options: Any) -> str:
    """Return the sentence with which the audit fails, "" when it finds the log sound."""
    try:
        audit(FolderSource(folder), **options)
    except AuditFailure as failure:
        return str(failure)
    return ""


def doctor(folder: Path, name: str, change: Callable[[list[Any]], Any]) -> None:
    rows = lines(folder / name)
    put(folder / name, change(rows) or rows)


def rehashed(entry: dict[str, Any], leaf: str) -> None:
    entry.update(leaf=leaf, leaf_hash=leaf_hash(leaf.encode()).hex())


def test_a_sound_log_is_found_sound(folder):
    report = audit(FolderSource(folder))
    assert (report.entries, report.heads) == (41, len(lines(folder / "heads.jsonl")))
    assert report.root == lines(folder / "heads.jsonl")[-1]["root"]


@pytest.mark.parametrize("index", [0, 20, 40])
def test_a_changed_leaf_is_named(folder, index):
    def change(rows: list[Any]) -> None:
        rows[index]["leaf"] = rows[index]["leaf"].replace('"issue"', '"revoke"')

    doctor(folder, "entries.jsonl", change)
    assert f"Entry {index} " in problem(folder)


@pytest.mark.parametrize("index", [0, 20, 40])
def test_a_changed_leaf_with_its_hash_made_to_fit_gives_another_root(folder, index):
    doctor(folder, "entries.jsonl", lambda rows: rehashed(rows[index], rows[index]["leaf"].replace('"issue"', '"revoke"')))
    covered = next(head for head in lines(folder / "heads.jsonl") if head["size"] > index)
    assert problem(folder).startswith(f"Tree head {covered['number']} signs another root")


@pytest.mark.parametrize("index", [0, 20, 40])
def test_a_removed_leaf_is_named(folder, index):
    doctor(folder, "entries.jsonl", lambda rows: rows[:index] + rows[index + 1 :])
    assert problem(folder) == f"Entry {index} of the log is missing."


def test_a_removed_leaf_is_noticed_when_the_others_are_numbered_anew(folder):
    def change(rows: list[Any]) -> list[Any]:
        del rows[7]
        return [{**row, "index": index} for index, row in enumerate(rows)]

    doctor(folder, "entries.jsonl", change)
    assert "signs another root" in problem(folder)


def test_leaves_that_changed_places_are_noticed(folder):
    def change(rows: list[Any]) -> None:
        rows[5], rows[6] = {**rows[6], "index": 5}, {**rows[5], "index": 6}

    doctor(folder, "entries.jsonl", change)
    assert problem(folder) == "Entry 6 of the log stands before an older act of the ledger."


def test_a_leaf_in_another_form_is_refused(folder):
    doctor(folder, "entries.jsonl", lambda rows: rehashed(rows[3], rows[3]["leaf"].replace(",", ", ")))
    assert problem(folder).startswith("Entry 3 of the log is not well-formed")


@pytest.mark.parametrize("number", [1, 2])
def test_a_removed_head_is_named(folder, number):
    doctor(folder, "heads.jsonl", lambda rows: rows[: number - 1] + rows[number:])
    assert problem(folder) == f"Tree head {number} is missing."


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("root", "0" * 64, "says something else"),
        ("size", 12, "says something else"),
        ("ledger", "0" * 64, "says something else"),
        ("ledger_sequence", 1, "says something else"),
        ("time", "2020-01-01T00:00:00Z", "says something else"),
        ("signature", "AAAA", "does not carry the log's signature"),
        ("signature", "not base64", "does not carry the log's signature"),
        ("key_id", "0" * 64, "names a key"),
        ("checkpoint", "x", "malformed"),
        ("checkpoint", None, "cannot be understood"),
    ],
)
def test_a_changed_head_is_named(folder, name, value, sentence):
    doctor(folder, "heads.jsonl", lambda rows: rows[1].update({name: value}))
    told = problem(folder)
    assert sentence in told
    assert "Tree head 2" in told or value is None


def test_a_head_with_another_text_does_not_carry_the_signature(folder):
    def change(rows: list[Any]) -> None:
        rows[1]["checkpoint"] = rows[1]["checkpoint"].replace("time 2026", "time 2027")

    doctor(folder, "heads.jsonl", change)
    assert problem(folder) == "Tree head 2 does not carry the log's signature."


def forged_key() -> tuple[ec.EllipticCurvePrivateKey, str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return key, key_id_of(key.public_key()), pem.decode()


def test_a_log_under_a_strangers_key_is_noticed_by_who_kept_a_head(folder):
    """The operator, or a thief of the whole site, signs everything anew with a key of his own."""
    kept = audit(FolderSource(folder)).head
    key, key_id, pem = forged_key()

    def sign_anew(rows: list[Any]) -> None:
        for row in rows:
            signature = key.sign(row["checkpoint"].encode(), ec.ECDSA(hashes.SHA256()))
            row.update(key_id=key_id, signature=base64.b64encode(signature).decode())

    doctor(folder, "heads.jsonl", sign_anew)
    doctor(folder, "keys.json", lambda rows: rows[0]["keys"][0].update(key_id=key_id, public_key_pem=pem))
    assert problem(folder) == ""  # who comes for the first time cannot know
    assert problem(folder, kept=kept) == f"Nobody whom we trust vouches for the key {key_id[:16]} of the log."
    assert problem(folder, trusted=[kept.key_ids[0]]).startswith("Nobody whom we trust")


def test_a_key_under_anothers_name_is_named(folder):
    _key, _key_id, pem = forged_key()
    doctor(folder, "keys.json", lambda rows: rows[0]["keys"][0].update(public_key_pem=pem))
    assert "has another id than it should" in problem(folder)


def fork(folder: Path, *, at: int) -> None:
    """Rewrite the log's history in the database from one entry on, and sign all of it with the log's own key."""
    from certification.registry.transparency.models import LogKey, TreeHead

    with connection.cursor() as cursor:
        leaf = LogLeaf.objects.get(index=at)
        data = leaf.data.replace('"issue"', '"revoke"')
        cursor.execute(
            "UPDATE registry_logleaf SET data = %s, leaf_hash = %s WHERE index = %s".replace("index", '"index"'),
            [data, leaf_hash(data.encode()).hex(), at],
        )
        frontier = Frontier()
        roots = [frontier.root().hex()]
        for hashed in LogLeaf.objects.order_by("index").values_list("leaf_hash", flat=True):
            frontier.add(bytes.fromhex(hashed))
            roots.append(frontier.root().hex())
        key = LogKey.objects.get()
        from certification.registry.transparency import keys
        from certification.registry.transparency.checkpoints import parse_checkpoint

        for head in TreeHead.objects.order_by("number"):
            said = parse_checkpoint(head.checkpoint)
            text = type(said)(**{**vars(said), "root": roots[head.size]}).text()
            cursor.execute(
                "UPDATE registry_treehead SET root = %s, checkpoint = %s, signature = %s WHERE number = %s",
                [roots[head.size], text, keys.sign_text(key.key_reference, key.key_id, text), head.number],
            )
    write_folder(OwnLog(), folder)


def test_a_forked_head_is_noticed_by_who_kept_the_old_one(folder):
    kept = audit(FolderSource(folder)).head
    assert problem(folder, kept=kept) == ""
    fork(folder, at=30)
    assert problem(folder) == ""  # who comes for the first time cannot know
    assert "the log was forked" in problem(folder, kept=kept)


def test_a_log_that_shrank_is_noticed_by_who_kept_a_head(folder):
    kept = audit(FolderSource(folder)).head
    doctor(folder, "heads.jsonl", lambda rows: rows[:-1])
    assert problem(folder) == ""
    assert problem(folder, kept=kept).startswith("The log has shrunk")


def test_an_exchanged_head_over_the_same_entries_is_noticed(folder, now):
    kept = audit(FolderSource(folder)).head
    facts = kept.as_json()
    facts["checkpoint"] = facts["checkpoint"].replace("time 2026", "time 2025")
    assert "is not the one that was kept" in problem(folder, kept=kept_head(facts))


def test_a_kept_head_that_contradicts_itself_is_refused(folder):
    facts = audit(FolderSource(folder)).head.as_json()
    assert kept_head(facts).size == 41
    for wrong in ({**facts, "size": 40}, {**facts, "root": "0" * 64}, {**facts, "more": 1}, [], None):
        with pytest.raises(AuditFailure, match="kept tree head"):
            kept_head(wrong)


def test_a_later_head_continues_the_kept_one_through_an_exchange_of_keys(folder, write_acts, now):
    kept = audit(FolderSource(folder)).head
    exchange_key(actor=None, now=now)
    write_acts(9, first=42)
    grow(now=now)
    write_folder(OwnLog(), folder)
    assert audit(FolderSource(folder), kept=kept).entries == 50
    doctor(
        folder,
        "keys.json",
        lambda rows: rows[0]["keys"][1].update(endorsement=rows[0]["keys"][1]["endorsement"][:-8] + "AAAAAAA="),
    )
    assert "endorsement" in problem(folder, kept=kept)


def test_a_key_that_nobody_vouches_for_can_be_trusted_by_hand(folder, write_acts, now):
    exchange_key(actor=None, now=now)
    grow(now=now)
    write_folder(OwnLog(), folder)
    doctor(folder, "keys.json", lambda rows: rows[0]["keys"][1].update(endorsed_by=None, endorsement=""))
    told = problem(folder)
    assert told.startswith("Nobody whom we trust")
    assert problem(folder, trusted=[row["key_id"] for row in lines(folder / "keys.json")[0]["keys"]]) == ""


def leaf(kind: str, sequence: int, *, certificate: str = "a" * 64, pdf: str = "") -> Leaf:
    return Leaf(kind, "2026-09-21T01:30:00Z", "a-body", certificate, pdf, sequence, "c" * 64)


@pytest.mark.parametrize(
    ("later", "holds"),
    [
        ([], True),
        (["suspend", "reinstate"], True),
        (["suspend"], False),
        (["revoke"], False),
        (["replace"], False),
        (["expire"], False),
    ],
)
def test_a_file_is_followed_through_all_later_acts(monkeypatch, later, holds):
    data = b"%PDF-1.7 a certificate"
    check = auditor._Audit(OwnLog(), None, set(), {"a.pdf": data, "b.pdf": b"another"})
    found = check.report.files["a.pdf"]
    del check.report.files["b.pdf"]
    acts = [leaf("issue", 1, pdf=found.sha256), *(leaf(kind, n) for n, kind in enumerate(later, 2))]
    for index, act in enumerate([*acts, leaf("revoke", 99, certificate="b" * 64)]):
        check._follow(act, index=index, hashed="0" * 64)
    assert found.index == 0
    if holds:
        check._files()
    else:
        with pytest.raises(AuditFailure, match=r"a\.pdf is in the log, and does not hold any more"):
            check._files()


def test_a_file_that_the_log_does_not_hold_is_told(folder):
    assert problem(folder, files={"a.pdf": b"%PDF"}) == "The log does not hold a.pdf."


def test_a_file_that_the_log_holds_is_found(folder):
    # The acts of these tests write the SHA-256 of their own number.
    report = audit(FolderSource(folder), files={"seven.pdf": b"7"})
    assert report.files["seven.pdf"].index == 6


def test_the_command_exports_audits_and_keeps_a_head(folder, tmp_path, capsys):
    state = tmp_path / "state.json"
    call_command("audit_log", "--export", str(tmp_path / "again"), "--state", str(state), "--json")
    report = json.loads(capsys.readouterr().out)
    assert (report["ok"], report["entries"], report["problem"]) == (True, 41, "")
    assert json.loads(state.read_text())["size"] == 41
    fork(folder, at=3)
    with pytest.raises(CommandError, match="forked"):
        call_command("audit_log", str(folder), "--state", str(state), "--json")
    report = json.loads(capsys.readouterr().out)
    assert (report["ok"], "forked" in report["problem"]) == (False, True)
    call_command("audit_log", str(folder))


def test_the_command_wants_a_place_to_look(tmp_path):
    with pytest.raises(CommandError, match="Name the address"):
        call_command("audit_log")
    with pytest.raises(CommandError, match="neither an address"):
        call_command("audit_log", "file:///etc")
    with pytest.raises(CommandError, match=r"keys\.json is missing"):
        call_command("audit_log", str(tmp_path))


def test_the_audit_asks_the_database_nothing(folder, django_assert_num_queries):
    with django_assert_num_queries(0):
        call_command("audit_log", str(folder))


@pytest.mark.django_db(transaction=True)
def test_the_public_interface_of_a_running_site_is_audited(live_server, long_log, write_acts, now, tmp_path, capsys):
    state = tmp_path / "state.json"
    call_command("audit_log", live_server.url, "--state", str(state))
    write_acts(6, first=42)
    grow(now=now)
    seven = tmp_path / "seven.pdf"
    seven.write_bytes(b"7")
    call_command("audit_log", live_server.url, "--state", str(state), "--pdf", str(seven))
    told = capsys.readouterr().out
    assert "47 entries" in told
    assert "continues the kept tree head" in told
    assert "seven.pdf: entry 6, last act issue" in told
    call_command("audit_log", live_server.url, "--export", str(tmp_path / "mirror"))
    assert audit(FolderSource(tmp_path / "mirror")).entries == 47
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registry_logleaf SET data = replace(data, 'issue', 'revoke') WHERE ledger_sequence = 5")
    with pytest.raises(CommandError, match="Entry "):
        call_command("audit_log", live_server.url, "--state", str(state))


@pytest.mark.django_db(transaction=True)
def test_proofs_of_a_running_site_that_do_not_hold_are_told(live_server, long_log, tmp_path):
    kept = audit(open_source(live_server.url)).head

    class Lying(HttpSource):
        def consistency(self, first: int, second: int) -> Any:
            return {"path": ["00" * 32]}

        def inclusion(self, leaf: str, size: int) -> Any:
            return {"path": ["00" * 32]}

    with pytest.raises(AuditFailure, match="continue the first 41 does not hold"):
        audit(Lying(live_server.url), kept=kept)
    with pytest.raises(AuditFailure, match=r"holds a\.pdf does not hold"):
        audit(Lying(live_server.url), files={"a.pdf": b"7"})


def test_a_site_that_is_not_there_is_told():
    with pytest.raises(AuditFailure, match="cannot be reached"):
        HttpSource("http://127.0.0.1:9").keys()
