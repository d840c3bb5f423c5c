"""A certificate's row before it has a file: its number and its words, for those who may have one."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from certification.certificates.claims import claims_for_decision, claims_for_programme, filing_of, fingerprint
from certification.certificates.dossiers import Dossier, decisions_of, dossiers_for_plan, dossiers_for_programme
from certification.certificates.models import Certificate, IssueBatch, IssueItem, SigningKey, TemplateVersion
from certification.certificates.rules import BatchStatus, ItemStatus, Kind, Status, months_later
from certification.certificates.selectors import signing_key_of, template_for
from certification.certificates.services.numbering import take_numbers, take_own_numbers, take_status_places
from certification.certificates.services.taking import fail
from lms.core.bulk import update_many
from lms.core.errors import DomainError

TOKEN_BYTES = 24


def template_of(batch: IssueBatch) -> TemplateVersion:
    if batch.programme is not None:
        return template_for(Kind(batch.programme.kind), organisation=batch.organisation, chosen=batch.programme.template)
    return template_for(Kind.SKILL_LEVEL, organisation=batch.organisation)


def draft_all(batch: IssueBatch, items: Sequence[IssueItem], *, now: datetime) -> list[Certificate]:
    """Give numbers and words to those who may have them, in one transaction; the others get their reason."""
    try:
        with transaction.atomic():
            return _draft(batch, items, now=now)
    except IntegrityError:
        # Somebody got the same certificate elsewhere at this moment: find out who, one by one.
        if len(items) == 1:
            fail(items, DomainError("certificates.already_holds"))
            return []
        return [certificate for item in items for certificate in draft_all(batch, [item], now=now)]


def _draft(batch: IssueBatch, items: Sequence[IssueItem], *, now: datetime) -> list[Certificate]:
    today = timezone.localdate(now)
    # Whoever drops the list waits for these numbers, or is seen here.
    if IssueBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk).state is not BatchStatus.RUNNING:
        return []
    # Nobody else numbers the same people meanwhile.
    mine = IssueItem.objects.select_for_update(of=("self",)).filter(
        pk__in=[item.pk for item in items], status=ItemStatus.TAKEN.value, certificate=None
    )
    by_pk = {item.pk: item for item in items}
    items = [by_pk[pk] for pk in mine.order_by("pk").values_list("pk", flat=True)]
    dossiers = _dossiers(batch, items, today=today)
    for item, dossier in zip(items, dossiers, strict=True):
        if dossier.refusal is not None:
            fail([item], dossier.refusal)
    due = [(item, dossier) for item, dossier in zip(items, dossiers, strict=True) if dossier.refusal is None]
    if not due:
        return []
    signing_key, template = signing_key_of(batch.organisation_id), template_of(batch)
    places = take_status_places(batch.organisation, count=len(due))
    numbers = _numbers(batch, count=len(due), now=now)
    certificates = [
        _row(batch, dossier, number=number, place=place, signing_key=signing_key, template=template, now=now)
        for (_item, dossier), number, place in zip(due, numbers, places, strict=True)
    ]
    Certificate.objects.bulk_create(certificates)
    for (item, _dossier), certificate in zip(due, certificates, strict=True):
        item.certificate = certificate
    update_many([item for item, _dossier in due], "certificate")
    return certificates


def _dossiers(batch: IssueBatch, items: Sequence[IssueItem], *, today: Any) -> list[Dossier]:
    if batch.plan is None:
        assert batch.programme is not None
        return dossiers_for_programme(batch.programme, [(item.holder, item.statement) for item in items])
    decisions = {decision.pk: decision for decision in decisions_of([item.decision_id for item in items if item.decision_id])}
    ordered = [decisions[item.decision_id] for item in items if item.decision_id]
    for decision in ordered:
        decision.seat.plan = batch.plan  # one plan, asked for its scheme once
    return dossiers_for_plan(batch.plan, ordered, actor=batch.approved_by, today=today)


def _numbers(batch: IssueBatch, *, count: int, now: datetime) -> list[str]:
    year = timezone.localdate(now).year
    if batch.plan is not None:
        return take_numbers(filing_of(batch.plan), year=year, level=batch.plan.level, count=count, now=now)
    assert batch.programme is not None
    return take_own_numbers(Kind(batch.programme.kind), organisation=batch.organisation, year=year, count=count)


def _row(
    batch: IssueBatch,
    dossier: Dossier,
    *,
    number: str,
    place: int,
    signing_key: SigningKey,
    template: TemplateVersion,
    now: datetime,
) -> Certificate:
    """Return the unsaved row of a certificate that has its number and its words and no file yet."""
    today = timezone.localdate(now)
    certificate = Certificate(
        number=number,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        holder=dossier.holder,
        organisation=batch.organisation,
        id_number=dossier.identity.number if dossier.identity else "",
        template=template,
        issued_on=today,
        issued_at=now,
        issued_by=batch.approved_by,
        status=Status.NUMBERED.value,
        status_at=now,
        status_index=place,
        signing_key=signing_key,
    )
    if dossier.decision is not None:
        assert dossier.identity is not None
        plan = dossier.decision.seat.plan
        certificate.kind = Kind.SKILL_LEVEL.value
        certificate.decision = dossier.decision
        certificate.filing, certificate.occupation = plan.filing, plan.scheme.occupation
        certificate.work_type, certificate.level = plan.work_type, plan.level
        certificate.photo_sha256 = dossier.photo_sha256
        certificate.claims = claims_for_decision(
            dossier.decision, number=number, issued_on=today, identity=dossier.identity, template=template
        )
    else:
        assert batch.programme is not None
        programme = batch.programme
        certificate.kind, certificate.programme, certificate.statement = programme.kind, programme, dossier.statement
        if programme.valid_months:
            certificate.valid_until = months_later(today, programme.valid_months) - timedelta(days=1)
        certificate.claims = claims_for_programme(
            programme,
            holder=dossier.holder,
            number=number,
            issued_on=today,
            valid_until=certificate.valid_until,
            identity=dossier.identity,
            statement=dossier.statement,
            template=template,
        )
    certificate.claims_sha256 = fingerprint(certificate.claims)
    return certificate
