"""A site's first association, with which everything else begins."""

import datetime

from django.db import transaction

from courses.tenancy.models import Invitation
from courses.tenancy.rules import check_slug
from courses.tenancy.services.invitations import Contact, check_free, invite_member
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.models import Organisation
from lms.organisations.rules import Kind, Role

NAME_LENGTH, NAME_EN_LENGTH = 120, 160
"""As long as the columns are."""


@transaction.atomic
def found_association(*, name: str, slug: str, contact: Contact, now: datetime.datetime, name_en: str = "") -> Invitation:
    """Make the first association of a site and invite its head, who invites all others; the operator does this once.

    Raises `DomainError`: `tenancy.association_here` (409) where there is one, `tenancy.bad_address` (422),
    `tenancy.bad_name` (422), `tenancy.address_taken` and `tenancy.name_taken` (409).
    """
    slug, name = check_slug(slug), " ".join(name.split())
    if not name or len(name) > NAME_LENGTH or len(name_en) > NAME_EN_LENGTH:
        raise DomainError("tenancy.bad_name", status=422, most=NAME_LENGTH, most_en=NAME_EN_LENGTH)
    present = Organisation.objects.filter(kind=Kind.ASSOCIATION.value).first()
    if present is not None:
        raise DomainError("tenancy.association_here", name=present.name, slug=present.slug)
    check_free(name, slug)
    association = Organisation.objects.create(kind=Kind.ASSOCIATION.value, name=name, name_en=name_en, slug=slug)
    ledger.append("tenancy.association_founded", subject=association, actor=None, now=now, slug=slug)
    return invite_member(association, role=Role.HEAD, contact=contact, actor=None, now=now)
