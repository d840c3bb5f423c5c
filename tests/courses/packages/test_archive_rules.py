"""What an uploaded package is, and each way in which one can be hostile. No database."""

import io
import stat
import zipfile

import pytest

from courses.packages.rules import archive as rules
from courses.packages.rules.kinds import Kind
from courses.packages.services.packages import facts_of
from lms.core.errors import DomainError

from .conftest import MANIFEST_12, PAGE, PNG, scorm12, scorm2004, web, zipped


@pytest.fixture
def facts(tmp_path):
    def read(data):
        path = tmp_path / "package"
        path.write_bytes(data)
        return facts_of(path)

    return read


@pytest.fixture
def refusal(facts):
    def read(data):
        with pytest.raises(DomainError) as caught:
            facts(data)
        assert caught.value.status == 422
        return caught.value.code.removeprefix("packages.")

    return read


def entry(name, *, mode=None, raw=False):
    made = zipfile.ZipInfo(name)
    made.compress_type = zipfile.ZIP_DEFLATED
    if raw:
        made.filename = name
    if mode is not None:
        made.external_attr = mode << 16
    return made


def test_each_kind_is_found_from_what_lies_in_it(facts):
    assert (facts(web()).kind, facts(web()).launch) == (Kind.WEB, "index.html")
    first = facts(scorm12())
    assert (first.kind, first.launch, first.passing) == (Kind.SCORM12, "start.html", "60")
    second = facts(scorm2004())
    assert (second.kind, second.launch) == (Kind.SCORM2004, "start.html?lang=zh")


def test_a_first_page_with_any_name_has_an_address(facts):
    manifest = MANIFEST_12.replace("start.html", "./%E7%AC%AC%201%20%E9%A1%B5%23.html")
    assert facts(zipped({"imsmanifest.xml": manifest, "第 1 页#.html": PAGE})).launch == "%E7%AC%AC%201%20%E9%A1%B5%23.html"


def test_a_manifest_wins_over_an_index(facts):
    assert facts(scorm12(**{"index.html": PAGE})).kind is Kind.SCORM12


def test_litter_of_operating_systems_is_passed_over(facts):
    found = facts(web(**{"__MACOSX/._index.html": b"\0\5\x16\7", "img/.DS_Store": b"\0\0\0\1"}))
    assert found.files == 1


def test_a_chinese_name_from_windows_is_read(facts, tmp_path):
    data = web(**{"XXXX.png": PNG}).replace(b"XXXX.png", "图片".encode("gb18030") + b".png")
    facts(data)
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert "图片.png" in rules.table_of(opened)


@pytest.mark.parametrize(
    "name",
    [
        "../up.html",
        "/etc/up.html",
        "a/../../up.html",
        "a//b.html",
        "./b.html",
        "C:/b.html",
        "a\\..\\b.html",
        "a/ /b.html",
        "a\tb.html",
        "a\u202elmth.html",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(refusal, name):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as made:
        made.writestr("index.html", PAGE)
        made.writestr(entry(name), PAGE)
    assert refusal(data.getvalue()) == "bad_name"


def test_a_name_with_a_null_byte_is_refused(refusal):
    assert refusal(web(**{"aXb.html": PAGE}).replace(b"aXb.html", b"a\0b.html")) == "bad_name"


@pytest.mark.parametrize("mode", [stat.S_IFLNK | 0o777, stat.S_IFIFO | 0o644, stat.S_IFCHR | 0o644])
def test_a_link_or_a_device_is_refused_and_a_plain_file_is_not(refusal, facts, mode):
    assert refusal(zipped({"index.html": PAGE}, odd=[(entry("a.html", mode=mode), b"/etc/passwd")])) == "link_inside"
    facts(zipped({"index.html": PAGE}, odd=[(entry("a.html", mode=stat.S_IFREG | 0o644), PAGE.encode())]))


@pytest.mark.parametrize("names", [("a.html", "A.html"), ("é.html", "é.html"), ("a.css", "a.css"), ("b.js", "b.js/c.html")])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_names_that_are_one_on_some_disks_are_refused(refusal, names):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as made:
        for name in ("index.html", *names):
            made.writestr(name, PAGE)
    assert refusal(data.getvalue()) == "twice"


@pytest.mark.parametrize("name", ["run.exe", "macro.docm", "page.php", "film.swf", "LICENSE", "a.h5p", "b.pdf"])
def test_only_listed_types_are_taken(refusal, name):
    assert refusal(web(**{name: b"x"})) == "type_refused"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", b"\xff\xd8\xff"),
        ("a.html", b"MZ\x90\0"),
        ("a.js", b"\x7fELF"),
        ("a.mp4", b"#!/bin/sh"),
        ("a.woff2", PAGE.encode()),
    ],
)
def test_a_file_is_what_its_name_says(refusal, name, content):
    assert refusal(web(**{name: content})) == "not_what_it_says"


def test_an_archive_inside_is_refused_whatever_it_is_called(refusal):
    assert refusal(web(**{"data.json": web()})) == "zip_inside"


def test_a_bomb_is_refused_by_its_table_and_a_text_that_packs_well_is_not(refusal, facts):
    assert refusal(web(**{"a.txt": " " * (rules.SMALL + 1)})) == "bomb"
    facts(web(**{"a.txt": " " * rules.SMALL}))


def test_many_small_files_are_no_way_round_the_ratio(refusal, facts):
    blank = " " * rules.SMALL
    assert refusal(web(**{f"{number}.txt": blank for number in range(17)})) == "bomb"
    facts(web(**{f"{number}.txt": blank for number in range(15)}))


def test_a_table_that_lies_about_a_size_is_found_out(refusal):
    data = bytearray(web(**{"a.txt": "一" * 400_000}))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    assert refusal(bytes(data)) == "unreadable"


def test_sizes_are_added_up(refusal, monkeypatch):
    monkeypatch.setattr(rules, "MAX_UNPACKED", 1000)
    assert refusal(web(**{"a.txt": "x" * 900})) == "too_large_unpacked"


def test_too_many_files_are_refused_before_the_table_is_read(refusal, monkeypatch):
    many = web(**{f"{number}.txt": "x" for number in range(12)})
    monkeypatch.setattr(rules, "MAX_FILES", 10)
    monkeypatch.setattr(rules.zipfile, "ZipFile", None)
    assert refusal(many) == "too_many_files"


def test_a_table_of_contents_too_long_for_its_count_is_refused(refusal):
    data = bytearray(web())
    at = data.rindex(b"PK\x05\x06")
    data[at + 12 : at + 16] = (rules.MAX_INDEX + 1).to_bytes(4, "little")
    assert refusal(bytes(data)) == "too_many_files"


@pytest.mark.parametrize("comment", [0, 1, 65_515, 65_516, 65_534, 65_535, 65_536])
def test_the_large_form_is_refused_however_long_the_comment_after_it(refusal, comment):
    data = web()
    at = data.rindex(rules.END)
    large = data[at:-2] + min(comment, 65_535).to_bytes(2, "little") + b"x" * comment
    assert refusal(data[:at] + rules.ZIP64_END + bytes(16) + large) == "too_many_files"


def test_a_long_comment_alone_is_taken(facts):
    data = web()
    assert facts(data[:-2] + b"\xff\xff" + b"x" * 65_535).launch == "index.html"


def test_a_damaged_or_locked_file_is_refused(refusal):
    data = bytearray(web(**{"a.txt": bytes(range(65, 90)) * 50}))
    place = data.index(b"a.txt") + 10
    data[place] ^= 0xFF
    assert refusal(bytes(data)) == "unreadable"
    locked = bytearray(web())
    locked[locked.rindex(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(locked)) == "encrypted"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"hello" * 100, web()[:-30]])
def test_what_is_no_whole_archive_is_refused(refusal, data):
    assert refusal(data) == "not_zip"


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("first", [0, 1, 65_536, 70_001, 199_999, 200_000])
def test_a_file_is_read_from_any_byte_on_as_the_library_reads_it(method, first):
    content = bytes(number * 7 % 251 for number in range(200_000))
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as made:
        made.writestr("before.txt", "x")
        made.writestr(entry("a.txt"), content, compress_type=method)
        made.writestr("empty.txt", "")
    with zipfile.ZipFile(data) as made:
        table = rules.table_of(made)
        assert made.read("a.txt") == content
    assert b"".join(rules.read_from(data, table["a.txt"], first=first)) == content[first:]
    assert b"".join(rules.read_from(data, table["empty.txt"])) == b""


def test_a_package_packed_with_its_folder_is_told_so(refusal):
    assert refusal(zipped({"course/index.html": PAGE})) == "in_a_folder"
    assert refusal(zipped({"page.html": PAGE})) == "no_beginning"


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ('href="start.html"', 'href="gone.html"', "launch_missing"),
        ('href="start.html"', 'href="https://example.org/"', "launch_missing"),
        ('href="start.html"', 'href="../start.html"', "launch_missing"),
        ('identifierref="r"', 'identifierref="s"', "manifest_wrong"),
        ("</manifest>", "", "manifest_wrong"),
        ("<manifest ", '<!DOCTYPE m [<!ENTITY a "b">]><manifest ', "manifest_wrong"),
        ('<?xml version="1.0"?>', '<!DOCTYPE m SYSTEM "file:///etc/passwd">', "manifest_wrong"),
    ],
)
def test_a_manifest_that_leads_nowhere_or_reaches_out_is_refused(refusal, before, after, code):
    manifest = MANIFEST_12.replace(before, after)
    assert manifest != MANIFEST_12
    assert refusal(zipped({"imsmanifest.xml": manifest, "start.html": PAGE})) == code


def test_a_package_of_several_parts_is_told_to_come_in_parts(refusal):
    second = '<item identifier="j" identifierref="s"><title>y</title></item>'
    manifest = MANIFEST_12.replace("</organization>", f"{second}</organization>")
    manifest = manifest.replace("</resources>", '<resource identifier="s" href="start.html"/></resources>')
    assert refusal(zipped({"imsmanifest.xml": manifest, "start.html": PAGE})) == "many_parts"
