from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PackagesConfig(AppConfig):
    name = "courses.packages"
    label = "packages"
    verbose_name = _("Interactive packages")

    def ready(self) -> None:
        from wagtail.signals import page_published

        from courses.learning.films import register_films
        from courses.media.purposes import Purpose, register_purpose
        from courses.packages.access import collections_for
        from courses.packages.permissions import register_package_policy
        from courses.packages.rules.archive import check_head
        from courses.packages.selectors import worked_through
        from courses.packages.services.packages import check_size, keep_package
        from courses.packages.signals import release_with_lesson

        register_package_policy()
        register_purpose(
            "package", Purpose(check_size=check_size, check_head=check_head, collections=collections_for, keep=keep_package)
        )
        register_films(worked_through)
        page_published.connect(release_with_lesson, dispatch_uid="packages-release")
