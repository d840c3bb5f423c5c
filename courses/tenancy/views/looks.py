"""An organisation's colour and logo: the form, and the two files that its pages load."""

from hashlib import sha256

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.catalogue.views import FIGURE_POLICY
from courses.tenancy import access, rules
from courses.tenancy.forms import BrandForm
from courses.tenancy.models import Brand
from courses.tenancy.selectors import brand_of
from courses.tenancy.services.branding import set_brand
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.forms import posted

FOR_EVER = "public, max-age=31536000, immutable"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    organisation = access.administered_for(request.user, slug)
    brand = brand_of(organisation.pk)
    form = BrandForm(
        posted(request), request.FILES if request.method == "POST" else None, initial={"accent": brand.accent if brand else ""}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        set_brand(
            organisation,
            accent=data["accent"],
            logo=data["logo"],
            drop_logo=data["drop_logo"],
            actor=request.user,
            now=clock.now(),
        )
        messages.success(request, _("Your pages wear it now."))
        return redirect("tenancy:look", slug=slug)
    context = {"organisation": organisation, "form": form, "brand": brand}
    return render(request, "tenancy/look.html", context, status=422 if form.errors else 200)


def sheet_hash(accent: str) -> str:
    """Return the part of the address that changes with the sheet, so that it may be kept for ever."""
    return sha256(rules.style_sheet(accent).encode()).hexdigest()[:16]


@require_safe
def style_sheet(request: HttpRequest, slug: str, sha: str) -> HttpResponse:
    brand = Brand.objects.defer("logo").filter(organisation__slug=slug).exclude(accent="").first()
    if brand is None or sheet_hash(brand.accent) != sha:
        raise Http404
    response = HttpResponse(rules.style_sheet(brand.accent), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = FOR_EVER
    return response


@require_safe
def logo(request: HttpRequest, slug: str, sha: str) -> HttpResponse:
    brand = get_object_or_404(Brand.objects.exclude(logo_sha256=""), organisation__slug=slug)
    if brand.logo_sha256[:16] != sha:
        raise Http404
    response = HttpResponse(bytes(brand.logo), content_type=brand.logo_type)
    response["Cache-Control"] = FOR_EVER
    # Even opened on its own the file runs nothing and loads nothing.
    response["Content-Security-Policy"] = FIGURE_POLICY
    return response
