"""Parts of a course: their order, and taking out what is published."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse
from wagtail.actions.move_page import MovePageAction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.log_actions import LogContext
from wagtail.models import Page

from courses.catalogue.models import CoursePage, LessonPage
from courses.tenancy import notice_kinds
from courses.tenancy.access import decides_on, home_of
from courses.tenancy.models import TakeOutWish
from courses.tenancy.rules import Way
from courses.tenancy.selectors import parts_of, ways_of
from courses.tenancy.services.courses import reviewers_of, title_of
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.notices.kinds import Kind
from lms.notices.services import news, tell_many
from lms.organisations.rules import Role
from lms.organisations.selectors import people_with


@transaction.atomic
def order_part(course: CoursePage, part: Page, way: Way, *, actor: User, now: datetime.datetime) -> None:
    """Let a module or lesson change places with the one before or after it.

    Where learners see the order, that makes the next version. Raises `DomainError` (409): `tenancy.at_the_end`,
    `tenancy.order_is_published` for an author where only a reviewer may.
    """
    course = _held(course)
    part.refresh_from_db()
    beside = list(part.get_siblings().order_by("path").values_list("pk", flat=True))
    place = beside.index(part.pk) + (1 if way is Way.LATER else -1)
    if not 0 <= place < len(beside):
        raise DomainError("tenancy.at_the_end")
    if way not in ways_of(parts_of(course), publishes=decides_on(actor, course))[part.pk]:
        raise DomainError("tenancy.order_is_published")
    neighbour = Page.objects.get(pk=beside[place])
    with LogContext(user=actor):
        # Wagtail asks for the right to delete before it moves, which reviewers lack.
        move = MovePageAction(part, neighbour, pos="right" if way is Way.LATER else "left", user=actor)
        move.execute(skip_permission_checks=True)
    ledger.append("tenancy.part_ordered", subject=course, actor=actor, now=now, part=part.pk, way=way.value)


@transaction.atomic
def ask_to_take_out(course: CoursePage, part: Page, *, reason: str, actor: User, now: datetime.datetime) -> TakeOutWish:
    """Ask the course's reviewers to take out a published part.

    Raises `DomainError`: `tenancy.reason_missing` (422), `tenancy.not_published`, `tenancy.asked_already` (409).
    """
    _require_published(part)
    if not reason.strip():
        raise DomainError("tenancy.reason_missing", status=422)
    facts = {"reason": reason.strip(), "asked_by": actor, "asked_at": now}
    wish, is_new = TakeOutWish.objects.get_or_create(page=part, defaults=facts)
    if not is_new:
        raise DomainError("tenancy.asked_already")
    ledger.append("tenancy.take_out_asked", subject=course, actor=actor, now=now, part=part.pk)
    _tell(reviewers_of(course), notice_kinds.OUT_ASKED, course, part, now=now, name=actor.name, reason=wish.reason)
    return wish


@transaction.atomic
def leave_in(course: CoursePage, part: Page, *, comment: str, actor: User, now: datetime.datetime) -> None:
    """Leave in what somebody asked to take out, and tell her why; an author takes her organisation's wish back without a word.

    Raises `DomainError`: `tenancy.comment_missing` (422), `tenancy.nothing_asked` (409).
    """
    decides = decides_on(actor, course)
    if decides and not comment.strip():
        raise DomainError("tenancy.comment_missing", status=422)
    wish = TakeOutWish.objects.select_related("asked_by").filter(page=part).first()
    if wish is None or not TakeOutWish.objects.filter(pk=wish.pk).delete()[0]:
        raise DomainError("tenancy.nothing_asked")
    ledger.append("tenancy.take_out_ended", subject=course, actor=actor, now=now, part=part.pk, by_reviewer=decides)
    if decides and wish.asked_by is not None:
        _tell([wish.asked_by], notice_kinds.LEFT_IN, course, part, now=now, comment=comment.strip())


@transaction.atomic
def take_out(course: CoursePage, part: Page, *, comment: str, actor: User, now: datetime.datetime) -> int:
    """Take a published module or lesson out with all below it, and tell the authors; returns how many pages that is.

    What was in review of it is called off. The course has its next version; who has begun an earlier one keeps it.
    Raises `DomainError` (409): `tenancy.not_published`, `tenancy.last_lesson`.
    """
    course = _held(course)
    part.refresh_from_db()
    _require_published(part)
    if not LessonPage.objects.live().descendant_of(course).not_descendant_of(part, inclusive=True).exists():
        raise DomainError("tenancy.last_lesson")
    below = Page.objects.descendant_of(part, inclusive=True).order_by("path").specific()
    pages = [page for page in below.prefetch_workflow_states() if page.live]
    with LogContext(user=actor):
        for page in pages:
            review = page.current_workflow_state
            if review is not None:
                review.cancel(user=actor)
            UnpublishPageAction(page, set_expired=True, user=actor).execute(skip_permission_checks=True)
    wishes = list(TakeOutWish.objects.select_related("asked_by").filter(page__in=[page.pk for page in pages]))
    TakeOutWish.objects.filter(pk__in=[wish.pk for wish in wishes]).delete()
    ledger.append("tenancy.part_taken_out", subject=course, actor=actor, now=now, part=part.pk, pages=[page.pk for page in pages])
    askers = [wish.asked_by for wish in wishes if wish.asked_by is not None]
    told = {person.pk: person for person in [*_authors_of(course), *askers] if person.is_active and person != actor}
    _tell(told.values(), notice_kinds.TAKEN_OUT, course, part, now=now, comment=comment.strip())
    return len(pages)


@transaction.atomic
def bring_back(course: CoursePage, part: Page, *, actor: User, now: datetime.datetime) -> int:
    """Make drafts again of a part that was taken out and of all below it; the next review decides. Returns how many pages.

    Raises `DomainError` (409) `tenancy.not_taken_out`.
    """
    out = Page.objects.descendant_of(part, inclusive=True).filter(live=False, expired=True)
    if part.live or not part.expired:
        raise DomainError("tenancy.not_taken_out")
    count: int = out.update(expired=False)
    ledger.append("tenancy.part_brought_back", subject=course, actor=actor, now=now, part=part.pk)
    return count


def _held(course: CoursePage) -> CoursePage:
    """Return the course as it is now, its row held: the tree below it changes for one at a time."""
    Page.objects.select_for_update().get(pk=course.pk)
    found: CoursePage = CoursePage.objects.get(pk=course.pk)
    return found


def _require_published(part: Page) -> None:
    if not part.live:
        raise DomainError("tenancy.not_published")


def _authors_of(course: CoursePage) -> Iterable[User]:
    home = home_of(course)
    return people_with(home, Role.AUTHOR, Role.COLLEGE_ADMIN) if home is not None else []


def _tell(people: Iterable[User], kind: Kind, course: CoursePage, part: Page, *, now: datetime.datetime, **facts: str) -> None:
    about = {"title": title_of(course), "part": part.draft_title or part.title, **facts}
    url = f"{reverse('tenancy:course', args=[course.pk])}#part-{part.pk}"
    tell_many([news(kind, person, facts=about, url=url, now=now) for person in people])
