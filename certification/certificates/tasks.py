"""Work done outside a request."""

from datetime import datetime

from django_tasks import task

from lms.core.models import Job


@task()
def issue_waiting(job_id: int, now: str) -> None:
    """Run or take up an issue job; `now` is the moment at which the head asked for it."""
    from certification.certificates.services import run_issue_job

    run_issue_job(Job.objects.get(pk=job_id), now=datetime.fromisoformat(now))
