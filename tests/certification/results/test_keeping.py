"""What a candidate keeps of a failed exam, and where it counts (I26)."""

from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from certification.plans.kept import NOTHING, Earlier, earlier_results, parts_to_sit
from certification.plans.models import KeptPart
from certification.plans.rules.kept import Refusal
from certification.results.keeping import kept_from
from certification.results.models import PublicationRow
from certification.standards.equivalence import declare_equivalent
from certification.standards.models import Scheme, SchemeLevel
from lms.core import ledger
from lms.organisations.rules import Role
from tests.decided import publish
from tests.resit import ENDED, close_again, end, lay_out_again, plan_again, score_again, seat_again, write_again


def failed(day: SimpleNamespace):
    return day.candidates[2]


def earlier(day: SimpleNamespace, **changes) -> Earlier:
    return earlier_results(plan_again(day, **changes), [failed(day).pk]).get(failed(day).pk, NOTHING)


def new_version(day: SimpleNamespace, *, skill: str = "60") -> Scheme:
    level = SchemeLevel.objects.get(scheme=day.scheme)
    fields = {field.attname: getattr(day.scheme, field.attname) for field in Scheme._meta.fields[1:]}
    version = Scheme.objects.create(**fields | {"version": 2, "status": "draft"})
    parts = [part | ({"pass_mark": skill} if part["kind"] == "skill" else {}) for part in level.parts]
    SchemeLevel.objects.create(scheme=version, level=level.level, parts=parts, functions=level.functions)
    Scheme.objects.filter(pk=version.pk).update(status="published")
    version.refresh_from_db()
    return version


def test_i26_a_passed_part_of_a_failed_exam_is_kept_for_twelve_months(first_exam: SimpleNamespace) -> None:
    found = earlier(first_exam)
    assert [(part.part, part.value, part.until, part.refusal) for part in found.parts] == [("skill", 80, date(2027, 9, 12), None)]
    assert found.failed_on == (date(2026, 9, 12),)


def test_i26_the_last_day_counts_and_the_day_after_does_not(first_exam: SimpleNamespace) -> None:
    assert earlier(first_exam, on=date(2027, 9, 12)).kept
    after = earlier(first_exam, on=date(2027, 9, 13))
    assert after.kept == ()
    assert after.parts[0].refusal is Refusal.EXPIRED


@pytest.mark.parametrize("difference", [{"level": 3}, {"work_type": "假肢师"}])
def test_i26_another_level_or_work_type_knows_nothing_of_it(first_exam: SimpleNamespace, difference: dict) -> None:
    assert earlier(first_exam, **difference) == NOTHING


def test_i26_another_body_does_not_take_it_over(first_exam: SimpleNamespace, employer) -> None:
    assert earlier(first_exam, organisation=employer) == NOTHING


def test_i26_a_new_version_does_not_count_until_it_is_declared_equivalent(
    first_exam: SimpleNamespace, authority, make_user, member, now: datetime
) -> None:
    version = new_version(first_exam)
    assert earlier(first_exam, scheme=version).parts[0].refusal is Refusal.EDITION
    keeper = member(make_user("主管"), authority, Role.HEAD)
    declare_equivalent(version, earlier=first_exam.scheme, reason="技能考核内容未变", actor=keeper, now=now)
    assert [part.part for part in earlier(first_exam, scheme=version).kept] == ["skill"]


def test_a_kept_mark_under_the_new_pass_mark_is_sat_again(
    first_exam: SimpleNamespace, authority, make_user, member, now: datetime
) -> None:
    version = new_version(first_exam, skill="85")
    keeper = member(make_user("主管"), authority, Role.HEAD)
    declare_equivalent(version, earlier=first_exam.scheme, reason="内容未变", actor=keeper, now=now)
    assert earlier(first_exam, scheme=version).parts[0].refusal is Refusal.TOO_LOW


def test_who_passed_everything_keeps_nothing(first_exam: SimpleNamespace) -> None:
    passed = first_exam.candidates[0]
    assert passed.pk not in earlier_results(plan_again(first_exam), [passed.pk])


def test_nothing_is_kept_while_the_list_hangs_or_the_result_is_withheld(first_exam: SimpleNamespace) -> None:
    PublicationRow.objects.filter(seat=first_exam.seats[2]).update(withheld=True)
    assert earlier(first_exam) == NOTHING
    PublicationRow.objects.filter(seat=first_exam.seats[2]).update(withheld=False)
    first_exam.plan.publication.__class__.objects.update(status="open")
    assert earlier(first_exam) == NOTHING


def test_a_kept_part_helps_in_one_re_sit_and_no_more(first_exam: SimpleNamespace) -> None:
    second = seat_again(first_exam, [failed(first_exam)])
    assert parts_to_sit(second.seats[0]) == ["theory"]
    found = earlier(first_exam, on=date(2027, 1, 9))
    assert found.parts[0].refusal is Refusal.USED_UP


def test_a_re_sit_that_was_called_off_does_not_use_it_up(first_exam: SimpleNamespace) -> None:
    seat_again(first_exam, [failed(first_exam)])
    first_exam.plan.__class__.objects.filter(exam_date=date(2026, 10, 31)).update(status="cancelled")
    assert earlier(first_exam, on=date(2027, 1, 9)).kept


def test_who_sits_a_passed_part_again_is_judged_by_the_latest_time(first_exam: SimpleNamespace) -> None:
    second = seat_again(first_exam, [failed(first_exam)], keeping=False)
    stations = lay_out_again(second)
    write_again(second.seats[0], right=9)
    score_again(second.seats[0], stations, second.assessors, share=Decimal("0.5"))
    end(second, now=close_again(second), ended=datetime(2026, 11, 20, 9, tzinfo=ENDED.tzinfo))
    found = earlier(first_exam, on=date(2027, 1, 9))
    assert [(part.part, part.value, part.exam_date) for part in found.parts] == [("theory", 90, date(2026, 10, 31))]


def test_the_kept_mark_decides_with_its_origin_in_the_basis(first_exam: SimpleNamespace) -> None:
    second = seat_again(first_exam, [failed(first_exam)])
    write_again(second.seats[0], right=7)
    publication = publish(second, now=close_again(second))
    row = publication.rows.get()
    assert row.passed
    theory, skill = row.parts
    assert (theory["value"], skill["value"]) == ("70.00", "80.00")
    assert skill["kept"] == {"exam_date": "2026-09-12", "until": "2027-09-12"}
    result = second.seats[0].part_results.get(part="skill")
    assert result.basis["kept"]["ticket"] == first_exam.seats[2].ticket_number
    assert ledger.verify().ok


def test_a_kept_part_whose_origin_fell_meanwhile_is_void_and_no_absence(first_exam: SimpleNamespace) -> None:
    second = seat_again(first_exam, [failed(first_exam)])
    write_again(second.seats[0], right=7)
    PublicationRow.objects.filter(seat=first_exam.seats[2]).update(withheld=True)
    row = publish(second, now=close_again(second)).rows.get()
    assert not row.passed
    assert [part["outcome"] for part in row.parts] == ["scored", "void"]


def test_her_own_page_knows_until_when_and_for_how_many_re_sits(first_exam: SimpleNamespace) -> None:
    seat = first_exam.seats[2].__class__.objects.get(pk=first_exam.seats[2].pk)
    assert [(part.kind, part.until, part.left) for part in kept_from(seat)] == [("skill", date(2027, 9, 12), 1)]


def test_the_question_costs_the_same_for_many(first_exam: SimpleNamespace, django_assert_num_queries) -> None:
    plan = plan_again(first_exam)
    plan.scheme.occupation  # noqa: B018  fetched before
    with django_assert_num_queries(4):
        earlier_results(plan, [failed(first_exam).pk])
    with django_assert_num_queries(4):
        earlier_results(plan, [person.pk for person in first_exam.candidates])


def test_what_a_seat_keeps_is_never_rewritten_even_by_sql(first_exam: SimpleNamespace) -> None:
    seat_again(first_exam, [failed(first_exam)])
    with pytest.raises(IntegrityError), transaction.atomic():
        KeptPart.objects.update(value=100)
    assert KeptPart.objects.get().value == 80
