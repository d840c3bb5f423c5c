from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupervisionConfig(AppConfig):
    name = "certification.supervision"
    label = "supervision"
    verbose_name = _("Quality supervision")
    default_auto_field = "django.db.models.BigAutoField"
