from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "lms.core"
    label = "core"
    verbose_name = _("Foundations")

    def ready(self) -> None:
        from lms.core import checks, freshness  # noqa: F401

        autodiscover_modules("messages")
        autodiscover_modules("queues")
        freshness.connect()
