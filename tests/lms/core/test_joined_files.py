"""The browser asks for one style sheet and one script, and gets in them what the many small sources say."""

import os
import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as built
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.views import serve
from django.core.checks import run_checks
from django.core.management import call_command
from django.test import override_settings
from django.urls import reverse

from lms.core.joined_files import joined, sources_of
from lms.core.static_files import text_of

NAMES = sorted(built.JOINED_FILES)
FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder", "lms.core.joined_files.JoinedFinder"]


@pytest.fixture
def sources(tmp_path, settings):
    """A site of three sources and a picture; returns the folder of its static files."""
    folder = tmp_path / "sources"
    for name, text in {
        "css/first.css": '.one { background: url("../img/dot.svg"); }\n',
        "css/second.css": ".two { color: red; }\n",
        "js/first.js": 'const here = "first";\nfunction told() { return here; }\ndocument.title += told();\nimport("./late.js");\n',
        "js/second.js": 'const here = "second";\nfunction told() { return here; }\ndocument.title += told(); // no line end',
        "js/late.js": "document.title += 'late';\n",
        "img/dot.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>\n',
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    settings.VAR_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STATICFILES_DIRS = [folder]
    settings.STATICFILES_FINDERS = FINDERS
    settings.JOINED_FILES = {"css/all.css": ["first", "second"], "js/all.js": ["first", "second"]}
    return folder


def collect() -> list[Path]:
    """Collect the static files with hashed names; return every file that is there."""
    storages = {**built.STORAGES, "staticfiles": {"BACKEND": "lms.core.static_files.StaticFiles"}}
    with override_settings(STORAGES=storages):
        call_command("collectstatic", "--noinput", "-v0", stdout=StringIO())
        return [file for file in Path(built.STATIC_ROOT).rglob("*") if file.is_file()]


def hashed(files: list[Path], stem: str, ending: str) -> Path:
    return max((file for file in files if file.match(f"{stem}.?*.{ending}")), key=lambda file: file.stat().st_mtime_ns)


@pytest.mark.parametrize("name", NAMES)
def test_a_joined_file_holds_each_source_once_and_in_order(name):
    text = joined(name)
    places = [text.index(text_of(source)) for source in sources_of(name)]
    assert places == sorted(places)
    assert [text.count(text_of(source)) for source in sources_of(name)] == [1] * len(places)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_else_is_in_a_joined_file(name):
    rest = joined(name)
    for source in sources_of(name):
        rest = rest.replace(text_of(source), "")
    assert not rest.strip("{}\n")


@pytest.mark.parametrize("name", NAMES)
def test_development_serves_the_joined_file(name, rf, settings):
    settings.DEBUG = True
    assert b"".join(serve(rf.get(f"/static/{name}"), name)).decode() == joined(name)
    assert finders.find(name, find_all=True) == [finders.find(name)]


@pytest.mark.django_db
def test_a_page_asks_for_one_style_sheet_and_one_script(client):
    head = client.get(reverse("account_login")).content.decode().split("</head>")[0]
    assert re.findall(r'rel="stylesheet" href="([^"]+)"', head) == ["/static/css/site.css"]
    assert re.findall(r'<script type="module" src="([^"]+)"', head) == ["/static/js/site.js"]


def test_the_site_has_nothing_against_its_joined_files():
    assert [problem for problem in run_checks() if problem.id in {"core.E003", "core.E004"}] == []


def test_another_name_is_not_found_as_a_joined_file(sources):
    assert finders.find("css/none.css") is None


def test_development_sees_a_changed_source_at_once(sources):
    before = Path(finders.find("css/all.css")).read_text(encoding="utf-8")
    (sources / "css" / "second.css").write_text(".two { color: green; }\n", encoding="utf-8")
    after = Path(finders.find("css/all.css")).read_text(encoding="utf-8")
    assert after == before.replace("red", "green") != before


def test_an_unchanged_file_is_not_written_again(sources):
    file = Path(finders.find("js/all.js"))
    os.utime(file, (1, 1))
    assert Path(finders.find("js/all.js")).stat().st_mtime == 1


def test_a_changed_source_changes_the_name(sources):
    first = hashed(collect(), "all", "css")
    unchanged = hashed(collect(), "all", "css")
    (sources / "css" / "second.css").write_text(".two { color: green; }\n", encoding="utf-8")
    second = hashed(collect(), "all", "css")
    assert first.name == unchanged.name != second.name
    assert "green" in second.read_text(encoding="utf-8")


def test_addresses_in_a_joined_style_sheet_lead_to_hashed_files(sources):
    files = collect()
    picture = hashed(files, "dot", "svg")
    assert f'url("../img/{picture.name}")' in hashed(files, "all", "css").read_text(encoding="utf-8")


def test_imports_in_a_joined_script_lead_to_hashed_files(sources):
    files = collect()
    late = hashed(files, "late", "js")
    assert f'import("./{late.name}")' in hashed(files, "all", "js").read_text(encoding="utf-8")


def test_what_collecting_is_told_to_leave_out_is_left_out(sources):
    call_command("collectstatic", "--noinput", "-v0", "-i", "all.js", stdout=StringIO())
    assert not (Path(built.STATIC_ROOT) / "js" / "all.js").exists()
    assert (Path(built.STATIC_ROOT) / "css" / "all.css").is_file()


def test_a_missing_source_stops_the_site(sources, settings):
    settings.JOINED_FILES = {"css/all.css": ["first", "third"]}
    assert [(problem.id, "css/third.css" in problem.msg) for problem in run_checks(tags=["staticfiles"])] == [("core.E003", True)]
    with pytest.raises(FileNotFoundError, match=r"css/third\.css"):
        joined("css/all.css")


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("css/second.css", '@import "first.css";'),
        ("css/second.css", '@charset "utf-8";'),
        ("js/second.js", 'import { told } from "./late.js";'),
        ("js/second.js", "export const told = 1;"),
    ],
)
def test_a_source_that_must_stand_at_the_head_of_a_file_is_refused(sources, source, line):
    assert run_checks(tags=["staticfiles"]) == []
    (sources / source).write_text(f"{line}\n", encoding="utf-8")
    assert [(problem.id, source in problem.msg) for problem in run_checks(tags=["staticfiles"])] == [("core.E004", True)]


def test_names_of_joined_scripts_do_not_meet(sources, browser):
    page = browser.new_page()
    page.route("http://site.test/", lambda route: route.fulfill(content_type="text/html", body="<title></title>"))
    page.route(
        "http://site.test/late.js", lambda route: route.fulfill(content_type="text/javascript", body=text_of("js/late.js"))
    )
    page.goto("http://site.test/")
    page.add_script_tag(content=joined("js/all.js"), type="module")
    page.wait_for_function("document.title.endsWith('late')")
    assert page.title() == "firstsecondlate"
    page.close()
