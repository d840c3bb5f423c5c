"""Is everything of a plan in its archive? Counted by another way than the archive reads."""

from collections import Counter

import pytest
from django.apps import apps
from django.db import connection

from certification.archives.contents import SECTIONS
from lms.core import store
from tests.exam_day import assess
from tests.issued import AFTER, issue

pytestmark = pytest.mark.django_db

ROOMS = ("plans", "applications", "examday", "supervision", "assessment", "panels", "results")
LEFT_OUT = {
    "examday.ProposedPlace": "a proposal; the confirmed seat is in the list of those approved",
    "applications.NeedsEvidence": "health data: the archive says what was granted, not why",
    "applications.RecordSettings": "a setting of the body, not of a plan",
    "assessment.TabletEntry": "the signed sheet that the entries led to is there, with its fingerprint",
    "assessment.EntryOutcome": "as the entries",
    "assessment.StrayEntry": "as the entries",
    "supervision.Sampling": "a draw of an authority over many plans",
}


def test_every_table_of_the_process_is_in_a_volume_or_left_out_for_a_reason():
    printed = {section.of._meta.label for sections in SECTIONS.values() for section in sections}
    tables = {model._meta.label for room in ROOMS for model in apps.get_app_config(room).get_models()}
    assert tables - printed == set(LEFT_OUT)


def test_no_key_of_a_section_is_used_twice_in_a_volume():
    for sections in SECTIONS.values():
        assert max(Counter(section.key for section in sections).values()) == 1


def test_the_index_counts_every_row_as_the_tables_do(built):
    """Raw SQL on the tables; the test's database holds this one plan."""
    counted = {f"{volume.number}/{item['key']}": item["count"] for volume in built.archive.volumes.all() for item in volume.items}
    for number, sections in SECTIONS.items():
        for section in sections:
            if section.upright or section.key in ("weights", "scopes"):
                continue
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT COUNT(*) FROM {section.of._meta.db_table}")  # noqa: S608
                (rows,) = cursor.fetchone()
            assert counted[f"{number}/{section.key}"] == rows, section.key
    assert counted["1/applications"] == counted["1/approved"] == counted["4/decisions"] == 3
    assert counted["5/certificates"] == 2


def test_the_index_names_every_stored_file_with_its_fingerprint(built):
    files = {
        (item["key"], file["sha256"]) for volume in built.archive.volumes.all() for item in volume.items for file in item["files"]
    }
    assert {("certificates", certificate.pdf_sha256) for certificate in built.certificates} <= files
    assert ("applications", built.plan.applications.first().photo_sha256) in files
    assert all(store.exists(sha256) for _key, sha256 in files)


def test_a_day_that_was_really_sat_has_its_papers_and_score_sheets_in_words(exam_day):
    from certification.archives.contents.lines import sheets_of
    from certification.archives.printing import print_volume

    assess(exam_day)
    exam_day.plan.refresh_from_db()
    items = {item["key"]: item["count"] for item in print_volume(exam_day.plan, 4).items}
    assert items["papers"] == 3
    assert items["sheets"] == 3 * 2 * 3
    assert "测量座宽: 24.0/30" in next(sheet.lines for sheet in sheets_of(exam_day.plan) if sheet.station.name == "轮椅适配")


def test_i39_no_volume_holds_a_number_in_the_clear(built, tmp_path):
    import subprocess

    from tests.issued import ID_NUMBERS

    for volume in built.archive.volumes.all():
        path = tmp_path / f"{volume.number}.pdf"
        path.write_bytes(store.read(volume.sha256))
        text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
        assert not [number for number in ID_NUMBERS if number in "".join(text.split())]


def test_a_sign_that_cannot_be_printed_stands_there_as_its_number():
    from certification.archives.wording import printable

    assert printable("请复核😀\x00") == "请复核[U+1F600]"


def test_a_certificate_that_was_issued_later_makes_the_volumes_old(finished_day):
    """Between printing and seal a row changed: the seal is refused, and names the volume."""
    from certification.archives.services import build, prepare_archive, seal_archive
    from certification.certificates.models import Certificate
    from lms.core.errors import DomainError

    day = finished_day
    archive = prepare_archive(day.plan, actor=day.officer, now=AFTER)
    build(archive.job, now=AFTER)
    Certificate.objects.filter(pk=day.certificates[0].pk).update(status_reason="另案调查")
    with pytest.raises(DomainError, match=r"archives\.rows_changed") as refused:
        seal_archive(archive, actor=day.head, now=AFTER)
    assert refused.value.context["volumes"] == "5"


__all__ = ["issue"]
