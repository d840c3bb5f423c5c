"""Who publishes a scheme may say that an earlier version counts as this one (I26)."""

from datetime import datetime
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client

from certification.standards.equivalence import declarable, declare_equivalent, equivalent_versions
from certification.standards.models import EquivalentVersion, Scheme
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from lms.organisations.rules import Role
from tests.exam_day import make_scheme


@pytest.fixture
def versions(db: None, authority, make_user, member) -> SimpleNamespace:
    """Two published versions of a scheme that nobody owns, and the head of the authority who keeps it."""
    first = make_scheme()
    fields = {field.attname: getattr(first, field.attname) for field in Scheme._meta.fields[1:]}
    second = Scheme.objects.create(**fields | {"version": 2})
    head, officer = member(make_user("主管"), authority, Role.HEAD), member(make_user("干事"), authority, Role.EXAM_OFFICER)
    return SimpleNamespace(first=first, second=second, head=head, officer=officer)


def test_a_version_counts_as_itself_and_as_what_is_declared(versions: SimpleNamespace, now: datetime) -> None:
    assert equivalent_versions(versions.second.pk) == {versions.second.pk}
    assert declarable(versions.second) == [versions.first]
    for _twice in range(2):
        declare_equivalent(versions.second, earlier=versions.first, reason="内容未变", actor=versions.head, now=now)
    assert equivalent_versions(versions.second.pk) == {versions.first.pk, versions.second.pk}
    assert equivalent_versions(versions.first.pk) == {versions.first.pk}
    assert declarable(versions.second) == []
    assert LedgerEntry.objects.filter(kind="standards.version_equivalent").count() == 1


def test_only_the_head_of_who_keeps_the_scheme_declares(
    versions: SimpleNamespace, association, make_user, member, now: datetime
) -> None:
    for actor in (versions.officer, member(make_user("别家负责人"), association, Role.HEAD)):
        with pytest.raises(PermissionDenied):
            declare_equivalent(versions.second, earlier=versions.first, reason="内容未变", actor=actor, now=now)
    assert not EquivalentVersion.objects.exists()


@pytest.mark.parametrize("fault", ["later", "itself", "another scheme", "no reason"])
def test_what_cannot_be_declared(versions: SimpleNamespace, now: datetime, fault: str) -> None:
    scheme, earlier, reason = versions.second, versions.first, "内容未变"
    if fault == "later":
        scheme, earlier = earlier, scheme
    elif fault == "itself":
        earlier = scheme
    elif fault == "another scheme":
        earlier.key = "other"
    else:
        reason = " "
    with pytest.raises(DomainError) as refusal:
        declare_equivalent(scheme, earlier=earlier, reason=reason, actor=versions.head, now=now)
    assert refusal.value.code == ("standards.equivalence_reason" if fault == "no reason" else "standards.not_earlier")


def test_a_declaration_is_never_changed_even_by_sql(versions: SimpleNamespace, now: datetime) -> None:
    declare_equivalent(versions.second, earlier=versions.first, reason="内容未变", actor=versions.head, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        EquivalentVersion.objects.update(reason="别的")


def test_the_page_declares_and_shows_it(versions: SimpleNamespace, client: Client) -> None:
    url = f"{versions.second.get_desk_url()}equivalent/"
    client.force_login(versions.officer)
    assert client.post(url, {"earlier": versions.first.pk, "reason": "内容未变"}).status_code == 403
    client.force_login(versions.head)
    assert client.get(versions.second.get_desk_url()).context["equivalent_form"] is not None
    assert client.post(url, {"earlier": versions.first.pk, "reason": ""}).status_code == 302
    assert not EquivalentVersion.objects.exists()
    assert client.post(url, {"earlier": versions.first.pk, "reason": "内容未变"}).status_code == 302
    page = client.get(versions.second.get_desk_url())
    assert [row.earlier for row in page.context["equivalents"]] == [versions.first]
    assert "内容未变" in page.content.decode()
