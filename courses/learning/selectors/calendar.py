"""The due dates of a person, as events of a calendar."""

from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from courses.catalogue.pinned import pinned_outlines
from courses.learning.models import Enrolment
from courses.learning.rules.calendar import Event
from courses.learning.selectors.progress import outline_for, states_from_standing, with_version
from lms.accounts.models import User


def events_of(user: User) -> list[Event]:
    """Return what is due in her classes, done modules left out, and the first and last days; two queries at most."""
    rows = list(with_version(Enrolment.objects.filter(user=user).exclude(run=None)).select_related("course").order_by("pk"))
    pinned_outlines(enrolment.version for enrolment in rows if enrolment.version is not None)
    return [event for enrolment in rows for event in _events(enrolment)]


def _events(enrolment: Enrolment) -> Iterator[Event]:
    run = enrolment.run
    if run is None:
        return
    url = f"{settings.PUBLIC_URL}/learn/courses/{enrolment.course_id}/"
    host = settings.PUBLIC_URL.split("://")[-1]
    yield Event(
        f"class-{run.pk}-first@{host}", run.starts_on, _("%(title)s begins") % {"title": run.title}, run.course.title, url
    )
    yield Event(f"class-{run.pk}-last@{host}", run.ends_on, _("%(title)s ends") % {"title": run.title}, run.course.title, url)
    for module in states_from_standing(enrolment, outline_for(enrolment)):
        due = run.dues.get(str(module.pk))
        if due and not module.is_finished:
            title = _("Due: %(module)s") % {"module": module.title}
            yield Event(f"due-{run.pk}-{module.pk}@{host}", date.fromisoformat(due), title, run.title, url)
