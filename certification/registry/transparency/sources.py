"""Where an auditor reads: the log's public address, or a folder that was written before."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from certification.registry.transparency.auditor import AuditFailure, Source

PAGE = 1000
TRIES = 5
LARGEST_ANSWER = 16 * 1024 * 1024
LONGEST_WAIT = 120

KEYS_FILE, HEADS_FILE, ENTRIES_FILE = "keys.json", "heads.jsonl", "entries.jsonl"


class HttpSource:
    """The public interface of a log. `base` is the site's address: `https://verify.example.cn`."""

    def __init__(self, base: str, *, wait: Callable[[float], None] = time.sleep) -> None:
        if urlsplit(base).scheme not in ("http", "https"):
            raise AuditFailure(f"{base} is neither an address (http, https) nor a folder.")
        self.base = base.rstrip("/").removesuffix("/api/v1/log") + "/api/v1/log/"
        self._wait = wait

    def _get(self, path: str, **query: int | str) -> Any:
        address = f"{self.base}{path}" + (f"?{urlencode(query)}" if query else "")
        request = Request(address, headers={"Accept": "application/json"})  # noqa: S310 - the scheme is checked above
        for attempt in range(1, TRIES + 1):
            try:
                with urlopen(request, timeout=60) as answer:  # noqa: S310
                    body = answer.read(LARGEST_ANSWER + 1)
                break
            except HTTPError as error:
                error.close()
                if error.code != 429 or attempt == TRIES:
                    raise AuditFailure(f"{address} answers {error.code}.") from None
                asked = error.headers.get("Retry-After", "60")
                self._wait(min(int(asked), LONGEST_WAIT) if asked.isdecimal() else 60)
            except (URLError, TimeoutError, ConnectionError) as error:
                raise AuditFailure(f"{address} cannot be reached: {error}.") from None
        if len(body) > LARGEST_ANSWER:
            raise AuditFailure(f"{address} answers more than it should.")
        try:
            return json.loads(body)
        except ValueError:
            raise AuditFailure(f"{address} does not answer JSON.") from None

    def keys(self) -> Any:
        return self._get("key")

    def heads(self) -> Iterator[Any]:
        number = 1
        while True:
            answer = self._get("heads", start=number)
            page, latest = answer.get("heads") or [], answer.get("latest", 0)
            yield from page
            number += len(page)
            if number > latest:
                return
            if not page:
                raise AuditFailure(f"Tree head {number} is missing.")

    def entries(self, start: int, end: int) -> Iterator[Any]:
        while start < end:
            page = self._get("entries", start=start, end=min(end, start + PAGE)).get("entries") or []
            if not page:
                raise AuditFailure(f"Entry {start} of the log is missing.")
            yield from page
            start += len(page)

    def consistency(self, first: int, second: int) -> Any:
        return self._get("proof/consistency", first=first, second=second)

    def inclusion(self, leaf: str, size: int) -> Any:
        return self._get("proof/inclusion", leaf_hash=leaf, size=size)


class FolderSource:
    """What `write_folder` wrote. Nobody answers with proofs here; the roots are computed all the same."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _lines(self, name: str) -> Iterator[Any]:
        try:
            with (self.folder / name).open(encoding="utf-8") as file:
                for line in file:
                    yield json.loads(line)
        except OSError:
            raise AuditFailure(f"{name} is missing in {self.folder}.") from None
        except ValueError:
            raise AuditFailure(f"{name} in {self.folder} is not JSON.") from None

    def keys(self) -> Any:
        return next(self._lines(KEYS_FILE), None)

    def heads(self) -> Iterator[Any]:
        return self._lines(HEADS_FILE)

    def entries(self, start: int, end: int) -> Iterator[Any]:
        # Asked in order, so the file is read once: the reader stays open where the last question ended.
        if start == 0 or not hasattr(self, "_open"):
            self._open = self._lines(ENTRIES_FILE)
        for _number in range(start, end):
            entry = next(self._open, None)
            if entry is None:
                return
            yield entry

    def consistency(self, first: int, second: int) -> None:
        return None

    def inclusion(self, leaf: str, size: int) -> None:
        return None


def open_source(place: str) -> Source:
    """Return the source at an address or in a folder. Raises `AuditFailure` for anything else."""
    return FolderSource(Path(place)) if Path(place).is_dir() else HttpSource(place)


def write_folder(source: Source, folder: Path) -> int:
    """Copy all that is public into a folder, for an audit without the network; return the number of entries."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / KEYS_FILE).write_text(_line(source.keys()), encoding="utf-8")
    size = 0
    with (folder / HEADS_FILE).open("w", encoding="utf-8") as file:
        for head in source.heads():
            file.write(_line(head))
            size = max(size, int(head["size"]))
    with (folder / ENTRIES_FILE).open("w", encoding="utf-8") as file:
        for entry in source.entries(0, size):
            file.write(_line(entry))
    return size


def _line(facts: Any) -> str:
    return json.dumps(facts, ensure_ascii=False) + "\n"
