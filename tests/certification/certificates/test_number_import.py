"""Numbers that the province handed out: a hostile file, checked line by line, stored as a whole or not at all."""

import datetime
import hashlib
import io
import tracemalloc
import zipfile
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from certification.bodies.models import Filing, FilingScope
from certification.certificates.models import ImportedNumber, NumberImport, NumberSeries
from certification.certificates.number_lists import read_number_list
from certification.certificates.number_stock import stock_of
from certification.certificates.services.importing import import_numbers
from certification.certificates.services.numbering import take_numbers
from certification.standards.models import Occupation
from lms.core import clock, ledger, tables
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from lms.organisations.rules import Role
from tests.issued import AFTER, issue

pytestmark = pytest.mark.django_db
BODY = "S000031000123"
TODAY = AFTER.date()


@pytest.fixture
def day(association, make_user, member):
    """A body whose numbers the province hands out, with its officer and its head; it covers levels 4 and 3."""
    filing = Filing.objects.create(
        organisation=association,
        type_letter="S",
        body_code="0000",
        province="31",
        sequence="000123",
        record_number="BA-000123",
        filed_name="申城康复辅助器具行业协会",
        numbers="import",
        valid_from=datetime.date(2025, 1, 1),
        valid_until=datetime.date(2028, 1, 1),
    )
    occupation = Occupation.objects.create(edition=2022, code="4-14-03-06", name="康复辅助技术咨询师")
    for level in (4, 3):
        FilingScope.objects.create(filing=filing, occupation=occupation, level=level)
    officer = member(make_user("周敏"), association, Role.EXAM_OFFICER)
    head = member(make_user("沈国强"), association, Role.HEAD)
    return SimpleNamespace(
        filing=filing, officer=officer, head=head, assessor=member(make_user("钱建华"), association, Role.ASSESSOR)
    )


@pytest.fixture
def importing_day(certified_day):
    """`certified_day` whose numbers the province hands out."""
    certified_day.filing.numbers = "import"
    certified_day.filing.save()
    return certified_day


def number(serial, *, body=BODY, year=26, level=4):
    return f"{body}{year:02d}{level}{serial:06d}"


def text(*lines):
    return "\n".join(lines).encode()


def workbook(rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bring_in(day, data, *, actor=None, name="省厅号段.csv"):
    return import_numbers(day.filing, data=data, file_name=name, actor=actor or day.officer, now=AFTER)


def codes(day, data):
    report = read_number_list(data, filing=day.filing, today=TODAY)
    return [(finding.line, finding.error.code.removeprefix("certificates.listed_")) for finding in report.findings]


def refused(code, day, data):
    with pytest.raises(DomainError) as caught:
        bring_in(day, data)
    assert caught.value.code == code
    assert not ImportedNumber.objects.exists()
    assert not NumberImport.objects.exists()
    return caught.value


ROWS = [["序号", "证书编号", "备注"], ["1", number(11), ""], ["2", number(12), "x"], ["3", number(7, level=3), ""]]


@pytest.mark.parametrize(
    "data",
    [
        "\n".join(",".join(row) for row in ROWS).encode(),
        "\n".join("\t".join(row) for row in ROWS).encode("utf-8-sig"),
        "\r\n".join(";".join(row) for row in ROWS).encode("gb18030"),
        workbook(ROWS),
        workbook(ROWS[1:]),
        text(number(11), "", " s0000-31 000123 26 4 000012 ", number(7, level=3)),
    ],
    ids=["utf-8", "utf-8 with mark, tabs", "gb 18030, semicolons", "xlsx", "xlsx without heading", "pasted"],
)
def test_a_list_is_read_whatever_its_form(day, data):
    source = bring_in(day, data)
    assert source.count == 3
    assert list(ImportedNumber.objects.values_list("number", flat=True)) == sorted([number(7, level=3), number(11), number(12)])
    assert source.file_sha256 == hashlib.sha256(data).hexdigest()
    entry = LedgerEntry.objects.get(kind="certificates.numbers_imported")
    assert entry.facts["series"] == {f"{BODY}263": 1, f"{BODY}264": 2}
    assert entry.facts["file_sha256"] == source.file_sha256
    assert ledger.verify().ok


def test_every_wrong_line_is_told_with_its_reason(day):
    data = text(
        "证书编号",
        number(1),
        "S00003100012326400000",  # 21 characters
        number(2, body="S000031000999"),
        number(3, year=25),
        number(4, year=31),
        number(5, level=5),
        "1209000000301234",
        number(1),
        "=HYPERLINK(1)",
        number(0),
    )
    assert codes(day, data) == [
        (3, "no_number"),
        (4, "other_body"),
        (5, "year"),
        (6, "year"),
        (7, "level"),
        (8, "other_system"),
        (9, "twice"),
        (10, "no_number"),
        (11, "no_number"),
    ]
    error = refused("certificates.list_not_sound", day, data)
    assert error.context["count"] == 9


def test_a_mistyped_first_number_is_not_taken_for_a_heading(day):
    assert codes(day, text("S00003100012326400001", number(2))) == [(1, "no_number")]


def test_one_wrong_line_stops_the_whole_list(day):
    refused("certificates.list_not_sound", day, text(number(1), number(2), number(3, year=25)))


def test_a_number_known_already_cannot_come_in_again(day):
    bring_in(day, text(number(1), number(2)))
    assert codes(day, text(number(2), number(3))) == [(1, "imported")]


def test_a_number_that_stands_on_a_certificate_cannot_be_imported(certified_day):
    issue(certified_day.decisions[0], actor=certified_day.head)
    NumberSeries.objects.all().delete()
    assert codes(certified_day, text(number(1), number(2))) == [(1, "on_certificate")]


def test_a_number_that_was_given_out_here_cannot_be_imported(day):
    NumberSeries.objects.create(prefix=f"{BODY}264", last=5)
    assert codes(day, text(number(5), number(6))) == [(1, "given_out")]


def test_counting_never_runs_into_imported_numbers(day):
    bring_in(day, text(number(2)))
    day.filing.numbers = "allocate"
    day.filing.save()
    assert take_numbers(day.filing, year=2026, level=4, count=1, now=AFTER) == [number(1)]
    with pytest.raises(DomainError) as caught:
        take_numbers(day.filing, year=2026, level=4, count=1, now=AFTER)
    assert caught.value.code == "certificates.serials_imported"


def test_a_filing_that_counts_its_numbers_imports_none(day):
    day.filing.numbers = "allocate"
    day.filing.save()
    refused("certificates.numbers_are_counted", day, text(number(1)))


def test_only_officer_and_head_of_the_body_import(day, make_user, member, employer):
    for person in (day.assessor, make_user("路人"), member(make_user("别家负责人"), employer, Role.HEAD)):
        with pytest.raises(PermissionDenied):
            bring_in(day, text(number(1)), actor=person)
    assert not ImportedNumber.objects.exists()
    assert bring_in(day, text(number(1)), actor=day.head).count == 1


def spoilt(change):
    """Return a workbook whose archive was changed by hand."""
    whole, out = zipfile.ZipFile(io.BytesIO(workbook([[number(1)]]))), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        parts = {name: whole.read(name) for name in whole.namelist()}
        for name, content in change(parts).items():
            archive.writestr(name, content)
    return out.getvalue()


SHEET_PART = "xl/worksheets/sheet1.xml"


def inserted(parts, name, *, before, what):
    assert before in parts[name]
    return {**parts, name: parts[name].replace(before, what + before, 1)}


def with_entities(parts):
    bomb = b'<!DOCTYPE a [<!ENTITY a "%s"><!ENTITY b "%s">]>' % (b"x" * 1000, b"&a;" * 1000)
    sheet = parts["xl/worksheets/sheet1.xml"]
    return {**parts, "xl/worksheets/sheet1.xml": sheet.replace(b"<worksheet", bomb + b"<worksheet", 1)}


HOSTILE = {
    "nothing": ("empty", lambda: b"  \n "),
    "binary": ("unreadable", lambda: b"\x00\x01\x02 nothing"),
    "no archive": ("unreadable", lambda: b"PK\x03\x04 not an archive"),
    "no encoding": ("unreadable", lambda: b"\xff\xfe\xfd\x80"),
    "old or locked": ("old_format", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 xls"),
    "macro": ("active", lambda: spoilt(lambda parts: {**parts, "xl/vbaProject.bin": b"macro"})),
    "link": ("active", lambda: spoilt(lambda parts: {**parts, "xl/externalLinks/externalLink1.xml": b"<a/>"})),
    "bomb": ("unpacks_too_large", lambda: spoilt(lambda parts: {**parts, "xl/media/a.bin": b"0" * 2_000_001})),
    "many parts": (
        "unpacks_too_large",
        lambda: spoilt(lambda parts: {**parts, **{f"xl/x{n}.xml": b"<a/>" for n in range(250)}}),
    ),
    # Small files of which a reader would make a tree of gigabytes.
    "styles without end": (
        "unpacks_too_large",
        lambda: spoilt(lambda parts: inserted(parts, "xl/styles.xml", before=b"<fonts", what=b"<a/>" * 250_000)),
    ),
    "sheet of strange elements": (
        "unpacks_too_large",
        lambda: spoilt(lambda parts: inserted(parts, SHEET_PART, before=b"<sheetData>", what=b"<a/>" * 250_000)),
    ),
    "row without end": (
        "unpacks_too_large",
        lambda: spoilt(lambda parts: inserted(parts, SHEET_PART, before=b"</row>", what=b"<c/>" * 60_000)),
    ),
    "cell without end": (
        "unpacks_too_large",
        lambda: spoilt(lambda parts: inserted(parts, SHEET_PART, before=b"</sheetData>", what=b" " * 1_300_000)),
    ),
    "texts in a picture": (
        "unpacks_too_large",
        lambda: spoilt(lambda parts: {**parts, "xl/media/a.png": b"<a/>" * 150_000}),
    ),
    "entities": ("unreadable", lambda: spoilt(with_entities)),
    "broken": ("unreadable", lambda: spoilt(lambda parts: {**parts, "xl/worksheets/sheet1.xml": b"<worksheet><broken"})),
    "formula": ("formula", lambda: workbook([[number(1)], ['=HYPERLINK("http://x.invalid","y")']])),
    "large": ("too_large", lambda: b"x" * (tables.MAX_BYTES + 1)),
    "long": ("too_long", lambda: (number(1) + "\n").encode() * (tables.MAX_ROWS + 1)),
    "row far away": ("too_long", lambda: spoilt(with_a_row_far_away)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_not_read(name, monkeypatch):
    monkeypatch.setattr(tables, "MAX_UNPACKED", 2_000_000)
    code, make = HOSTILE[name]
    with pytest.raises(DomainError) as caught:
        list(tables.read_table(make()))
    assert (caught.value.code, caught.value.status) == (f"tables.{code}", 422)


def test_a_picture_and_a_hundred_thousand_merged_cells_are_no_bomb():
    picture, merged = hashlib.shake_256(b"a picture").digest(500_000), b'<mergeCell ref="A1:B1"/>' * 100_000

    def change(parts):
        parts = inserted(parts, SHEET_PART, before=b"<pageMargins", what=b"<mergeCells>" + merged + b"</mergeCells>")
        return {**parts, "xl/media/a.png": picture}

    assert [line.cells[0] for line in tables.read_table(spoilt(change))] == [number(1)]


def test_a_hostile_file_leaves_nothing(day):
    refused("tables.formula", day, HOSTILE["formula"][1]())
    refused("certificates.list_without_numbers", day, text("姓名,工种", "林晓梅,--"))


def with_a_row_far_away(parts):
    row = b'<row r="900000000"><c r="A900000000" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    return {**parts, "xl/worksheets/sheet1.xml": parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", row)}


def peak_of_reading(count):
    out, book = io.BytesIO(), Workbook(write_only=True)
    sheet = book.create_sheet()
    for serial in range(1, count + 1):
        sheet.append([number(serial)])
    book.save(out)
    tracemalloc.start()
    try:
        assert sum(1 for _line in tables.read_table(out.getvalue())) == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_long_list_is_read_line_by_line():
    """An empty place in a list costs about a hundred bytes a line; the lines themselves are not kept."""
    few, many = peak_of_reading(1000), peak_of_reading(9000)
    assert many - few < 8000 * 300


@pytest.fixture
def _after_the_publication(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER)


ADDRESS = "/desk/certificates/numbers/{}/"


def sent(client, day, data, name="list.csv"):
    return client.post(ADDRESS.format(day.filing.pk), {"file": SimpleUploadedFile(name, data)})


@pytest.mark.usefixtures("_after_the_publication")
class TestPages:
    def test_checking_stores_nothing_and_the_button_stores_it_all(self, client, day):
        client.force_login(day.officer)
        page = sent(client, day, text(number(1), number(2)))
        assert page.status_code == 200
        assert not ImportedNumber.objects.exists()
        ticket = page.context["ticket"]
        answer = client.post(f"{ADDRESS.format(day.filing.pk)}import/", {"ticket": ticket})
        assert answer.status_code == 302
        assert ImportedNumber.objects.count() == 2
        shown = client.get(ADDRESS.format(day.filing.pk)).content.decode()
        assert NumberImport.objects.get().file_sha256[:16] in shown

    def test_the_same_button_pressed_twice_stores_once(self, client, day):
        client.force_login(day.officer)
        ticket = sent(client, day, text(number(1))).context["ticket"]
        for _time in range(2):
            client.post(f"{ADDRESS.format(day.filing.pk)}import/", {"ticket": ticket})
        assert NumberImport.objects.count() == 1

    def test_a_wrong_line_is_shown_with_its_place_and_no_button(self, client, day):
        client.force_login(day.officer)
        page = sent(client, day, text(number(1), number(2, year=25)))
        assert page.status_code == 422
        assert page.context["ticket"] == ""
        assert "2025" in page.content.decode()

    def test_pasted_numbers_are_read_too(self, client, day):
        client.force_login(day.officer)
        page = client.post(ADDRESS.format(day.filing.pk), {"text": f"{number(1)}\n{number(2)}"})
        assert page.context["report"].is_sound

    def test_what_stands_in_a_line_is_shown_as_text(self, client, day):
        client.force_login(day.officer)
        page = sent(client, day, text(number(1), "<script>alert(1)</script>")).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page

    def test_another_persons_or_a_changed_ticket_stores_nothing(self, client, day):
        client.force_login(day.officer)
        ticket = sent(client, day, text(number(1))).context["ticket"]
        client.post(f"{ADDRESS.format(day.filing.pk)}import/", {"ticket": ticket[:-2] + "xx"})
        client.force_login(day.head)
        client.post(f"{ADDRESS.format(day.filing.pk)}import/", {"ticket": ticket})
        assert not ImportedNumber.objects.exists()

    def test_another_bodys_officer_finds_nothing(self, client, day, make_user, member, employer):
        client.force_login(member(make_user("别家考务"), employer, Role.EXAM_OFFICER))
        assert client.get(ADDRESS.format(day.filing.pk)).status_code == 404
        assert sent(client, day, text(number(1))).status_code == 404
        assert "BA-000123" not in client.get("/desk/certificates/numbers/").content.decode()

    def test_the_page_warns_when_few_numbers_are_left(self, client, day, django_assert_max_num_queries):
        bring_in(day, text(*(number(serial) for serial in range(1, 61))))
        client.force_login(day.officer)
        assert not stock_of(day.filing)[0].is_low
        take_numbers(day.filing, year=2026, level=4, count=11, now=AFTER)
        (stock,) = stock_of(day.filing)
        assert (stock.year, stock.level, stock.total, stock.used, stock.free, stock.is_low) == (2026, 4, 60, 11, 49, True)
        with django_assert_max_num_queries(14):
            assert "49" in client.get(ADDRESS.format(day.filing.pk)).content.decode()
        with django_assert_max_num_queries(12):
            client.get("/desk/certificates/numbers/")


def test_a_certificate_is_issued_with_an_imported_number(importing_day):
    day = importing_day
    bring_in(day, text(number(501), number(500), number(503)))
    issued = [issue(decision, actor=day.head).number for decision in day.decisions[:2]]
    assert issued == [number(500), number(501)]
    assert ImportedNumber.objects.get(used_at=None).number == number(503)


def test_numbers_of_the_coming_year_can_be_imported_before_it(day):
    assert codes(day, text(number(1, year=27))) == []
    day.filing.valid_until = datetime.date(2026, 12, 31)
    day.filing.save()
    assert codes(day, text(number(1, year=27))) == [(1, "year")]
