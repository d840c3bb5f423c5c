"""Figures, images and documents belong to collections: a college sees and edits only its own."""

from typing import Any

from django.db.models import Model, QuerySet
from wagtail.permission_policies.collections import CollectionPermissionPolicy
from wagtail.permissions import policy_registry, register_permission_policy

from courses.catalogue.models import Figure

ANY_USE = ["choose", "change"]


def register_figure_policy() -> None:
    register_permission_policy(Figure, CollectionPermissionPolicy(Figure))


def usable_by(user: Any, model: type[Model]) -> QuerySet[Any]:
    """Return the figures, images or documents of the collections that the person may take from."""
    rows: QuerySet[Any] = policy_registry.get_by_type(model).instances_user_has_any_permission_for(user, ANY_USE)
    return rows
