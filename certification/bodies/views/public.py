from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from certification.bodies.selectors import filings_valid_on
from lms.core import clock


@require_safe
def bodies(request: HttpRequest) -> HttpResponse:
    """Which body may assess what; public, as the authority's own register is."""
    return render(request, "bodies/list.html", {"filings": filings_valid_on(clock.today())})
