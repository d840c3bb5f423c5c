"""What a person does with an entry that somebody made for her: take it over or decline it."""

from datetime import datetime

from django.db import transaction

from certification.applications.access import entry_is_for
from certification.applications.models import Application, Entry
from certification.applications.rules.intakes import ENTRY_TRANSITIONS, EntryEvent, EntryStatus
from certification.applications.services.cases import save_facts, start_application
from lms.accounts.models import User
from lms.accounts.rules import normalise_name
from lms.accounts.services import record_identity
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.states import move


@transaction.atomic
def accept_entry(entry: Entry, *, actor: User, now: datetime) -> Application:
    """Make the entry the person's own application, which she completes and hands in herself.

    Her document is recorded if she has none: from here on it is she who says that it is hers. Raises `DomainError`:
    `applications.not_yours` (403), `applications.name_differs`, `applications.document_differs`, all that
    `start_application` and `record_identity` raise, and `InvalidTransition` for an entry that does not wait.
    """
    if not entry_is_for(actor, entry):
        raise DomainError("applications.not_yours", status=403)
    if normalise_name(actor.name) != entry.name:
        raise DomainError("applications.name_differs", name=entry.name)
    recorded = getattr(actor, "identity", None)
    if recorded is not None and recorded.number_index != entry.number_index:
        raise DomainError("applications.document_differs")
    if recorded is None:
        confirm_document(entry, actor=actor, now=now)
    case = start_application(entry.plan, candidate=actor, now=now)
    if not case.facts and case.condition_id is None:
        save_facts(case, facts=entry.facts, condition=entry.condition, actor=actor, now=now)
        case.record, case.private = entry.record, entry.private
        case.save(update_fields=["record", "private"])
    move(
        entry,
        EntryStatus(entry.status),
        EntryEvent.ACCEPT,
        ENTRY_TRANSITIONS,
        application=case,
        number="",
        facts={},
        record={},
        private="",
    )
    ledger.append("applications.entry_accepted", subject=entry, actor=actor, now=now, application=case.pk)
    return case


@transaction.atomic
def confirm_document(entry: Entry, *, actor: User, now: datetime) -> None:
    """Record the document of the entry as the person's own, on her word.

    Raises `DomainError` `applications.not_yours` (403), `applications.nothing_to_confirm`, and what `record_identity`
    raises.
    """
    if not entry_is_for(actor, entry):
        raise DomainError("applications.not_yours", status=403)
    if not entry.number:
        raise DomainError("applications.nothing_to_confirm")
    record_identity(actor, kind=entry.kind, number=entry.number, birth_date=entry.birth_date, sex=entry.sex, actor=actor, now=now)
    if entry.status == EntryStatus.ACCEPTED:
        # It stands with her own document now.
        entry.number = ""
        entry.save(update_fields=["number"])


@transaction.atomic
def decline_entry(entry: Entry, *, actor: User, now: datetime) -> Entry:
    """Say that one does not want it; what was written about her is gone."""
    if not entry_is_for(actor, entry):
        raise DomainError("applications.not_yours", status=403)
    move(
        entry,
        EntryStatus(entry.status),
        EntryEvent.DECLINE,
        ENTRY_TRANSITIONS,
        number="",
        facts={},
        record={},
        private="",
    )
    ledger.append("applications.entry_declined", subject=entry, actor=actor, now=now)
    return entry
