from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResultsConfig(AppConfig):
    name = "certification.results"
    label = "results"
    verbose_name = _("Results")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from certification.plans import kept
        from certification.results import keeping
        from certification.results.comparing import published_results
        from lms.core import reconciliation

        kept.register(keeping.earlier_results)
        reconciliation.register(published_results)
