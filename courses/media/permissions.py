"""Recordings belong to collections, as figures do: a college sees and edits only its own."""

from wagtail.permission_policies.collections import CollectionPermissionPolicy
from wagtail.permissions import register_permission_policy

from courses.media.models import Recording


def register_recording_policy() -> None:
    register_permission_policy(Recording, CollectionPermissionPolicy(Recording))
