"""In the editors' admin: a lesson is shared from where it is written."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import HeaderButton
from wagtail.models import Page

from courses.catalogue.models import LessonPage


@hooks.register("register_page_header_buttons")
def lead_to_sharing(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Any:
    if page.pk and page.live and issubclass(page.specific_class or Page, LessonPage):
        yield HeaderButton(
            label=_("Share this lesson"), url=reverse("sharing:share", args=[page.pk]), icon_name="group", priority=60
        )


@hooks.register("register_admin_menu_item")
def shared_lessons() -> MenuItem:
    return MenuItem(_("Shared lessons"), reverse("sharing:shared"), name="shared-lessons", icon_name="group", order=95)
