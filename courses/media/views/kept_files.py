"""What the pages of recordings and of packages share: a list by pages, and a file that comes whole with its form."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from courses.media.purposes import purpose
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.forms import whole_number

PAGE_SIZE = 20


def page_of(rows: QuerySet[Any], query: Mapping[str, str]) -> dict[str, Any]:
    """Return {rows, before, is_first, query} for a list, newest first; a page costs the same wherever it is.

    `query` holds `q`, words of a title, and `before`, the key of the last row seen.
    """
    words = query.get("q", "").strip()[:100]
    last = rows.prefetch_related(None).filter(pk=whole_number(query.get("before"))).first()
    if words:
        rows = rows.filter(title__icontains=words)
    if last is not None:
        rows = rows.filter(created_at__lt=last.created_at) | rows.filter(created_at=last.created_at, pk__lt=last.pk)
    found = list(rows.distinct()[: PAGE_SIZE + 1])
    return {
        "rows": found[:PAGE_SIZE],
        "before": found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None,
        "is_first": last is None,
        "query": words,
    }


def keep_sent(data: Mapping[str, Any], request: AuthenticatedHttpRequest, *, kind: str) -> Any:
    """Keep the file of a form that `NewFileForm` has checked; raises what its purpose's `keep` raises."""
    settings.UPLOAD_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=settings.UPLOAD_DIR, delete=False) as whole:
        for piece in data["file"].chunks():
            whole.write(piece)
    path = Path(whole.name)
    try:
        return purpose(kind).keep(path, title=data["title"], collection=data["collection"], actor=request.user, now=clock.now())
    finally:
        path.unlink(missing_ok=True)
