"""The doctor names what is missing on this machine, in one line each, and its exit status says whether all is well."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from lms.core import clock
from lms.core.management.commands import doctor

pytestmark = pytest.mark.django_db


@pytest.fixture
def healthy(settings, tmp_path: Path) -> None:
    """A machine with nothing to find fault with: its settings are those of a demonstration."""
    settings.DEMO_CLOCK_FILE = tmp_path / "demo-clock"


def examine() -> tuple[int, list[str]]:
    out = StringIO()
    try:
        call_command("doctor", stdout=out)
    except CommandError:
        return 1, out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def test_a_healthy_machine_gets_a_line_for_each_thing_and_status_zero(healthy):
    status, lines = examine()
    assert (status, len(lines)) == (0, len(doctor.examinations())), lines
    assert all(line.startswith("ok") for line in lines)


def test_a_missing_font_is_named_with_the_way_to_get_it(healthy, monkeypatch):
    monkeypatch.setenv("PATH", "")
    status, lines = examine()
    assert status == 1
    assert [line for line in lines if line.startswith("MISSING") and "fontconfig" in line]


def test_a_store_that_cannot_be_written_is_named(healthy, settings, tmp_path):
    (tmp_path / "file").write_text("in the way")
    settings.STORAGES = {
        **settings.STORAGES,
        "write_once": {**settings.STORAGES["write_once"], "OPTIONS": {"location": str(tmp_path / "file" / "store")}},
    }
    status, lines = examine()
    assert status == 1
    assert [line for line in lines if line.startswith("MISSING") and "store" in line]


def test_a_year_without_a_working_day_calendar_is_named(healthy, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: clock.datetime.date(2190, 1, 2))
    status, lines = examine()
    assert status == 1
    assert [line for line in lines if line.startswith("MISSING") and "working-day calendar" in line]
