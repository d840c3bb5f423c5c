"""One part of a course: earlier or later among its neighbours, taken out, brought back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.models import Page

from courses.catalogue.models import CoursePage, LessonPage
from courses.tenancy import access
from courses.tenancy.models import TakeOutWish
from courses.tenancy.rules import Way
from courses.tenancy.services import parts as services
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.core.texts import writable

LONGEST = 2000


@login_required
@require_POST
def order(request: AuthenticatedHttpRequest, pk: int, part_pk: int) -> HttpResponse:
    """Move the part one place; the page comes back where it stands now."""
    course, part = access.part_for(request.user, pk, part_pk)
    way = Way.LATER if request.POST.get("way") == Way.LATER else Way.EARLIER
    try:
        services.order_part(course, part, way, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
    return _to_the_part(course, part)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_out(request: AuthenticatedHttpRequest, pk: int, part_pk: int) -> HttpResponse:
    """Say what taking the part out does; who decides takes it out, who writes asks for it."""
    course, part = access.part_for(request.user, pk, part_pk)
    decides = access.decides_on(request.user, course)
    words = writable(request.POST.get("words", ""))[:LONGEST]
    status, problem = 200, ""
    if request.method == "POST":
        try:
            if decides:
                count = services.take_out(course, part, comment=words, actor=request.user, now=clock.now())
                text = ngettext("%(count)s page is taken out.", "%(count)s pages are taken out.", count)
                messages.success(request, text % {"count": count})
            else:
                services.ask_to_take_out(course, part, reason=words, actor=request.user, now=clock.now())
                messages.success(request, _("The reviewers know that you ask for this."))
        except DomainError as error:
            status, problem = error.status, text_of(error)
        else:
            return _to_the_part(course, part)
    context = {
        "course": course,
        "part": part,
        "decides": decides,
        "wish": TakeOutWish.objects.select_related("asked_by").filter(page=part).first(),
        "lessons": LessonPage.objects.live().descendant_of(part).count(),
        "words": words,
        "problem": problem,
    }
    return render(request, "tenancy/take_out.html", context, status=status)


@login_required
@require_POST
def leave_in(request: AuthenticatedHttpRequest, pk: int, part_pk: int) -> HttpResponse:
    """End the wish: the reviewer with a word to who asked, an author by taking it back."""
    course, part = access.part_for(request.user, pk, part_pk)
    words = writable(request.POST.get("words", ""))[:LONGEST]
    try:
        services.leave_in(course, part, comment=words, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
        return redirect("tenancy:take_out", pk=pk, part_pk=part_pk)
    messages.success(request, _("It stays in the course."))
    return _to_the_part(course, part)


@login_required
@require_POST
def bring_back(request: AuthenticatedHttpRequest, pk: int, part_pk: int) -> HttpResponse:
    course, part = access.part_for(request.user, pk, part_pk)
    if not access.writes_in(request.user, course):
        raise PermissionDenied
    try:
        services.bring_back(course, part, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
    else:
        messages.success(request, _("It is a draft again. Send the course to review when it is ready."))
    return _to_the_part(course, part)


def _to_the_part(course: CoursePage, part: Page) -> HttpResponse:
    return redirect(f"{reverse('tenancy:course', args=[course.pk])}#part-{part.pk}")
