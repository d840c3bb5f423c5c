"""The sheet: eleven columns of text, the same bytes for the same content, nothing that a spreadsheet could run."""

import datetime
import hashlib
import io
import shutil
import subprocess
import tempfile
import tracemalloc
import zipfile

import pytest
from openpyxl import load_workbook

from certification.bodies.models import Filing
from certification.certificates.models import Certificate
from certification.registry.upload.cells import row_of
from certification.registry.upload.column_packs import NEWEST, column_pack, read_pack
from certification.registry.upload.workbook import write_workbook
from lms.core.errors import DomainError

PACK = column_pack(*NEWEST)
MOMENT = datetime.datetime(2026, 9, 21, 9, 30, tzinfo=datetime.UTC)
TODAY = MOMENT.date()
TITLES = [
    "姓名",
    "证件类型",
    "证件号码",
    "所在单位",
    "职业名称",
    "工种名称",
    "职业技能等级",
    "证书编号",
    "发证日期",
    "评价机构",
    "发证机构",
]


def certificate(**changes):
    """Return an unstored certificate; `name`, `work_type` … change what it says."""
    filing = Filing(type_letter="S", body_code="0000", province="31", sequence="000123", filed_name="协会")
    facts = {
        "number": "S000031000123264000001",
        "level": 4,
        "issued_on": datetime.date(2026, 9, 21),
        "id_number": "11010519491231002X",
    }
    facts |= {name: changes.pop(name) for name in list(changes) if name in facts}
    said = {
        "name": "林晓梅",
        "id_kind": "居民身份证",
        "occupation": "康复辅助技术咨询师",
        "work_type": "--",
        "issuer": "协会",
    } | changes
    claims = {
        "holder": {"name": said["name"], "id_kind": {"zh": said["id_kind"]}},
        "occupation": {"zh": said["occupation"]},
        "work_type": {"zh": said["work_type"]},
        "issuer": {"zh": said["issuer"]},
    }
    return Certificate(claims=claims, filing=filing, kind="skill_level", status="valid", **facts)


def cells(**changes):
    row = row_of(certificate(**changes), pack=PACK, today=TODAY)
    assert row.problems == ()
    return dict(zip(PACK.titles, row.cells, strict=True))


def problems(**changes):
    return [
        (error.code.removeprefix("registry.cell_"), error.context.get("column"))
        for error in row_of(certificate(**changes), pack=PACK, today=TODAY).problems
    ]


def test_the_pack_has_the_eleven_columns_in_order():
    assert PACK.titles == TITLES


def test_a_row_says_what_the_certificate_says():
    assert cells() == dict(
        zip(
            TITLES,
            (
                "林晓梅",
                "201",
                "11010519491231002X",
                "其他",
                "康复辅助技术咨询师",
                "--",
                "4",
                "S000031000123264000001",
                "2026-09-21",
                "协会",
                "协会",
            ),
            strict=True,
        )
    )


def test_a_work_type_stands_in_its_column():
    assert cells(work_type="失智老人照护员")["工种名称"] == "失智老人照护员"


def test_only_the_code_of_the_resident_card_is_known_the_others_are_marked_as_assumed():
    (column,) = [column for column in PACK.columns if column.source == "id_kind"]
    assert column.codes["resident_id"] == "201"
    assert set(column.codes.values()) - column.assumed == {"201"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": ""}, [("missing", "姓名")]),
        ({"name": "=cmd|' /C calc'!A0"}, [("formula", "姓名")]),
        ({"name": "@SUM(A1)"}, [("formula", "姓名")]),
        ({"name": "＝HYPERLINK"}, [("formula", "姓名")]),
        ({"name": "-2+3"}, [("formula", "姓名")]),
        ({"name": "林\u202e晓梅"}, [("unseen", "姓名")]),
        ({"name": "林\x07晓梅"}, [("unseen", "姓名")]),
        ({"name": "长" * 61}, [("too_long", "姓名")]),
        ({"id_kind": "军官证"}, [("missing", "证件类型"), ("malformed", "证件号码")]),
        ({"id_number": "110105194912310021"}, [("malformed", "证件号码")]),
        ({"id_number": ""}, [("missing", "证件号码")]),
        ({"number": "S00003100012326400001"}, [("malformed", "证书编号")]),
        ({"number": ""}, [("missing", "证书编号")]),
        ({"issued_on": None}, [("missing", "发证日期")]),
        ({"issued_on": TODAY + datetime.timedelta(days=1)}, [("malformed", "发证日期")]),
        ({"level": None}, [("missing", "职业技能等级")]),
        ({"level": 6}, [("malformed", "职业技能等级")]),
        ({"issuer": ""}, [("missing", "评价机构"), ("missing", "发证机构")]),
        ({"number": "S000031000999264000001"}, [("number_disagrees", None)]),
        ({"number": "S000031000123263000001"}, [("number_disagrees", None)]),
        ({"number": "S000031000123254000001"}, [("number_disagrees", None)]),
    ],
    ids=str,
)
def test_each_cell_that_is_wrong_is_named(changes, expected):
    assert problems(**changes) == expected


def written(rows, moment=MOMENT):
    file, summary = write_workbook(PACK, rows, facts=[("批次号", "PC-1")], moment=moment)
    with file:
        return file.read(), summary


def some_rows(count):
    for serial in range(1, count + 1):
        number = f"S000031000123264{serial:06d}"
        yield ("林晓梅", "201", "310199190003071235", "其他", "咨询师", "--", "4", number, "2026-09-21", "协会", "协会")


def test_the_same_content_is_the_same_bytes_whenever_it_is_written(time_machine_far_away):
    first, _summary = written(some_rows(50))
    time_machine_far_away()
    again, _summary = written(some_rows(50))
    assert hashlib.sha256(first).hexdigest() == hashlib.sha256(again).hexdigest()
    other, _summary = written(some_rows(51))
    assert other != first


@pytest.fixture
def time_machine_far_away():
    import time_machine

    traveller = time_machine.travel(datetime.datetime(2031, 5, 5, tzinfo=datetime.UTC))
    yield traveller.start
    traveller.stop()


def test_a_sheet_that_is_given_up_leaves_no_file_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def rows():
        yield from some_rows(3)
        assert list(tmp_path.iterdir()) != []
        raise DomainError("registry.upload_changed")

    with pytest.raises(DomainError):
        written(rows())
    assert list(tmp_path.iterdir()) == []


def test_every_cell_is_a_text_and_no_id_number_becomes_a_number():
    data, _summary = written(some_rows(3))
    book = load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["证书数据", "汇总"]
    for row in book["证书数据"].iter_rows():
        assert [(cell.data_type, cell.number_format) for cell in row] == [("s", "@")] * 11
    assert book["证书数据"]["C2"].value == "310199190003071235"


def test_a_text_that_looks_like_a_formula_is_written_as_text():
    row = ("=1+1", *next(some_rows(1))[1:])
    data, _summary = written([row])
    cell = load_workbook(io.BytesIO(data))["证书数据"]["A2"]
    assert (cell.data_type, cell.value) == ("s", "=1+1")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_the_summary_counts_heads_by_occupation_work_type_and_level():
    rows = list(some_rows(3))
    rows += [(*row[:5], "照护员", "5", *row[7:]) for row in rows[:2]]
    data, summary = written(rows)
    assert summary == [["咨询师", "--", "4", 3], ["咨询师", "照护员", "5", 2]]
    shown = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(data))["汇总"].iter_rows()]
    assert shown[0][:2] == ["批次号", "PC-1"]
    assert shown[-1] == ["合计", None, None, 5]
    assert ["职业名称", "工种名称", "职业技能等级", "人数"] in shown


def peak_of(count):
    tracemalloc.start()
    try:
        written_bytes, _summary = written(some_rows(count))
        return tracemalloc.get_traced_memory()[1] - len(written_bytes)
    finally:
        tracemalloc.stop()


def test_the_memory_does_not_grow_with_the_rows():
    few, many = peak_of(500), peak_of(4000)
    assert many < few + 2_000_000


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed here")
def test_libreoffice_reads_the_id_numbers_as_they_were_written(tmp_path):
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(written(some_rows(2))[0])
    subprocess.run(["soffice", "--headless", "--convert-to", "csv", "--outdir", tmp_path, path], check=True, capture_output=True)
    assert "310199190003071235" in (tmp_path / "sheet.csv").read_text(encoding="utf-8", errors="replace")


GOOD_PACK = {
    "key": "x",
    "version": 1,
    "title": "x",
    "sheet": "x",
    "summary_sheet": "y",
    "file_name": "{batch}",
    "operations": {"add": "新增", "correct": "更正", "revoke": "撤销"},
    "columns": [
        {"title": "证书编号", "source": "number", "format": "number"},
        {"title": "发证日期", "source": "issued_on", "format": "date"},
    ],
    "receipt": {"number": [], "batch": [], "result": [], "reason": [], "accepted": [], "rejected": []},
}


def with_column(**column):
    return {**GOOD_PACK, "columns": [*GOOD_PACK["columns"], column]}


def test_a_sound_pack_is_read():
    assert read_pack(GOOD_PACK).titles == ["证书编号", "发证日期"]


@pytest.mark.parametrize(
    "data",
    [
        with_column(title="x", source="shoe_size", format="text"),
        with_column(title="x", source="name", format="picture"),
        with_column(title="证书编号", source="name", format="text"),
        {**GOOD_PACK, "columns": GOOD_PACK["columns"][:1]},
        {**GOOD_PACK, "operations": {"add": "新增"}},
    ],
    ids=["unknown source", "unknown format", "title twice", "no date", "operation missing"],
)
def test_a_pack_that_is_not_sound_is_refused(data):
    with pytest.raises(ValueError, match=r"."):
        read_pack(data)


def test_an_unknown_pack_is_told():
    with pytest.raises(DomainError) as caught:
        column_pack("osta", 1999)
    assert caught.value.code == "registry.upload_pack_unknown"


def test_the_files_name_holds_nothing_that_leads_elsewhere():
    assert PACK.name_of(batch="../../PC/1", operation="add", body="协会 <b>") == "PC1_新增_协会b.xlsx"
