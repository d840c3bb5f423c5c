"""Tests: fast hashing, mail in memory, keys that protect nothing, no demo clock."""

import tempfile
from pathlib import Path

from lms.settings.base import *  # noqa: F403
from lms.settings.base import DATABASES, STORAGES

SECRET_KEY = "test-only-key-that-protects-nothing"  # noqa: S105
FIELD_KEYS = ["dGVzdC1vbmx5LWtleS10aGF0LXByb3RlY3RzLW5vdGg="]
SIGNING_PASSPHRASE = "test-only"  # noqa: S105
TSA_URL = "demo:"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SMS_GATEWAY = "lms.notices.gateways.MemorySmsGateway"
ALLOWED_HOSTS = ["*"]
VAR_DIR = Path(tempfile.mkdtemp(prefix="funeng-test-"))
SIGNING_KEY_DIR = VAR_DIR / "keys"
MEDIA_ROOT = VAR_DIR / "media"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir()
UPLOAD_DIR = VAR_DIR / "uploads"
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as outside tests: in memory all threads of a test share one connection, and lock each other out.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    # The demonstration is one transaction of a module's tests: what it wrote stays in memory instead of being spilled.
    DATABASES["default"]["OPTIONS"]["init_command"] += (
        " PRAGMA synchronous=OFF; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
    )
STORAGES = {
    **STORAGES,
    "write_once": {**STORAGES["write_once"], "OPTIONS": {"location": str(VAR_DIR / "store")}},
    "recordings": {**STORAGES["recordings"], "OPTIONS": {"location": str(VAR_DIR / "recordings")}},
    "packages": {**STORAGES["packages"], "OPTIONS": {"location": str(VAR_DIR / "packages")}},
}
