"""From the version that she began to a newer one, with nothing lost."""

from datetime import datetime

from django.db import transaction

from courses.catalogue.models import CourseVersion
from courses.catalogue.pinned import pinned_outline
from courses.catalogue.versions import keep_version
from courses.learning import notice_kinds
from courses.learning.models import CourseRun, Enrolment
from courses.learning.selectors.comparing import movers_of
from courses.learning.selectors.progress import with_version
from courses.learning.services.standing import REMEMBERED, locked, pin, refresh, refresh_in_class
from lms.accounts.models import User
from lms.core import ledger
from lms.core.bulk import update_many
from lms.core.errors import DomainError
from lms.notices.services import news, tell_many


@transaction.atomic
def move_to_version(enrolment: Enrolment, *, version: CourseVersion, now: datetime) -> Enrolment:
    """Let the person go on by that version of her course and return the enrolment.

    Lessons that are the same in both stay read; what she read of the older version is kept as well, so that nothing is
    lost. Raises `DomainError` "learning.version_elsewhere" (404) for a version of another course, and
    "learning.already_complete" after the statement, which speaks of the version that was completed.
    """
    own = locked(enrolment)
    if version.course_id != own.course_id:
        raise DomainError("learning.version_elsewhere", status=404)
    if getattr(own, "statement", None) is not None:
        raise DomainError("learning.already_complete")
    pin(own)
    if own.version_id == version.pk:
        return own
    before = own.version
    own.version = keep_version(version)
    own.save(update_fields=["version"])
    refresh(own)
    ledger.append(
        "learning.version_moved",
        subject=own,
        actor=own.user,
        now=now,
        older=before.number if before else 0,
        newer=version.number,
    )
    return own


@transaction.atomic
def move_class(run: CourseRun, *, version: CourseVersion, actor: User, now: datetime) -> int:
    """Let the whole class go on by a newer version of its course, tell each learner, and return how many moved.

    Who moves says `movers_of`; for each of them what `move_to_version` promises holds. The class's dates stay with
    their modules. As many reads however many learn in it. Raises `DomainError`
    "learning.version_elsewhere" (404), "learning.version_not_newer" and "learning.version_changed" (409) when it is no
    longer what was shown.
    """
    own = CourseRun.objects.select_for_update(of=("self",)).select_related("version").defer("version__outline").get(pk=run.pk)
    if version.course_id != own.course_id:
        raise DomainError("learning.version_elsewhere", status=404)
    if version.number <= own.version.number:
        raise DomainError("learning.version_not_newer")
    before = own.version.number
    # Chosen by what stood before the move, and locked: a lesson that is marked as read meanwhile waits its turn.
    rows = list(with_version(movers_of(own, version).select_for_update(of=("self",))).select_related("user"))
    begun = {row.pk: row.version.number if row.version else 0 for row in rows}
    own.version = keep_version(version)
    if own.version.fingerprint != version.fingerprint:
        raise DomainError("learning.version_changed", status=409)
    own.save(update_fields=["version"])
    for row in rows:
        row.version, row.run = own.version, own
    refresh_in_class(own, rows, pinned_outline(own.version))
    update_many(rows, "version", *REMEMBERED)
    told = {"title": own.title, "number": version.number}
    url = f"/learn/courses/{own.course_id}/"
    tell_many([news(notice_kinds.CLASS_MOVED, row.user, facts=told, url=url, now=now) for row in rows])
    facts = {"older": before, "newer": version.number, "learners": len(rows)}
    moves = [
        ledger.NewEntry("learning.version_moved", row, actor, {"older": begun[row.pk], "newer": version.number}) for row in rows
    ]
    ledger.append_many([ledger.NewEntry("learning.class_moved", own, actor, facts), *moves], now=now)
    run.version = own.version
    return len(rows)
