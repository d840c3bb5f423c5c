from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TenancyConfig(AppConfig):
    name = "courses.tenancy"
    label = "tenancy"
    verbose_name = _("Organisations that teach")

    def ready(self) -> None:
        from courses.tenancy.review_news import take_over_from_wagtail

        take_over_from_wagtail()
