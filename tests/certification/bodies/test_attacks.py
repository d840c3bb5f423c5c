"""A body that writes down another's codes would give out the other's certificate numbers."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from certification.bodies.models import Filing
from lms.core.errors import DomainError
from lms.organisations.rules import Role


def test_no_body_files_under_the_codes_of_another(scheme: Any, body: SimpleNamespace, employer: Any, now: Any) -> None:
    with pytest.raises(DomainError, match=r"bodies.code_taken"):
        record_copy(employer, scheme, now)
    assert not Filing.objects.filter(organisation=employer).exists()


def test_a_body_renews_its_own_filing_under_its_own_codes(scheme: Any, body: SimpleNamespace, now: Any) -> None:
    assert record_copy(body.organisation, scheme, now).code == body.filing.code


def test_the_officer_is_told_on_the_form(
    client: Any, scheme: Any, body: SimpleNamespace, employer: Any, make_user: Any, member: Any
) -> None:
    client.force_login(member(make_user("抄码人"), employer, Role.EXAM_OFFICER))
    form = {
        "record_number": "抄备1",
        "filed_name": employer.name,
        "type_letter": "S",
        "body_code": "0000",
        "province": "31",
        "sequence": "000123",
        "valid_from": "2026-01-01",
        "valid_until": "2027-01-01",
        "occupation": scheme.occupation.pk,
        "levels": ["4"],
    }
    assert client.post("/desk/bodies/filings/new/", form).status_code == 422
    assert Filing.objects.count() == 1


def record_copy(organisation: Any, scheme: Any, now: Any) -> Any:
    from certification.bodies.services import record_filing

    return record_filing(
        organisation=organisation,
        type_letter="S",
        body_code="0000",
        province="31",
        sequence="000123",
        record_number="另备000123",
        filed_name=organisation.name,
        valid_from=datetime.date(2026, 1, 1),
        valid_until=datetime.date(2028, 1, 1),
        scopes=[(scheme.occupation, "", 4)],
        actor=None,
        now=now,
    )


def test_an_employer_taken_out_before_a_team_is_named_leaves_a_trace(body: SimpleNamespace, now: Any) -> None:
    from certification.bodies.models import StaffMember
    from certification.bodies.services.staff import change_staff
    from lms.core import ledger

    entry = StaffMember.objects.get(organisation=body.organisation, user=body.assessors[0])
    for employer, changed in (("江湾养老服务集团", True), ("江湾养老服务集团", False), ("", True)):
        change_staff(entry, employer=employer, left_on=None, actor=body.officer, now=now)
        assert ledger.entries_about(entry).last().facts["employer_changed"] is changed  # type: ignore[union-attr]
