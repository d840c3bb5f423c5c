"""Packages in the editors' admin: a chooser for lessons, and the way to the pages where they are kept."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from courses.media.wagtail_hooks import KeptFileViewSet
from courses.packages import access
from courses.packages.models import Package


class PackageViewSet(KeptFileViewSet):
    model = Package
    icon = "code"


register_snippet(PackageViewSet)


class PackagesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return access.is_editor(request.user)


@hooks.register("register_admin_menu_item")
def packages_in_the_menu() -> MenuItem:
    return PackagesMenuItem(_("Interactive packages"), reverse("packages:packages"), icon_name="code", order=322)
