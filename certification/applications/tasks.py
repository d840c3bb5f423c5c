"""Work done outside a request; each may run twice."""

from django_tasks import task

from lms.core import clock


@task()
def check_table(intake_id: int) -> None:
    """Look at an uploaded table, or go on looking."""
    from certification.applications.models import Intake
    from certification.applications.services import looking

    looking.look_at_table(Intake.objects.select_related("plan__scheme__occupation").get(pk=intake_id), now=clock.now())


@task()
def take_table(intake_id: int) -> None:
    """Take in a table, or go on where a worker that died stopped."""
    from certification.applications.models import Intake
    from certification.applications.services import taking

    taking.take_table(Intake.objects.select_related("plan__scheme__occupation").get(pk=intake_id), now=clock.now())
