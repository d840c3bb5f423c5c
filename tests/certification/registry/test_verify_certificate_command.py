"""`manage.py verify_certificate`: exit 0 for a genuine file, 1 with the reason for any other."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from lms.core import store
from tests.issued import AFTER, issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def genuine(certified_day):
    certificate = issue(certified_day.decisions[0], actor=certified_day.head, now=AFTER)
    return store.read(certificate.pdf_sha256)


def run(data, tmp_path, *options):
    path = tmp_path / "c.pdf"
    path.write_bytes(data)
    out = io.StringIO()
    try:
        call_command("verify_certificate", str(path), *options, stdout=out, no_color=True)
    except SystemExit as stop:
        return stop.code, out.getvalue()
    return 0, out.getvalue()


def test_a_genuine_file_exits_0_and_names_its_signer(genuine, tmp_path):
    code, out = run(genuine, tmp_path)
    assert code == 0
    assert "VALID" in out
    assert "申城康复辅助器具行业协会" in out


def test_as_json_it_is_one_object(genuine, tmp_path):
    code, out = run(genuine, tmp_path, "--json")
    facts = json.loads(out)
    assert (code, facts["valid"], facts["finding"]) == (0, True, "intact")
    assert facts["number"] == "S000031000123264000001"


def test_one_flipped_byte_exits_1_and_says_changed(genuine, tmp_path):
    data = bytearray(genuine)
    data[5000] ^= 1
    code, out = run(bytes(data), tmp_path, "--json")
    assert (code, json.loads(out)["finding"]) == (1, "changed")
    assert run(bytes(data), tmp_path)[1].startswith("INVALID")


def test_with_other_roots_nobody_is_known(genuine, tmp_path, demo_authority):
    from certification.certificates.authority import make_demo_authority

    make_demo_authority(directory=tmp_path / "other")
    code, out = run(genuine, tmp_path, "--json", "--roots", str(tmp_path / "other" / "trusted-roots.pem"))
    assert (code, json.loads(out)["finding"]) == (1, "unknown_signer")


@pytest.mark.parametrize("data", [b"", b"hello", b"%PDF-1.7"])
def test_other_files_exit_1(db, data, tmp_path, settings):
    settings.SIGNING_KEY_DIR = tmp_path
    assert run(data, tmp_path)[0] == 1


def test_a_missing_file_is_an_error_of_use(db, tmp_path):
    with pytest.raises(CommandError) as caught:
        call_command("verify_certificate", str(tmp_path / "none.pdf"))
    assert caught.value.returncode == 2
