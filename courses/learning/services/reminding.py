"""Reminding a class of what is due, without anybody asking; `remind_learners` calls it every minute."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from courses.catalogue.pinned import pinned_outlines
from courses.learning import notice_kinds
from courses.learning.models import CourseRun, DueTelling, Enrolment
from courses.learning.rules.dues import LATE_FOR, SOON, Stage, is_hour_to_remind, stages_of
from courses.learning.selectors.progress import outline_for, states_from_standing, with_version
from lms.notices.services import news, tell_many

KINDS = {Stage.SOON: notice_kinds.DUE_SOON, Stage.OVERDUE: notice_kinds.OVERDUE}


def remind_of_dues(*, now: datetime) -> int:
    """Tell every class once of each due day that comes within three days, and once when it is over; return how many people.

    Only who has not finished what is due that day is told, and only in the day time. Whoever joins after her class was
    told sees the day on the course page. Two queries when there is nothing to tell, a fixed number more for each class.
    """
    local = timezone.localtime(now)
    if not is_hour_to_remind(local.time()):
        return 0
    return sum(_tell_class(run, due_on, stage, now=now) for run, due_on, stage in _untold(local.date()))


def _untold(today: date) -> Iterator[tuple[CourseRun, date, Stage]]:
    # Due days lie within the days of their class.
    runs = list(CourseRun.objects.filter(starts_on__lte=today + SOON, ends_on__gte=today - LATE_FOR).order_by("pk"))
    told = set(DueTelling.objects.filter(run__in=runs).values_list("run_id", "due_on", "stage"))
    for run in runs:
        for due_on, stage in stages_of(run.dues.values(), today=today):
            if (run.pk, due_on, stage.value) not in told:
                yield run, due_on, stage


@transaction.atomic
def _tell_class(run: CourseRun, due_on: date, stage: Stage, *, now: datetime) -> int:
    telling, fresh = DueTelling.objects.get_or_create(run=run, due_on=due_on, stage=stage.value, defaults={"told_at": now})
    if not fresh:
        return 0
    unfinished = Enrolment.objects.filter(run=run, next_due_on__lte=due_on, user__is_active=True)
    rows = list(with_version(unfinished).select_related("user", "course").order_by("pk"))
    pinned_outlines(row.version for row in rows if row.version is not None)
    facts, url = {"title": run.title, "day": due_on}, f"/learn/courses/{run.course_id}/"
    due = [(row.user, modules) for row in rows if (modules := _due_modules(row, run, due_on))]
    tell_many(
        [
            news(KINDS[stage], user, facts={**facts, "modules": modules}, url=url, organisation=run.organisation_id, now=now)
            for user, modules in due
        ]
    )
    telling.told = len(due)
    telling.save(update_fields=["told"])
    return len(due)


def _due_modules(enrolment: Enrolment, run: CourseRun, due_on: date) -> list[str]:
    """Return the titles of what she should have finished by that day and has not."""
    states = states_from_standing(enrolment, outline_for(enrolment))
    due = (module for module in states if run.dues.get(str(module.pk)) == due_on.isoformat())
    return [module.title for module in due if not module.is_finished]
