"""A lesson's public address shows a learner the version that she began; and what learners began cannot be deleted."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page

from courses.catalogue.models import LessonPage, VersionedLesson
from courses.learning import access
from courses.learning.models import Enrolment
from courses.learning.selectors.progress import with_version
from courses.learning.selectors.reading import as_it_was_begun, reading_in_version


@hooks.register("before_serve_page")
def serve_own_version(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse | None:
    """Serve a signed-in learner the lesson of her version instead of the published one."""
    if not isinstance(page, LessonPage) or not request.user.is_authenticated:
        return None
    enrolment = with_version(access.readings_of(request.user, page.pk)).select_related("course").first()
    if enrolment is None:
        return None
    return lesson_response(request, page, enrolment)


def lesson_response(request: HttpRequest, lesson: LessonPage, enrolment: Enrolment) -> HttpResponse | None:
    """Return the page of a lesson in the version of this enrolment, None when the version has it not."""
    reading = reading_in_version(enrolment, lesson.pk)
    if reading is None:
        return None
    request.reading = reading  # type: ignore[attr-defined]  # for the page's template
    response: HttpResponse = as_it_was_begun(lesson, enrolment).serve(request)
    return response


@hooks.register("before_delete_page")
def keep_what_was_begun(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse to delete pages that learners read in the version they began, and say what to do instead."""
    begun = VersionedLesson.objects.filter(lesson__path__startswith=page.path, version__is_kept=True)
    learners = Enrolment.objects.filter(course__path__startswith=page.path)
    if not begun.exists() and not learners.exists():
        return None
    messages.error(
        request,
        _(
            "Learners read “%(title)s” in the version that they began, so it cannot be deleted. Unpublish it: new learners do"
            " not meet it any more."
        )
        % {"title": page.title},
    )
    return redirect("wagtailadmin_pages:edit", page.pk)
