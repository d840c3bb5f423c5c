"""What a college asks of those who take its course."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from courses.catalogue.models import CoursePage
from courses.learning.models import CourseTerms
from courses.learning.rules.terms import check_no_circle
from lms.accounts.models import User
from lms.core import ledger


@transaction.atomic
def set_terms(
    course: CoursePage,
    *,
    prerequisites: Iterable[CoursePage],
    by_class_only: bool,
    quizzes_needed: bool,
    watch_percent: int,
    actor: User,
    now: datetime,
) -> CourseTerms:
    """Set what is asked before the course and at its end. Who has begun keeps the terms of her first day.

    Raises `DomainError` "learning.prerequisite_circle" (422) when the course would wait for itself.
    """
    before = [page.pk for page in prerequisites]
    needs: dict[int, set[int]] = {}
    rows = CourseTerms.prerequisites.through.objects.values_list("courseterms__course_id", "coursepage_id")
    for later, earlier in rows:
        needs.setdefault(later, set()).add(earlier)
    check_no_circle({**needs, course.pk: set(before)}, start=course.pk)
    values = {"by_class_only": by_class_only, "quizzes_needed": quizzes_needed, "watch_percent": watch_percent}
    terms, _created = CourseTerms.objects.update_or_create(course=course, defaults=values)
    terms.prerequisites.set(before)
    ledger.append("learning.terms_set", subject=terms, actor=actor, now=now, prerequisites=before, **values)
    return terms
