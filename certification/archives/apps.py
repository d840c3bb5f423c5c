from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArchivesConfig(AppConfig):
    name = "certification.archives"
    label = "archives"
    verbose_name = _("Archives")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from certification.archives.reconciliation import disagreements
        from lms.core.reconciliation import register

        register(disagreements)
