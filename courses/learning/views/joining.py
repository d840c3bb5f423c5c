"""Coming into a class: by its page, or by its link."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses.catalogue.pinned import pinned_outline
from courses.learning import access
from courses.learning.models import CourseRun, Enrolment, JoinRequest
from courses.learning.rules.classes import WayIn
from courses.learning.selectors.classes import module_dues
from courses.learning.services.classes import is_invited, join_class
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.messages import text_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show_class(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What the class is like and how one comes in; POST joins or asks."""
    return _class_page(request, access.class_open_to(request.user, pk), with_link=False)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def join_link(request: AuthenticatedHttpRequest, token: str) -> HttpResponse:
    """The page of a class for whoever has its link."""
    run = access.class_of_link(token)
    return _class_page(request, run, with_link=run.way_in == WayIn.LINK.value)


def _class_page(request: AuthenticatedHttpRequest, run: CourseRun, *, with_link: bool) -> HttpResponse:
    error = ""
    if request.method == "POST":
        try:
            joined = join_class(run, user=request.user, with_link=with_link, now=clock.now())
        except DomainError as problem:
            error = text_of(problem)
        else:
            if isinstance(joined, Enrolment):
                messages.success(request, _("You are in the class “%(title)s”.") % {"title": run.title})
                return redirect("learning:course", pk=run.course_id)
            return redirect("learning:show_class", pk=run.pk)
    present = Enrolment.objects.filter(user=request.user, course=run.course).first()
    context = {
        "run": run,
        "dues": module_dues(run, pinned_outline(run.version)),
        "member": present is not None and present.run_id == run.pk,
        "other_version": present is not None and present.version_id not in (None, run.version_id),
        "asked": JoinRequest.objects.filter(run=run, user=request.user).first(),
        "invited": run.way_in == WayIn.LIST.value and is_invited(run, request.user),
        "taken": run.enrolments.count(),
        "over": clock.today() > run.ends_on,
        "error": error,
    }
    return render(request, "learning/show_class.html", context, status=409 if error else 200)
