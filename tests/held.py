"""Certificates in somebody's wallet: one issued by the whole way, and rows of programmes laid beside it."""

import datetime
import itertools
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models.signals import pre_save

from tests.issued import AFTER, issue

PLACES = itertools.count(5000)
TODAY = AFTER.date()


@pytest.fixture
def held(certified_day: SimpleNamespace, make_user: Any) -> SimpleNamespace:
    """`certified_day` plus `certificate` of `holder`, who has just got it."""
    day = certified_day
    day.certificate = issue(day.decisions[0], actor=day.head)
    day.holder = day.certificate.holder
    return day


@contextmanager
def somebody_faster(model: Any) -> Iterator[None]:
    """Let a row with the same values be written between the look whether there is one and the writing."""

    def twin(sender: Any, instance: Any, **kwargs: Any) -> None:
        pre_save.disconnect(twin, sender=model)
        sender.objects.bulk_create([copy(instance)])

    pre_save.connect(twin, sender=model)
    try:
        yield
    finally:
        pre_save.disconnect(twin, sender=model)


def programme_of(organisation: Any, **facts: Any) -> Any:
    """Return a programme for continuing education, open and without a course."""
    from certification.certificates.models import Programme

    fields = {"kind": "achievement", "title": "轮椅适配能力", "title_en": "Wheelchair fitting"} | facts
    return Programme.objects.create(organisation=organisation, **fields)


def lay(
    day: SimpleNamespace,
    programme: Any,
    *,
    issued_on: datetime.date = TODAY,
    valid_until: Any = None,
    n: int = 1,
    holder: Any = None,
) -> Any:
    """Return a valid certificate of that programme for `day.holder` (or `holder`), its row only: no page here opens its file."""
    from certification.certificates.claims import claims_for_programme, fingerprint
    from certification.certificates.models import Certificate
    from certification.certificates.rules import Kind
    from certification.certificates.selectors import house_template

    template = house_template(Kind(programme.kind))
    number = f"NL00001{issued_on.year}{n:06d}"
    claims = claims_for_programme(
        programme,
        holder=holder or day.holder,
        number=number,
        issued_on=issued_on,
        valid_until=valid_until,
        identity=None,
        statement=None,
        template=template,
    )
    return Certificate.objects.create(
        kind=programme.kind,
        number=number,
        token=secrets.token_urlsafe(24),
        programme=programme,
        holder=holder or day.holder,
        organisation=programme.organisation,
        claims=claims,
        claims_sha256=fingerprint(claims),
        template=template,
        issued_on=issued_on,
        valid_until=valid_until,
        issued_at=AFTER,
        issued_by=day.head,
        status="valid",
        status_at=AFTER,
        status_index=next(PLACES),
        pdf_sha256=secrets.token_hex(32),
        signing_key=day.key,
    )


def renewable(day: SimpleNamespace, *, valid_until: datetime.date, held: str) -> Any:
    """Return a certificate with a term that 20 credits renew, of which `day.holder` has `held` on record."""
    achievement = programme_of(day.plan.organisation, valid_months=24, renewal_credits=Decimal(20))
    credit = programme_of(day.plan.organisation, kind="credits", title="2026 年继续教育", title_en="", credits=Decimal(held))
    certificate = lay(day, achievement, valid_until=valid_until, n=1)
    lay(day, credit, n=2)
    return certificate
