"""What course pages show of their owners, and what the desk offers."""

from typing import Any

from django import template
from django.urls import reverse

from courses.catalogue.models import CollegePage, CoursePage
from courses.tenancy import selectors
from courses.tenancy.models import CoOwner
from courses.tenancy.views.looks import sheet_hash

register = template.Library()


@register.simple_tag
def co_owners(course: CoursePage) -> list[CoOwner]:
    """Return who owns the course too. No query where `look_of` has seen that nobody does."""
    return selectors.co_owners_of(course) if course.pk and course.__dict__.get("_shares", True) else []


@register.simple_tag
def joint_courses_of(page: CollegePage) -> list[CoursePage]:
    """Return the published courses of others that the organisation owns too."""
    return selectors.joint_courses_of(page)


@register.simple_tag
def look_of(page: CollegePage | CoursePage) -> dict[str, Any]:
    """Return {sheet, logo, width, height} of the organisation above a page, empty where it has none.

    One query the first time, none when the page asks again; a course learns its college's name by the same.
    """
    if "_look" not in page.__dict__:
        page._look = _look_of(page)
    look: dict[str, Any] = page._look
    return look


def _look_of(page: CollegePage | CoursePage) -> dict[str, Any]:
    if isinstance(page, CollegePage):
        brand = selectors.brand_of(page.organisation_id)
    else:
        college = selectors.college_above(page)
        brand = getattr(college.organisation, "brand", None) if college is not None else None
        if college is not None and isinstance(page, CoursePage):
            page._college_name, page._shares = college.title, college.shares
    if brand is None:
        return {}
    slug = brand.organisation.slug
    return {
        "sheet": reverse("tenancy:style_sheet", args=[slug, sheet_hash(brand.accent)]) if brand.accent else "",
        "logo": reverse("tenancy:logo", args=[slug, brand.logo_sha256[:16]]) if brand.logo_sha256 else "",
        "width": round(48 * brand.logo_width / brand.logo_height) if brand.logo_height else 0,
        "height": 48,
    }


@register.simple_tag(takes_context=True)
def tenancy_rooms(context: template.Context) -> dict[str, bool]:
    """Return {open, staff}: whether the person may invite organisations, and people."""
    user = context["request"].user
    return {"open": selectors.opened_by(user).exists(), "staff": selectors.staffed_by(user).exists()}
