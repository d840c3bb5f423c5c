from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "certification.certificates"
    label = "certificates"
    verbose_name = _("Certificates")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from certification.certificates import checks, corrections, examinations, print_sources  # noqa: F401
        from certification.results import effects

        print_sources.remember()
        effects.register("certificates", effects.Source(corrections.tell, corrections.carry_out))
