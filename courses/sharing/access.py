"""The only way a view reaches a shared lesson or one that was taken over."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from courses.catalogue.models import CollegePage, LessonPage, ModulePage
from courses.sharing.models import Reuse, SharedLesson
from courses.sharing.selectors import shared_with
from lms.accounts.models import User
from lms.organisations.models import Organisation
from lms.organisations.rules import Role
from lms.organisations.selectors import organisations_where

WRITING_ROLES = (Role.AUTHOR, Role.COLLEGE_ADMIN)


def written_for(user: Any) -> list[Organisation]:
    """Return the organisations for which the person writes; raises `PermissionDenied` for none."""
    found = list(organisations_where(user, *WRITING_ROLES).filter(college_page__isnull=False).order_by("name"))
    if not found:
        raise PermissionDenied
    return found


def own_lesson(user: User, pk: int) -> tuple[LessonPage, Organisation]:
    """Return a lesson that stands in the tree of an organisation for which the person writes; 404 otherwise."""
    lesson = get_object_or_404(LessonPage, pk=pk)
    home = Organisation.objects.filter(college_page__in=CollegePage.objects.ancestor_of(lesson)).first()
    if home is None or home not in organisations_where(user, *WRITING_ROLES):
        raise Http404
    return lesson, home


def shared_for(user: User, pk: int) -> SharedLesson:
    """Return a lesson that another organisation shares with one of the person's; 404 otherwise."""
    return get_object_or_404(shared_with(written_for(user)), pk=pk)


def module_for(user: User, pk: int) -> ModulePage:
    """Return a module into which the person may put a lesson; 404 otherwise."""
    module = get_object_or_404(ModulePage, pk=pk)
    if not module.permissions_for_user(user).can_add_subpage():
        raise Http404
    return module


def reuse_for(user: User, pk: int) -> Reuse:
    """Return a lesson that one of the person's organisations took over; 404 otherwise."""
    rows = Reuse.objects.select_related("lesson", "organisation", "source", "news", "taken")
    return get_object_or_404(rows, pk=pk, organisation__in=organisations_where(user, *WRITING_ROLES))
