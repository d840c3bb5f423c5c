"""A real archive: printed, sealed, copied to another machine, tampered with."""

import page
import pytest

from certification.archives.verifying import verify_package
from lms.core import store

pytestmark = pytest.mark.django_db


def test_i41_a_sealed_archive_verifies_after_copying_to_another_machine(sealed, tmp_path):
    volumes = list(sealed.archive.volumes.all())
    assert [volume.number for volume in volumes] == [1, 2, 3, 4, 5]
    for volume in volumes:
        report = page.validate_pdf_bytes(store.read(volume.sha256), profile="3a")
        assert report.is_compliant, (volume.number, [failure.message for failure in report.failures])
    assert sealed.plan.status == "archived"
    copy = tmp_path / "copy.zip"
    copy.write_bytes(store.read(sealed.archive.package_sha256))
    report = verify_package(copy)
    assert report.ok, report.wrong
    assert report.seal == sealed.archive.seal_sha256
    assert report.signer
    assert not report.trusted
