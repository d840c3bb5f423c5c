from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from certification.standards.access import public_scheme
from certification.standards.presentation import weight_tables
from certification.standards.selectors import newer_version, public_page
from lms.core.forms import whole_number

PAGE = 24


@require_safe
def schemes(request: HttpRequest) -> HttpResponse:
    """All published schemes by occupation; pages by key, so the last page costs as much as the first."""
    occupation, _dot, key = request.GET.get("after", "").partition(".")
    after = (whole_number(occupation), whole_number(key)) if whole_number(key) else None
    rows, more = public_page(after=after, size=PAGE)
    context = {
        "schemes": rows,
        "older_url": f"?after={rows[-1].occupation_id}.{rows[-1].pk}" if more else "",
        "newer_url": "?" if after else "",
    }
    return render(request, "standards/list.html", context)


@require_safe
def scheme(request: HttpRequest, pk: int) -> HttpResponse:
    """One scheme: weights of all levels side by side, then the conditions of each level."""
    found = public_scheme(pk)
    context = {
        "scheme": found,
        "newer": newer_version(found),
        "columns": list(found.levels.all()),
        "tables": weight_tables(found),
        "crumbs": [
            {"title": _("Certification"), "url": "/apply/"},
            {"title": _("Standards"), "url": "/apply/standards/"},
            {"title": found.title},
        ],
    }
    return render(request, "standards/detail.html", context)
