"""What the invited person sees: the invitation, and her first steps once she is in."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.catalogue.models import CollegePage, CoursePage
from courses.curricula.models import CurriculumPage
from courses.tenancy import access
from courses.tenancy.forms import BeginCourseForm
from courses.tenancy.models import Invitation
from courses.tenancy.selectors import brand_of, courses_written_by
from courses.tenancy.sending import person_with
from courses.tenancy.services.courses import Beginning, begin_course
from courses.tenancy.services.joining import accept_invitation, check_open, owns_contact
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted
from lms.organisations.rules import EDITING_ROLES, Role
from lms.organisations.selectors import has_role, organisations_where


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The invitation: whoever is not signed in goes to the door first, and comes back here to accept."""
    invitation = access.invitation_by(token)
    check_open(invitation, now=clock.now())
    user: Any = request.user
    if not user.is_authenticated:
        return _to_the_door(request, invitation)
    if request.method == "POST":
        organisation = accept_invitation(invitation, actor=user, now=clock.now())
        messages.success(request, _("Welcome to %(name)s.") % {"name": organisation.name})
        if not organisations_where(user, *EDITING_ROLES).filter(pk=organisation.pk, college_page__isnull=False).exists():
            return redirect("portal:start")
        return redirect("tenancy:first_steps", slug=organisation.slug)
    context = {"invitation": invitation, "mine": owns_contact(user, invitation)}
    return render(request, "tenancy/join.html", context)


def _to_the_door(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    known = person_with(invitation.phone, invitation.email) is not None
    facts = {"inviter": invitation.inviter.name, "name": invitation.target_name, "contact": invitation.masked_contact}
    if known:
        messages.info(request, _("%(inviter)s invites you to %(name)s. Please sign in with %(contact)s.") % facts)
    else:
        text = _("%(inviter)s invites you to %(name)s. Please make an account with %(contact)s; one minute is enough.")
        messages.info(request, text % facts)
    door = reverse("account_login" if known else "account_signup")
    return redirect(f"{door}?{urlencode({'next': request.path})}")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def first_steps(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    """What a new college does first, each with a tick once it is done; a course begins right here."""
    college = access.college_for(request.user, slug)
    may_write = bool(college.permissions_for_user(request.user).can_add_subpage())
    form = BeginCourseForm(posted(request))
    if request.method == "POST" and form.is_valid():
        if not may_write:
            raise DomainError("tenancy.not_reviewable", status=403)
        lesson = begin_course(college, Beginning(**form.cleaned_data), actor=request.user, now=clock.now())
        return redirect("wagtailadmin_pages:edit", lesson.pk)
    courses = courses_written_by([college.organisation], limit=10)
    context = {
        "college": college,
        "form": form,
        "may_write": may_write,
        "may_staff": has_role(request.user, college.organisation, Role.COLLEGE_ADMIN, Role.HEAD),
        "courses": courses,
        "steps": _steps(college, bool(courses)),
    }
    return render(request, "tenancy/first_steps.html", context, status=422 if form.errors else 200)


def _steps(college: CollegePage, has_course: bool) -> dict[str, bool]:
    brand = brand_of(college.organisation_id)
    latest = college.get_latest_revision_as_object()
    return {
        "intro": bool(latest.intro),
        "look": bool(brand and (brand.accent or brand.logo_sha256)),
        "people": college.organisation.memberships.values("user").distinct().count() > 1,
        "course": has_course,
        "programme": CurriculumPage.objects.child_of(college).exists(),
        "published": CoursePage.objects.child_of(college).live().exists(),
    }
