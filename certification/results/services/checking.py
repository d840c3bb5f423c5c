"""The second person looks at the recorded marks before anybody decides, and may send decisions back (I27)."""

from collections import Counter
from datetime import datetime

from django.db import IntegrityError, transaction

from certification.plans.models import Plan
from certification.results import selectors
from certification.results.models import Decision, PartResult, Recording, RecordingCheck
from certification.results.services.parts import plain
from certification.results.services.shared import fingerprint, locked, require_role, require_scored
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.rules import Role

REASON_LIMIT = 1000


@transaction.atomic
def check_part_results(plan: Plan, *, actor: User, now: datetime) -> RecordingCheck:
    """Put the second person's name under the recorded marks; twice by the same person is once.

    Raises `PermissionDenied` unless the actor is head or exam officer of the body, `DomainError` "results.not_scored",
    "results.not_recorded", "results.check_same_person" for who recorded (I27), "results.checked_already", or while the
    room's record or a proposed voiding waits for an answer "results.stops_open" and "results.voidings_open".
    """
    plan = locked(plan)
    require_role(actor, plan, Role.HEAD, Role.EXAM_OFFICER)
    require_scored(plan)
    recording = recording_in_force(plan)
    if recording.recorded_by_id == actor.pk:
        raise DomainError("results.check_same_person")
    if check := RecordingCheck.objects.filter(recording=recording).first():
        if check.checked_by_id != actor.pk:
            raise DomainError("results.checked_already")
        return check
    require_nothing_open(plan)
    seen = Counter(anomaly.value for row in selectors.rows_to_check(plan) for anomaly in row.anomalies)
    try:
        with transaction.atomic():
            check = RecordingCheck.objects.create(
                recording=recording,
                recorded_by_id=recording.recorded_by_id,
                checked_by=actor,
                checked_at=now,
                seen=dict(sorted(seen.items())),
            )
    except IntegrityError:
        raise DomainError("results.checked_already") from None
    facts = {"recording": recording.pk, "sha256": recording.content_sha256, "seen": check.seen}
    ledger.append("results.parts_checked", subject=plan, actor=actor, now=now, **facts)
    return check


def recording_in_force(plan: Plan) -> Recording:
    """Return the recording whose marks stand in the rows; raise `DomainError` "results.not_recorded" when none does."""
    recording = Recording.objects.filter(plan=plan).order_by("-pk").first()
    present = list(PartResult.objects.filter(seat__plan=plan))
    if recording is None or fingerprint(sorted(plain(present))) != fingerprint(sorted(recording.content)):
        raise DomainError("results.not_recorded")
    return recording


def require_nothing_open(plan: Plan) -> None:
    if stops := len(selectors.open_stops(plan)):
        raise DomainError("results.stops_open", count=stops)
    if waiting := selectors.open_voidings(plan).count():
        raise DomainError("results.voidings_open", count=waiting)


@transaction.atomic
def send_back(plan: Plan, *, reason: str, actor: User, now: datetime) -> int:
    """Throw unconfirmed decisions and the marks beneath them away; everything is computed and checked anew.

    This is how the second person says no. Return how many decisions went. Raises `PermissionDenied` unless the actor is
    head or exam officer of the body, `DomainError` "results.not_scored", "results.not_recorded" when there is nothing to
    send back, "results.confirmed_already", or "results.reason_needed" (422).
    """
    plan = locked(plan)
    require_role(actor, plan, Role.HEAD, Role.EXAM_OFFICER)
    require_scored(plan)
    reason = reason.strip()[:REASON_LIMIT]
    if not reason:
        raise DomainError("results.reason_needed", status=422)
    forget_marks(plan)
    decisions = Decision.objects.filter(seat__plan=plan)
    count = decisions.count()
    decisions.delete()
    ledger.append("results.sent_back", subject=plan, actor=actor, now=now, reason=reason, decisions=count)
    return count


def forget_marks(plan: Plan) -> None:
    """Throw the computed marks away, so that the next step is to record them anew; the recordings stay as history.

    Raises `DomainError` "results.confirmed_already" once a decision is confirmed.
    """
    if Decision.objects.filter(seat__plan=plan, confirmed_at__isnull=False).exists():
        raise DomainError("results.confirmed_already")
    gone, _rows = PartResult.objects.filter(seat__plan=plan).delete()
    if not gone:
        raise DomainError("results.not_recorded")
