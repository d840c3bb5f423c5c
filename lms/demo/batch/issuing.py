"""Certificates: a list by the officer, approved by the head, made by the services with the demonstration's key."""

import datetime

from django.db import transaction

from certification.certificates.rules import Kind
from certification.certificates.selectors import house_template
from certification.certificates.services import approve_batch, prepare_batch, run_batch
from certification.certificates.services.templates import compare_version
from lms.core.errors import DomainError
from lms.demo.batch.exam import Exam

WORTH_COMPILING = 200
"""From so many candidates on the comparison that lets the compiled engine print pays: it takes about a minute."""


def make_ready(candidates: int) -> None:
    """Have both engines compared before many certificates are printed, as an operator does with `compile_templates`."""
    version = house_template(Kind.SKILL_LEVEL)
    if candidates >= WORTH_COMPILING and not version.is_compiled:
        compare_version(version)


def issue(exam: Exam, *, now: datetime.datetime) -> int:
    """Issue to everybody who is due a certificate now; return how many were on the list."""
    exam.plan.refresh_from_db()
    try:
        batch = prepare_batch(exam.plan, actor=exam.crew.officer, now=now)
    except DomainError as error:
        if error.code != "certificates.nobody_due":
            raise
        return 0
    # One transaction: where tasks run at once, they would print with today's date before the story's moment is told.
    with transaction.atomic():
        approve_batch(batch, actor=exam.crew.head, now=now)
        run_batch(batch, now=now, worker=f"simulated-{batch.pk}")
    exam.told["lists_issued"] += 1
    return batch.items.count()
