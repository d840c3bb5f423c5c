"""The public log for machines: no sign-in, no session, nothing that changes anything.

Hashes are 64 hexadecimal digits, moments are UTC. An answer that can never change says so to caches.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Field, Path, Query, Router, Schema

from certification.registry.throttle import Limit, limited
from certification.registry.transparency import selectors
from certification.registry.transparency.checkpoints import ALGORITHM, parse_checkpoint
from certification.registry.transparency.models import LogKey, LogLeaf, TreeHead
from lms.core.errors import DomainError

MOST_ENTRIES = 1000
MOST_HEADS = 500
LARGEST = 2**63 - 1
FOR_EVER = "public, max-age=31536000, immutable"

router = Router(tags=["log"])

EXAMPLE_HASH = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
EXAMPLE_LEAF = (
    '{"at":"2026-09-21T01:30:00Z","certificate":"' + EXAMPLE_HASH + '","kind":"issue","ledger":"' + EXAMPLE_HASH + '",'
    '"ledger_sequence":412,"organisation":"shencheng-association","pdf_sha256":"' + EXAMPLE_HASH + '","version":1}'
)
EXAMPLE_CHECKPOINT = (
    "verify.example.cn/api/v1/log\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n"
    f"time 2026-09-21T01:30:15.000Z\nledger 431 {EXAMPLE_HASH}\n"
)
EXAMPLE_SIGNATURE = "MEUCIQDz0p0mV0Tn5Q1G2m3kz0kqf4n2T8Y0m3c4oJ2h1d5rJwIgB1rZ9x3wq0F6l7c8y5u2e1t0s9a8q7w6e5r4t3y2u1i="

Size = Annotated[int, Field(ge=0, le=LARGEST, examples=[8], description="Number of entries of a tree.")]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", examples=[EXAMPLE_HASH])]


class Problem(Schema):
    code: Annotated[str, Field(examples=["registry.log_no_leaf"])]
    message: Annotated[str, Field(examples=["The public log of 8 entries has no entry with this hash."])]


class Head(Schema):
    """A signed tree head. `checkpoint` is the text that is signed; the other fields repeat what it says."""

    number: Annotated[int, Field(examples=[3], description="Heads are numbered from 1 without a gap.")]
    size: Size
    root: Hash
    time: datetime
    ledger_sequence: Annotated[int, Field(examples=[431], description="How many entries the ledger had.")]
    ledger: Annotated[str, Field(examples=[EXAMPLE_HASH], description="SHA-256 of a salt and of the ledger's last hash.")]
    key_id: Annotated[str, Field(examples=[EXAMPLE_HASH], description="SHA-256 of the key that signed (SubjectPublicKeyInfo).")]
    checkpoint: Annotated[str, Field(examples=[EXAMPLE_CHECKPOINT])]
    signature: Annotated[str, Field(examples=[EXAMPLE_SIGNATURE], description="Over `checkpoint`: ECDSA in DER, base64.")]


class Heads(Schema):
    heads: list[Head]
    latest: Annotated[int, Field(examples=[3], description="Number of the newest head.")]


class Inclusion(Schema):
    leaf_hash: Hash
    leaf_index: Annotated[int, Field(examples=[5])]
    size: Size
    path: Annotated[list[str], Field(examples=[[EXAMPLE_HASH] * 3], description="From the leaf upwards (RFC 9162 §2.1.3).")]


class Consistency(Schema):
    first: Size
    second: Size
    path: Annotated[list[str], Field(examples=[[EXAMPLE_HASH] * 3], description="As RFC 9162 §2.1.4 orders it.")]


class Entry(Schema):
    index: Annotated[int, Field(examples=[5])]
    leaf_hash: Hash
    leaf: Annotated[
        str, Field(examples=[EXAMPLE_LEAF], description="leaf_hash is SHA-256 of a zero byte and this text in UTF-8.")
    ]


class Entries(Schema):
    entries: list[Entry]
    size: Annotated[int, Field(examples=[8], description="Number of entries under the newest tree head.")]


class Key(Schema):
    key_id: Hash
    algorithm: Annotated[str, Field(examples=[ALGORITHM])]
    public_key_pem: Annotated[str, Field(examples=["-----BEGIN PUBLIC KEY-----\nMFkwEwYH…\n-----END PUBLIC KEY-----\n"])]
    origin: Annotated[str, Field(examples=["verify.example.cn/api/v1/log"], description="First line of what it signs.")]
    made_at: datetime
    retired_at: datetime | None
    endorsed_by: Annotated[str | None, Field(examples=[None], description="Key that vouches for this one.")]
    endorsement: Annotated[str, Field(examples=[""], description="Its signature over “<origin>\\nnext key <key_id>\\n”.")]


class Keys(Schema):
    key_id: Annotated[str | None, Field(examples=[EXAMPLE_HASH], description="The key that signs now.")]
    keys: list[Key]


def _too_many(request: HttpRequest) -> HttpResponse:
    facts = {"code": "registry.too_many", "message": _("Too many questions from this address. Please wait a minute.")}
    return JsonResponse(facts, status=429)


def public(per_minute: int, *, name: str) -> Callable[..., Any]:
    """Limit how often one address may ask, and let pages of other sites read the answer: there is nothing secret in it."""

    def decorate(operation: Callable[..., Any]) -> Callable[..., Any]:
        checked = limited(Limit(f"log-{name}", per_minute), refusal=_too_many)(operation)

        @wraps(operation)
        def answered(request: HttpRequest, response: HttpResponse, **kwargs: Any) -> Any:
            response["Access-Control-Allow-Origin"] = "*"
            return checked(request, response, **kwargs)

        return answered

    return decorate


ERRORS = {404: Problem, 422: Problem, 429: Problem}


@router.get("/sth", response={200: Head, **ERRORS}, url_name="log_head", summary="The newest signed tree head")
@public(120, name="head")
def newesthead_facts(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    response["Cache-Control"] = "no-cache"
    return head_facts(_latest())


@router.get(
    "/sth/{size}", response={200: Head, **ERRORS}, url_name="log_head_of", summary="The newest tree head over so many entries"
)
@public(120, name="head")
def head_over(request: HttpRequest, response: HttpResponse, size: Annotated[int, Path(ge=0, le=LARGEST)]) -> dict[str, Any]:
    head = selectors.head_of_size(size)
    if head is None:
        raise DomainError("registry.log_no_head", status=404, size=size)
    response["Cache-Control"] = "no-cache"
    return head_facts(head)


@router.get("/heads", response={200: Heads, **ERRORS}, url_name="log_heads", summary="All tree heads, by number")
@public(300, name="heads")
def heads(
    request: HttpRequest,
    response: HttpResponse,
    start: Annotated[int, Query(ge=1, le=LARGEST, description="First number wanted.")] = 1,
) -> dict[str, Any]:
    """At most 500 heads an answer; go on with the number after the last one."""
    latest = _latest()
    response["Cache-Control"] = "no-cache"
    return {"heads": [head_facts(head) for head in selectors.heads_from(start, count=MOST_HEADS)], "latest": latest.number}


@router.get(
    "/proof/inclusion", response={200: Inclusion, **ERRORS}, url_name="log_inclusion", summary="Proof that an entry is in a tree"
)
@public(120, name="proof")
def inclusion(
    request: HttpRequest,
    response: HttpResponse,
    leaf_hash: Annotated[str, Query(pattern=r"^[0-9a-f]{64}$", example=EXAMPLE_HASH)],
    size: Annotated[int | None, Query(ge=1, le=LARGEST, description="Size of the tree; the newest head's if left out.")] = None,
) -> dict[str, Any]:
    size = _checked_size(size)
    leaf = LogLeaf.objects.filter(leaf_hash=leaf_hash, index__lt=size).first()
    if leaf is None:
        raise DomainError("registry.log_no_leaf", status=404, size=size)
    path = selectors.inclusion_path(index=leaf.index, size=size)
    response["Cache-Control"] = FOR_EVER
    return {"leaf_hash": leaf_hash, "leaf_index": leaf.index, "size": size, "path": [item.hex() for item in path]}


@router.get(
    "/proof/consistency",
    response={200: Consistency, **ERRORS},
    url_name="log_consistency",
    summary="Proof that one tree continues another",
)
@public(120, name="proof")
def consistency(
    request: HttpRequest,
    response: HttpResponse,
    first: Annotated[int, Query(ge=0, le=LARGEST, example=5)],
    second: Annotated[int | None, Query(ge=0, le=LARGEST, description="The newest head's size if left out.")] = None,
) -> dict[str, Any]:
    second = _checked_size(second)
    if not 0 < first <= second:
        raise DomainError("registry.log_first_larger", status=422)
    path = selectors.consistency_path(first=first, second=second)
    response["Cache-Control"] = FOR_EVER
    return {"first": first, "second": second, "path": [item.hex() for item in path]}


@router.get("/entries", response={200: Entries, **ERRORS}, url_name="log_entries", summary="Entries start ≤ index < end")
@public(300, name="entries")
def entries(
    request: HttpRequest,
    response: HttpResponse,
    start: Annotated[int, Query(ge=0, le=LARGEST, example=0)],
    end: Annotated[int, Query(ge=0, le=LARGEST, example=8)],
) -> dict[str, Any]:
    """At most 1000 entries an answer, and none that no tree head covers yet; go on with the index after the last one."""
    if end <= start:
        raise DomainError("registry.log_range_empty", status=422)
    latest = _latest().size
    if start >= latest:
        raise DomainError("registry.log_range_after", status=404, latest=latest, start=start)
    rows = selectors.leaves_between(start, min(end, latest, start + MOST_ENTRIES))
    response["Cache-Control"] = "no-cache"
    return {
        "entries": [entry_facts(leaf) for leaf in rows],
        "size": latest,
    }


@router.get("/key", response={200: Keys, 429: Problem}, url_name="log_key", summary="The keys of the log, oldest first")
@public(120, name="key")
def key(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    rows = list(LogKey.objects.select_related("endorsed_by").order_by("pk"))
    response["Cache-Control"] = "no-cache"
    return {
        "key_id": next((row.key_id for row in rows if row.retired_at is None), None),
        "keys": [key_facts(row) for row in rows],
    }


def key_facts(row: LogKey) -> dict[str, Any]:
    """Return what is public about a key, as the schema `Key` has it."""
    return {
        "key_id": row.key_id,
        "algorithm": ALGORITHM,
        "public_key_pem": row.public_pem,
        "origin": row.origin,
        "made_at": row.made_at,
        "retired_at": row.retired_at,
        "endorsed_by": row.endorsed_by.key_id if row.endorsed_by is not None else None,
        "endorsement": row.endorsement,
    }


def _latest() -> TreeHead:
    head = selectors.latest_head()
    if head is None:
        raise DomainError("registry.log_empty", status=404)
    return head


def _checked_size(size: int | None) -> int:
    """Return the size asked for, or the newest head's. What no head covers yet cannot be proved."""
    latest = _latest().size
    if size is None:
        return latest
    if size > latest:
        raise DomainError("registry.log_size_unknown", status=404, size=size, latest=latest)
    return size


def head_facts(head: TreeHead) -> dict[str, Any]:
    """Return what is public about a head, as the schema `Head` has it."""
    said = parse_checkpoint(head.checkpoint)
    return {
        "number": head.number,
        "size": head.size,
        "root": head.root,
        "time": head.at,
        "ledger_sequence": head.ledger_sequence,
        "ledger": said.ledger,
        "key_id": head.key.key_id,
        "checkpoint": head.checkpoint,
        "signature": head.signature,
    }


def entry_facts(leaf: LogLeaf) -> dict[str, Any]:
    """Return what is public about an entry, as the schema `Entry` has it."""
    return {"index": leaf.index, "leaf_hash": leaf.leaf_hash, "leaf": leaf.data}
