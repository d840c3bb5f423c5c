"""Who is given reviews is told of it, once, whatever their number."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from lms.notices.models import Notice
from tests.lms.portal.desk.test_many_rows import do, idents, look

pytestmark = pytest.mark.django_db


def give(client: Any, rows: list[str], holder: str) -> Any:
    return do(client, look(client, "applications.assign", rows, seen="", holder=holder), holder=holder)


def test_a_colleague_is_told_once_of_all_that_she_was_given(enter: Callable, body: SimpleNamespace, cases: Callable) -> None:
    cases(3)
    client = enter(body.first)
    give(client, idents(client), str(body.second.pk))
    notice = Notice.objects.get(kind="applications.reviews")
    assert (notice.user, notice.facts["count"], notice.facts["name"]) == (body.second, 3, body.first.name)
    assert "show=mine" in notice.url
    page = enter(body.second).get(notice.url)
    assert len(page.context["rows"]) == 3


def test_it_is_said_in_both_languages(enter: Callable, body: SimpleNamespace, cases: Callable) -> None:
    cases(2)
    client = enter(body.first)
    give(client, idents(client), str(body.second.pk))
    notice = Notice.objects.get(kind="applications.reviews")
    with translation.override("en"):
        assert "gave you 2 reviews" in notice.words.subject
    with translation.override("zh-hans"):
        assert body.first.name in notice.words.subject


@pytest.mark.parametrize("holder", ["me", "nobody"])
def test_nobody_is_told_of_what_one_takes_oneself_or_gives_back(
    enter: Callable, body: SimpleNamespace, cases: Callable, holder: str
) -> None:
    cases(2)
    client = enter(body.first)
    give(client, idents(client), str(body.first.pk))
    if holder == "nobody":
        give(client, idents(client, "show=mine"), "nobody")
    assert not Notice.objects.filter(kind="applications.reviews").exists()


def test_nothing_is_told_when_every_row_was_refused(enter: Callable, body: SimpleNamespace, cases: Callable) -> None:
    made = cases(2)
    client = enter(body.first)
    rows = idents(client)
    page = look(client, "applications.assign", rows, seen="", holder=str(body.second.pk))
    type(made[0]).objects.update(status="approved")
    do(client, page, holder=str(body.second.pk))
    assert not Notice.objects.filter(kind="applications.reviews").exists()
