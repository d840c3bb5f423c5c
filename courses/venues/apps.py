from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VenuesConfig(AppConfig):
    name = "courses.venues"
    label = "venues"
    verbose_name = _("Exhibition venues")
    default_auto_field = "django.db.models.BigAutoField"
