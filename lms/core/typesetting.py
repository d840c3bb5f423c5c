"""What every room that prints with WeasyPrint shares: one thread at a time, and no file but those handed over."""

import threading
from typing import Any
from urllib.parse import urlsplit

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

# fontTools reads tables when they are first asked for, and HarfBuzz and Pango keep what they have shaped: whoever draws or
# shapes holds this, one thread of a process at a time.
ONE_AT_A_TIME = threading.RLock()
SCHEME = "sheet"


class HandedFiles(URLFetcher):
    """Hands out the files of one print, under `sheet:<name>`, and nothing else at all: no network, no disk."""

    def __init__(self, files: dict[str, tuple[bytes, str]]) -> None:
        super().__init__(allowed_protocols=(SCHEME,), allow_redirects=False, fail_on_errors=True)
        self._files = files

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        parts = urlsplit(url)
        if parts.scheme != SCHEME or parts.path not in self._files:
            raise FatalURLFetchingError(f"A print may not fetch {url!r}")
        data, content_type = self._files[parts.path]
        return URLFetcherResponse(url, data, {"Content-Type": content_type})
