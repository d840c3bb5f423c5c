"""News from the catalogue: a published lesson may have subscribers."""

from typing import Any

from courses.catalogue.models import LessonPage
from courses.sharing.services import note_update
from lms.core import clock


def follow_publication(sender: type[Any], instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, LessonPage):
        note_update(instance, now=clock.now())
