"""The page as one file: style, scripts and data inside, and a policy that lets nothing in or out."""

import base64
import datetime
import hashlib
import re

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.html import json_script

from certification.registry.availability import RegisterAway, in_time
from certification.registry.memory import KEPT_SECONDS
from certification.registry.offline.snapshot import snapshot
from certification.registry.offline.words import words_in_both_languages
from lms.core.static_files import text_of

FILE_NAME = "verify-offline.html"
FRESH_SECONDS = 600
IMPORT = re.compile(r'^import .* from "\./verify-token\.js";\n', re.MULTILINE)
_KEY = "registry:offline-page"


def offline_page(*, now: datetime.datetime) -> bytes:
    """Return the whole page as it is right `now`. Two queries."""
    module = text_of("js/verify-token.js").replace("export ", "")
    script = f"\n{module}\n{IMPORT.sub('', text_of('js/verify-offline.js'))}"
    style = f"\n{text_of('css/pages/verify-offline.css')}"
    context = {
        "script": script,
        "style": style,
        "script_hash": _policy_hash(script),
        "style_hash": _policy_hash(style),
        "words": (both := words_in_both_languages())["zh-Hans"],
        "words_json": json_script(both, "words"),
        "data_json": json_script(snapshot(now=now), "data"),
    }
    return render_to_string("registry/offline.html", context).encode()


def kept_offline_page(*, now: datetime.datetime) -> bytes:
    """Return the page as it was at most ten minutes ago, or, when the database is away, the last one of today.

    Raises `RegisterAway` when there is none.
    """
    moment = datetime.datetime.now(datetime.UTC)
    kept: tuple[datetime.datetime, bytes] | None = cache.get(_KEY)
    if kept is not None and (moment - kept[0]).total_seconds() < FRESH_SECONDS:
        return kept[1]
    try:
        with in_time():
            made = offline_page(now=now)
    except RegisterAway:
        if kept is None:
            raise
        return kept[1]
    cache.set(_KEY, (moment, made), timeout=KEPT_SECONDS)
    return made


def _policy_hash(text: str) -> str:
    """Return the source expression that allows exactly this inline script or style (CSP 3, 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
