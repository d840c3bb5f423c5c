"""Joint courses (校企合作): one college offers, another organisation agrees, and from then on both write."""

import datetime

from django.db import transaction
from django.urls import reverse

from courses.catalogue.models import CollegePage, CoursePage
from courses.catalogue.services import let_write, stop_writing
from courses.tenancy import notice_kinds
from courses.tenancy.models import CoOwner
from lms.accounts.models import User
from lms.core import freshness, ledger
from lms.core.errors import DomainError
from lms.notices.services import news, tell_many
from lms.organisations.models import Organisation
from lms.organisations.rules import Role
from lms.organisations.selectors import people_with


@transaction.atomic
def offer_course(course: CoursePage, organisation: Organisation, *, actor: User, now: datetime.datetime) -> CoOwner:
    """Ask an organisation to own the course too, and tell its administrators; nothing changes until it agrees.

    Raises `DomainError`: `tenancy.not_a_partner`, `tenancy.own_course` (409).
    """
    if not CollegePage.objects.filter(organisation=organisation).exists():
        raise DomainError("tenancy.not_a_partner", name=organisation.name)
    if CollegePage.objects.ancestor_of(course).filter(organisation=organisation).exists():
        raise DomainError("tenancy.own_course")
    offer, created = CoOwner.objects.get_or_create(
        course=course, organisation=organisation, defaults={"offered_by": actor, "offered_at": now}
    )
    if not created:
        raise DomainError("tenancy.own_course")
    ledger.append("tenancy.course_offered", subject=course, actor=actor, now=now, to=organisation.slug)
    facts = {"college": course.college_name, "name": organisation.name, "course": course.title}
    people, url = people_with(organisation, Role.COLLEGE_ADMIN), reverse("tenancy:joint")
    tell_many([news(notice_kinds.OFFERED, person, facts=facts, url=url, now=now) for person in people])
    return offer


@transaction.atomic
def agree_to_course(offer: CoOwner, *, actor: User, now: datetime.datetime) -> None:
    """Own the course too: the organisation is named on it, and its authors may write in it."""
    if not CoOwner.objects.filter(pk=offer.pk, agreed_at__isnull=True).update(agreed_at=now):
        raise DomainError("core.invalid_transition")
    freshness.note_change()
    let_write(offer.organisation, offer.course)
    ledger.append("tenancy.course_joined", subject=offer.course, actor=actor, now=now, organisation=offer.organisation.slug)


@transaction.atomic
def leave_course(offer: CoOwner, *, actor: User, now: datetime.datetime) -> None:
    """Take the offer back, decline it, or end the joint ownership; what was written stays."""
    course, organisation = offer.course, offer.organisation
    # The row first: who agrees in the same instant has it, and what she opens meanwhile is closed after it.
    offer.delete()
    stop_writing(organisation, course)
    ledger.append("tenancy.course_left", subject=course, actor=actor, now=now, organisation=organisation.slug)
