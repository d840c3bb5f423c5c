"""Tickets to paper: a few at once, many as a job that can be watched."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from certification.examday import tasks
from certification.examday.models import Arrangement
from certification.examday.printing import Ticket, render_tickets, seats_to_print, tickets_of
from certification.plans.access import require_officer
from certification.plans.models import Plan
from lms.accounts.models import User
from lms.core import jobs, ledger, store
from lms.core.errors import DomainError
from lms.core.models import Job
from lms.notices.facts import packed

KIND = "examday.tickets"
AT_ONCE = 80
"""Up to so many tickets are laid out while the officer waits, some seconds; more become a job."""
STALLED = timedelta(minutes=30)
"""A job that is not done after so long lost its worker, or is given a second one: both make the same file."""


def print_now(plan: Plan, *, actor: User, now: datetime) -> bytes:
    """Return the PDF of all tickets of a small plan. Raises `PermissionDenied` or `DomainError("examday.no_seats")`."""
    require_officer(actor, plan.organisation)
    tickets = tickets_of(plan, seats_to_print(plan))
    if not tickets:
        raise DomainError("examday.no_seats")
    pdf = render_tickets(plan, tickets)
    with transaction.atomic():
        ledger.append("examday.tickets_printed", subject=plan, actor=actor, now=now, tickets=len(tickets))
    return pdf


@transaction.atomic
def start_printing(plan: Plan, *, actor: User, now: datetime) -> Job:
    """Return the job that prints all tickets of the plan; one that is still running is returned instead of a second.

    One that lost its worker is taken up again; one that began before seats were moved is left to itself. Raises `PermissionDenied` or `DomainError("examday.no_seats")`.
    """
    require_officer(actor, plan.organisation)
    Plan.objects.select_for_update().get(pk=plan.pk)
    seats = plan.seats.count()
    if not seats:
        raise DomainError("examday.no_seats")
    running = jobs_of(plan).filter(finished_at=None).order_by("-pk").first()
    if running is not None and not Arrangement.objects.filter(plan=plan, confirmed_at__gt=running.started_at).exists():
        if now - running.started_at >= STALLED:
            transaction.on_commit(partial(tasks.print_tickets.enqueue, running.pk))
        return running
    job = jobs.start(KIND, actor=actor, total=seats, params={"plan": plan.pk}, now=now)
    ledger.append("examday.tickets_printed", subject=plan, actor=actor, now=now, tickets=seats, job=job.pk)
    transaction.on_commit(partial(tasks.print_tickets.enqueue, job.pk))
    return job


def run_printing(job: Job, *, now: datetime) -> Job:
    """Lay out and write all tickets and keep the file; running again after an interruption begins anew, and ends the same.

    One outcome for each ticket is recorded when its lot is laid out; the file's SHA-256 is kept in the job's parameters.
    A name that cannot be printed ends the job: its parameters then hold the `refusal`, and no file.
    """
    if job.finished_at is not None:
        return job
    plan = Plan.objects.select_related("organisation", "site", "scheme__occupation").get(pk=job.params["plan"])
    tickets = tickets_of(plan, seats_to_print(plan))

    def told(lot: Sequence[Ticket]) -> None:
        for ticket in lot:
            jobs.record(job, ticket.seat.ticket_number, ok=True)

    made: dict[str, Any]
    try:
        made = {"sha256": store.put(render_tickets(plan, tickets, told=told), suffix=".pdf")}
    except DomainError as error:
        made = {"refusal": {"code": error.code, "context": packed(error.context)}}
    Job.objects.filter(pk=job.pk).update(params={**job.params, **made})
    jobs.finish(job, now=now)
    return job


def jobs_of(plan: Plan) -> QuerySet[Job]:
    """Return the printing jobs of a plan."""
    return Job.objects.filter(kind=KIND, params__plan=plan.pk)
