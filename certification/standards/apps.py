from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StandardsConfig(AppConfig):
    name = "certification.standards"
    label = "standards"
    verbose_name = _("Occupational standards")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from certification.standards.selectors import function_names, occupation_names
        from courses.catalogue import functions, occupations

        occupations.register("standards", occupation_names)
        functions.register("standards", function_names)
