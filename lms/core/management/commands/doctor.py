"""`manage.py doctor`: what is missing on this machine or in the settings, one line each."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import chinese_calendar
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.checks import run_checks
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from lms.core import clock

Finding = tuple[bool, str]


def _python() -> Finding:
    return sys.version_info >= (3, 11), f"Python {sys.version.split()[0]}"


def _settings() -> Finding:
    problems = [
        str(message.msg)
        for message in run_checks(include_deployment_checks=not settings.DEMO_CLOCK_FILE)
        if not message.is_silenced()
    ]
    return not problems, "settings: " + ("; ".join(problems) or "no contradiction")


def _database() -> Finding:
    try:
        plan = MigrationExecutor(connection).migration_plan(MigrationExecutor(connection).loader.graph.leaf_nodes())
    except DatabaseError as error:
        return False, f"database: {error}"
    return not plan, f"database ({connection.vendor}): " + (f"{len(plan)} migrations to apply" if plan else "up to date")


def _cache() -> Finding:
    cache.set("doctor", "1", 5)
    return cache.get("doctor") == "1", f"cache ({settings.CACHES['default']['BACKEND'].rsplit('.', 1)[-1]})"


def _store() -> Finding:
    storage = storages["write_once"]
    try:
        storage.delete(storage.save("doctor", ContentFile(b"1")))
    except OSError as error:
        return False, f"write-once store: {error}"
    return True, "write-once store is writable"


def _fonts() -> Finding:
    if not shutil.which("fc-list"):
        return False, "fonts: fc-list is missing (install fontconfig)"
    listed = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=False).stdout  # noqa: S607
    missing = [name for name in ("Noto Serif CJK SC", "Noto Sans CJK SC", "LXGW WenKai") if name not in listed]
    return not missing, "fonts: " + (f"missing {', '.join(missing)} (run deploy/system-packages base)" if missing else "present")


def _calendar() -> Finding:
    year = clock.today().year
    known = max(day.year for day in chinese_calendar.holidays)
    return known >= year, f"working-day calendar: known to the end of {known}"


# An app adds its own in `examinations.py`.
EXAMINATIONS: tuple[Callable[[], Finding], ...] = (_python, _settings, _database, _cache, _store, _fonts, _calendar)


def examinations() -> list[Callable[[], Finding]]:
    """Return this room's examinations and those of every app above it."""
    found = list(EXAMINATIONS)
    for config in apps.get_app_configs():
        found += getattr(sys.modules.get(f"{config.name}.examinations"), "EXAMINATIONS", ())
    return found


class Command(BaseCommand):
    help = "Say what is missing on this machine or in the settings; exit status 1 when something is."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        findings = list(self._examine())
        for well, text in findings:
            self.stdout.write(f"{'ok     ' if well else 'MISSING'}  {text}")
        if not all(well for well, _text in findings):
            raise CommandError("Something is missing; see above.")

    def _examine(self) -> Iterator[Finding]:
        for examination in examinations():
            yield examination()
