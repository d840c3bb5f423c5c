"""Sharing a lesson, taking it over, and following what becomes of it."""

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from wagtail.models import Page, Revision

from courses.catalogue.models import CollegePage, LessonPage, ModulePage
from courses.sharing import notice_kinds
from courses.sharing.models import Reuse, SharedLesson
from courses.sharing.rules import Kind
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.notices.models import Notice
from lms.notices.services import news, tell_many
from lms.organisations.models import Organisation
from lms.organisations.rules import Role
from lms.organisations.selectors import people_with

VARIANTS = ("easy_read", "sign_film")
TAKEN_FIELDS = ("title", "summary", "minutes", "functions", "at_classes", "body", *VARIANTS)


@transaction.atomic
def share_lesson(
    lesson: LessonPage,
    *,
    owner: Organisation,
    with_all: bool,
    organisations: Sequence[Organisation],
    actor: User,
    now: datetime.datetime,
) -> SharedLesson | None:
    """Share the lesson with all who teach here or with the organisations named; with nobody ends the sharing.

    What was taken before stays where it is. Raises `DomainError` (409): `sharing.not_published`, `sharing.borrowed`.
    """
    if Reuse.objects.filter(lesson=lesson).exists():
        raise DomainError("sharing.borrowed")
    if not with_all and not organisations:
        SharedLesson.objects.filter(lesson=lesson).delete()
        ledger.append("sharing.ended", subject=lesson, actor=actor, now=now)
        return None
    if not lesson.live:
        raise DomainError("sharing.not_published")
    shared, _created = SharedLesson.objects.update_or_create(
        lesson=lesson,
        defaults={"owner": owner, "with_all": with_all},
        create_defaults={"owner": owner, "with_all": with_all, "shared_at": now},
    )
    shared.organisations.set([] if with_all else organisations)
    ledger.append(
        "sharing.shared",
        subject=lesson,
        actor=actor,
        now=now,
        with_all=with_all,
        organisations=[] if with_all else sorted(organisation.slug for organisation in organisations),
    )
    return shared


@transaction.atomic
def take_lesson(shared: SharedLesson, *, into: ModulePage, kind: Kind, actor: User, now: datetime.datetime) -> LessonPage:
    """Put a draft of the published lesson into a module of another college; its own review lets it out.

    Raises `DomainError` (409) `sharing.own_lesson`.
    """
    organisation = Organisation.objects.get(college_page__in=CollegePage.objects.ancestor_of(into))
    if organisation.pk == shared.owner_id:
        raise DomainError("sharing.own_lesson")
    source = LessonPage.objects.get(pk=shared.lesson_id)
    lesson = LessonPage(live=False, owner=actor, borrowed=True, **{name: getattr(source, name) for name in TAKEN_FIELDS})
    into.add_child(instance=lesson)
    lesson.save_revision(user=actor, log_action=True)
    Reuse.objects.create(
        lesson=lesson,
        organisation=organisation,
        kind=kind.value,
        source=source,
        source_title=source.title,
        source_owner=shared.owner.name,
        taken=source.live_revision,
        created_by=actor,
        created_at=now,
    )
    ledger.append("sharing.taken", subject=lesson, actor=actor, now=now, source=source.pk, how=kind.value)
    return lesson


@transaction.atomic
def note_update(source: LessonPage, *, now: datetime.datetime) -> int:
    """Tell every subscriber that the source has published something new; returns how many are told.

    Who is shared with no more keeps what she took and hears of nothing later. A publication that changes nothing of what is taken is no news.
    """
    revision = source.live_revision
    if revision is None:
        return 0
    allowed = Q(source__sharing__with_all=True) | Q(source__sharing__organisations=F("organisation"))
    subscribed = Reuse.objects.filter(allowed, source=source, kind=Kind.SUBSCRIPTION.value).distinct()
    subscribed = subscribed.exclude(news=revision).exclude(taken=revision)
    told = [
        reuse
        for reuse in subscribed.select_related("organisation", "taken")
        if reuse.taken is None or _differs(reuse.taken, revision)
    ]
    Reuse.objects.filter(pk__in=[reuse.pk for reuse in told]).update(news=revision)
    tell_many([notice for reuse in told for notice in _notices(reuse, source, now)])
    return len(told)


def _differs(before: Revision, after: Revision) -> bool:
    # A revision from before a field was there lacks it, which is the same as empty.
    return any((before.content.get(name) or None) != (after.content.get(name) or None) for name in TAKEN_FIELDS)


def _notices(reuse: Reuse, source: LessonPage, now: datetime.datetime) -> list[Notice]:
    people = {person.pk: person for role in (Role.AUTHOR, Role.COLLEGE_ADMIN) for person in people_with(reuse.organisation, role)}
    facts = {"title": source.title, "owner": reuse.source_owner}
    url = reverse("sharing:news", args=[reuse.pk])
    return [news(notice_kinds.CHANGED, person, facts=facts, url=url, now=now) for person in people.values()]


@transaction.atomic
def take_over(reuse: Reuse, *, actor: User, now: datetime.datetime) -> LessonPage:
    """Make the source's update the newest draft of the subscriber's lesson; its own review lets it out.

    An easy-read version or a film in sign language that the source has not stays as the subscriber made it.
    Raises `DomainError` (409) `sharing.no_news`.
    """
    news = reuse.news
    if news is None:
        raise DomainError("sharing.no_news")
    update = news.as_object()
    lesson: LessonPage = Page.objects.get(pk=reuse.lesson_id).specific.get_latest_revision_as_object()
    for name in TAKEN_FIELDS:
        value = getattr(update, name)
        if value or name not in VARIANTS:
            setattr(lesson, name, value)
    lesson.save_revision(user=actor, log_action=True)
    _decide(reuse, taken=news.pk, source_title=update.title)
    ledger.append("sharing.taken_over", subject=lesson, actor=actor, now=now, revision=news.pk)
    return lesson


@transaction.atomic
def leave_as_it_is(reuse: Reuse, *, actor: User, now: datetime.datetime) -> None:
    """Keep the subscriber's lesson; the next update is told again. Raises `DomainError` (409) `sharing.no_news`."""
    if reuse.news is None:
        raise DomainError("sharing.no_news")
    revision = reuse.news_id
    _decide(reuse, taken=revision, source_title=reuse.source_title)
    ledger.append("sharing.left_as_it_is", subject=reuse.lesson, actor=actor, now=now, revision=revision)


def _decide(reuse: Reuse, *, taken: int | None, source_title: str) -> None:
    if not Reuse.objects.filter(pk=reuse.pk, news=reuse.news_id).update(news=None, taken=taken, source_title=source_title):
        raise DomainError("sharing.no_news")
    reuse.news = None
