"""The desk's pages of schemes: who keeps what, files in and out, drafts changed, and what lists cost."""

from collections import Counter
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from certification.standards.content import content_of
from certification.standards.exchange import workbook, yaml_file
from certification.standards.models import Scheme
from certification.standards.services import copy_version, keep_draft, publish_scheme
from lms.organisations.rules import Role
from tests.open_plan import scheme_data

QUERIES = 14


def at(name: str, *args: Any) -> str:
    return reverse(f"standards:{name}", args=args)


@pytest.fixture
def boss(employer: Any, make_user: Any, member: Any) -> Any:
    """Head and officer of the employer, who keeps its norms."""
    return member(make_user("施慧芳"), employer, Role.HEAD, Role.EXAM_OFFICER)


@pytest.fixture
def norm(boss: Any, now: Any) -> Scheme:
    """The employer's norm, a draft."""
    return keep_draft(scheme_data() | {"kind": "enterprise", "owner": "jiangwan-care", "key": "jw"}, actor=boss, now=now)


@pytest.fixture
def desk(client: Any, boss: Any) -> Any:
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    return client


def uploaded(desk: Any, data: bytes, name: str = "norm.xlsx") -> Any:
    return desk.post(at("upload"), {"file": SimpleUploadedFile(name, data)})


@pytest.mark.parametrize("write", [workbook.written, yaml_file.written], ids=["xlsx", "yaml"])
def test_a_download_that_is_changed_and_uploaded_becomes_the_draft(desk: Any, norm: Scheme, write: Any) -> None:
    form = "xlsx" if write is workbook.written else "yaml"
    file = desk.get(at("download", norm.pk, form))
    assert file["Content-Disposition"] == f'attachment; filename="jw-v1.{form}"'
    page = uploaded(desk, write(content_of(norm) | {"title": "新的规范"}))
    assert page.status_code == 200
    assert Scheme.objects.get().title != "新的规范"
    ticket = page.context["ticket"]
    assert desk.post(at("take"), {"ticket": ticket}).url == norm.get_desk_url()
    assert Scheme.objects.get().title == "新的规范"


def test_a_wrong_file_is_reported_and_a_strangers_ticket_is_refused(
    desk: Any, norm: Scheme, make_user: Any, member: Any, employer: Any
) -> None:
    content = content_of(norm)
    content["levels"][0]["skill"] |= {"咨询与转介": "30"}
    page = uploaded(desk, workbook.written(content))
    assert page.status_code == 422
    assert "105" in page.content.decode()
    assert page.context["ticket"] == ""
    ticket = uploaded(desk, workbook.written(content_of(norm) | {"title": "别的"})).context["ticket"]
    desk.force_login(member(make_user("吕安"), employer, Role.EXAM_OFFICER), backend="django.contrib.auth.backends.ModelBackend")
    assert desk.post(at("take"), {"ticket": ticket}).url == at("upload")
    assert desk.post(at("take"), {"ticket": "x"}).url == at("upload")
    assert Scheme.objects.get().title != "别的"


def test_a_scheme_that_others_keep_is_looked_at_and_not_stored(desk: Any, scheme: Scheme) -> None:
    page = uploaded(desk, yaml_file.written(content_of(scheme)), "s.yaml")
    assert (page.status_code, page.context["ticket"]) == (422, "")
    assert desk.get(scheme.get_desk_url()).status_code == 200
    assert desk.post(at("new_version", scheme.pk)).status_code == 403


def test_junk_is_refused_in_a_sentence(desk: Any) -> None:
    for data in (b"PK\x03\x04junk", b"\x00\xff", b"just words"):
        assert uploaded(desk, data).status_code == 422


def level_fields(page: Any) -> dict[str, Any]:
    form = page.context["form"]
    return {name: form[name].value() or "" for name in form.fields} | {"seen": page.context["seen"]}


def test_weights_are_changed_in_a_form_and_the_page_says_what_does_not_add_up(desk: Any, norm: Scheme) -> None:
    where = at("level", norm.pk, 4)
    fields = level_fields(desk.get(where))
    row = next(name for name, value in fields.items() if value == "咨询与转介").removeprefix("function_")
    assert desk.post(where, fields | {f"skill_{row}": "30"}).status_code == 302
    page = desk.get(norm.get_desk_url())
    assert [text for text in page.context["problems"] if "105" in text]
    assert desk.post(where, fields).status_code == 409, "what one saw before is not what stands there now"
    assert desk.post(at("publish", norm.pk)).status_code == 302
    assert Scheme.objects.get().is_draft


@pytest.mark.parametrize(
    ("change", "status"), [({"skill_0": "viel"}, 422), ({"function_0": ""}, 422), ({"mark_theory": ""}, 422)]
)
def test_a_weight_that_is_none_changes_nothing(desk: Any, norm: Scheme, change: dict[str, str], status: int) -> None:
    where = at("level", norm.pk, 4)
    assert desk.post(where, level_fields(desk.get(where)) | change).status_code == status
    assert content_of(Scheme.objects.get()) == content_of(norm)


def test_facts_parameters_and_conditions_are_changed_in_forms(desk: Any, norm: Scheme) -> None:
    for name in ("facts", "parameters"):
        page = desk.get(at(name, norm.pk))
        values = {field.name: field.value() for field in page.context["form"]}
        fields = {key: value for key, value in values.items() if value not in (None, False)} | {"seen": page.context["seen"]}
        more = {"title": "改名", "effective_from": "2026-10-01"} if name == "facts" else {"publication_days": "7"}
        assert desk.post(at(name, norm.pk), fields | more).status_code == 302
    condition = {
        "code": "4-9", "text": "年满20周岁。", "line-0-kind": "min_age", "line-0-years": "20",
        "evidence_0": ["work_proof", "social_insurance"], "seen": Scheme.objects.get().content_sha256,
    }  # fmt: skip
    assert desk.post(at("condition", norm.pk, 4, 0), condition).status_code == 302
    found = content_of(Scheme.objects.get())
    assert (found["title"], found["effective_from"], found["parameters"]["publication_days"]) == ("改名", "2026-10-01", 7)
    added = found["levels"][0]["conditions"][-1]
    assert (added["requirement"], added["evidence"]) == ([{"kind": "min_age", "years": 20}], [["work_proof", "social_insurance"]])
    place = len(found["levels"][0]["conditions"])
    seen = {"seen": Scheme.objects.get().content_sha256}
    desk.post(at("condition", norm.pk, 4, place), seen | {"delete": "1"})
    assert "4-9" not in [each["code"] for each in content_of(Scheme.objects.get())["levels"][0]["conditions"]]


def test_a_published_version_offers_a_new_one_and_no_change(desk: Any, norm: Scheme, boss: Any, now: Any) -> None:
    publish_scheme(norm, actor=boss, now=now)
    assert desk.get(at("facts", norm.pk)).status_code == 409
    made = desk.post(at("new_version", norm.pk))
    draft = Scheme.objects.get(status="draft")
    assert (made.url, draft.version) == (draft.get_desk_url(), 2)
    assert desk.post(at("discard", norm.pk)).url == norm.get_desk_url()
    assert desk.post(at("discard", draft.pk)).url == at("desk")
    assert Scheme.objects.get() == norm


PAGES = ("desk", "upload", "scheme", "compare", "facts", "parameters", "level", "condition")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_regions_have_names_of_their_own_in_both_languages(desk: Any, norm: Scheme, scheme: Scheme, language: str) -> None:
    desk.cookies["django_language"] = language
    more = {"level": [4], "condition": [4, 1]}
    for name in PAGES:
        args = [] if name in ("desk", "upload") else [norm.pk, *more.get(name, [])]
        page = desk.get(at(name, *args))
        assert page.status_code == 200
        text = page.content.decode()
        named = [piece.split('"', 1)[0] for piece in text.split('aria-labelledby="')[1:]]
        ids = [piece.split('"', 1)[0] for piece in text.split(' id="')[1:]]
        assert max(Counter(named).values(), default=1) == 1, name
        assert max(Counter(ids).values()) == 1, name
        assert set(named) <= set(ids), name


def many(scheme: Scheme, number: int) -> None:
    """Publish copies of a scheme without their tables: what a list page shows."""
    fields = {field.attname: getattr(scheme, field.attname) for field in Scheme._meta.fields if not field.primary_key}
    Scheme.objects.bulk_create(Scheme(**fields | {"key": f"copy-{n}"}) for n in range(number))


@pytest.mark.parametrize("name", ["desk", "list"])
def test_a_list_costs_the_same_at_any_length_and_turns_by_key(
    name: str, desk: Any, scheme: Scheme, django_assert_max_num_queries: Any
) -> None:
    many(scheme, 60)
    seen, where = set(), "?"
    while where:
        with django_assert_max_num_queries(QUERIES):
            page = desk.get(at(name) + where)
        rows = page.context["rows" if name == "desk" else "schemes"]
        assert len(rows) <= 25
        assert not seen & {row.pk for row in rows}
        seen |= {row.pk for row in rows}
        where = page.context["older_url"]
    assert len(seen) == 61


@pytest.mark.parametrize("name", ["scheme", "compare"])
def test_one_scheme_costs_the_same_however_many_rows_it_has(
    name: str, desk: Any, norm: Scheme, scheme: Scheme, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(26):
        assert desk.get(at(name, norm.pk)).status_code == 200


def test_the_public_page_of_an_old_version_names_the_newer_one(
    client: Any, scheme: Scheme, authority: Any, make_user: Any, member: Any, now: Any
) -> None:
    head = member(make_user("罗文彬"), authority, Role.HEAD)
    newer = publish_scheme(copy_version(scheme, actor=head, now=now), actor=head, now=now)
    assert newer.get_absolute_url() in client.get(scheme.get_absolute_url()).content.decode()
    assert client.get(newer.get_absolute_url()).context["newer"] is None
