"""One public page of figures, which the authority watches."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lms.insights import selectors


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """How many learn, are assessed and hold a valid certificate."""
    return render(
        request,
        "insights/overview.html",
        {
            "totals": selectors.totals(),
            "levels": selectors.certificates_by_level(),
            "bodies": selectors.bodies(),
            "smallest": selectors.SMALLEST_TOLD,
        },
    )
