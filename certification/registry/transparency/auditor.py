"""Whoever does not trust the log: everything is computed anew from what anybody can read. Pure; one pass, constant memory.

Keys first, then heads and entries in step: the entries below a head are hashed and give a root, which must be the one
that the head signed. A head kept from an earlier audit (ours or somebody else's) must lie on the same history.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from certification.registry.transparency.checkpoints import (
    Checkpoint,
    endorsement_text,
    key_id_of,
    load_public_key,
    parse_checkpoint,
    signed_by,
)
from certification.registry.transparency.leaves import ENDING, Leaf, parse_leaf
from lms.core.merkle import Frontier, extends, includes, leaf_hash


class AuditFailure(Exception):
    """The first thing that is wrong, as a sentence."""


class Source(Protocol):
    """Where the public data comes from. What it gives is believed in nothing."""

    def keys(self) -> Any:
        """Return what `/log/key` answers."""

    def heads(self) -> Iterator[Any]:
        """Yield all tree heads by number, as `/log/heads` has them."""

    def entries(self, start: int, end: int) -> Iterator[Any]:
        """Yield the entries start ≤ index < end, as `/log/entries` has them."""

    def consistency(self, first: int, second: int) -> Any:
        """Return what `/log/proof/consistency` answers; None where nobody answers."""

    def inclusion(self, leaf: str, size: int) -> Any:
        """Return what `/log/proof/inclusion` answers; None where nobody answers."""


@dataclass(frozen=True)
class KeptHead:
    """What an auditor keeps between two audits: a head of before, and the keys that were found good."""

    number: int
    size: int
    root: str
    checkpoint: str
    signature: str
    key_ids: list[str]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def kept_head(facts: Any) -> KeptHead:
    """Return the head that `KeptHead.as_json` wrote. Raises `AuditFailure` for anything else."""
    try:
        head = KeptHead(**facts)
        said = parse_checkpoint(head.checkpoint)
    except (TypeError, ValueError):
        raise AuditFailure("The kept tree head is not one that an audit wrote.") from None
    if (said.size, said.root) != (head.size, head.root):
        raise AuditFailure("The kept tree head contradicts itself.")
    return head


@dataclass
class FileFinding:
    """What the log says about one certificate file: where it stands, and the last act about it."""

    sha256: str
    index: int | None = None
    leaf_hash: str = ""
    certificate: str = ""
    kind: str = ""
    at: str = ""


@dataclass
class Report:
    """What was read and found. `head` is what to keep for the next audit."""

    entries: int = 0
    heads: int = 0
    root: str = ""
    ledger_sequence: int = 0
    head: KeptHead | None = None
    files: dict[str, FileFinding] = field(default_factory=dict)


def audit(
    source: Source, *, kept: KeptHead | None = None, trusted: Iterable[str] = (), files: Mapping[str, bytes] | None = None
) -> Report:
    """Check everything and return what was found. Raises `AuditFailure` at the first thing that is wrong.

    `trusted` are key ids that are believed without endorsement, `files` certificate files by name: each must be in the
    log, and no later act may have ended it.
    """
    return _Audit(source, kept, set(trusted), files or {}).run()


@dataclass(frozen=True)
class _Key:
    key: EllipticCurvePublicKey
    origin: str
    retired_at: datetime | None


class _Audit:
    def __init__(self, source: Source, kept: KeptHead | None, trusted: set[str], files: Mapping[str, bytes]) -> None:
        self.source = source
        self.kept = kept
        self.trusted = trusted
        self.frontier = Frontier()
        self.last_sequence = 0
        self.report = Report(files={name: FileFinding(hashlib.sha256(data).hexdigest()) for name, data in files.items()})
        self.wanted: dict[str, list[FileFinding]] = {}
        for found in self.report.files.values():
            self.wanted.setdefault(found.sha256, []).append(found)
        self.followed: dict[str, list[FileFinding]] = {}

    def run(self) -> Report:
        keys = self._keys()
        last: Checkpoint | None = None
        for facts in self.source.heads():
            last = self._head(facts, keys=keys, last=last)
        if last is None:
            raise AuditFailure("The log has no signed tree head.")
        self._kept_head_is_behind()
        self._proofs()
        self._files()
        return self.report

    def _keys(self) -> dict[str, _Key]:
        """Return the keys of the log by id, each one known before or vouched for by one that is."""
        found: dict[str, _Key] = {}
        good = self.trusted | set(self.kept.key_ids if self.kept else ())
        for facts in _list(self.source.keys(), "keys"):
            key_id, pem, origin = (_text(facts, name) for name in ("key_id", "public_key_pem", "origin"))
            try:
                key = load_public_key(pem)
            except ValueError:
                raise AuditFailure(f"The key {key_id[:16]} of the log cannot be read.") from None
            if key_id_of(key) != key_id:
                raise AuditFailure(f"The key {key_id[:16]} of the log has another id than it should.")
            if not good and not found:
                good.add(key_id)  # nobody told us which key to trust: the oldest, on first use
            if key_id not in good:
                by = facts.get("endorsed_by")
                vouched = endorsement_text(origin=origin, key_id=key_id)
                if by not in good or by not in found:
                    raise AuditFailure(f"Nobody whom we trust vouches for the key {key_id[:16]} of the log.")
                if not signed_by(found[by].key, text=vouched, signature=_text(facts, "endorsement")):
                    raise AuditFailure(f"The endorsement of the key {key_id[:16]} of the log is forged.")
                good.add(key_id)
            found[key_id] = _Key(key, origin, _moment(facts.get("retired_at")))
        return found

    def _head(self, facts: Any, *, keys: dict[str, _Key], last: Checkpoint | None) -> Checkpoint:
        number = _number(facts, "number")
        if number != self.report.heads + 1:
            raise AuditFailure(f"Tree head {self.report.heads + 1} is missing.")
        name, text, signature, key_id = (
            f"Tree head {number}",
            _text(facts, "checkpoint"),
            _text(facts, "signature"),
            _text(facts, "key_id"),
        )
        try:
            said = parse_checkpoint(text)
        except ValueError:
            raise AuditFailure(f"{name} is malformed.") from None
        key = keys.get(key_id)
        if key is None:
            raise AuditFailure(f"{name} names a key that the log does not have.")
        if not signed_by(key.key, text=text, signature=signature):
            raise AuditFailure(f"{name} does not carry the log's signature.")
        if said.origin != key.origin:
            raise AuditFailure(f"{name} was signed for another log: {said.origin}.")
        if key.retired_at is not None and said.time > key.retired_at:
            raise AuditFailure(f"{name} was signed with a key that was retired before.")
        repeated = (_number(facts, "size"), _text(facts, "root"), _number(facts, "ledger_sequence"), _text(facts, "ledger"))
        if repeated != (said.size, said.root, said.ledger_sequence, said.ledger) or _moment(facts.get("time")) != said.time:
            raise AuditFailure(f"{name} says something else than its signed text.")
        if last is not None and (said.size < last.size or said.time < last.time or said.ledger_sequence < last.ledger_sequence):
            raise AuditFailure(f"{name} goes back behind the one before it.")
        self._entries_up_to(said.size)
        if self.frontier.root().hex() != said.root:
            raise AuditFailure(f"{name} signs another root than its {said.size} entries give: the log was forked or changed.")
        if self.last_sequence > said.ledger_sequence:
            raise AuditFailure(f"{name} covers entries of the ledger that it says were not written yet.")
        if self.kept is not None and number == self.kept.number and text != self.kept.checkpoint:
            raise AuditFailure(f"{name} is not the one that was kept: the log was forked.")
        self.report.heads, self.report.entries = number, said.size
        self.report.root, self.report.ledger_sequence = said.root, said.ledger_sequence
        self.report.head = KeptHead(number, said.size, said.root, text, signature, sorted(keys))
        return said

    def _entries_up_to(self, size: int) -> None:
        if size == self.frontier.size:
            self._compare_with_kept()
            return
        for facts in self.source.entries(self.frontier.size, size):
            self._compare_with_kept()
            self._entry(facts)
        if self.frontier.size != size:
            raise AuditFailure(f"Entry {self.frontier.size} of the log is missing.")
        self._compare_with_kept()

    def _entry(self, facts: Any) -> None:
        expected = self.frontier.size
        if _number(facts, "index") != expected:
            raise AuditFailure(f"Entry {expected} of the log is missing.")
        text = _text(facts, "leaf")
        computed = leaf_hash(text.encode("utf-8", "surrogatepass"))
        if computed.hex() != _text(facts, "leaf_hash"):
            raise AuditFailure(f"Entry {expected} of the log does not have the hash that is claimed for it.")
        try:
            leaf = parse_leaf(text)
        except ValueError as error:
            raise AuditFailure(f"Entry {expected} of the log is not well-formed: {error}.") from None
        if leaf.ledger_sequence <= self.last_sequence:
            raise AuditFailure(f"Entry {expected} of the log stands before an older act of the ledger.")
        self.last_sequence = leaf.ledger_sequence
        self._follow(leaf, index=expected, hashed=computed.hex())
        self.frontier.add(computed)

    def _compare_with_kept(self) -> None:
        if self.kept is not None and self.frontier.size == self.kept.size and self.frontier.root().hex() != self.kept.root:
            raise AuditFailure(
                f"The first {self.kept.size} entries give another root than the kept tree head {self.kept.number}: "
                "the log was forked or changed."
            )

    def _kept_head_is_behind(self) -> None:
        if self.kept is None:
            return
        if self.report.entries < self.kept.size:
            raise AuditFailure(f"The log has shrunk: {self.report.entries} entries, {self.kept.size} under the kept tree head.")
        if self.report.heads < self.kept.number:
            raise AuditFailure(f"Tree head {self.kept.number}, which was kept, is missing.")

    def _proofs(self) -> None:
        """See whether the log's own proofs hold, where somebody answers: what others rely on must be right as well."""
        size, root = self.report.entries, bytes.fromhex(self.report.root)
        if self.kept is not None and 0 < self.kept.size:
            answer = self.source.consistency(self.kept.size, size)
            first_root = bytes.fromhex(self.kept.root)
            if answer is not None and not extends(
                first=self.kept.size, first_root=first_root, second=size, second_root=root, path=_path(answer)
            ):
                raise AuditFailure(f"The log's proof that its {size} entries continue the first {self.kept.size} does not hold.")
        for name, found in self.report.files.items():
            answer = self.source.inclusion(found.leaf_hash, size) if found.index is not None else None
            if answer is not None and not includes(
                leaf=bytes.fromhex(found.leaf_hash), index=found.index or 0, size=size, path=_path(answer), root=root
            ):
                raise AuditFailure(f"The log's proof that it holds {name} does not hold.")

    def _follow(self, leaf: Leaf, *, index: int, hashed: str) -> None:
        for found in self.wanted.get(leaf.pdf_sha256, ()):
            if found.index is None:
                found.index, found.leaf_hash, found.certificate = index, hashed, leaf.certificate
                self.followed.setdefault(leaf.certificate, []).append(found)
        for found in self.followed.get(leaf.certificate, ()):
            found.kind, found.at = leaf.kind, leaf.at

    def _files(self) -> None:
        for name, found in self.report.files.items():
            if found.index is None:
                raise AuditFailure(f"The log does not hold {name}.")
            if found.kind in ENDING:
                raise AuditFailure(f"{name} is in the log, and does not hold any more: {found.kind}, {found.at}.")


_NOT_UNDERSTOOD = "The log's answer cannot be understood: {name} is missing or of the wrong kind."


def _list(facts: Any, name: str) -> list[Any]:
    value = facts.get(name) if isinstance(facts, dict) else None
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise AuditFailure(_NOT_UNDERSTOOD.format(name=name))
    return value


def _text(facts: Any, name: str) -> str:
    value = facts.get(name) if isinstance(facts, dict) else None
    if not isinstance(value, str):
        raise AuditFailure(_NOT_UNDERSTOOD.format(name=name))
    return value


def _number(facts: Any, name: str) -> int:
    value = facts.get(name) if isinstance(facts, dict) else None
    if type(value) is not int:
        raise AuditFailure(_NOT_UNDERSTOOD.format(name=name))
    return value


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise AuditFailure(_NOT_UNDERSTOOD.format(name="a moment")) from None
    if moment.tzinfo is None:
        raise AuditFailure(_NOT_UNDERSTOOD.format(name="a moment"))
    return moment


def _path(answer: Any) -> list[bytes]:
    value = answer.get("path") if isinstance(answer, dict) else None
    try:
        return [bytes.fromhex(item) for item in value or []]
    except (TypeError, ValueError):
        raise AuditFailure(_NOT_UNDERSTOOD.format(name="path")) from None
