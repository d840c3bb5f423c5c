"""A real archive: printed, sealed, copied to another machine, tampered with."""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import page
import pikepdf
import pytest
from cryptography import x509
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from certification.archives.models import Archive, Volume
from certification.archives.reconciliation import disagreements
from certification.archives.rules import seal_of, spelled_out
from certification.archives.verifying import Report, verify_package
from certification.plans.selectors import days_done
from certification.plans.timeline import stops_of
from lms.core import store
from lms.core.ledger import subject_of
from tests.issued import AFTER
from tests.past_guards import take_off

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]


def package_in(folder: Path, archive: Archive) -> Path:
    copy = folder / "copy.zip"
    copy.write_bytes(store.read(archive.package_sha256))
    return copy


def rewritten(path: Path, change: Any) -> Path:
    """Write the package anew as a ZIP file in good order, with what `change` makes of its files."""
    with zipfile.ZipFile(path) as package:
        files = {name: package.read(name) for name in package.namelist()}
    changed = change(files)
    out = path.with_name("changed.zip")
    with zipfile.ZipFile(out, "w") as package:
        for name, data in (changed or files).items():
            package.writestr(name, data)
    return out


def wrong_files(report: Report) -> set[str]:
    return {name for name, _reason in report.wrong}


def test_i41_a_sealed_archive_verifies_after_copying_to_another_machine(sealed, tmp_path):
    """The copy is checked by a process of its own that has no database at all."""
    copy = package_in(tmp_path, sealed.archive)
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "lms.settings.test", "DATABASE_URL": "postgres://nobody@127.0.0.1:9/none"}
    command = [sys.executable, "manage.py", "verify_archive", str(copy), "--json", "--seal", sealed.archive.seal_sha256]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert found["ok"]
    assert found["seal"] == sealed.archive.seal_sha256
    assert found["plan"] == sealed.plan.number
    assert found["signer"]
    assert not found["trusted"]


def test_every_volume_is_pdf_a_tagged_with_page_numbers_and_the_plan(sealed, tmp_path):
    for volume in sealed.archive.volumes.all():
        data = store.read(volume.sha256)
        report = page.validate_pdf_bytes(data, profile="3a")
        assert report.is_compliant, (volume.number, [failure.message for failure in report.failures])
        with pikepdf.open(io.BytesIO(data)) as pdf:
            assert len(pdf.pages) == volume.pages
            assert pdf.Root.MarkInfo.Marked
        path = tmp_path / f"{volume.number}.pdf"
        path.write_bytes(data)
        text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
        pages = text.split("\f")[:-1]
        assert all(sealed.plan.number in printed for printed in pages)
        assert [int(printed.split()[-1]) for printed in pages] == list(range(1, volume.pages + 1))


def test_the_contents_name_the_page_on_which_each_section_stands(sealed, tmp_path):
    for volume in sealed.archive.volumes.all():
        path = tmp_path / f"{volume.number}.pdf"
        path.write_bytes(store.read(volume.sha256))
        text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
        pages = text.split("\f")
        for item in volume.items:
            assert item["title"].replace(" ", "") in pages[item["page"] - 1].replace(" ", ""), (volume.number, item)


def test_the_plan_is_archived_and_its_last_node_done(sealed):
    assert sealed.plan.status == "archived"
    assert days_done(sealed.plan)["archive"] == AFTER.date()
    assert stops_of(sealed.plan, today=AFTER.date())[-1].state == "done"


def test_the_same_rows_give_the_same_volumes(built):
    from certification.archives.services import build, prepare_archive

    first = {volume.number: volume.sha256 for volume in built.archive.volumes.all()}
    again = prepare_archive(built.plan, actor=built.officer, now=AFTER)
    build(again.job, now=AFTER)
    second = {volume.number: volume.sha256 for volume in Volume.objects.filter(archive=again, turn=2)}
    assert second == first


def test_a_trusted_root_makes_the_signer_known_and_another_seal_is_told(sealed, tmp_path):
    copy = package_in(tmp_path, sealed.archive)
    roots = x509.load_pem_x509_certificates(sealed.key.chain_pem.encode())
    assert verify_package(copy, roots=roots).trusted
    assert wrong_files(verify_package(copy, seal="0" * 64)) == {"seal.json"}


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_i41_one_changed_byte_of_a_volume_is_named(sealed, tmp_path, number):
    copy = package_in(tmp_path, sealed.archive)

    def change(files: dict[str, bytes]) -> None:
        name = f"{sealed.plan.number}-{number}.pdf"
        data = bytearray(files[name])
        data[len(data) // 2] ^= 1
        files[name] = bytes(data)

    report = verify_package(rewritten(copy, change))
    assert wrong_files(report) == {f"{sealed.plan.number}-{number}.pdf"}
    assert not report.proven


def test_one_changed_byte_of_the_zip_file_itself_is_told_wherever_a_volume_lies(sealed, tmp_path):
    copy = package_in(tmp_path, sealed.archive)
    with zipfile.ZipFile(copy) as package:
        info = package.getinfo(f"{sealed.plan.number}-3.pdf")
    data = bytearray(copy.read_bytes())
    data[info.header_offset + 200] ^= 0xFF
    copy.write_bytes(data)
    assert wrong_files(verify_package(copy)) == {info.filename}


def test_i41_a_changed_index_is_named_even_with_a_new_seal(sealed, tmp_path):
    def change(files: dict[str, bytes]) -> None:
        index = json.loads(files["index.json"])
        index["volumes"][3]["items"][0]["count"] += 1
        files["index.json"] = spelled_out(index)
        seal = json.loads(files["seal.json"])
        seal["seal_sha256"] = seal_of(index)
        files["seal.json"] = spelled_out(seal)

    report = verify_package(rewritten(package_in(tmp_path, sealed.archive), change))
    assert {"index.json", "seal.json", "index.json.p7s"} <= wrong_files(report)


def test_a_blank_more_in_the_index_is_named(sealed, tmp_path):
    def change(files: dict[str, bytes]) -> None:
        files["index.json"] += b" "

    assert "index.json" in wrong_files(verify_package(rewritten(package_in(tmp_path, sealed.archive), change)))


@pytest.mark.parametrize("name", ["index.json", "seal.json", "index.json.p7s", "chain.pem", "README.txt"])
def test_a_file_that_is_missing_is_named(sealed, tmp_path, name):
    def change(files: dict[str, bytes]) -> None:
        del files[name]

    assert name in wrong_files(verify_package(rewritten(package_in(tmp_path, sealed.archive), change)))


def test_a_file_that_nobody_named_is_told(sealed, tmp_path):
    def change(files: dict[str, bytes]) -> None:
        files["more.pdf"] = b"%PDF"

    assert wrong_files(verify_package(rewritten(package_in(tmp_path, sealed.archive), change))) == {"more.pdf"}


def test_what_is_no_package_is_told_and_not_a_crash(tmp_path):
    path = tmp_path / "no.zip"
    path.write_bytes(b"nothing of the kind")
    assert not verify_package(path).ok
    with pytest.raises(SystemExit):
        call_command("verify_archive", str(path))


def test_i41_a_sealed_row_is_frozen_by_the_database(sealed):
    for sql in ("UPDATE archives_archive SET seal_sha256 = 'x'", "UPDATE archives_volume SET sha256 = 'x'"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_verify_ledger_agrees_with_a_sealed_archive_and_names_one_changed_past_the_guards(sealed):
    assert list(disagreements()) == []
    take_off("archives_archive")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE archives_archive SET paper_until = '2026-10-01'")
    assert [row.subject for row in disagreements()] == [subject_of(sealed.archive)]


def test_verify_ledger_names_a_volume_that_is_another_in_the_store(sealed, monkeypatch):
    lost = sealed.archive.volumes.get(number=4)
    genuine = store.open_file
    monkeypatch.setattr(store, "open_file", lambda sha256: io.BytesIO(b"x") if sha256 == lost.sha256 else genuine(sha256))
    assert [(row.subject, row.reason) for row in disagreements()] == [
        (subject_of(sealed.archive), "volume 4 was changed in the store")
    ]
