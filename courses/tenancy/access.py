"""The only way a view reaches an invitation, a course in work or an organisation's looks."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from wagtail.models import Page

from courses.catalogue.models import CollegePage, CoursePage
from courses.tenancy.models import CoOwner, Invitation
from courses.tenancy.rules import INVITED_ROLES, token_hash
from courses.tenancy.selectors import opened_by, staffed_by
from lms.accounts.models import User
from lms.organisations.models import Membership, Organisation
from lms.organisations.rules import EDITING_ROLES, Role
from lms.organisations.selectors import has_role, organisations_where


def invitations_visible_to(user: Any) -> QuerySet[Invitation]:
    """Return the invitations that the person may send again or withdraw."""
    founding = Q(role="", inviter__in=opened_by(user))
    return Invitation.objects.filter(founding | (~Q(role="") & Q(inviter__in=staffed_by(user))))


def require_inviter(user: Any) -> None:
    """Raise `PermissionDenied` for who may invite nobody."""
    if not opened_by(user).exists() and not staffed_by(user).exists():
        raise PermissionDenied


def invitation_for(user: Any, pk: int) -> Invitation:
    """Return an invitation of the person's own organisation; 404 for others'."""
    return get_object_or_404(invitations_visible_to(user).select_related("inviter", "organisation"), pk=pk)


def invitation_by(token: str) -> Invitation:
    """Return the invitation that this link was made for; 404 for any other text."""
    return get_object_or_404(Invitation.objects.select_related("inviter", "organisation"), token_hash=token_hash(token))


def members_visible_to(user: Any) -> QuerySet[Membership]:
    """Return the roles of people in the organisations that the person staffs."""
    return Membership.objects.filter(organisation__in=staffed_by(user))


def role_for(user: Any, pk: int) -> Membership:
    """Return a role that the person may end: one that her organisation gives out itself; 404 for any other."""
    given = members_visible_to(user).filter(role__in=[role.value for role in INVITED_ROLES])
    return get_object_or_404(given.select_related("user", "organisation"), pk=pk)


def require_staffing(user: Any) -> None:
    """Raise `PermissionDenied` for who sees to the people of no organisation."""
    if not staffed_by(user).exists():
        raise PermissionDenied


def college_for(user: Any, slug: str) -> CollegePage:
    """Return the tree of an organisation in which the person writes, reviews or administers; 404 otherwise."""
    own = organisations_where(user, *EDITING_ROLES)
    page: CollegePage = get_object_or_404(
        CollegePage.objects.select_related("organisation"), organisation__in=own, organisation__slug=slug
    )
    return page


def administered_for(user: Any, slug: str) -> Organisation:
    """Return an organisation with a tree of which the person is administrator or head; 404 otherwise."""
    return get_object_or_404(staffed_by(user).filter(college_page__isnull=False), slug=slug)


def course_for(user: User, pk: int) -> CoursePage:
    """Return a course, drafts too, that the person may write in or decide on; 404 otherwise."""
    course = get_object_or_404(CoursePage, pk=pk)
    rights = course.permissions_for_user(user)
    if not rights.can_edit() and not rights.can_publish():
        raise Http404
    return course


def course_written_by(user: User, pk: int) -> CoursePage:
    """Return a course in which the person may write; 403 for who only decides on it."""
    course = course_for(user, pk)
    if not writes_in(user, course):
        raise PermissionDenied
    return course


def course_decided_by(user: User, pk: int) -> CoursePage:
    """Return a course that the person may publish; 403 for its authors."""
    course = course_for(user, pk)
    if not decides_on(user, course):
        raise PermissionDenied
    return course


def writes_in(user: User, course: CoursePage) -> bool:
    """Tell whether the person may change the course: an author of an owner, not its reviewer."""
    return bool(course.permissions_for_user(user).can_add_subpage())


def decides_on(user: User, course: CoursePage) -> bool:
    """Tell whether the person may publish the course: its reviewer."""
    return bool(course.permissions_for_user(user).can_publish())


def part_for(user: User, course_pk: int, pk: int) -> tuple[CoursePage, Page]:
    """Return a course that the person may write in or decide on, and a module or lesson of it; 404 otherwise."""
    course = course_for(user, course_pk)
    return course, get_object_or_404(Page.objects.descendant_of(course), pk=pk)


def course_administered_by(user: User, pk: int) -> CoursePage:
    """Return a course whose college the person administers; 404 otherwise."""
    course = get_object_or_404(CoursePage, pk=pk)
    home = home_of(course)
    if home is None or not (user.is_superuser or has_role(user, home, Role.COLLEGE_ADMIN, Role.HEAD)):
        raise Http404
    return course


def home_of(course: CoursePage) -> Organisation | None:
    """Return the organisation in whose tree the course stands. One query."""
    return Organisation.objects.filter(college_page__in=CollegePage.objects.ancestor_of(course)).first()


def offer_for(user: Any, pk: int) -> CoOwner:
    """Return an offer to own a course, to who administers the organisation it was made to; 404 otherwise."""
    rows = CoOwner.objects.select_related("course", "organisation")
    return get_object_or_404(rows, pk=pk, organisation__in=staffed_by(user))
