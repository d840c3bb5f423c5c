from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentConfig(AppConfig):
    name = "certification.assessment"
    label = "assessment"
    verbose_name = _("Assessment")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from certification.assessment import closing_checks
        from certification.assessment.offline.closing import check_tablets
        from certification.assessment.reconciliation import disagreements
        from certification.assessment.services.door import stop_sitting
        from certification.examday import stopping
        from lms.core.reconciliation import register

        stopping.register(stop_sitting)
        closing_checks.register(check_tablets)
        register(disagreements)
