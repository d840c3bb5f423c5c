"""News from below: a changed membership changes who may edit which tree."""

from typing import Any

from courses.catalogue.services import seat_editor
from lms.organisations.models import Membership


def follow_membership(sender: type[Membership], instance: Membership, **kwargs: Any) -> None:
    seat_editor(instance.user, instance.organisation)
