from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    name = "certification.registry"
    label = "registry"
    verbose_name = _("Public registry")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from certification.registry import memory
        from certification.registry.transparency import selectors, tasks
        from lms.core import ledger

        ledger.entries_appended.connect(tasks.when_entries_are_appended, dispatch_uid="registry.log")
        ledger.entries_appended.connect(memory.when_entries_are_appended, dispatch_uid="registry.memory")
        ledger.register_anchors(selectors.leaf_anchors)
        ledger.register_anchors(selectors.head_anchors)
