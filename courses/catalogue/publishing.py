"""News from the editors: what was published or taken down below a course makes its next version."""

from typing import Any

from wagtail.log_actions import get_active_log_context
from wagtail.models import Page

from courses.catalogue.models import CoursePage, LessonPage, ModulePage
from courses.catalogue.versions import record_version
from lms.core import clock

COURSE_DEPTH_ABOVE = {CoursePage: 0, ModulePage: 1, LessonPage: 2}


def follow_publication(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """Record the version of the course to which this page belongs."""
    above = COURSE_DEPTH_ABOVE.get(sender)
    if above is None:
        return
    path = instance.path[: len(instance.path) - above * Page.steplen]
    course = CoursePage.objects.live().filter(path=path).first()
    if course is not None:
        record_version(course, actor=get_active_log_context().user, now=clock.now())
