"""Opening a class, and who comes into it."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from courses.catalogue.models import CoursePage
from courses.catalogue.versions import keep_version, record_version
from courses.learning import notice_kinds
from courses.learning.models import CourseRun, Enrolment, Invitation, JoinRequest
from courses.learning.rules.classes import (
    RequestStatus,
    WayIn,
    check_dates,
    check_place,
    check_still_open,
    read_contacts,
)
from courses.learning.services.alerting import tell_of_request
from courses.learning.services.course import enrol
from courses.learning.services.moving import move_to_version
from courses.learning.services.standing import locked, refresh, refresh_dues
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.notices.services import news, tell_many
from lms.organisations.models import Organisation

FACTS = ("title", "starts_on", "ends_on", "capacity", "way_in", "dues")


@transaction.atomic
def open_class(
    course: CoursePage, *, organisation: Organisation, facts: Mapping[str, Any], actor: User, now: datetime
) -> CourseRun:
    """Open a class on what is published now, which it keeps; `facts` are the fields named in FACTS.

    Raises `DomainError` (422) "learning.class_ends_before_start" or "learning.due_outside_class".
    """
    check_dates(starts_on=facts["starts_on"], ends_on=facts["ends_on"], dues=facts["dues"])
    version = keep_version(record_version(course, actor=None, now=now))
    run = CourseRun.objects.create(
        organisation=organisation,
        course=course,
        version=version,
        token=secrets.token_urlsafe(24),
        opened_at=now,
        opened_by=actor,
        **{name: facts[name] for name in FACTS},
    )
    ledger.append("learning.class_opened", subject=run, actor=actor, now=now, course=course.pk, version=version.number)
    return run


@transaction.atomic
def change_class(run: CourseRun, *, facts: Mapping[str, Any], actor: User, now: datetime) -> CourseRun:
    """Change dates, places, name or way in of a class; every learner's next due day follows.

    Raises what `open_class` raises, and "learning.capacity_below_learners" (422).
    """
    check_dates(starts_on=facts["starts_on"], ends_on=facts["ends_on"], dues=facts["dues"])
    taken = run.enrolments.count()
    if facts["capacity"] is not None and facts["capacity"] < taken:
        raise DomainError("learning.capacity_below_learners", status=422, learners=taken)
    dues_changed = run.dues != facts["dues"]
    for name in FACTS:
        setattr(run, name, facts[name])
    run.save(update_fields=list(FACTS))
    if dues_changed:
        refresh_dues(Enrolment.objects.filter(run=run))
    ledger.append("learning.class_changed", subject=run, actor=actor, now=now, dues=facts["dues"], way_in=facts["way_in"])
    return run


@transaction.atomic
def renew_link(run: CourseRun, *, actor: User, now: datetime) -> CourseRun:
    """Give the class a new link; the old one opens nothing any more."""
    run.token = secrets.token_urlsafe(24)
    run.save(update_fields=["token"])
    ledger.append("learning.class_link_renewed", subject=run, actor=actor, now=now)
    return run


@transaction.atomic
def join_class(run: CourseRun, *, user: User, with_link: bool = False, now: datetime) -> Enrolment | JoinRequest:
    """Let the person into the class, or note that she asks for it where a teacher admits, and tell who leads it.

    Raises `DomainError` "learning.class_over", "learning.class_full", "learning.not_on_list" (403),
    "learning.link_needed" (403), "learning.in_other_class", "learning.already_complete", and what `enrol` raises.
    """
    present = Enrolment.objects.filter(user=user, run=run).first()
    if present is not None:
        return present
    today = timezone.localdate(now)
    check_still_open(today=today, ends_on=run.ends_on)
    way = WayIn(run.way_in)
    if way is WayIn.APPROVAL and not with_link:
        asked, created = JoinRequest.objects.get_or_create(run=run, user=user, defaults={"asked_at": now})
        if created:
            tell_of_request(asked, now=now)
        return asked
    if way is WayIn.LINK and not with_link:
        raise DomainError("learning.link_needed", status=403)
    if way is WayIn.LIST and not is_invited(run, user):
        raise DomainError("learning.not_on_list", status=403)
    return _admit(run, user, now=now)


def is_invited(run: CourseRun, user: User) -> bool:
    """Tell whether a contact that the person has proved stands on the list of the class."""
    return run.invitations.filter(contact__in=proved_contacts(user)).exists()


def proved_contacts(user: User) -> list[str]:
    """Return the phone and the e-mails (small letters) that the person has proved to be hers."""
    mails = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    phone = [user.phone] if user.phone and user.phone_verified else []
    return [*phone, *(mail.lower() for mail in mails)]


def _admit(run: CourseRun, user: User, *, now: datetime) -> Enrolment:
    # The row is locked, or two people take the last place at once.
    run = CourseRun.objects.select_for_update(of=("self",)).select_related("version", "course").get(pk=run.pk)
    check_place(taken=run.enrolments.count(), capacity=run.capacity)
    enrolment = locked(enrol(run.course, user=user, version=run.version, now=now))
    other = enrolment.run
    if other is not None and other.pk != run.pk and other.ends_on >= timezone.localdate(now):
        raise DomainError("learning.in_other_class", title=other.title)
    if getattr(enrolment, "statement", None) is not None:
        raise DomainError("learning.already_complete")
    enrolment = move_to_version(enrolment, version=run.version, now=now)
    enrolment.run = run
    enrolment.save(update_fields=["run"])
    refresh(enrolment)
    return enrolment


@transaction.atomic
def decide_requests(run: CourseRun, *, requests: Iterable[int], admit: bool, actor: User, now: datetime) -> tuple[int, list[str]]:
    """Admit or refuse people who asked (pks of requests of this class) and tell each of them.

    Returns how many were decided, and the names of those whom the rules keep out (they stay waiting). Raises
    "learning.class_full" before the first who finds no place.
    """
    chosen = run.requests.select_for_update(of=("self",)).select_related("user")
    decided, kept_out = 0, []
    for request in chosen.filter(pk__in=list(requests), status=RequestStatus.ASKED.value):
        if admit:
            try:
                with transaction.atomic():
                    _admit(run, request.user, now=now)
            except DomainError as problem:
                if problem.code == "learning.class_full":
                    raise
                kept_out.append(request.user.name)
                continue
        request.status = (RequestStatus.ADMITTED if admit else RequestStatus.REFUSED).value
        request.decided_at, request.decided_by = now, actor
        request.save(update_fields=["status", "decided_at", "decided_by"])
        _tell_decision(run, request.user, admit=admit, now=now)
        decided += 1
    return decided, kept_out


def _tell_decision(run: CourseRun, user: User, *, admit: bool, now: datetime) -> None:
    facts = {"title": run.title, "day": run.starts_on, "admitted": admit}
    url = f"/learn/courses/{run.course_id}/" if admit else ""
    tell_many([news(notice_kinds.DECIDED, user, facts=facts, url=url, now=now)])


@transaction.atomic
def invite(run: CourseRun, *, text: str, actor: User, now: datetime) -> tuple[int, list[str]]:
    """Put the phones and e-mails of a pasted or uploaded list on the list of the class.

    Returns how many are new, and the cells that could not be read. People who have proved such a contact already are told.
    Raises `DomainError` (422) "learning.list_too_long", "learning.list_empty".
    """
    read = read_contacts(text)
    if not read.known:
        raise DomainError("learning.list_empty", status=422)
    known = set(run.invitations.values_list("contact", flat=True))
    fresh = [contact for contact in read.known if contact not in known]
    Invitation.objects.bulk_create(
        [Invitation(run=run, contact=contact, added_at=now) for contact in fresh], ignore_conflicts=True
    )
    if WayIn(run.way_in) is WayIn.LIST:
        _tell_invited(run, fresh, now=now)
    ledger.append("learning.class_invited", subject=run, actor=actor, now=now, contacts=len(fresh))
    return len(fresh), list(read.unreadable)


def _tell_invited(run: CourseRun, contacts: list[str], *, now: datetime) -> None:
    people: dict[int, User] = {}
    for begin in range(0, len(contacts), 500):
        part = contacts[begin : begin + 500]
        by_phone = User.objects.filter(phone__in=part, phone_verified=True, is_active=True)
        by_mail = User.objects.filter(emailaddress__email__in=part, emailaddress__verified=True, is_active=True)
        people |= {person.pk: person for person in [*by_phone, *by_mail]}
    facts, url = {"title": run.title, "day": run.starts_on}, f"/learn/classes/{run.pk}/"
    tell_many([news(notice_kinds.INVITED, person, facts=facts, url=url, now=now) for person in people.values()])


@transaction.atomic
def take_out(enrolment: Enrolment, *, actor: User, now: datetime) -> Enrolment:
    """Take the person out of her class. She keeps her course and all she has done, on her own from now on."""
    own = locked(enrolment)
    before = own.run
    own.run = None
    own.save(update_fields=["run"])
    refresh(own)
    ledger.append("learning.taken_out", subject=own, actor=actor, now=now, run=before.pk if before else None)
    return own
