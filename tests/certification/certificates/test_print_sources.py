"""That both engines draw alike holds for the sources that were compared; with others a template is drawn one by one."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from certification.certificates import print_sources
from certification.certificates.comparison import ComparisonReport, RecordComparison
from certification.certificates.models import TemplateVersion, templates
from certification.certificates.press import press_for
from certification.certificates.print_sources import ROOM, print_fingerprint, sources
from certification.certificates.rules import Kind
from certification.certificates.selectors import house_template
from certification.certificates.services import templates as services
from certification.certificates.sheet import DESIGNS
from certification.certificates.template_report import told

pytestmark = pytest.mark.django_db


def record(engine="compiled", *, same=True):
    return RecordComparison("name 王小芳", engine, "", 0, same, True, (), 1000)


@pytest.fixture
def verdict(monkeypatch):
    """Let the comparison say what stands in the list, without drawing."""
    said = [record()]
    monkeypatch.setattr(services, "compare_engines", lambda template, issuer=None: ComparisonReport(template.key, tuple(said)))
    return said


@pytest.fixture
def compared(verdict):
    return services.compare_version(house_template(Kind.SKILL_LEVEL))


@pytest.fixture
def update(monkeypatch):
    """Let an update change what draws."""

    def run(fingerprint="f" * 64):
        monkeypatch.setattr(templates, "print_fingerprint", lambda design: fingerprint)
        monkeypatch.setattr(services, "print_fingerprint", lambda design: fingerprint)

    return run


def doctor():
    out = StringIO()
    try:
        call_command("doctor", stdout=out)
    except CommandError:
        pass
    return next(line for line in out.getvalue().splitlines() if "certificate templates" in line)


class TestFingerprint:
    @pytest.mark.parametrize("design", DESIGNS)
    def test_it_covers_page_style_artwork_layout_and_both_engines(self, design):
        names = {path.name for path in sources(design)}
        assert {"base.html", f"{design}.html", "base.css", f"{design}.css", "artwork.py", "frames.py", "borders.py"} <= names
        assert {"layout.py", "rendering.py", "finishing.py", "page.py", "content_stream.py", "shaping.py"} <= names
        assert not {f"{other}.css" for other in DESIGNS if other != design} & names

    def test_every_style_sheet_and_every_page_of_print_has_a_part(self):
        covered = {path for design in DESIGNS for path in sources(design)}
        assert set((ROOM / "print").glob("*.css")) <= covered
        assert set((print_sources.PAGES / "print").glob("*.html")) <= covered

    @pytest.mark.parametrize("changed", ["print/base.css", "frames.py", "compiled/page.py"])
    def test_one_changed_byte_in_any_of_them_changes_it(self, changed, monkeypatch, tmp_path: Path):
        before = print_fingerprint.__wrapped__("hours")
        assert print_fingerprint.__wrapped__("hours") == before
        other = tmp_path / Path(changed).name
        other.write_bytes((ROOM / changed).read_bytes() + b" ")
        listed = [other if path == ROOM / changed else path for path in sources("hours")]
        assert other in listed
        monkeypatch.setattr(print_sources, "sources", lambda design: listed)
        assert print_fingerprint.__wrapped__("hours") != before

    def test_another_version_of_a_library_changes_it(self, monkeypatch):
        before = print_fingerprint.__wrapped__("hours")
        version = print_sources.metadata.version
        monkeypatch.setattr(print_sources.metadata, "version", lambda name: "99" if name == "weasyprint" else version(name))
        assert print_fingerprint.__wrapped__("hours") != before

    def test_a_running_process_keeps_what_it_runs(self, monkeypatch):
        before = print_fingerprint("hours")
        monkeypatch.setattr(print_sources, "sources", lambda design: [])
        assert print_fingerprint("hours") == before

    def test_a_missing_source_stops_no_process_at_its_start_and_no_fingerprint_is_made(self, monkeypatch, tmp_path):
        monkeypatch.setattr(print_sources, "sources", lambda design: [tmp_path / "gone.css"])
        print_fingerprint.cache_clear()
        try:
            print_sources.remember()
            with pytest.raises(FileNotFoundError):
                print_fingerprint("hours")
        finally:
            monkeypatch.undo()
            print_fingerprint.cache_clear()
            print_sources.remember()


class TestVersion:
    def test_a_sound_comparison_lets_the_compiled_engine_print(self, compared):
        assert compared.is_compiled
        assert not compared.is_outdated
        assert compared.sources_sha256 == print_fingerprint("skill_level")

    def test_after_a_change_of_the_sources_it_is_drawn_one_by_one(self, compared, update):
        update()
        assert compared.engine == "compiled"
        assert not compared.is_compiled
        assert compared.is_outdated

    def test_one_that_was_never_compared_is_not_outdated_and_not_compiled(self):
        version = house_template(Kind.HOURS)
        assert not version.is_compiled
        assert not version.is_outdated

    def test_a_verdict_without_its_sources_counts_for_nothing(self, compared):
        TemplateVersion.objects.filter(pk=compared.pk).update(sources_sha256="")
        compared.refresh_from_db()
        assert not compared.is_compiled

    def test_a_comparison_that_found_a_fault_does_not_compile_whatever_the_sources(self, verdict):
        verdict[:] = [record(), record(same=False)]
        version = services.compare_version(house_template(Kind.SKILL_LEVEL))
        assert not version.is_compiled
        assert not version.is_outdated


def test_the_press_follows_the_sources_even_when_one_is_kept(certified_day, compared, update):
    kept = press_for(compared, certified_day.key)
    assert kept._compiled is not None
    update()
    assert press_for(compared, certified_day.key)._compiled is None


def test_compiling_again_brings_it_back_and_leaves_what_is_current(compared, update, verdict):
    out = StringIO()
    call_command("compile_templates", "--kind", "skill_level", stdout=out)
    assert out.getvalue() == ""
    update()
    call_command("compile_templates", "--kind", "skill_level", stdout=out)
    assert str(compared) in out.getvalue()
    compared.refresh_from_db()
    assert compared.is_compiled


def test_what_was_found_faulty_is_tried_again_after_an_update(verdict, update):
    verdict[:] = [record(), record(same=False)]
    version = services.compare_version(house_template(Kind.SKILL_LEVEL))
    assert version not in services.uncompared()
    update()
    verdict[:] = [record()]
    assert version in services.uncompared()
    assert services.compare_version(version).is_compiled


def test_the_doctor_names_what_is_outdated_and_is_content_after_compiling(compared, update):
    assert doctor().startswith("ok")
    update()
    line = doctor()
    assert line.startswith("MISSING")
    assert str(compared) in line
    assert "compile_templates" in line
    services.compare_version(compared)
    assert doctor().startswith("ok")


def test_the_page_of_a_template_says_that_it_is_drawn_one_by_one_until_then(compared, update):
    assert told(compared).is_fast
    update()
    said = told(compared)
    assert (said.is_fast, said.is_outdated) == (False, True)
