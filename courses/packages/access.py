"""The only way a view reaches a package and what somebody has done in it."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from wagtail.models import Collection
from wagtail.permissions import policy_registry

from courses.catalogue.permissions import usable_by
from courses.media.access import is_of_the_house, shown_to, taken_by
from courses.packages.models import Package, Practice
from lms.accounts.models import User


def packages_editable_by(user: Any) -> QuerySet[Package]:
    """Return the packages of the collections that the person may take from."""
    return usable_by(user, Package).select_related("collection")


def collections_for(user: Any) -> QuerySet[Collection]:
    """Return the collections into which the person may put packages."""
    rows: QuerySet[Collection] = policy_registry.get_by_type(Package).collections_user_has_permission_for(user, "add")
    return rows.order_by("path")


def is_editor(user: Any) -> bool:
    return bool(policy_registry.get_by_type(Package).user_has_any_permission(user, {"add", "change", "choose"}))


def package_to_edit(user: Any, pk: int) -> Package:
    """Return a package that the person may change; 404 for any other."""
    changeable = policy_registry.get_by_type(Package).instances_user_has_permission_for(user, "change")
    found: Package = get_object_or_404(changeable.select_related("collection"), pk=pk)
    return found


def package_to_play(user: Any, pk: int) -> Package:
    """Return a package that this person, signed in or not, may play; 404 for any other.

    A published lesson shows it to those who may read the lesson; whoever is enrolled keeps it when the lesson changes.
    Its college and the reviewers of its college see it before.
    """
    package = get_object_or_404(Package.objects.select_related("collection"), pk=pk)
    placed = package.placements.all()
    if not (shown_to(user, placed) or taken_by(user, placed) or is_of_the_house(user, package)):
        raise Http404
    return package


def practice_for(user: User, package: int) -> Practice:
    """Return the person's own practice in the package; 404 for one that she never opened."""
    return get_object_or_404(Practice.objects.filter(user=user), package=package)
