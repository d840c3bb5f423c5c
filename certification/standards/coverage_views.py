"""The matrix on its pages: for a programme of study, and for all that a college has online. Both are public, as their parts are."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from certification.standards.coverage import Column, columns_of_college, columns_of_curriculum, coverage_of, level_meant
from certification.standards.selectors import scheme_in_full
from courses.catalogue.models import CollegePage
from courses.curricula.models import CurriculumPage
from lms.core.forms import whole_number


@require_safe
def of_curriculum(request: HttpRequest, pk: int) -> HttpResponse:
    page = get_object_or_404(CurriculumPage.objects.live().public(), pk=pk)
    return _matrix(request, page, columns_of_curriculum(page))


@require_safe
def of_college(request: HttpRequest, slug: str) -> HttpResponse:
    page = get_object_or_404(CollegePage.objects.live().public(), organisation__slug=slug)
    return _matrix(request, page, columns_of_college(page))


def _matrix(request: HttpRequest, page: CurriculumPage | CollegePage, columns: list[Column]) -> HttpResponse:
    schemes = list(scheme_in_full())
    levels = [level for scheme in schemes for level in scheme.levels.all()]
    level = level_meant(levels, columns, whole_number(request.GET.get("level", "")))
    scheme = next((each for each in schemes if level is not None and each.pk == level.scheme_id), None)
    context = {
        "page": page,
        "schemes": schemes,
        "scheme": scheme,
        "level": level,
        "coverage": coverage_of(level, columns) if level is not None else None,
        "crumbs": [{"title": page.get_parent().title, "url": page.get_parent().url}, {"title": page.title, "url": page.url}],
    }
    return render(request, "standards/coverage.html", context)
