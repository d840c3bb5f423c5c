"""Joint courses: who owns a course besides its college, and what was offered to mine."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.tenancy import access
from courses.tenancy.forms import OfferForm
from courses.tenancy.models import CoOwner
from courses.tenancy.selectors import staffed_by
from courses.tenancy.services import owners as services
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted
from lms.core.messages import text_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def owners(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The owners of one course; its college's administrator offers it to others here."""
    course = access.course_administered_by(request.user, pk)
    form = OfferForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.offer_course(course, form.cleaned_data["organisation"], actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error("organisation", text_of(error))
        else:
            messages.success(request, _("The offer is sent. Nothing changes until they agree."))
            return redirect("tenancy:owners", pk=pk)
    rows = CoOwner.objects.filter(course=course).select_related("organisation")
    return render(
        request, "tenancy/owners.html", {"course": course, "form": form, "rows": rows}, status=422 if form.errors else 200
    )


@login_required
@require_POST
def end(request: AuthenticatedHttpRequest, pk: int, owner_pk: int) -> HttpResponse:
    """The college takes an offer back or ends the joint ownership."""
    course = access.course_administered_by(request.user, pk)
    services.leave_course(get_object_or_404(CoOwner, pk=owner_pk, course=course), actor=request.user, now=clock.now())
    messages.success(request, _("The course is no longer shared with them; what they wrote stays."))
    return redirect("tenancy:owners", pk=pk)


@login_required
@require_safe
def joint(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The courses that were offered to my organisations, and those that they own with others."""
    mine = staffed_by(request.user)
    if not mine.exists():
        raise PermissionDenied
    rows = CoOwner.objects.filter(organisation__in=mine).select_related("course", "organisation").order_by("-pk")[:100]
    return render(request, "tenancy/joint.html", {"rows": rows})


@login_required
@require_POST
def agree(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    services.agree_to_course(access.offer_for(request.user, pk), actor=request.user, now=clock.now())
    messages.success(request, _("The course is yours too; your authors can write in it now."))
    return redirect("tenancy:joint")


@login_required
@require_POST
def decline(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    services.leave_course(access.offer_for(request.user, pk), actor=request.user, now=clock.now())
    messages.success(request, _("Done. The course stays with its college alone."))
    return redirect("tenancy:joint")
