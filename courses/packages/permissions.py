"""Packages belong to collections, as figures do: a college sees and edits only its own."""

from wagtail.permission_policies.collections import CollectionPermissionPolicy
from wagtail.permissions import register_permission_policy

from courses.packages.models import Package


def register_package_policy() -> None:
    register_permission_policy(Package, CollectionPermissionPolicy(Package))
