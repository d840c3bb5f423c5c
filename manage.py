#!/usr/bin/env python
"""Django's command-line entry point.

Without settings in the environment it speaks to the demonstration, where `make demo` has made one;
otherwise to a developer's own database.
"""

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

DEMO_ENVIRONMENT = Path(__file__).parent / "var" / "demo.env"


def choose_settings() -> None:
    """Set `DJANGO_SETTINGS_MODULE`, and the demonstration's keys with it, unless the environment does."""
    if "DJANGO_SETTINGS_MODULE" in os.environ:
        return
    if not DEMO_ENVIRONMENT.exists():
        os.environ["DJANGO_SETTINGS_MODULE"] = "lms.settings.dev"
        return
    os.environ["DJANGO_SETTINGS_MODULE"] = "lms.settings.demo"
    for line in DEMO_ENVIRONMENT.read_text(encoding="utf-8").splitlines():
        name, _equals, value = line.partition("=")
        os.environ.setdefault(name, value)


if __name__ == "__main__":
    choose_settings()
    execute_from_command_line(sys.argv)
