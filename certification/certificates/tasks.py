"""Work done outside a request."""

from django_tasks import task

from lms.core import clock


@task()
def run_batch(batch_id: int) -> None:
    """Run or take up a batch. What a worker signs late bears the late moment, and never one before the approval."""
    from certification.certificates.models import IssueBatch
    from certification.certificates.services import issuing

    batch = IssueBatch.objects.select_related("organisation", "plan", "programme", "approved_by").get(pk=batch_id)
    issuing.run_batch(batch, now=max(clock.now(), batch.approved_at or clock.now()))


@task()
def compare_template(version_id: int) -> None:
    """Find out whether the compiled engine may print on a version that was published."""
    from certification.certificates.models import TemplateVersion
    from certification.certificates.services import templates

    templates.compare_version(TemplateVersion.objects.select_related("template__organisation").get(pk=version_id))
