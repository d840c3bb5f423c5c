"""The demonstration with the static files of a real site: hashed names, compressed beforehand."""

from lms.settings.demo import *  # noqa: F403
from lms.settings.demo import STORAGES

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "lms.core.static_files.CompressedStaticFiles"}}
