from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    name = "courses.catalogue"
    label = "catalogue"
    verbose_name = _("Course catalogue")

    def ready(self) -> None:
        from courses.catalogue.permissions import register_figure_policy
        from courses.catalogue.signals import follow_membership

        register_figure_policy()
        for signal in (post_save, post_delete):
            signal.connect(follow_membership, sender="organisations.Membership", dispatch_uid=f"catalogue-{id(signal)}")
