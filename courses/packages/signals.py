"""News from the catalogue: a published lesson releases the packages that it shows."""

from typing import Any

from courses.catalogue.models import LessonPage
from courses.packages.services.packages import release_packages
from lms.core import clock


def release_with_lesson(sender: type, instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, LessonPage):
        release_packages(instance, now=clock.now())
