"""What one verification costs, with few and with many certificates in the register, against a bare Django view.

Everything goes through the product's WSGI application in this process: all middleware, the address table, the
database, the templates; no sockets, which would cost both sides the same and hide what is measured. Certificates are
written straight into the table (verification never reads a PDF), each with its own token, claims, and entry in the
public log. In every round the works take turns, so that a slow moment of the machine meets all of them.

- `bare`: a view that returns one line of text, through the same middleware: the baseline.
- `json`, `page`: QR tokens picked at random, none remembered: the register is asked each time.
- `again`: the page of a certificate that was just asked for. The cache is Redis if `REDIS_URL` is set; otherwise it
  is this process's own, as by default, and one small query confirms that the remembered answer still holds.
- `keys`: the search by number, name and last four digits.

`growth` is the cost of the larger register over the smaller one; `ratio` the requests a second over `bare`'s.

    python benchmarks/verify.py [--full] [--sizes 1000 100000] [--requests 400] [--postgres URL]
"""

import argparse
import json
import os
import random
import secrets
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import crowd
from benchmarks.measuring import machine

GROWTH_LIMIT = 1.1
RATIO_LIMIT = 0.6
BULK = 10_000


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--sizes", type=int, nargs=2, default=[1000, 100_000])
    parser.add_argument("--full", action="store_true", help="a million certificates")
    parser.add_argument("--requests", type=int, default=400, help="requests of each kind and size")
    parser.add_argument("--postgres", default="")
    options = parser.parse_args()
    sizes = [1000, 1_000_000] if options.full else options.sizes
    with tempfile.TemporaryDirectory() as folder, crowd.house(Path(folder), postgres=options.postgres):
        result = measured(sizes, requests=options.requests)
    result["database"] = "postgresql" if options.postgres else "sqlite"
    result["machine"] = machine()
    print(json.dumps(result))
    if not result["ok"]:
        sys.exit(1)


def measured(sizes: list[int], *, requests: int) -> dict[str, Any]:
    """Return the figures for both sizes; the table grows from one to the other."""
    from django.test.utils import override_settings

    register = Register()
    cache: dict[str, Any] = {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "benchmark",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
    if address := os.environ.get("REDIS_URL"):
        cache = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": address}
    # The limit per address would stop this one address after a minute's worth.
    with override_settings(CACHES={"default": cache}, DEBUG=False), unlimited():
        figures = {}
        for size in sizes:
            register.grow_to(size)
            figures[size] = one_size(register, requests=requests)
    small, large = (figures[size] for size in sizes)
    growth = {name: round(large[name]["ms"] / small[name]["ms"], 3) for name in ("json", "page", "keys")}
    # Against the machine's own pace at that moment, so that a busy neighbour does not look like growth.
    paced = {name: round(growth[name] / (large["bare"]["ms"] / small["bare"]["ms"]), 3) for name in growth}
    ratio = {name: round(large["bare"]["ms"] / large[name]["ms"], 3) for name in ("json", "page", "again")}
    return {
        "sizes": sizes,
        "baseline": {
            "what": "a bare Django view through the same middleware",
            "requests_per_second": large["bare"]["per_second"],
        },
        "figures": {str(size): figure for size, figure in figures.items()},
        "growth": growth,
        "growth_paced": paced,
        "ratio": ratio["again"],
        "ratios": ratio,
        "ok": ratio["again"] >= RATIO_LIMIT and all(value <= GROWTH_LIMIT for value in paced.values()),
    }


def unlimited() -> Any:
    """Lift the limit per address for the time of the measurement; it still counts, so its cost is included."""
    from unittest import mock

    from certification.registry import throttle

    count = throttle._count
    return mock.patch.object(throttle, "_count", lambda key: min(count(key), 1))


class Register:
    """The table of certificates and the public log, filled with rows as the issue writes them."""

    def __init__(self) -> None:
        from certification.certificates.models import Certificate
        from certification.certificates.services import run_batch

        (plan,) = crowd.load(20)
        run_batch(crowd.approved(plan), now=crowd.AFTER)
        self.model = Certificate.objects.select_related("organisation", "signing_key").order_by("pk").first()
        assert self.model is not None
        self.tokens = list(Certificate.objects.values_list("token", flat=True))

    def grow_to(self, size: int) -> None:
        from django.db import connection

        while len(self.tokens) < size:
            self._add(min(BULK, size - len(self.tokens)))
        with connection.cursor() as cursor:
            # As a database that has been in use for a while knows its tables.
            cursor.execute("ANALYZE")

    def _add(self, count: int) -> None:
        """Write rows like the first one, as they lie in the tables: through models a million would take half an hour."""
        from certification.certificates.models import Certificate
        from certification.registry.transparency.leaves import certificate_reference
        from certification.registry.transparency.models import LogLeaf

        first, last_leaf = len(self.tokens), LogLeaf.objects.order_by("-index").first()
        assert self.model is not None
        assert last_leaf is not None
        certificate, leaf = _columns(self.model), _columns(last_leaf)
        number, name = self.model.number, self.model.claims["holder"]["name"]
        words = json.dumps(self.model.claims, ensure_ascii=False)
        tokens, rows, leaves = [], [], []
        for n in range(first, first + count):
            token, own_number = secrets.token_urlsafe(24), f"S000031{n // 900_000 + 200:06d}264{n % 900_000 + 1:06d}"
            rows.append(
                certificate
                | {
                    "number": own_number,
                    "token": token,
                    "work_type": f"{n}",
                    "claims": words.replace(number, own_number).replace(name, crowd.name_of(n)),
                    "status_index": 1_000_000 + n,
                    "pdf_sha256": secrets.token_hex(32),
                    "decision_id": None,
                }
            )
            leaves.append(
                leaf
                | {
                    "index": last_leaf.index + 1 + n - first,
                    "leaf_hash": secrets.token_hex(32),
                    "certificate": certificate_reference(token),
                    "ledger_sequence": 10_000_000 + n,
                }
            )
            tokens.append(token)
        _insert(Certificate, rows)
        _insert(LogLeaf, leaves)
        self._new_head(last_leaf.index + 1 + count)
        self.tokens.extend(tokens)

    def _new_head(self, size: int) -> None:
        from certification.registry.transparency.models import TreeHead

        head = TreeHead.objects.order_by("-number").first()
        assert head is not None
        TreeHead.objects.create(
            number=head.number + 1,
            size=size,
            root=secrets.token_hex(32),
            at=crowd.AFTER,
            ledger_sequence=head.ledger_sequence,
            ledger_hash=head.ledger_hash,
            ledger_salt=head.ledger_salt,
            key_id=head.key_id,
            checkpoint="",
            signature="",
        )


def _columns(row: Any) -> dict[str, Any]:
    """Return the row as it lies in its table, without its key where the database gives it."""
    from django.db import connection

    return {
        field.column: field.get_db_prep_save(getattr(row, field.attname), connection)
        for field in row._meta.concrete_fields
        if field.get_internal_type() != "BigAutoField"
    }


def _insert(model: Any, rows: list[dict[str, Any]]) -> None:
    from django.db import connection, transaction

    names = ", ".join(f'"{name}"' for name in rows[0])
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(tuple(row.values()))
        else:
            holes = ", ".join(["%s"] * len(rows[0]))
            sql = f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({holes})'  # noqa: S608 - our own tables
            cursor.executemany(sql, [tuple(row.values()) for row in rows])


def one_size(register: Register, *, requests: int) -> dict[str, dict[str, float]]:
    """Return milliseconds (median) and requests a second of each work, taken in turns."""
    from django.core.cache import cache
    from django.http import HttpRequest, HttpResponse
    from django.test import Client
    from django.urls import path

    import lms.urls
    from certification.certificates.models import Certificate

    def bare(request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok")

    if not any(getattr(entry, "name", "") == "bare" for entry in lms.urls.urlpatterns):
        lms.urls.urlpatterns.insert(0, path("bare/", bare, name="bare"))
        from django.urls import clear_url_caches

        clear_url_caches()
    client = Client(raise_request_exception=True)
    pick = random.Random(7)
    tokens = pick.sample(register.tokens, min(2 * requests + 2, len(register.tokens)))
    printed = list(
        Certificate.objects.filter(token__in=pick.sample(register.tokens, min(200, len(register.tokens)))).order_by("token")
    )
    machine_asks = {"accept": "application/json"}
    cache.clear()
    known = register.tokens[0]

    def once(name: str, n: int) -> tuple[float, int]:
        row = printed[n % len(printed)]
        token = tokens[(2 * n + (name == "page")) % len(tokens)]
        if name in ("json", "page"):
            cache.delete_many([f"registry:answer:{token}"])
        begin = time.perf_counter()
        if name == "bare":
            answer = client.get("/bare/")
        elif name == "json":
            answer = client.get(f"/verify/{token}/", headers=machine_asks)
        elif name == "page":
            answer = client.get(f"/verify/{token}/")
        elif name == "again":
            answer = client.get(f"/verify/{known}/")
        else:
            facts = {"number": row.number, "name": row.claims["holder"]["name"], "last_four": row.id_number[-4:]}
            answer = client.post("/verify/", facts)
        return time.perf_counter() - begin, answer.status_code

    names = ("bare", "json", "page", "again", "keys")
    expected = {"keys": 302}
    taken: dict[str, list[float]] = {name: [] for name in names}
    for n in range(-20, requests):
        for name in names:
            seconds, status = once(name, max(n, 0))
            assert status == expected.get(name, 200), (name, status)
            if n >= 0:
                taken[name].append(seconds)
    return {
        name: {"ms": round(statistics.median(times) * 1000, 3), "per_second": round(1 / statistics.median(times), 1)}
        for name, times in taken.items()
    }


if __name__ == "__main__":
    main()
