"""I1 to I4 (docs/rules/invariants.md), each by its number."""

import copy
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from certification.standards import rules
from certification.standards.content import content_of
from certification.standards.models import EligibilityCondition, EquivalentVersion, Scheme, SchemeLevel, WeightRow
from certification.standards.services import change_draft, copy_version, digest_of, keep_draft, load_scheme, publish_scheme
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.organisations.rules import Role
from tests.open_plan import STANDARDS, scheme_data

ELDERLY = STANDARDS / "elderly-care-worker-2019.yaml"


def as_printed() -> dict[str, Any]:
    """The elderly-care standard of 2019 with the theory columns of its printed copy."""
    data = scheme_data(ELDERLY)
    two, one = data["levels"][3], data["levels"][4]
    two["theory"]["基础知识"] = "15"
    one["theory"] |= {"基础知识": "15", "康复服务": "20"}
    return data


def problems_of(data: dict[str, Any]) -> list[DomainError]:
    found = rules.tidied(data)
    return [problem.error for problem in (*found.problems, *rules.publication_problems(found.data))]


def level_four(**changes: Any) -> dict[str, Any]:
    data = scheme_data()
    data["levels"] = [data["levels"][0] | changes]
    return data


def theory(**changes: str) -> dict[str, str]:
    return {name: weight for name, weight in (scheme_data()["levels"][0]["theory"] | changes).items() if weight}


def test_i01_the_printed_theory_columns_of_105_and_125_are_refused_with_the_sums_named() -> None:
    sums = {
        str(error.context["level"]): error.context["total"] for error in problems_of(as_printed()) if "total" in error.context
    }
    assert sums == {"2": "105", "1": "125"}
    sentences = " ".join(text_of(error) for error in problems_of(as_printed()))
    assert "105" in sentences
    assert "125" in sentences


@pytest.mark.django_db
def test_i01_the_printed_columns_store_nothing_and_the_corrected_ones_load_with_their_note(now: Any) -> None:
    with pytest.raises(DomainError, match="total=105"):
        load_scheme(as_printed(), actor=None, now=now)
    assert not Scheme.objects.exists()
    scheme = load_scheme(scheme_data(ELDERLY), actor=None, now=now)
    assert [sum(level.weights("theory").values()) for level in scheme.levels.all()] == [100] * 5
    assert "105和125" in scheme.note


@pytest.mark.parametrize(("weight", "total"), [("7", "99"), ("13", "105"), ("8.01", "100.01"), ("7.99", "99.99")])
def test_i01_a_column_must_add_up_to_exactly_100(weight: str, total: str) -> None:
    (error,) = problems_of(level_four(theory=theory(维护与随访=weight)))
    assert (error.code, error.context["total"]) == ("standards.weights_sum", total)


def test_i01_hundredths_that_add_up_are_right_and_finer_ones_are_refused() -> None:
    assert problems_of(level_four(theory=theory(维护与随访="7.67", 需求评估="20.33"))) == []
    (error,) = problems_of(level_four(theory=theory(维护与随访="7.665", 需求评估="20.335")))[:1]
    assert error.code == "standards.weight_too_fine"


@pytest.mark.parametrize("basic", ["职业道德", "基础知识"])
def test_i01_theory_rows_include_the_basic_requirements_and_skill_rows_do_not(basic: str) -> None:
    without = problems_of(level_four(theory=theory(**{basic: ""})))
    assert "standards.basics_missing" in {error.code for error in without}
    skill = scheme_data()["levels"][0]["skill"] | {basic: "5", "维护与随访": "5"}
    (error,) = problems_of(level_four(skill=skill))
    assert (error.code, error.context["function"]) == ("standards.unknown_function", basic)


@pytest.mark.parametrize("table", ["theory", "skill"])
def test_i02_a_weight_of_a_function_that_the_level_does_not_have_is_refused(table: str) -> None:
    level = scheme_data()["levels"][0]
    moved = {name if name != "维护与随访" else "质量管理": weight for name, weight in level[table].items()}
    (error,) = problems_of(level_four(**{table: moved}))
    assert (error.code, error.context["function"]) == ("standards.unknown_function", "质量管理")


def test_i02_a_function_may_go_without_a_weight() -> None:
    functions = [*scheme_data()["levels"][0]["functions"], "质量管理"]
    assert problems_of(level_four(functions=functions)) == []


@pytest.mark.parametrize(
    ("level", "kinds", "right"),
    [
        (4, ["theory", "skill"], True),
        (4, ["theory"], False),
        (4, ["theory", "skill", "review"], False),
        (2, ["theory", "skill", "review"], True),
        (2, ["theory", "skill"], False),
        (1, ["theory", "skill"], False),
    ],
)
def test_i04_levels_two_and_one_add_the_comprehensive_review(level: int, kinds: list[str], right: bool) -> None:
    parts = [{"kind": kind, "pass_mark": "60", "minutes": 60} for kind in kinds]
    codes = {error.code for error in problems_of(level_four(level=level, parts=parts))}
    assert ("standards.parts_wrong" in codes) is not right


@pytest.fixture
def head(authority: Any, make_user: Any, member: Any) -> Any:
    return member(make_user("罗文彬"), authority, Role.HEAD)


def changed(scheme: Scheme) -> dict[str, Any]:
    content = copy.deepcopy(content_of(scheme))
    content["levels"][0]["skill"] |= {"咨询与转介": "20", "维护与随访": "15"}
    return content


def test_i03_a_change_is_a_new_version_and_the_published_one_stays_with_its_plan(
    plan: Any, scheme: Any, head: Any, now: Any
) -> None:
    before = content_of(scheme)
    draft = copy_version(scheme, actor=head, now=now)
    assert content_of(draft) == {**before, "version": 2}
    change_draft(draft, content=changed(draft), seen=draft.content_sha256, actor=head, now=now)
    second = publish_scheme(draft, actor=head, now=now)
    plan.refresh_from_db()
    assert plan.scheme == scheme
    assert content_of(Scheme.objects.get(pk=scheme.pk)) == before
    assert digest_of(before) == ledger.entries_about(scheme).get().facts["sha256"]
    assert second.levels.get(level=4).weights("skill")["咨询与转介"] == 20


def test_i03_a_published_version_is_not_edited_published_again_or_thrown_away(scheme: Any, head: Any, now: Any) -> None:
    with pytest.raises(DomainError, match=r"standards.frozen"):
        change_draft(scheme, content=changed(scheme), seen=scheme.content_sha256, actor=head, now=now)
    with pytest.raises(DomainError, match=r"standards.frozen"):
        publish_scheme(scheme, actor=head, now=now)
    stale = Scheme.objects.get(pk=scheme.pk)
    stale.status = "draft"
    with pytest.raises(DomainError, match=r"standards.frozen"):
        publish_scheme(stale, actor=head, now=now)


CHANGES = {
    "facts": lambda scheme: Scheme.objects.filter(pk=scheme.pk).update(title="改过"),
    "back to draft": lambda scheme: Scheme.objects.filter(pk=scheme.pk).update(status="draft"),
    "parts": lambda scheme: SchemeLevel.objects.filter(scheme=scheme).update(parts=[]),
    "weight": lambda scheme: WeightRow.objects.filter(scheme_level__scheme=scheme).update(weight=1),
    "condition": lambda scheme: EligibilityCondition.objects.filter(scheme_level__scheme=scheme).update(requirement=[]),
    "more weights": lambda scheme: WeightRow.objects.create(
        scheme_level=scheme.levels.first(), table="skill", function="加塞", weight=5, order=9
    ),
}


def refused(change: Any, scheme: Scheme) -> bool:
    try:
        with transaction.atomic():
            change(scheme)
    except IntegrityError as error:
        return "never changed" in str(error)
    return False


def test_i03_the_database_refuses_what_goes_round_the_services(scheme: Any) -> None:
    for name, change in CHANGES.items():
        assert refused(change, scheme), name


def test_i03_every_table_of_a_scheme_has_its_guard(db: None) -> None:
    """Rebuilding a table on SQLite drops its guard without a word."""
    asked = {
        "sqlite": "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%frozen%'",
        "postgresql": "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%frozen%'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(asked)
        guarded = {name for (name,) in cursor.fetchall() if name.startswith("standards_")}
    kept = (Scheme, SchemeLevel, WeightRow, EligibilityCondition, EquivalentVersion)
    assert guarded == {model._meta.db_table for model in kept}


def test_i03_an_unsound_draft_is_kept_and_not_published(scheme: Any, head: Any, now: Any) -> None:
    draft = copy_version(scheme, actor=head, now=now)
    content = content_of(draft)
    content["levels"][0]["skill"]["咨询与转介"] = "30"
    draft = change_draft(draft, content=content, seen=draft.content_sha256, actor=head, now=now)
    with pytest.raises(DomainError, match="total=105"):
        publish_scheme(draft, actor=head, now=now)
    assert Scheme.objects.get(pk=draft.pk).is_draft


def test_i03_two_people_cannot_write_over_each_other(scheme: Any, head: Any, now: Any) -> None:
    draft = copy_version(scheme, actor=head, now=now)
    seen = draft.content_sha256
    change_draft(draft, content=changed(draft), seen=seen, actor=head, now=now)
    with pytest.raises(DomainError, match=r"standards.changed_meanwhile"):
        change_draft(draft, content=content_of(scheme), seen=seen, actor=head, now=now)
    with pytest.raises(DomainError, match=r"standards.draft_exists"):
        copy_version(scheme, actor=head, now=now)


def norm(owner: str, kind: str = "enterprise", key: str = "jiangwan-norm") -> dict[str, Any]:
    return scheme_data() | {"kind": kind, "owner": owner, "key": key}


def test_a_body_keeps_its_own_norm_and_only_its_head_publishes_it(
    employer: Any, association: Any, authority: Any, make_user: Any, member: Any, now: Any
) -> None:
    officer = member(make_user("吕安"), employer, Role.EXAM_OFFICER)
    boss = member(make_user("施慧芳"), employer, Role.HEAD)
    draft = keep_draft(norm("江湾养老服务集团"), actor=officer, now=now)
    assert (draft.owner, draft.version, draft.status) == (employer, 1, "draft")
    for outsider in (officer, member(make_user("沈国强"), association, Role.HEAD), member(make_user("孔"), authority, Role.HEAD)):
        with pytest.raises(PermissionDenied):
            publish_scheme(draft, actor=outsider, now=now)
    assert publish_scheme(draft, actor=boss, now=now).status == "published"
    with pytest.raises(PermissionDenied):
        keep_draft(scheme_data() | {"kind": "national"}, actor=boss, now=now)


@pytest.mark.parametrize(
    ("owner", "kind", "code"),
    [
        ("jiangwan-care", "national", "owner_not_allowed"),
        ("", "enterprise", "owner_needed"),
        ("jiangwan-care", "industry", "owner_kind"),
        ("shencheng-association", "enterprise", "owner_kind"),
        ("nobody", "industry", "owner_unknown"),
    ],
)
def test_a_norm_has_an_owner_of_the_right_kind(
    owner: str, kind: str, code: str, employer: Any, association: Any, make_user: Any, member: Any, now: Any
) -> None:
    actor = member(make_user("吕安"), employer, Role.HEAD)
    with pytest.raises(DomainError, match=code):
        keep_draft(norm(owner, kind), actor=actor, now=now)


def test_another_bodys_key_cannot_be_taken(scheme: Any, employer: Any, make_user: Any, member: Any, now: Any) -> None:
    actor = member(make_user("吕安"), employer, Role.HEAD)
    with pytest.raises(DomainError, match=r"standards.key_taken"):
        keep_draft(norm("jiangwan-care", key=scheme.key), actor=actor, now=now)
