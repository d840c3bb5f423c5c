from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExamdayConfig(AppConfig):
    name = "certification.examday"
    label = "examday"
    verbose_name = _("Exam day")
    default_auto_field = "django.db.models.BigAutoField"
