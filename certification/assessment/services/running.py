"""Which plans are being assessed at the moment, and the step into that state."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from certification.examday.selectors.rooms import require_rooms_ready
from certification.plans import services as plans
from certification.plans.models import Plan
from certification.plans.rules import Event as PlanEvent
from certification.plans.rules import Status as PlanStatus
from lms.accounts.models import User
from lms.core.errors import DomainError, InvalidTransition
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role


def begin_if_first(plan: Plan, *, now: datetime) -> None:
    """Move an arranged plan into the exam when its first sitting or sheet begins.

    Raises `DomainError` "assessment.not_running" in any other state, and "assessment.room_not_ready"
    when the team is not: who stands at the door is not told which of the staff is to blame, the
    officer reads that at her desk. Thousands may begin in the same second: one moves the plan, the
    others find it moved.
    """
    status = PlanStatus(plan.status)
    if status is PlanStatus.ARRANGED:
        try:
            require_rooms_ready(plan)
            plans.advance(plan, PlanEvent.START_EXAM, actor=None, now=now)
        except InvalidTransition:
            plan.refresh_from_db(fields=["status"])
            status = PlanStatus(plan.status)
        except DomainError as error:
            raise DomainError("assessment.room_not_ready") from error
        else:
            return
    if status is not PlanStatus.IN_EXAM:
        raise DomainError("assessment.not_running")


@transaction.atomic
def open_assessment(plan: Plan, *, actor: User, now: datetime) -> Plan:
    """Open the assessment of an arranged plan by hand, so that faults of the team show before the first candidate.

    Raises `PermissionDenied` for anybody but an exam officer, `DomainError` "examday.too_few_invigilators" or
    "examday.room_too_full" (I13), and what `plans.advance` refuses.
    """
    if not has_role(actor, plan.organisation, Role.EXAM_OFFICER):
        raise PermissionDenied
    require_rooms_ready(plan)
    return plans.advance(plan, PlanEvent.START_EXAM, actor=actor, now=now)


def require_running(plan: Plan) -> None:
    """Raise `DomainError` "assessment.not_running" unless the plan is between first start and closing."""
    if PlanStatus(plan.status) is not PlanStatus.IN_EXAM:
        raise DomainError("assessment.not_running")
