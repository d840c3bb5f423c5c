from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    name = "certification.plans"
    label = "plans"
    verbose_name = _("Assessment plans")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from certification.bodies import sources
        from certification.plans import history

        sources.register_duties(history.duties)
