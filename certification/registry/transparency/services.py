"""How the log grows: what the ledger says about certificates becomes leaves, in its order, and a signed head.

Certificates are issued without waiting for the log (a merge delay, as in certificate transparency). Whoever grows it
holds one row's lock for a batch, so two at once take turns; whoever is killed leaves whole batches; whoever comes
next goes on where the last batch ended.
"""

import logging
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from certification.certificates.models import Certificate
from certification.registry.transparency import keys
from certification.registry.transparency.checkpoints import Checkpoint, endorsement_text
from certification.registry.transparency.leaves import (
    SALT_BYTES,
    SUBJECT_PREFIX,
    Leaf,
    certificate_reference,
    commitment,
    moment_text,
    public_kind,
)
from certification.registry.transparency.models import LogKey, LogLeaf, LogState, TreeHead, TreeNode
from certification.registry.transparency.selectors import hashes_of
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.ledger import entry_hash
from lms.core.merkle import Frontier, Span, leaf_hash, nodes_of
from lms.core.models import LedgerEntry, LedgerHead

BATCH = 2000
"""How many entries of the ledger are read in one transaction."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Growth:
    """What one call of `grow` did: leaves added, size of the tree now, and the number of its newest head."""

    added: int
    size: int
    head: int


def grow(*, now: datetime, batch: int = BATCH) -> Growth:
    """Bring the log up to the end of the ledger, batch by batch, each with a signed head. Makes the first key if there is none.

    Raises `DomainError` `registry.ledger_broken` when the ledger's next entries do not follow on what the log has seen:
    nothing is signed then.
    """
    added = 0
    while (step := _grow_once(now=now, batch=batch)) is not None:
        added += step
    head = TreeHead.objects.order_by("-number").first()
    return Growth(added, head.size if head else 0, head.number if head else 0)


@transaction.atomic
def _grow_once(*, now: datetime, batch: int) -> int | None:
    """Take in the next entries of the ledger and sign a head; return how many leaves that made, None when there was nothing to do."""
    state = _locked_state()
    last = TreeHead.objects.order_by("-number").first()
    key = _key_in_use(now=now)
    end = LedgerHead.objects.filter(pk=1).values_list("sequence", flat=True).first() or 0
    entries = list(LedgerEntry.objects.filter(sequence__gt=state.ledger_sequence, sequence__lte=end).order_by("sequence")[:batch])
    if last is not None and not entries and last.key_id == key.pk:
        return None
    _check_chain(state, entries)
    leaves = _leaves(state, entries)
    frontier = Frontier(state.size, [value for _node, value in hashes_of(nodes_of(Span(0, state.size))).items()])
    nodes = []
    for leaf in leaves:
        nodes += [TreeNode(position=node.position, hash=value) for node, value in frontier.add(bytes.fromhex(leaf.leaf_hash))]
    LogLeaf.objects.bulk_create(leaves, batch_size=500)
    TreeNode.objects.bulk_create(nodes, batch_size=500)
    if entries:
        state.ledger_sequence, state.ledger_hash = entries[-1].sequence, entries[-1].hash
    state.size = frontier.size
    state.save()
    _sign_head(state, root=frontier.root(), key=key, last=last, now=now)
    return len(leaves)


@transaction.atomic
def exchange_key(*, actor: User | None, now: datetime) -> LogKey:
    """Make a new key for the log; the old one vouches for it, if its file still opens, and signs no more."""
    _locked_state()
    old = LogKey.objects.filter(retired_at=None).first()
    return _new_key(old=old, actor=actor, now=now)


def _locked_state() -> LogState:
    LogState.objects.get_or_create(pk=1)
    return LogState.objects.select_for_update().get(pk=1)


def _key_in_use(*, now: datetime) -> LogKey:
    key = LogKey.objects.filter(retired_at=None).first()
    return key if key is not None else _new_key(old=None, actor=None, now=now)


def _new_key(*, old: LogKey | None, actor: User | None, now: datetime) -> LogKey:
    made = keys.make_key_file()
    origin = old.origin if old is not None else _origin()
    endorsement = ""
    if old is not None:
        try:
            endorsement = keys.sign_text(old.key_reference, old.key_id, endorsement_text(origin=origin, key_id=made.key_id))
        except DomainError as error:
            # The lost key cannot vouch; auditors who knew it will ask why, and must be told by other means.
            log.error("The log's new key is not endorsed by the old one: %s", error)
        signed_last = TreeHead.objects.order_by("-number").values_list("at", flat=True).first()
        LogKey.objects.filter(pk=old.pk).update(retired_at=max(now, signed_last) if signed_last else now)
    key = LogKey.objects.create(
        key_id=made.key_id,
        public_pem=made.public_pem,
        key_reference=made.key_reference,
        origin=origin,
        made_at=now,
        endorsed_by=old if endorsement else None,
        endorsement=endorsement,
    )
    ledger.append("registry.log_key_made", subject=key, actor=actor, now=now, key_id=key.key_id, endorsed=bool(endorsement))
    return key


def _origin() -> str:
    """Return the name of this log: its public address without the scheme, for ever the one it had at its first key."""
    address = urlsplit(settings.PUBLIC_URL)
    return f"{address.netloc}{address.path.rstrip('/')}/api/v1/log"


def _check_chain(state: LogState, entries: list[LedgerEntry]) -> None:
    sequence, previous = state.ledger_sequence, state.ledger_hash
    for entry in entries:
        sequence += 1
        sealed = entry_hash(
            sequence=sequence,
            at=entry.at,
            kind=entry.kind,
            subject=entry.subject,
            actor_id=entry.actor_id,
            facts=entry.facts,
            previous_hash=previous,
        )
        if (entry.sequence, entry.previous_hash, entry.hash) != (sequence, previous, sealed):
            raise DomainError("registry.ledger_broken", status=500, entry=sequence)
        previous = sealed


def _leaves(state: LogState, entries: list[LedgerEntry]) -> list[LogLeaf]:
    acts = [(entry, kind) for entry in entries if (kind := public_kind(entry.kind, entry.subject)) is not None]
    names = {
        f"{SUBJECT_PREFIX}{pk}": (certificate_reference(token), slug)
        for pk, token, slug in Certificate.objects.filter(
            pk__in={int(entry.subject.removeprefix(SUBJECT_PREFIX)) for entry, _kind in acts}
        ).values_list("pk", "token", "organisation__slug")
    }
    if gone := [entry.sequence for entry, _kind in acts if entry.subject not in names]:
        log.error("%d entries of the ledger are about certificates whose rows are gone; the first is %d", len(gone), gone[0])
    leaves = []
    for index, (entry, kind) in enumerate(acts, start=state.size):
        reference, slug = names.get(entry.subject, ("", ""))
        salt = secrets.token_bytes(SALT_BYTES)
        data = Leaf(
            kind=kind,
            at=moment_text(entry.at),
            organisation=slug,
            certificate=reference,
            pdf_sha256=str(entry.facts.get("pdf_sha256", "")),
            ledger_sequence=entry.sequence,
            ledger=commitment(salt, entry.hash),
        ).data()
        leaves.append(
            LogLeaf(
                index=index,
                data=data,
                leaf_hash=leaf_hash(data.encode()).hex(),
                certificate=reference,
                ledger_sequence=entry.sequence,
                ledger_hash=entry.hash,
                ledger_salt=salt.hex(),
            )
        )
    return leaves


def _sign_head(state: LogState, *, root: bytes, key: LogKey, last: TreeHead | None, now: datetime) -> TreeHead:
    # To the millisecond, as it is signed; and never before the last head, whatever a demonstration clock does.
    moment = now.astimezone(UTC).replace(microsecond=now.microsecond // 1000 * 1000)
    moment = max(moment, last.at) if last is not None else moment
    salt = secrets.token_bytes(SALT_BYTES)
    text = Checkpoint(
        origin=key.origin,
        size=state.size,
        root=root.hex(),
        time=moment,
        ledger_sequence=state.ledger_sequence,
        ledger=commitment(salt, state.ledger_hash),
    ).text()
    return TreeHead.objects.create(
        number=last.number + 1 if last is not None else 1,
        size=state.size,
        root=root.hex(),
        at=moment,
        ledger_sequence=state.ledger_sequence,
        ledger_hash=state.ledger_hash,
        ledger_salt=salt.hex(),
        key=key,
        checkpoint=text,
        signature=keys.sign_text(key.key_reference, key.key_id, text),
    )
