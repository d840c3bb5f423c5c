"""Pages of a college's author: all interactive packages, a new one, and one as learners see it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.media.views.kept_files import keep_sent, page_of
from courses.media.views.uploads import open_upload
from courses.packages import access
from courses.packages.forms import NewPackageForm, PackageForm
from courses.packages.models import Package
from courses.packages.services import packages as services
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core.errors import DomainError
from lms.core.forms import posted
from lms.core.messages import text_of


@login_required
@require_safe
def packages(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The packages of the person's colleges, newest first; a page costs the same wherever it is."""
    if not access.is_editor(request.user):
        raise PermissionDenied
    context = {
        **page_of(access.packages_editable_by(request.user), request.GET),
        "may_add": access.collections_for(request.user).exists(),
    }
    return render(request, "packages/packages.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Choose a file. With JavaScript it goes in pieces (`begin_upload`); without, in one."""
    if not access.collections_for(request.user).exists():
        raise PermissionDenied
    form = NewPackageForm(posted(request), request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            kept = keep_sent(form.cleaned_data, request, kind="package")
        except DomainError as error:
            form.add_error("file", text_of(error))
        else:
            messages.success(request, _("The interactive package is stored. Now try it out, by keyboard too."))
            return redirect(kept)
    context = {"form": form, "max_megabytes": settings.PACKAGE_MAX_BYTES // (1024 * 1024)}
    return render(request, "packages/new.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def begin_upload(request: AuthenticatedHttpRequest) -> JsonResponse:
    """Open an upload in pieces: {title, size, collection} → {url, piece}."""
    return open_upload(request, access.collections_for(request.user), kind="package")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def package(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One package as learners see it, its title, and where it stands."""
    row = access.package_to_edit(request.user, pk)
    form = PackageForm(posted(request), initial={"title": row.title})
    if request.method == "POST" and form.is_valid():
        services.rename(row, title=form.cleaned_data["title"])
        messages.success(request, _("Saved."))
        return redirect(row)
    return _page(request, row, form=form, status=422 if form.is_bound else 200)


def _page(request: AuthenticatedHttpRequest, row: Package, *, status: int = 200, **extra: Any) -> HttpResponse:
    context = {
        "package": row,
        "lessons": services.lessons_with(row),
        "form": PackageForm(initial={"title": row.title}),
        **extra,
    }
    return render(request, "packages/package.html", context, status=status)


@login_required
@require_POST
def delete(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Delete a package that stands in no lesson."""
    row = access.package_to_edit(request.user, pk)
    try:
        services.delete_package(row)
    except DomainError as error:
        return _page(request, row, problem=text_of(error), status=error.status)
    messages.success(request, _("The interactive package is deleted."))
    return redirect("packages:packages")
