"""Work done outside a request."""

from datetime import datetime

from django_tasks import task


@task()
def run_batch(batch_id: int, now: str) -> None:
    """Run or take up a batch; `now` is the moment at which it was approved or resumed."""
    from certification.certificates.models import IssueBatch
    from certification.certificates.services import issuing

    batch = IssueBatch.objects.select_related("organisation", "plan", "programme", "approved_by").get(pk=batch_id)
    issuing.run_batch(batch, now=datetime.fromisoformat(now))


@task()
def compare_template(version_id: int) -> None:
    """Find out whether the compiled engine may print on a version that was published."""
    from certification.certificates.models import TemplateVersion
    from certification.certificates.services import templates

    templates.compare_version(TemplateVersion.objects.select_related("template__organisation").get(pk=version_id))
