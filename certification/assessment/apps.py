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

        closing_checks.register(check_tablets)
        from certification.assessment.reconciliation import disagreements
        from lms.core.reconciliation import register

        register(disagreements)
