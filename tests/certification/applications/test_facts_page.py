"""The page of work, certificates and schools: what was said stays said, and what is wrong is found at once."""

from typing import Any

import pytest
import time_machine
from django.utils.translation import gettext as _

from certification.applications import services
from certification.applications.forms import FactsForms

EVERYTHING: dict[str, Any] = {
    "employments": [
        {"employer": "静安康复中心", "occupation": "养老护理员", "started_on": "2019-03-01", "ended_on": "2021-02-28"},
        {"employer": "徐汇福利院", "occupation": "养老护理员", "started_on": "2021-03-01", "ended_on": None},
    ],
    "certificates": [{"occupation": "养老护理员", "level": 5, "issued_on": "2020-06-01", "number": "S0000-1"}],
    "titles": [{"name": "助理工程师", "rank": "junior", "issued_on": "2022-01-10", "matched": True}],
    "diplomas": [
        {"school": "上海某职业学院", "kind": "higher_vocational", "major": "其他", "graduated_on": None, "evaluated": False},
        {"school": "某技工学校", "kind": "technical_school", "major": "其他", "graduated_on": "2015-07-01", "evaluated": True},
    ],
    "apprenticeship_ended_on": "2018-12-31",
}


@pytest.fixture(autouse=True)
def monday(now: Any) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def case(client: Any, plan: Any, candidate: Any, now: Any) -> Any:
    client.force_login(candidate)
    return services.start_application(plan, candidate=candidate, now=now)


def as_the_browser_sends(form: FactsForms) -> dict[str, str]:
    """Return what a browser sends of the page as it opened, with nothing typed."""
    sent: dict[str, str] = {}
    for _name, formset in form:
        parts = [formset.management_form, *formset.forms]
        sent |= _values([bound for part in parts for bound in part])
    return sent | _values(list(form.apprenticeship))


def _values(bounds: list[Any]) -> dict[str, str]:
    values = {bound.html_name: bound.field.widget.format_value(bound.value()) for bound in bounds}
    shown = {name: value[0] if isinstance(value, list) and value else value for name, value in values.items()}
    ticks = {bound.html_name: "on" if bound.value() else None for bound in bounds if bound.field.widget.input_type == "checkbox"}
    return {name: str(value) for name, value in (shown | ticks).items() if value not in (None, [])}


def post_rows(client: Any, case: Any, **rows: list[dict[str, str]]) -> Any:
    sent: dict[str, str] = {}
    for name in ("employments", "certificates", "titles", "diplomas"):
        given = rows.get(name, [])
        sent |= {f"{name}-TOTAL_FORMS": str(len(given)), f"{name}-INITIAL_FORMS": "0"}
        sent |= {f"{name}-{n}-{field}": value for n, row in enumerate(given) for field, value in row.items()}
    return client.post(f"/apply/{case.pk}/facts/", sent)


def work(started: str, ended: str = "") -> dict[str, str]:
    return {"employer": "某单位", "occupation": "养老护理员", "started_on": started, "ended_on": ended}


def test_saving_the_page_unchanged_keeps_every_row(client: Any, case: Any, candidate: Any, now: Any) -> None:
    services.save_facts(case, facts=EVERYTHING, actor=candidate, now=now)
    before = dict(case.facts)
    assert before["diplomas"][0]["graduated_on"] is None  # a student in the final year
    sent = as_the_browser_sends(FactsForms(case.plan.scheme, facts=case.facts))
    assert client.post(f"/apply/{case.pk}/facts/", sent).status_code == 302
    case.refresh_from_db()
    assert case.facts == before


def test_a_row_that_was_emptied_disappears(client: Any, case: Any, candidate: Any, now: Any) -> None:
    services.save_facts(case, facts=EVERYTHING, actor=candidate, now=now)
    empty = {"employer": "", "occupation": "", "started_on": "", "ended_on": ""}
    assert post_rows(client, case, employments=[empty, work("2020-01-01")]).status_code == 302
    case.refresh_from_db()
    assert [row["employer"] for row in case.facts["employments"]] == ["某单位"]


def test_one_more_row_keeps_the_stored_ones(client: Any, case: Any, candidate: Any, now: Any) -> None:
    services.save_facts(case, facts=EVERYTHING, actor=candidate, now=now)
    sent = as_the_browser_sends(FactsForms(case.plan.scheme, facts=case.facts))
    page = client.post(f"/apply/{case.pk}/facts/", sent | {"add": "diplomas"}).content.decode()
    assert "上海某职业学院" in page
    assert 'name="diplomas-2-school"' in page


@pytest.mark.parametrize(
    ("row", "field", "message"),
    [
        (work("2024-05-01", "2023-05-01"), "ended_on", "The end date is earlier than the start date."),
        (work("1019-03-01"), "started_on", "The year of this date cannot be right."),
    ],
)
def test_a_wrong_period_is_named_and_marked_at_its_field(
    client: Any, case: Any, row: dict[str, str], field: str, message: str
) -> None:
    page = post_rows(client, case, employments=[work("2019-03-01", "2020-01-01"), row])
    html = page.content.decode()
    assert page.status_code == 422
    place = _("Employer %(number)s") % {"number": 2}
    assert f'<a href="#id_employments-1-{field}">{place} · ' in html
    assert f'id="id_employments-1-{field}_error"' in html
    assert html.count('aria-invalid="true"') == 1
    assert html.count(_(message)) == 2  # on top and at the field
    case.refresh_from_db()
    assert case.facts == {}


def test_a_day_to_come_is_marked_in_every_kind_of_row(client: Any, case: Any) -> None:
    page = post_rows(
        client,
        case,
        employments=[work("2027-01-01")],
        certificates=[{"occupation": "养老护理员", "level": "5", "issued_on": "2027-01-01"}],
        titles=[{"name": "工程师", "rank": "middle", "issued_on": "2027-01-01"}],
        diplomas=[{"school": "某校", "kind": "bachelor", "major": "其他", "graduated_on": "2027-01-01"}],
    )
    html = page.content.decode()
    assert page.status_code == 422
    for name in ("employments-0-started_on", "certificates-0-issued_on", "titles-0-issued_on", "diplomas-0-graduated_on"):
        assert f'<a href="#id_{name}">' in html
    assert html.count('aria-invalid="true"') == 4


def test_today_is_not_the_future(client: Any, case: Any, now: Any) -> None:
    assert post_rows(client, case, employments=[work("2019-03-01", now.date().isoformat())]).status_code == 302


def test_who_only_adds_a_row_is_not_told_of_errors(client: Any, case: Any) -> None:
    sent = as_the_browser_sends(FactsForms(case.plan.scheme, facts={}))
    page = client.post(f"/apply/{case.pk}/facts/", sent | {"add": "titles"})
    assert page.status_code == 200
    assert "error-summary" not in page.content.decode()
