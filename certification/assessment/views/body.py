"""What the journal of a page sends."""

import json
from typing import Any

from django.http import HttpRequest, RawPostDataException


def read_json(request: HttpRequest, *, limit: int) -> Any:
    """Return the JSON in the body; `ValueError` or `RecursionError` when there is none of at most `limit` bytes."""
    try:
        body = request.body
    except RawPostDataException as error:
        # A multipart form: the CSRF check has read it already.
        raise ValueError("not JSON") from error
    if len(body) > limit:
        raise ValueError("too long")
    return json.loads(body)
