"""Inviting: by phone or e-mail, for fourteen days, sent again or withdrawn."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from courses.tenancy.models import Invitation
from courses.tenancy.rules import MOST_OPEN, MOST_SENDINGS, TERM, TRANSITIONS, Event, Status, check_slug, new_token, token_hash
from courses.tenancy.sending import deliver, person_with
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.states import move
from lms.organisations.models import Membership, Organisation
from lms.organisations.rules import Kind, Role


@dataclass(frozen=True)
class Contact:
    """Where the link goes: `phone` as E.164 or `email`, never both."""

    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class Newcomer:
    """The organisation that is to join."""

    kind: Kind
    name: str
    slug: str
    name_en: str = ""


@transaction.atomic
def invite_organisation(
    newcomer: Newcomer, *, inviter: Organisation, contact: Contact, actor: User, now: datetime.datetime
) -> Invitation:
    """Invite an organisation through its first person; whoever accepts becomes its administrator.

    Raises `DomainError`: `tenancy.bad_address` (422), `tenancy.address_taken`, `tenancy.name_taken`,
    `tenancy.already_invited`, `tenancy.too_many_open` (409).
    """
    slug = check_slug(newcomer.slug)
    check_free(newcomer.name, slug)
    waiting = open_invitations(now=now).filter(role="").filter(Q(slug=slug) | Q(name=newcomer.name))
    if waiting.exists():
        raise DomainError("tenancy.already_invited")
    return _open(
        Invitation(inviter=inviter, kind=newcomer.kind.value, name=newcomer.name, name_en=newcomer.name_en, slug=slug),
        contact,
        actor=actor,
        now=now,
    )


def check_free(name: str, slug: str) -> None:
    """Raise `DomainError` (409) `tenancy.address_taken` or `tenancy.name_taken`."""
    if Organisation.objects.filter(slug=slug).exists():
        raise DomainError("tenancy.address_taken")
    if Organisation.objects.filter(name=name).exists():
        raise DomainError("tenancy.name_taken")


@transaction.atomic
def invite_member(
    organisation: Organisation, *, role: Role, contact: Contact, actor: User | None, now: datetime.datetime
) -> Invitation:
    """Invite a person into an organisation; without an `actor` it is the operator who does.

    Raises `DomainError` (409): `tenancy.already_member`, `tenancy.already_invited`, `tenancy.too_many_open`.
    """
    person = person_with(contact.phone, contact.email)
    if person is not None and Membership.objects.filter(user=person, organisation=organisation, role=role.value).exists():
        raise DomainError("tenancy.already_member")
    waiting = open_invitations(now=now).filter(organisation=organisation, role=role.value)
    if waiting.filter(phone=contact.phone, email=contact.email).exists():
        raise DomainError("tenancy.already_invited")
    return _open(Invitation(inviter=organisation, organisation=organisation, role=role.value), contact, actor=actor, now=now)


def _open(invitation: Invitation, contact: Contact, *, actor: User | None, now: datetime.datetime) -> Invitation:
    if open_invitations(now=now).filter(inviter=invitation.inviter).count() >= MOST_OPEN:
        raise DomainError("tenancy.too_many_open", most=MOST_OPEN)
    token = new_token()
    invitation.phone, invitation.email, invitation.created_by = contact.phone, contact.email, actor
    invitation.token_hash, invitation.sent_at, invitation.expires_at = token_hash(token), now, now + TERM
    invitation.save()
    ledger.append(
        "tenancy.invited",
        subject=invitation,
        actor=actor,
        now=now,
        inviter=invitation.inviter.slug,
        slug=invitation.slug,
        role=invitation.role,
    )
    deliver(invitation, token, now=now)
    return invitation


@transaction.atomic
def send_again(invitation: Invitation, *, actor: User, now: datetime.datetime) -> Invitation:
    """Send a new link, good for another fourteen days; the old one opens nothing any more.

    Raises `InvalidTransition` for one that is not open, `DomainError("tenancy.sent_too_often")` (409).
    """
    if invitation.sendings >= MOST_SENDINGS:
        raise DomainError("tenancy.sent_too_often", most=MOST_SENDINGS)
    token = new_token()
    moved = Invitation.objects.filter(pk=invitation.pk, status=Status.OPEN.value, sendings=invitation.sendings)
    changed = {"token_hash": token_hash(token), "sent_at": now, "expires_at": now + TERM, "sendings": invitation.sendings + 1}
    if not moved.update(**changed):
        raise DomainError("core.invalid_transition")
    for name, value in changed.items():
        setattr(invitation, name, value)
    ledger.append("tenancy.invitation_sent_again", subject=invitation, actor=actor, now=now, sendings=invitation.sendings)
    deliver(invitation, token, now=now)
    return invitation


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, actor: User, now: datetime.datetime) -> None:
    """Let the link open nothing any more. Raises `InvalidTransition` for one that is not open."""
    move(invitation, Status(invitation.status), Event.WITHDRAW, TRANSITIONS)
    ledger.append("tenancy.invitation_withdrawn", subject=invitation, actor=actor, now=now)


def open_invitations(*, now: datetime.datetime) -> QuerySet[Invitation]:
    """Return the invitations that somebody may still accept."""
    return Invitation.objects.filter(status=Status.OPEN.value, expires_at__gt=now)
