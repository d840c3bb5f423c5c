"""What the authority filed: recorded, widened by a scope, ended early."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from certification.bodies.access import require_keeper
from certification.bodies.models import Filing, FilingScope
from certification.bodies.rules import check_filing_codes, check_term
from certification.standards.models import Occupation
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.models import Organisation


@transaction.atomic
def record_filing(
    *,
    organisation: Organisation,
    type_letter: str,
    body_code: str,
    province: str,
    sequence: str,
    record_number: str,
    filed_name: str,
    filed_name_en: str = "",
    valid_from: date,
    valid_until: date,
    scopes: Iterable[tuple[Occupation, str, int]],
    actor: User | None,
    now: datetime,
) -> Filing:
    """Store a filing with its scopes `(occupation, work type, level)`; the same record number again adds scopes only.

    Raises `DomainError` (422) for codes that cannot stand in a certificate number or a term that ends before it begins,
    and `bodies.code_taken` for the codes of another body.
    """
    check_filing_codes(type_letter=type_letter, body_code=body_code, province=province, sequence=sequence)
    check_term(valid_from, valid_until)
    codes = {"type_letter": type_letter, "body_code": body_code, "province": province, "sequence": sequence}
    if Filing.objects.filter(**codes).exclude(organisation=organisation).exists():
        # Who counts certificate numbers under them would give out the other body's.
        raise DomainError("bodies.code_taken", codes="".join(codes.values()))
    filing, created = Filing.objects.get_or_create(
        record_number=record_number,
        defaults={
            "organisation": organisation,
            "type_letter": type_letter,
            "body_code": body_code,
            "province": province,
            "sequence": sequence,
            "filed_name": filed_name,
            "filed_name_en": filed_name_en,
            "valid_from": valid_from,
            "valid_until": valid_until,
        },
    )
    if filing.organisation_id != organisation.pk:
        raise DomainError("bodies.record_taken", record_number=record_number)
    new = _store_scopes(filing, scopes)
    if created or new:
        ledger.append("bodies.filing_recorded", subject=filing, actor=actor, now=now, code=filing.code, new_scopes=new)
    return filing


@transaction.atomic
def add_scopes(filing: Filing, *, scopes: Iterable[tuple[Occupation, str, int]], actor: User, now: datetime) -> int:
    """Add what the authority filed later, `(occupation, work type, level)`; return how many lines are new.

    Raises `PermissionDenied`, and `DomainError("bodies.scope_needed")` (422) for nothing.
    """
    require_keeper(actor, filing.organisation_id)
    wanted = list(scopes)
    if not wanted:
        raise DomainError("bodies.scope_needed", status=422)
    new = _store_scopes(filing, wanted)
    if new:
        ledger.append("bodies.scopes_added", subject=filing, actor=actor, now=now, new_scopes=new)
    return new


@transaction.atomic
def end_filing(filing: Filing, *, last_day: date, reason: str, actor: User, now: datetime) -> Filing:
    """Let the filing end earlier than printed, as the authority decided; the ledger keeps the printed day and the reason.

    Plans whose exam lies after that day do not start (I5). Raises `PermissionDenied`, and `DomainError` (422)
    `bodies.reason_needed`, or `bodies.filing_end_wrong` for a day outside what is left of the term.
    """
    require_keeper(actor, filing.organisation_id)
    if not reason.strip():
        raise DomainError("bodies.reason_needed", status=422)
    locked = Filing.objects.select_for_update().get(pk=filing.pk)
    if not max(locked.valid_from, localdate(now)) <= last_day < locked.valid_until:
        raise DomainError("bodies.filing_end_wrong", status=422, until=locked.valid_until)
    printed, locked.valid_until, locked.warned_days = locked.valid_until, last_day, None
    locked.save(update_fields=["valid_until", "warned_days"])
    facts = {"printed": printed.isoformat(), "last_day": last_day.isoformat(), "reason": reason.strip()}
    ledger.append("bodies.filing_ended", subject=locked, actor=actor, now=now, **facts)
    return locked


def _store_scopes(filing: Filing, scopes: Iterable[tuple[Occupation, str, int]]) -> int:
    new = 0
    for occupation, work_type, level in scopes:
        _scope, added = FilingScope.objects.get_or_create(filing=filing, occupation=occupation, work_type=work_type, level=level)
        new += added
    return new
