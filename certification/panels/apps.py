from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PanelsConfig(AppConfig):
    name = "certification.panels"
    label = "panels"
    verbose_name = _("Comprehensive review")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from certification.assessment import closing_checks
        from certification.bodies import sources
        from certification.panels import closing, publication, reconciliation, selectors
        from certification.plans import publication_checks
        from lms.core import ledger

        closing_checks.register(closing.check_review)
        publication_checks.register(publication.setup_problems)
        sources.register_duties(selectors.duties)
        ledger.register_anchors(reconciliation.anchors)
