"""The template editor: who writes, what may be written, what a picture must be, what publishing does.

The comparison of the engines is queued on commit, which no test here reaches; test_designs.py runs it.
"""

import io
import re
import zlib

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from certification.certificates.models import Template, TemplateVersion
from certification.certificates.pictures import checked_seal, checked_signature
from certification.certificates.previews import Case, preview_pdf
from certification.certificates.rules import Kind
from certification.certificates.rules.wording import RESERVED, check_wording
from certification.certificates.selectors import house_template, template_for
from certification.certificates.services.templates import (
    create_template,
    edit_draft,
    next_draft,
    publish_version,
    retire_template,
)
from certification.certificates.validation import check_pdf
from lms.core import store
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from lms.organisations.rules import Role
from tests.held import somebody_faster

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(association, employer, make_user, member):
    return {
        "head": member(make_user("沈国强"), association, Role.HEAD),
        "officer": member(make_user("周敏"), association, Role.EXAM_OFFICER),
        "administrator": member(make_user("秦立"), association, Role.COLLEGE_ADMIN),
        "assessor": member(make_user("钱建华"), association, Role.ASSESSOR),
        "other head": member(make_user("施慧芳"), employer, Role.HEAD),
        "stranger": make_user("路人"),
    }


@pytest.fixture
def draft(association, cast, now):
    return create_template(association, design=Kind.ACHIEVEMENT, name="轮椅适配师版式", actor=cast["officer"], now=now)


def png(size=(400, 400), *, mode="RGBA", ground=(0, 0, 0, 0), **saved):
    picture = Image.new("RGBA", size, ground)
    draw = ImageDraw.Draw(picture)
    draw.ellipse(
        (size[0] * 0.1, size[1] * 0.1, size[0] * 0.9, size[1] * 0.9), outline=(168, 36, 27, 255), width=max(size[0] // 20, 1)
    )
    out = io.BytesIO()
    picture.convert(mode).save(out, "PNG", **saved)
    return out.getvalue()


def upload(data, name="seal.png"):
    return SimpleUploadedFile(name, data, content_type="image/png")


def fields(**given):
    names = [f"{name}_{place}" for place in (1, 2, 3) for name in ("name", "title_zh", "title_en")]
    return {"statement_zh": "", "statement_en": "", **dict.fromkeys(names, ""), **given}


def refusal(check, data, name="seal.png"):
    with pytest.raises(DomainError) as error:
        check(upload(data, name))
    return error.value.code


def words_of(pdf):
    with pypdfium2.PdfDocument(pdf) as document:
        return "".join(page.get_textpage().get_text_bounded() for page in document)


# Pictures


def test_a_seal_is_painted_anew_and_made_smaller():
    doctored = png((1200, 1200)) + b"<script>alert(1)</script>PK\x03\x04"
    painted = checked_seal(upload(doctored))
    with Image.open(io.BytesIO(painted)) as picture:
        assert (picture.format, picture.mode, picture.size) == ("PNG", "RGBA", (600, 600))
        assert not picture.info
    assert b"script" not in painted
    assert b"PK\x03\x04" not in painted


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "certificates.picture_not_png"),
        (b"GIF89a" + b"\0" * 100, "certificates.picture_not_png"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 200, "certificates.picture_not_png"),
        (b"%PDF-1.7\n" + png(), "certificates.picture_not_png"),
        (png()[:-400], "certificates.picture_not_png"),
        (b"", "certificates.picture_not_png"),
        (png(mode="RGB"), "certificates.picture_opaque"),
        (png(ground=(255, 255, 255, 255)), "certificates.picture_opaque"),
        (png((40, 40)), "certificates.picture_too_small"),
        (png((600, 150)), "certificates.picture_shape"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 2_100_000, "certificates.picture_too_large"),
    ],
)
def test_what_is_no_seal_is_refused(data, code):
    assert refusal(checked_seal, data) == code


def test_a_picture_of_thirty_megapixels_is_refused_before_it_is_unpacked():
    header = (6000).to_bytes(4, "big") + (5000).to_bytes(4, "big") + b"\x08\x06\0\0\0"

    def chunk(kind, data):
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    assert refusal(checked_seal, bomb) == "certificates.picture_too_many_pixels"


def test_a_picture_that_moves_is_refused():
    frames = [Image.new("RGBA", (200, 200), (0, 0, 0, shade)) for shade in (0, 200)]
    out = io.BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    assert refusal(checked_seal, out.getvalue()) == "certificates.picture_moves"


def test_an_empty_picture_is_refused():
    out = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(out, "PNG")
    assert refusal(checked_seal, out.getvalue()) == "certificates.picture_empty"


def test_a_signature_may_be_long_but_not_a_line():
    assert checked_signature(upload(png((600, 150))))
    assert refusal(checked_signature, png((1400, 100))) == "certificates.picture_shape"


# Words


@pytest.mark.parametrize("words", RESERVED)
def test_reserved_words_are_refused_on_every_kind_but_the_skill_level(words):
    for kind in list(Kind)[1:]:
        with pytest.raises(DomainError) as error:
            check_wording(f"特发{words}一份", kind=kind)
        assert error.value.code == "certificates.wording_reserved"
    assert check_wording(words, kind=Kind.SKILL_LEVEL) == words


@pytest.mark.parametrize(
    "hidden", ["职业 技能 等级 证书", "职业·技能·等级证书", "ＯＳＴＡ．ＯＲＧ．ＣＮ", "Vocational\nSkill-Level"]
)
def test_reserved_words_do_not_hide_behind_blanks_marks_and_wide_letters(hidden):
    with pytest.raises(DomainError) as error:
        check_wording(hidden, kind=Kind.COMPLETION)
    assert error.value.code == "certificates.wording_reserved"


def test_an_official_number_in_the_wording_is_refused():
    with pytest.raises(DomainError) as error:
        check_wording("编号 S0000 3100 0123 2640 0000 1", kind=Kind.HOURS)
    assert error.value.code == "certificates.wording_official_number"


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize(
    ("claim", "named"),
    [
        ("本证书国家承认，全国通用", "国家承认"),
        ("经国家 认 可", "国家认可"),
        ("由人社部监制", "人社部监制"),
        ("人力资源和社会保障部统一监制", "人力资源和社会保障部统一监制"),
        ("本证在全国范围内有效", "全国范围内有效"),
        ("國家承認之證書", "國家承認"),
        ("教育部颁发", "教育部颁发"),
        ("本协会监制", "监制"),
        ("各省互认", "各省互认"),
        ("国·际·通·用", "国际通用"),
        ("This is a State-recognised certificate.", "staterecognised"),
        ("approved by the Ministry of Civil Affairs", "approvedbytheministry"),
        ("valid nationwide", "validnationwide"),
    ],
)
def test_no_certificate_says_that_the_state_or_everybody_recognises_it(claim, named, kind):
    with pytest.raises(DomainError) as error:
        check_wording(claim, kind=kind)
    assert (error.value.code, error.value.status) == ("certificates.wording_recognition", 422)
    assert error.value.context == {"words": named}


@pytest.mark.parametrize(
    "words",
    [
        "依照国家职业技能标准，经本单位考核合格。",
        "本证明不属于国家承认的学历证书。",
        "国家康复辅具研究中心附属培训部",
        "全国残疾人辅助器具适配技能竞赛",
        "本机构认可其学习成果，特颁发此证。",
        "has met the national occupational standard and is recognised by this body",
        "This statement is not nationally recognised.",
    ],
)
def test_names_standards_and_honest_denials_are_no_claim(words):
    assert check_wording(words, kind=Kind.COMPLETION) == words


def test_the_editor_tells_which_words_it_will_not_print(client, draft, cast):
    client.force_login(cast["officer"])
    answer = client.post(f"/desk/templates/{draft.template_id}/edit/", {"statement_zh": "学完课程，国家承认，特发此证。"})
    assert answer.status_code == 422
    assert "“国家承认”会让人以为" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.statement_zh == ""


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\ue000", "\x07"])
def test_a_sign_that_shows_nothing_is_refused(sign):
    with pytest.raises(DomainError) as error:
        check_wording(f"准予{sign}结业", kind=Kind.COMPLETION)
    assert error.value.code == "certificates.wording_character"


def test_plain_words_stay_as_they_are():
    assert check_wording(" 学完全部  课程，准予结业。", kind=Kind.COMPLETION) == "学完全部 课程，准予结业。"


# Pages


@pytest.mark.parametrize(
    ("who", "status"),
    [("head", 200), ("officer", 200), ("administrator", 200), ("assessor", 404), ("other head", 404), ("stranger", 404)],
)
@pytest.mark.parametrize("page", ["", "edit/"])
def test_only_editors_of_the_body_reach_its_templates(client, draft, cast, who, status, page):
    client.force_login(cast[who])
    assert client.get(f"/desk/templates/{draft.template_id}/{page}").status_code == status


@pytest.mark.parametrize(("who", "status"), [("head", 200), ("other head", 404), ("assessor", 404)])
def test_a_draft_of_another_body_cannot_be_previewed(client, draft, cast, who, status):
    client.force_login(cast[who])
    assert client.get(f"/desk/templates/versions/{draft.pk}/ordinary.pdf").status_code == status


def test_every_body_may_look_at_the_houses_designs_and_nobody_may_write_them(client, cast):
    version = house_template(Kind.CREDITS)
    client.force_login(cast["other head"])
    assert client.get(f"/desk/templates/{version.template_id}/").status_code == 200
    assert client.get(f"/desk/templates/versions/{version.pk}/ordinary.png")["Content-Type"] == "image/png"
    assert client.get(f"/desk/templates/{version.template_id}/edit/").status_code == 404
    assert client.post(f"/desk/templates/{version.template_id}/publish/").status_code == 404


def test_a_template_begins_as_a_draft_in_the_own_body_only(client, cast, association, employer):
    client.force_login(cast["officer"])
    asked = {"organisation": association.pk, "design": "credits", "name": "学分证明"}
    assert client.post("/desk/templates/new/", asked).status_code == 302
    assert TemplateVersion.objects.get(template__name="学分证明").status == "draft"
    assert client.post("/desk/templates/new/", {**asked, "organisation": employer.pk, "name": "别家"}).status_code == 422
    assert not Template.objects.filter(name="别家").exists()
    assert client.post("/desk/templates/new/", asked).status_code == 409


def test_of_two_clicks_at_once_the_second_is_told_that_the_name_is_taken(association, cast, now):
    with somebody_faster(Template), pytest.raises(DomainError) as error:
        create_template(association, design=Kind.ACHIEVEMENT, name="新版式", actor=cast["head"], now=now)
    assert error.value.code == "certificates.template_name_taken"


def test_words_seal_and_signatures_are_saved(client, draft, cast):
    client.force_login(cast["officer"])
    sent = fields(
        statement_zh="经协会评定，能够独立完成轮椅适配。",
        name_1="沈国强",
        title_zh_1="会长",
        title_en_1="President",
        seal=upload(png()),
        picture_1=upload(png((600, 200))),
    )
    assert client.post(f"/desk/templates/{draft.template_id}/edit/", sent).status_code == 302
    draft.refresh_from_db()
    assert draft.statement_zh == "经协会评定，能够独立完成轮椅适配。"
    assert store.read(draft.seal_sha256).startswith(b"\x89PNG")
    (row,) = draft.signatories
    assert (row["name"], row["title_zh"], bool(row["picture_sha256"])) == ("沈国强", "会长", True)
    assert draft.edited_by == cast["officer"]


def test_what_is_right_is_kept_when_something_else_is_wrong(client, draft, cast):
    client.force_login(cast["officer"])
    sent = fields(statement_zh="特发职业技能等级证书", name_1="沈国强", title_zh_1="会长", picture_1=upload(png((600, 200))))
    response = client.post(f"/desk/templates/{draft.template_id}/edit/", sent)
    assert response.status_code == 422
    page = response.content.decode()
    assert "特发职业技能等级证书" in page  # what was typed stays in the field, and does not enter the draft
    draft.refresh_from_db()
    assert draft.statement_zh == ""
    assert draft.signatories[0]["picture_sha256"]


def test_a_bad_seal_does_not_touch_the_one_that_is_kept(client, draft, cast):
    client.force_login(cast["officer"])
    client.post(f"/desk/templates/{draft.template_id}/edit/", fields(seal=upload(png())))
    draft.refresh_from_db()
    kept = draft.seal_sha256
    response = client.post(f"/desk/templates/{draft.template_id}/edit/", fields(seal=upload(b"<svg/>")))
    assert response.status_code == 422
    draft.refresh_from_db()
    assert draft.seal_sha256 == kept
    client.post(f"/desk/templates/{draft.template_id}/edit/", fields(remove_seal="on"))
    draft.refresh_from_db()
    assert draft.seal_sha256 == ""


@pytest.mark.parametrize(
    "given",
    [
        {"statement_zh": "长" * 61},
        {"statement_en": "a" * 181},
        {"title_zh_1": "会长"},
        {"name_2": "沈国强" * 7},
        {"statement_zh": "准予结业😀"},
    ],
)
def test_words_that_cannot_be_printed_are_refused(client, draft, cast, given):
    client.force_login(cast["officer"])
    assert client.post(f"/desk/templates/{draft.template_id}/edit/", fields(**given)).status_code == 422


@pytest.mark.parametrize("case", list(Case))
def test_a_specimen_is_marked_unsigned_and_shows_the_drafts_words(draft, cast, now, case):
    edit_draft(draft, contents={"statement_zh": "能够独立完成轮椅适配。"}, actor=cast["officer"], now=now)
    draft.refresh_from_db()
    pdf = preview_pdf(draft, case)
    words = words_of(pdf)
    assert "样张" in words
    assert "能够独立完成轮椅适配" in words
    assert not check_pdf(pdf, roots=(), moment=now).ok


@pytest.mark.parametrize("who", ["officer", "other head", "assessor"])
def test_who_may_not_publish_publishes_nothing(client, draft, cast, who):
    client.force_login(cast[who])
    assert client.post(f"/desk/templates/{draft.template_id}/publish/").status_code in (403, 404)
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_the_head_publishes_and_the_body_prints_on_it_from_then_on(client, draft, cast, association):
    client.force_login(cast["head"])
    assert template_for(Kind.ACHIEVEMENT, organisation=association) == house_template(Kind.ACHIEVEMENT)
    assert publish_as_seen(client, draft).status_code == 302
    assert template_for(Kind.ACHIEVEMENT, organisation=association) == draft
    draft.refresh_from_db()
    assert (draft.status, draft.published_by, draft.engine) == ("published", cast["head"], "reference")
    assert LedgerEntry.objects.filter(kind="certificates.template_published").count() == 1


def publish_as_seen(client, draft):
    """Open the template's page and press its button."""
    page = client.get(f"/desk/templates/{draft.template_id}/").content.decode()
    (seen,) = re.findall(r'name="seen" value="([0-9a-f]{64})"', page)
    return client.post(f"/desk/templates/{draft.template_id}/publish/", {"seen": seen})


@pytest.mark.parametrize(
    "written",
    [
        {"statement_zh": "特授予国际大师称号"},
        {"seal_sha256": "a" * 64},
        {"signatories": [{"name": "别人", "title_zh": "", "title_en": "", "picture_sha256": ""}]},
    ],
)
def test_a_draft_that_somebody_changed_after_the_head_looked_is_not_published(client, draft, cast, now, written):
    client.force_login(cast["head"])
    page = client.get(f"/desk/templates/{draft.template_id}/").content.decode()
    (seen,) = re.findall(r'name="seen" value="([0-9a-f]{64})"', page)
    edit_draft(draft, contents=written, actor=cast["officer"], now=now)
    answer = client.post(f"/desk/templates/{draft.template_id}/publish/", {"seen": seen}, follow=True)
    assert "您查看之后" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_draft_changed_between_the_look_and_the_service_is_not_published(draft, cast, now):
    looked_at = TemplateVersion.objects.select_related("template__organisation").get(pk=draft.pk)
    edit_draft(draft, contents={"statement_zh": "别的话"}, actor=cast["officer"], now=now)
    with pytest.raises(DomainError) as error:
        publish_version(looked_at, actor=cast["head"], now=now)
    assert error.value.code == "certificates.draft_changed"
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_publishing_twice_is_told_and_changes_nothing(client, draft, cast, now):
    publish_version(draft, actor=cast["head"], now=now)
    with pytest.raises(DomainError) as error:
        publish_version(draft, actor=cast["head"], now=now)
    assert error.value.code == "certificates.version_is_published"
    draft.refresh_from_db()
    assert draft.status == "published"
    assert LedgerEntry.objects.filter(kind="certificates.template_published").count() == 1


def test_a_published_version_is_never_edited_the_next_change_makes_a_new_one(client, draft, cast, now):
    publish_version(draft, actor=cast["head"], now=now)
    with pytest.raises(DomainError) as error:
        edit_draft(draft, contents={"statement_zh": "别的话"}, actor=cast["officer"], now=now)
    assert error.value.code == "certificates.version_is_published"
    client.force_login(cast["officer"])
    client.post(f"/desk/templates/{draft.template_id}/edit/")
    client.post(f"/desk/templates/{draft.template_id}/edit/", fields(statement_zh="别的话"))
    old, new = draft.template.versions.order_by("version")
    assert (old.status, old.statement_zh, new.status, new.statement_zh) == ("published", "", "draft", "别的话")


def test_wording_that_no_typeface_has_is_not_published(draft, cast, now):
    edit_draft(draft, contents={"statement_zh": "准予\ue123结业"}, actor=cast["officer"], now=now)
    draft.refresh_from_db()
    with pytest.raises(DomainError) as error:
        publish_version(draft, actor=cast["head"], now=now)
    assert error.value.code == "certificates.glyph_missing"
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_retired_template_gives_way_to_the_houses(draft, cast, association, now):
    publish_version(draft, actor=cast["head"], now=now)
    retire_template(draft.template, actor=cast["head"], now=now)
    assert template_for(Kind.ACHIEVEMENT, organisation=association) == house_template(Kind.ACHIEVEMENT)
    with pytest.raises(DomainError):
        retire_template(draft.template, actor=cast["head"], now=now)
    assert next_draft(draft.template, actor=cast["officer"], now=now).version == 2


def test_the_report_of_the_comparison_is_told_in_words(client, draft, cast, now):
    publish_version(draft, actor=cast["head"], now=now)
    sound = {
        "label": "name 王小芳",
        "engine": "compiled",
        "ok": True,
        "same_pixels": True,
        "same_text": True,
        "same_structure": True,
        "findings": [],
    }
    odd = {**sound, "label": "name 김영희", "engine": "reference"}
    wrong = {**sound, "label": "passport", "ok": False, "same_text": False}
    TemplateVersion.objects.filter(pk=draft.pk).update(report={"records": [sound, odd, wrong]})
    client.force_login(cast["officer"])
    page = client.get(f"/desk/templates/{draft.template_id}/").content.decode()
    assert "33" in page
    assert "passport" in page
    assert "name 王小芳" not in page
