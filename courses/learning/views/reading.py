"""A learner's lesson and course pages, her place in them, and the way to a newer version."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.learning import access, services
from courses.learning.rules.classes import WayIn
from courses.learning.selectors.classes import announcements_of
from courses.learning.selectors.comparing import compare_with, newest_for, shown_changes
from courses.learning.selectors.progress import progress_of
from courses.learning.wagtail_hooks import lesson_response
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.core.texts import writable

BLOCK_ID = 36
"""The length of a block's id."""


@login_required
@require_safe
def lesson(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The lesson as the version holds it that the person began; one that is newer opens at its public address."""
    page, enrolment = access.lesson_for(request.user, pk)
    return lesson_response(request, page, enrolment) or redirect(page.url or enrolment.course.url or "learning:home")


@login_required
@require_POST
def place(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Remember where she reads; a script calls this while she does."""
    block = writable(request.POST.get("block", ""))[:BLOCK_ID]
    kept = services.keep_place(access.readings_of(request.user, pk), lesson=pk, block=block, now=clock.now())
    return JsonResponse({"kept": kept}, status=200 if kept else 404)


@login_required
@require_safe
def course(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What to do next in the course, its modules with their due dates, the class and what it was told."""
    enrolment = access.enrolment_in(request.user, pk)
    run = enrolment.run
    context = {
        "course": enrolment.course,
        "progress": progress_of(enrolment),
        "run": run,
        "announcements": announcements_of(run) if run else [],
        "newest": None if getattr(enrolment, "statement", None) else newest_for(enrolment),
        "today": clock.today(),
        "by_link": bool(run and run.way_in == WayIn.LINK.value),
    }
    return render(request, "learning/course.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def version(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What is different in the newest version, and the button that moves there."""
    enrolment = access.enrolment_in(request.user, pk)
    newest = newest_for(enrolment)
    if newest is None:
        messages.info(request, _("You have the newest version of this course."))
        return redirect("learning:course", pk=pk)
    progress = progress_of(enrolment)
    if request.method == "POST":
        try:
            services.move_to_version(enrolment, version=newest, now=clock.now())
        except DomainError as error:
            messages.error(request, text_of(error))
        else:
            messages.success(
                request, _("You go on with version %(number)s. All you have done is kept.") % {"number": newest.number}
            )
        return redirect("learning:course", pk=pk)
    comparison = compare_with(enrolment, newest, read=progress.done_lessons)
    context = {
        "course": enrolment.course,
        "progress": progress,
        "newest": newest,
        "comparison": comparison,
        "changes": shown_changes(enrolment, newest, comparison),
    }
    return render(request, "learning/version.html", context)
