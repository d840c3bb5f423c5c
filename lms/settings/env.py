"""Reading the environment: a value that is needed and missing stops the start with one clear line."""

import json
import os
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"0", "false", "no", "off", ""}


def env_text(name: str, default: str | None = None) -> str:
    """Return the variable, or the content of the file that `<name>_FILE` points at.

    Raises `ImproperlyConfigured` when neither is set and there is no default.
    """
    if name in os.environ:
        return os.environ[name]
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    if default is None:
        raise ImproperlyConfigured(f"Set the environment variable {name} (or {name}_FILE).")
    return default


def env_family(prefix: str) -> dict[str, str]:
    """Return every variable whose name begins so, by its full name; one that ends in `_FILE` names a file with the value."""
    names = {name.removesuffix("_FILE") for name in os.environ if name.startswith(prefix)}
    return {name: env_text(name) for name in sorted(names)}


def env_list(name: str, default: str | None = None) -> list[str]:
    """Return a comma-separated variable as a list without empty entries."""
    return [part.strip() for part in env_text(name, default).split(",") if part.strip()]


def env_json(name: str, default: str) -> dict[str, Any]:
    """Return a JSON object; anything else is an error, which does not repeat the value: it may hold secrets."""
    try:
        found = json.loads(env_text(name, default))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ImproperlyConfigured(f"{name} must be a JSON object.")
    return found


def env_number(name: str, default: int) -> int:
    """Return a whole number, 0 or more; anything else is an error."""
    text = env_text(name, str(default)).strip()
    if not (text.isascii() and text.isdigit()):
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text!r}.")
    return int(text)


def env_flag(name: str, default: bool) -> bool:
    """Return a yes/no variable; anything but the known words is an error."""
    word = env_text(name, "1" if default else "0").strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name} must be one of {sorted(TRUE_WORDS | FALSE_WORDS)}, not {word!r}.")
