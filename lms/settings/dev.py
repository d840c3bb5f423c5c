"""A developer's own machine: debug pages, keys that protect nothing, data of its own in `var/dev`."""

import os
from pathlib import Path

os.environ.setdefault("VAR_DIR", str(Path(__file__).resolve().parents[2] / "var" / "dev"))

from lms.settings.base import *  # noqa: F403
from lms.settings.base import VAR_DIR

DEBUG = True
SECRET_KEY = "dev-only-key-that-protects-nothing"  # noqa: S105
FIELD_KEYS = ["ZGV2LW9ubHkta2V5LXRoYXQtcHJvdGVjdHMtbm90aGk="]
SIGNING_PASSPHRASE = "dev-only"  # noqa: S105
TSA_URL = "demo:"
DEMO_CLOCK_FILE = VAR_DIR / "demo-clock"

VAR_DIR.mkdir(parents=True, exist_ok=True)
