"""`make demo`: the real thing on http://127.0.0.1, with keys made on this machine and a movable clock."""

from lms.settings.base import *  # noqa: F403
from lms.settings.base import STORAGES, VAR_DIR
from lms.settings.env import env_list, env_text

SECRET_KEY = env_text("SECRET_KEY")
FIELD_KEYS = env_list("FIELD_KEYS")
SIGNING_PASSPHRASE = env_text("SIGNING_PASSPHRASE")
TSA_URL = env_text("TSA_URL", "demo:")
DEMO_CLOCK_FILE = VAR_DIR / "demo-clock"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "lms.core.static_files.StaticFiles"}}
