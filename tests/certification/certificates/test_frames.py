"""The borders a body may choose: each on every kind, drawn alike by both engines, and none like another."""

import itertools
from functools import lru_cache

import pytest
from django.db import IntegrityError, transaction
from PIL import ImageChops

from certification.certificates.adversarial import trials
from certification.certificates.borders import Frame
from certification.certificates.comparison import COMPILED, compare_engines, drawn
from certification.certificates.frames import draw_frame, draw_ornament
from certification.certificates.models import TemplateVersion
from certification.certificates.previews import Case, specimen
from certification.certificates.rendering import render_sheet
from certification.certificates.rules import Kind
from certification.certificates.services.templates import create_template, edit_draft, next_draft, publish_version
from certification.certificates.sheet import DESIGNS, PrintTemplate, Signatory
from lms.core.errors import DomainError
from lms.organisations.rules import Role

CHOSEN = [frame for frame in Frame if frame is not Frame.HOUSE]
THREE = tuple(Signatory(name, "教学负责人", "Head of Teaching") for name in ("沈国强", "阿依古丽·买买提", "周敏"))


def template(design, frame=Frame.HOUSE, **contents):
    return PrintTemplate(key="1-1", design=design, frame=frame.value, **contents)


@lru_cache
def thumbnail(design, frame):
    sheet = next(trial.sheet for trial in trials(template(design)) if trial.label == "name 王小芳")
    return drawn(render_sheet(sheet, template(design, frame)), dots_per_inch=12).pages[0]


def differ(one, other):
    """Tell whether more than one pixel in two hundred differs so much that an eye sees it."""
    grey = ImageChops.difference(one, other).convert("L").point(lambda shade: 255 if shade > 24 else 0)
    return grey.histogram()[255] > one.width * one.height / 200


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("frame", CHOSEN)
def test_both_engines_draw_each_frame_on_each_kind_alike(design, frame):
    of_kind = template(design, frame, signatories=THREE)
    tried = [trial for trial in trials(of_kind) if trial.label in ("name 王小芳", "specimen", "sample, long name")]
    report = compare_engines(of_kind, sheets=tried)
    assert report.ok, [record for record in report.records if not record.ok]
    assert {record.engine for record in report.records} == {COMPILED}
    assert max(record.size for record in report.records) < 130_000


@pytest.mark.parametrize("design", DESIGNS)
def test_no_two_frames_of_a_kind_look_alike(design):
    for one, other in itertools.combinations(Frame, 2):
        assert differ(thumbnail(design, one), thumbnail(design, other)), (one, other)
    assert not differ(thumbnail(design, Frame.CLOUD), thumbnail(design, Frame.CLOUD))


@pytest.mark.parametrize("frame", Frame)
def test_within_one_frame_no_two_kinds_look_alike(frame):
    for one, other in itertools.combinations(DESIGNS, 2):
        assert differ(thumbnail(one, frame), thumbnail(other, frame)), (one, other)


@pytest.mark.parametrize("design", DESIGNS)
def test_a_template_that_says_nothing_has_its_kinds_own_frame_and_piece(design):
    assert PrintTemplate(key="1-1", design=design).frame == Frame.HOUSE
    assert draw_frame(design) == draw_frame(design, Frame.HOUSE)
    assert draw_ornament(design) == draw_ornament(design, Frame.HOUSE)
    for frame in CHOSEN:
        assert draw_frame(design, frame) != draw_frame(design)
        assert draw_ornament(design, frame) != draw_ornament(design)


def test_there_is_no_other_frame():
    with pytest.raises(ValueError, match="dragon"):
        draw_frame("hours", "dragon")


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("frame", CHOSEN)
def test_a_specimen_with_the_longest_name_stays_one_page(design, frame):
    of_kind = template(design, frame)
    pdf = render_sheet(specimen(of_kind, Case.LONGEST, issuer=None), of_kind)
    assert len(drawn(pdf, dots_per_inch=20).pages) == 1


@pytest.fixture
def cast(association, employer, make_user, member):
    return {
        "head": member(make_user("沈国强"), association, Role.HEAD),
        "officer": member(make_user("周敏"), association, Role.EXAM_OFFICER),
        "other officer": member(make_user("施慧芳"), employer, Role.EXAM_OFFICER),
    }


@pytest.fixture
def draft(association, cast, now):
    return create_template(association, design=Kind.HOURS, name="学时证明版式", actor=cast["officer"], now=now)


def edit(client, draft, **fields):
    return client.post(f"/desk/templates/{draft.template_id}/edit/", {"statement_zh": "", "look": "1", **fields})


@pytest.mark.django_db
class TestEditor:
    def test_four_pictures_are_offered_and_the_kinds_own_is_chosen(self, client, draft, cast):
        client.force_login(cast["officer"])
        text = client.get(f"/desk/templates/{draft.template_id}/edit/").content.decode()
        for frame in Frame:
            assert f'name="frame" value="{frame.value}"' in text
            assert f"/ordinary.png?frame={frame.value}" in text
        assert 'value="house" checked' in text
        assert "云纹（金色）" in text

    def test_the_choice_is_saved_printed_and_passed_to_the_next_version(self, client, draft, cast, now):
        client.force_login(cast["officer"])
        assert edit(client, draft, frame="cloud").status_code == 302
        draft.refresh_from_db()
        assert (draft.frame, draft.as_print_template().frame) == ("cloud", "cloud")
        assert 'value="cloud" checked' in client.get(f"/desk/templates/{draft.template_id}/edit/").content.decode()
        publish_version(draft, actor=cast["head"], now=now)
        assert next_draft(draft.template, actor=cast["officer"], now=now).frame == "cloud"

    def test_a_form_that_says_nothing_of_it_leaves_it(self, client, draft, cast, now):
        edit_draft(draft, contents={"frame": "ladder"}, actor=cast["officer"], now=now)
        client.force_login(cast["officer"])
        assert edit(client, draft).status_code == 302
        draft.refresh_from_db()
        assert draft.frame == "ladder"

    def test_a_forged_choice_is_refused_and_changes_nothing(self, client, draft, cast):
        client.force_login(cast["officer"])
        assert edit(client, draft, frame="dragon").status_code == 422
        draft.refresh_from_db()
        assert draft.frame == "house"

    def test_nor_does_the_database_take_it(self, draft):
        with pytest.raises(IntegrityError), transaction.atomic():
            TemplateVersion.objects.filter(pk=draft.pk).update(frame="dragon")

    def test_a_published_version_keeps_its_frame(self, draft, cast, now):
        publish_version(draft, actor=cast["head"], now=now)
        with pytest.raises(DomainError) as error:
            edit_draft(draft, contents={"frame": "plain"}, actor=cast["officer"], now=now)
        assert error.value.code == "certificates.version_is_published"

    def test_another_frame_than_the_head_looked_at_is_not_published(self, draft, cast, now):
        looked_at = TemplateVersion.objects.select_related("template__organisation").get(pk=draft.pk)
        edit_draft(draft, contents={"frame": "plain"}, actor=cast["officer"], now=now)
        with pytest.raises(DomainError) as error:
            publish_version(looked_at, actor=cast["head"], now=now)
        assert error.value.code == "certificates.draft_changed"

    def test_each_frame_has_a_specimen_of_its_own_and_no_other_has_one(self, client, draft, cast):
        client.force_login(cast["officer"])
        address = f"/desk/templates/versions/{draft.pk}/ordinary.png"
        own = client.get(address).content
        assert client.get(address, {"frame": "house"}).content == own
        assert client.get(address, {"frame": "plain"}).content != own
        assert client.get(address, {"frame": "dragon"}).status_code == 404
        client.force_login(cast["other officer"])
        assert client.get(address, {"frame": "plain"}).status_code == 404
