"""Scripts of one deployment never meet those of another: what a script imports has its hash in its name."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as built
from django.core.management import call_command

IMPORT = re.compile(r"""(?:from |import\()["'](\.[^"']+)["']""")
HASHED = re.compile(r"\.[0-9a-f]{12}\.js$")


@pytest.fixture(scope="module", params=["StaticFiles", "CompressedStaticFiles"])
def collected(request, tmp_path_factory):
    """Collect our own static files as a site does; return their folder."""
    from django.test.utils import override_settings

    root = tmp_path_factory.mktemp("static")
    storages = {**built.STORAGES, "staticfiles": {"BACKEND": f"lms.core.static_files.{request.param}"}}
    finders = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    with override_settings(STATIC_ROOT=root, STORAGES=storages, STATICFILES_FINDERS=finders):
        call_command("collectstatic", "--noinput", "-v0", stdout=StringIO())
    return Path(root)


def test_every_import_of_a_hashed_script_names_a_hashed_script_that_is_there(collected):
    seen = 0
    for script in (collected / "js").rglob("*.js"):
        if not HASHED.search(script.name):
            continue
        for name in IMPORT.findall(script.read_text(encoding="utf-8")):
            assert HASHED.search(name), f"{script.name} imports {name}"
            assert (script.parent / name).is_file()
            seen += 1
    assert seen > 10


def test_a_script_without_imports_is_left_as_it_was_written(collected):
    plain = (collected / "js" / "theme.js").read_bytes()
    hashed = next(file for file in (collected / "js").glob("theme.*.js") if HASHED.search(file.name))
    assert hashed.read_bytes() == plain
