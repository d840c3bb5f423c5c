from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharingConfig(AppConfig):
    name = "courses.sharing"
    label = "sharing"
    verbose_name = _("Shared lessons")

    def ready(self) -> None:
        from wagtail.signals import page_published

        from courses.sharing.signals import follow_publication

        page_published.connect(follow_publication, dispatch_uid="sharing-follow-publication")
