"""The Chinese catalogue is complete, and its placeholders match."""

import re
import subprocess
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[3]
CATALOGUE = ROOT / "lms/locale/zh_Hans/LC_MESSAGES/django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")


@pytest.fixture(scope="module")
def entries():
    return [entry for entry in polib.pofile(str(CATALOGUE)) if not entry.obsolete]


def test_every_sentence_is_translated(entries):
    missing = [entry.msgid for entry in entries if not (entry.msgstr or all(entry.msgstr_plural.values() or [""]))]
    assert missing == []


def test_nothing_is_fuzzy(entries):
    assert [entry.msgid for entry in entries if entry.fuzzy] == []


def test_placeholders_match(entries):
    wrong = []
    for entry in entries:
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        # A singular English form may leave the number out; the plural has them all.
        wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        wrong += [entry.msgid for text in texts if set(PLACEHOLDER.findall(text)) != wanted]
    assert wrong == []


def test_the_catalogue_holds_every_sentence_of_the_tree(tmp_path):
    """Extract anew, from a copy, and find nothing that the catalogue lacks."""
    script = (
        "from django.core.management import call_command;"
        "call_command('makemessages', locale=['zh_Hans'], no_location=True, verbosity=0,"
        " ignore_patterns=['.venv/*', 'var/*', 'node_modules/*', 'tests/*'])"
    )
    files = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    for name in files:
        if name.endswith((".py", ".html", ".txt", ".po")) and (ROOT / name).is_file():
            target = tmp_path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    runner = f"import os, django; os.environ['DJANGO_SETTINGS_MODULE']='lms.settings.test'; django.setup(); {script}"
    done = subprocess.run([sys.executable, "-c", runner], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    fresh = polib.pofile(str(tmp_path / CATALOGUE.relative_to(ROOT)))
    lacking = [entry.msgid for entry in fresh if not entry.obsolete and not (entry.msgstr or any(entry.msgstr_plural.values()))]
    assert lacking == []
