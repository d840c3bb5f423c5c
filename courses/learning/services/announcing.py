"""What a teacher tells her class."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from courses.learning import notice_kinds
from courses.learning.models import Announcement, CourseRun
from lms.accounts.models import User
from lms.notices.services import news, tell_many


@transaction.atomic
def announce(run: CourseRun, *, title: str, text: str, behind_only: bool, actor: User, now: datetime) -> Announcement:
    """Keep the announcement on the class's page and tell every learner, or only those who are behind.

    Three statements however many people: one read, one insert of notices, one task that sends them.
    """
    enrolments = run.enrolments.all()
    if behind_only:
        enrolments = enrolments.filter(next_due_on__lt=timezone.localdate(now))
    people = list(User.objects.filter(pk__in=enrolments.values("user_id"), is_active=True))
    url = f"/learn/courses/{run.course_id}/"
    facts = {"class": run.title, "title": title, "text": text}
    tell_many([news(notice_kinds.ANNOUNCED, person, facts=facts, url=url, now=now) for person in people])
    return Announcement.objects.create(
        run=run, title=title, text=text, posted_at=now, posted_by=actor, behind_only=behind_only, told=len(people)
    )
