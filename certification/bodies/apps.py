from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BodiesConfig(AppConfig):
    name = "certification.bodies"
    label = "bodies"
    verbose_name = _("Assessment bodies")
    default_auto_field = "django.db.models.BigAutoField"
