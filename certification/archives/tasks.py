"""Work done outside a request."""

from django_tasks import task

from lms.core import clock


@task()
def build_archive(job_id: int) -> None:
    """Print the five volumes of a plan's archive."""
    from certification.archives.services import building
    from lms.core.models import Job

    building.build(Job.objects.get(pk=job_id), now=clock.now())
