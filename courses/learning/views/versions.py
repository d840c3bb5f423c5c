"""The way of a whole class to a newer version of its course."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from courses.learning import access
from courses.learning.selectors.comparing import compare_with, movers_of, newest_for, shown_changes
from courses.learning.services import move_class
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def class_version(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What is different in the newest version, whom it touches, and the button that moves the class there."""
    run = access.class_led_by(request.user, pk)
    newest = newest_for(run)
    if newest is None:
        messages.info(request, _("The class has the newest version of this course."))
        return redirect(run)
    changed_again = False
    if request.method == "POST":
        # As long as nobody has begun it, a newest version still changes under its number.
        changed_again = request.POST.get("seen") != newest.fingerprint
        if not changed_again:
            moved = move_class(run, version=newest, actor=request.user, now=clock.now())
            said = ngettext(
                "The class goes on with version %(version)s; %(number)s learner has moved and is told.",
                "The class goes on with version %(version)s; %(number)s learners have moved and are told.",
                moved,
            )
            messages.success(request, said % {"version": newest.number, "number": moved})
            return redirect(run)
    moving, learners = movers_of(run, newest).count(), run.enrolments.count()
    comparison = compare_with(run, newest)
    context = {
        "run": run,
        "newest": newest,
        "changes": shown_changes(run, newest, comparison),
        "unchanged": comparison.unchanged,
        "moving": moving,
        "staying": learners - moving,
        "changed_again": changed_again,
    }
    return render(request, "learning/class_version.html", context, status=409 if changed_again else 200)
