"""Work done outside a request."""

from django_tasks import task

from lms.core import clock


@task()
def print_tickets(job_id: int) -> None:
    """Print all tickets of a plan."""
    from certification.examday.services import printing
    from lms.core.models import Job

    printing.run_printing(Job.objects.get(pk=job_id), now=clock.now())
