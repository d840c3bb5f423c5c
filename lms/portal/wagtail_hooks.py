"""The editors' admin wears our colours and speaks of our rooms."""

from collections.abc import MutableSequence
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from lms.accounts.http import AuthenticatedHttpRequest

FOREIGN_HELP = ("editor-guide", "whats-new-in-wagtail")


@hooks.register("insert_global_admin_css")
def brand() -> SafeString:
    """Link the brand style sheet."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/cms.css"))


@hooks.register("construct_main_menu")
def call_people_by_name(request: AuthenticatedHttpRequest, items: MutableSequence[MenuItem]) -> None:
    """Let the side bar greet the person by name; Wagtail looks for a first name, which nobody has here."""
    request.user.first_name = request.user.get_short_name()


@hooks.register("construct_help_menu")
def keep_help_at_home(request: HttpRequest, items: MutableSequence[MenuItem]) -> None:
    """Drop the links to English pages on other people's servers."""
    items[:] = [item for item in items if not item.name.startswith(FOREIGN_HELP)]


@hooks.register("construct_reports_menu")
def hide_reports_of_the_whole_site(request: HttpRequest, items: MutableSequence[MenuItem]) -> None:
    """Leave out the report that `catalogue.admin_views` keeps for superusers."""
    if not request.user.is_superuser:
        items[:] = [item for item in items if item.name != "page-types-usage"]


class HowToPanel(Component):
    """What an editor does here, in three steps, on the admin's first page."""

    order = 10

    def render_html(self, parent_context: Any = None) -> SafeString:
        return render_to_string("portal/cms_how_to.html", {"request": parent_context["request"]})


@hooks.register("construct_homepage_panels")
def explain(request: HttpRequest, panels: MutableSequence[Component]) -> None:
    """Put the three steps above what waits for the person."""
    panels.insert(0, HowToPanel())
