"""What course pages show besides their own fields."""

from collections.abc import Iterable
from typing import Any, cast

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from courses.catalogue import bodies, glossary, reading, selectors
from courses.catalogue.models import CollegePage, CoursePage, LessonPage, ModulePage
from courses.catalogue.offers import Offer, offers_of
from courses.catalogue.self_check import Check, check_of

register = template.Library()


@register.simple_tag(takes_context=True)
def course_list(context: template.Context) -> dict[str, Any]:
    """Return courses and filters of the index for the present query string."""
    return selectors.course_list(context["request"].GET)


@register.simple_tag
def courses_of(college: CollegePage) -> list[CoursePage]:
    return selectors.courses_of(college)


@register.simple_tag
def outline_of(course: CoursePage) -> selectors.Outline:
    return selectors.outline_of(course)


@register.simple_tag
def course_of(page: ModulePage | LessonPage) -> CoursePage | None:
    return selectors.course_of(page)


@register.simple_tag
def place_of(lesson: LessonPage) -> selectors.Place | None:
    return selectors.place_of(lesson)


@register.simple_tag
def at_class_list(codes: list[str]) -> list[dict[str, str]]:
    return selectors.at_class_list(codes)


@register.simple_tag
def has_glossary(course: CoursePage) -> bool:
    return glossary.has_glossary(course)


@register.simple_tag
def offer_of(course: CoursePage) -> Offer:
    return offers_of([course])[course.pk]


@register.filter
def with_offers(courses: Iterable[CoursePage]) -> list[tuple[CoursePage, Offer]]:
    """Return each course with what it offers, for cards; two queries however many."""
    found = list(courses)
    offers = offers_of(found)
    return [(course, offers[course.pk]) for course in found]


@register.simple_tag(takes_context=True)
def lesson_body(context: template.Context, lesson: LessonPage) -> SafeString:
    """Return the blocks of the lesson; those that are the same for all are not written anew each time."""
    return bodies.body_of(lesson, cast("dict[str, Any]", context.flatten()))


@register.simple_tag(takes_context=True)
def way_of_reading(context: template.Context, lesson: LessonPage) -> dict[str, Any]:
    """Return `now` (the way this page is read), `ways` [(way, label)] and for the easy one its `sentences`."""
    now = reading.chosen(context["request"], lesson.readings) if "request" in context else reading.Reading.FULL
    return {"now": now, "ways": [(way, reading.LABELS[way]) for way in lesson.readings], "parameter": reading.PARAMETER}


@register.simple_tag(takes_context=True)
def self_check(context: template.Context, value: Any) -> Check:
    """Return the questions of a self-check, judged when the address carries answers to this one."""
    request = context.get("request")
    return check_of(value, request.GET if request else {}, block=getattr(context.get("block"), "id", "") or "")


@register.simple_tag
def photo_url(image: Any) -> str:
    """Return the address of a lesson's photograph; its hash makes it unguessable."""
    return reverse("catalogue:photo", args=[image.pk, image.get_file_hash()[:16]])


@register.filter
def compared(table: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the rows of a comparison: what is compared, and for each device its name and what holds for it."""
    devices = [column["heading"] for column in table.columns[1:]]
    rows = [[cell or "" for cell in row["values"]] for row in table.row_data]
    return [(row[0], list(zip(devices, row[1:], strict=True))) for row in rows if row]
