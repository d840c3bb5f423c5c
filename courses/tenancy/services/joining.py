"""Joining: what an accepted invitation brings about, whole or not at all."""

import datetime

from django.db import IntegrityError, transaction

from courses.catalogue.services import open_college_tree
from courses.tenancy.models import Invitation
from courses.tenancy.rules import FOUNDING_ROLES, TRANSITIONS, Event, Status, mask_contact
from courses.tenancy.services.invitations import Newcomer
from lms.accounts.models import User
from lms.accounts.services import person_by_proved_email
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.states import move
from lms.organisations.models import Organisation
from lms.organisations.rules import Kind, Role
from lms.organisations.services import add_member


@transaction.atomic
def join_organisation(
    newcomer: Newcomer, *, reviewers: Organisation, founder: User, actor: User | None, now: datetime.datetime
) -> Organisation:
    """Bring an organisation in with all that its authors need, and its first person as administrator and author.

    It gets its page tree, its collection of images, documents and figures, its group of authors, and the review by
    the course reviewers of `reviewers`. Raises `DomainError` (409) `tenancy.name_taken` when name or address went
    meanwhile.
    """
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(
                kind=newcomer.kind.value, name=newcomer.name, name_en=newcomer.name_en, slug=newcomer.slug
            )
    except IntegrityError:
        raise DomainError("tenancy.name_taken") from None
    organisation.partners.add(reviewers)
    ledger.append(
        "tenancy.organisation_joined", subject=organisation, actor=actor, now=now, slug=newcomer.slug, reviewers=reviewers.slug
    )
    open_college_tree(organisation, reviewers=reviewers)
    for role in FOUNDING_ROLES:
        add_member(founder, organisation, role, actor=actor, now=now)
    return organisation


@transaction.atomic
def accept_invitation(invitation: Invitation, *, actor: User, now: datetime.datetime) -> Organisation:
    """Accept, and return the organisation in which the person is now at home.

    Raises what `check_acceptable` raises, `InvalidTransition` when somebody was faster, and what
    `join_organisation` raises.
    """
    check_acceptable(invitation, actor=actor, now=now)
    organisation = invitation.organisation
    if organisation is None:
        newcomer = Newcomer(kind=Kind(invitation.kind), name=invitation.name, name_en=invitation.name_en, slug=invitation.slug)
        organisation = join_organisation(newcomer, reviewers=invitation.inviter, founder=actor, actor=actor, now=now)
    else:
        add_member(actor, organisation, Role(invitation.role), actor=actor, now=now)
    move(
        invitation,
        Status.OPEN,
        Event.ACCEPT,
        TRANSITIONS,
        accepted_by=actor,
        accepted_at=now,
        organisation=organisation,
    )
    ledger.append("tenancy.invitation_accepted", subject=invitation, actor=actor, now=now, organisation=organisation.slug)
    return organisation


def check_open(invitation: Invitation, *, now: datetime.datetime) -> None:
    """Raise `DomainError` (410) when the link opens nothing any more: `tenancy.invitation_used`, `…_withdrawn`, `…_over`."""
    inviter = invitation.inviter.name
    if invitation.status == Status.ACCEPTED.value:
        raise DomainError("tenancy.invitation_used", status=410)
    if invitation.status == Status.WITHDRAWN.value:
        raise DomainError("tenancy.invitation_withdrawn", status=410, inviter=inviter)
    if invitation.expires_at <= now:
        raise DomainError("tenancy.invitation_over", status=410, inviter=inviter)


def check_acceptable(invitation: Invitation, *, actor: User, now: datetime.datetime) -> None:
    """Raise as `check_open` does, and `tenancy.other_contact` (403) for who has not proved the contact it was sent to.

    A link that somebody passed on, or that was read on the way, lets nobody else in.
    """
    check_open(invitation, now=now)
    if not owns_contact(actor, invitation):
        shown = mask_contact(invitation.phone, invitation.email)
        raise DomainError("tenancy.other_contact", status=403, contact=shown)


def owns_contact(person: User, invitation: Invitation) -> bool:
    """Tell whether the person has proved the phone or the e-mail that the invitation was sent to."""
    if invitation.phone:
        return bool(person.phone_verified and person.phone == invitation.phone)
    owner = person_by_proved_email(invitation.email)
    return owner is not None and owner.pk == person.pk
