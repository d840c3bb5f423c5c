"""Reads: who may do what for whom, and where the parts of a course stand in its review."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, Q, QuerySet
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.permissions import policy_registry
from wagtail.query import PageQuerySet

from courses.catalogue.models import CollegePage, CoursePage
from courses.catalogue.selectors import STEP, published_courses, with_colleges
from courses.tenancy.models import Brand, CoOwner, Invitation, TakeOutWish
from courses.tenancy.rules import OPENING_ROLES, STAFFING_ROLES, Standing, Way, may_trade_places
from lms.organisations.models import Membership, Organisation
from lms.organisations.rules import Kind
from lms.organisations.selectors import organisations_where

PAGE = 25


def opened_by(user: Any) -> QuerySet[Organisation]:
    """Return the associations in whose name the person may invite organisations; the operator may for all."""
    rows = Organisation.objects.all() if _is_operator(user) else organisations_where(user, *OPENING_ROLES)
    return rows.filter(kind=Kind.ASSOCIATION.value)


def staffed_by(user: Any) -> QuerySet[Organisation]:
    """Return the organisations to which the person may invite people."""
    return Organisation.objects.all() if _is_operator(user) else organisations_where(user, *STAFFING_ROLES)


def _is_operator(user: Any) -> bool:
    return bool(getattr(user, "is_active", False) and getattr(user, "is_superuser", False))


def invitations_page(rows: QuerySet[Invitation], *, before: int) -> tuple[list[Invitation], bool]:
    """Return one page of invitations, newest first, and whether there are older ones. One query."""
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.select_related("inviter", "organisation", "accepted_by").order_by("-pk")[: PAGE + 1])
    return found[:PAGE], len(found) > PAGE


def members_page(rows: QuerySet[Membership], *, before: int) -> tuple[list[Membership], bool]:
    """Return one page of roles, the latest given first, and whether there are older ones. One query."""
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.select_related("user", "organisation").order_by("-pk")[: PAGE + 1])
    return found[:PAGE], len(found) > PAGE


# Courses under review


@dataclass(frozen=True)
class CoursePart:
    """A page of a course and where it stands: `state` is draft, waiting, returned, changed, live or out."""

    page: Page
    title: str
    depth: int
    state: str
    comment: str
    wish: TakeOutWish | None = None

    @property
    def standing(self) -> Standing:
        return Standing(live=self.page.live, waits=self.state == "waiting")


def part_pages(course: CoursePage) -> list[Page]:
    """Return the course and all pages below it as what they are, in order; one query for each kind of page, and two."""
    below = Page.objects.descendant_of(course, inclusive=True).order_by("path").specific()
    return list(below.prefetch_workflow_states())


def waiting_tasks(course: CoursePage) -> list[TaskState]:
    """Return what of the course waits for a decision, the course before its parts. Two queries."""
    paths = dict(Page.objects.descendant_of(course, inclusive=True).values_list("pk", "path"))
    states = _states_of(course, WorkflowState.STATUS_IN_PROGRESS).select_related("current_task_state__task")
    ordered = sorted(states, key=lambda state: paths[int(state.object_id)])
    tasks = [state.current_task_state for state in ordered]
    return [task for task in tasks if task is not None and task.status == TaskState.STATUS_IN_PROGRESS]


def _states_of(course: CoursePage, *statuses: str) -> QuerySet[WorkflowState]:
    below = Page.objects.descendant_of(course, inclusive=True).values_list("pk", flat=True)
    states: QuerySet[WorkflowState] = WorkflowState.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id__in=[str(pk) for pk in below],
        status__in=statuses,
    )
    return states


def parts_of(course: CoursePage) -> list[CoursePart]:
    """Return the course and its parts with their place in the review, in order."""
    comments = {
        state.object_id: state.current_task_state.comment
        for state in _states_of(course, WorkflowState.STATUS_NEEDS_CHANGES).select_related("current_task_state")
        if state.current_task_state is not None
    }
    wishes = {wish.page_id: wish for wish in wishes_about(course)}
    return [
        CoursePart(
            page=page,
            title=page.draft_title or page.title,
            depth=page.depth - course.depth,
            state=state_of(page),
            comment=comments.get(str(page.pk), ""),
            wish=wishes.get(page.pk),
        )
        for page in Page.objects.descendant_of(course, inclusive=True).order_by("path").prefetch_workflow_states()
    ]


def state_of(page: Page) -> str:
    """Return where a page stands; no query for one with its workflow states prefetched."""
    workflow = page.current_workflow_state
    if workflow is not None:
        return "returned" if workflow.status == WorkflowState.STATUS_NEEDS_CHANGES else "waiting"
    if not page.live:
        return "out" if page.expired else "draft"
    return "changed" if page.has_unpublished_changes else "live"


def wishes_about(course: CoursePage) -> QuerySet[TakeOutWish]:
    """Return the wishes to take parts of the course out on which nobody has decided yet."""
    below = Page.objects.descendant_of(course).values("pk")
    return TakeOutWish.objects.filter(page__in=below, page__live=True).select_related("asked_by")


def ways_of(parts: Sequence[CoursePart], *, publishes: bool) -> dict[int, set[Way]]:
    """Return by page pk where each part may go among those beside it; `parts` are what `parts_of` returned. No query."""
    beside: dict[str, list[CoursePart]] = {}
    for part in parts:
        if part.depth:
            beside.setdefault(part.page.path[:-STEP], []).append(part)
    ways: dict[int, set[Way]] = {part.page.pk: set() for part in parts}
    for row in beside.values():
        for one, other in pairwise(row):
            if may_trade_places(one.standing, other.standing, publishes=publishes):
                ways[one.page.pk].add(Way.LATER)
                ways[other.page.pk].add(Way.EARLIER)
    return ways


def said_about(course: CoursePage, *, limit: int = 20) -> list[TaskState]:
    """Return what reviewers wrote about the course and its parts, newest first; `.page` is what each is about."""
    pages = {str(page.pk): page for page in Page.objects.descendant_of(course, inclusive=True)}
    rows = list(
        TaskState.objects.filter(
            workflow_state__base_content_type=ContentType.objects.get_for_model(Page), workflow_state__object_id__in=list(pages)
        )
        .exclude(comment="")
        .select_related("finished_by", "workflow_state")
        .order_by("-finished_at", "-pk")[:limit]
    )
    for row in rows:
        row.about = pages[row.workflow_state.object_id]
    return rows


def pages_waiting_for(user: Any) -> PageQuerySet:
    """Return the pages, drafts too, of which this reviewer has to decide. One query of its own, for her groups."""
    groups = list(user.groups.values_list("pk", flat=True))
    tasks = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS, task__groupapprovaltask__groups__in=groups)
    keys = tasks.values_list("workflow_state__object_id", flat=True).distinct()
    found: PageQuerySet = Page.objects.filter(pk__in=[int(key) for key in keys])
    return found


def courses_in_review(user: Any, *, limit: int = 50) -> list[CoursePage]:
    """Return the courses of which something waits for this reviewer: a part to read, or a wish to take one out.

    Six queries however many.
    """
    published = policy_registry.get_by_type(Page).instances_user_has_permission_for(user, "publish")
    wished = TakeOutWish.objects.filter(page__in=published.values("pk"), page__live=True).values_list("page", flat=True)
    waiting = list(pages_waiting_for(user).values_list("pk", flat=True))
    paths = Page.objects.filter(pk__in=[*waiting, *wished]).values_list("path", flat=True)
    # A lesson's course is one of the pages that its path begins with.
    above = {path[:end] for path in paths for end in range(STEP, len(path) + 1, STEP)}
    found: list[CoursePage] = list(CoursePage.objects.filter(path__in=above).order_by("latest_revision_created_at")[:limit])
    return with_colleges(found)


def courses_written_by(organisations: Iterable[Organisation], *, limit: int = 20) -> list[CoursePage]:
    """Return the courses of these organisations, joint ones too, the one changed last first. Three queries."""
    roots = Page.objects.filter(collegepage__organisation__in=organisations).values_list("path", flat=True)
    own = reduce(or_, (Q(path__startswith=root) for root in roots), Q(pk__in=[]))
    joint = Q(co_owners__organisation__in=organisations, co_owners__agreed_at__isnull=False)
    found = CoursePage.objects.filter(own | joint).distinct().order_by("-latest_revision_created_at", "-pk")
    return with_colleges(found[:limit])


# Looks and joint courses


def co_owners_of(course: CoursePage) -> list[CoOwner]:
    """Return the organisations that agreed to own the course too. One query."""
    rows = CoOwner.objects.filter(course_id=course.pk, agreed_at__isnull=False).select_related("organisation")
    return list(rows.order_by("agreed_at"))


def joint_courses_of(college: CollegePage) -> list[CoursePage]:
    """Return the published courses that the organisation owns with others and that stand in their trees; two queries."""
    joint = CoOwner.objects.filter(organisation=college.organisation_id, agreed_at__isnull=False)
    return with_colleges(published_courses().filter(pk__in=joint.values("course_id")))


def brand_of(organisation_id: int) -> Brand | None:
    """Return how the organisation looks, without the bytes of its logo. One query."""
    return Brand.objects.defer("logo").select_related("organisation").filter(organisation_id=organisation_id).first()


def college_above(page: Page) -> CollegePage | None:
    """Return the college page right above a course or programme, with its organisation and that one's looks; `shares`: has the course co-owners?

    One query.
    """
    colleges = CollegePage.objects.select_related("organisation__brand").defer("organisation__brand__logo")
    shared = CoOwner.objects.filter(course_id=page.pk, agreed_at__isnull=False)
    college: CollegePage | None = colleges.annotate(shares=Exists(shared)).filter(path=page.path[:-STEP]).first()
    return college
