"""In the editors' admin: the whole course is one click away, and can be sent to review from where one writes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.widgets import HeaderButton
from wagtail.models import Page

from courses.catalogue.models import CollegePage, CoursePage, LessonPage, ModulePage
from courses.tenancy.access import writes_in
from courses.tenancy.selectors import courses_in_review, courses_written_by, opened_by, staffed_by
from courses.tenancy.views.courses import send_to_review
from lms.accounts.http import AuthenticatedHttpRequest
from lms.organisations.rules import EDITING_ROLES
from lms.organisations.selectors import organisations_where

PARTS = (CoursePage, ModulePage, LessonPage)
SEND = "action-send-course"


def course_above(page: Page) -> CoursePage | None:
    """Return the course that the page is or belongs to."""
    course: CoursePage | None = CoursePage.objects.ancestor_of(page, inclusive=True).first()
    return course


class SendCourseItem(ActionMenuItem):
    """Keeps what was written and sends all that is new in the course to its reviewers."""

    name = SEND
    label = _("Keep, and send the whole course to review")
    icon_name = "upload"

    def is_shown(self, context: dict[str, Any]) -> bool:
        page = context.get("page")
        if context["view"] != "edit" or not isinstance(page, PARTS):
            return False
        course = course_above(page)
        return course is not None and course.get_workflow() is not None and writes_in(context["request"].user, course)


@hooks.register("register_page_action_menu_item")
def offer_to_send() -> ActionMenuItem:
    return SendCourseItem(order=15)


@hooks.register("after_edit_page")
def send_course(request: AuthenticatedHttpRequest, page: Page) -> HttpResponse | None:
    """Send the course when that was the button; the page has just been kept."""
    if SEND not in request.POST or not isinstance(page, PARTS):
        return None
    course = course_above(page)
    if course is None or not writes_in(request.user, course):
        return None
    send_to_review(request, course)
    return redirect("tenancy:course", pk=course.pk)


@hooks.register("register_page_header_buttons")
def lead_to_course(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Any:
    if isinstance(page.specific, PARTS) and page.pk:
        course = course_above(page)
        if course is not None:
            yield HeaderButton(
                label=_("The whole course"), url=reverse("tenancy:course", args=[course.pk]), icon_name="list-ul", priority=5
            )


@hooks.register("register_admin_menu_item")
def courses_in_work() -> MenuItem:
    return MenuItem(_("Courses in work"), reverse("tenancy:courses"), name="courses-in-work", icon_name="tasks", order=90)


class CoursesPanel(Component):
    """What waits for this person's decision, what her organisation writes, and the doors to her college."""

    order = 20

    def render_html(self, parent_context: Any = None) -> SafeString:
        request = parent_context["request"]
        own = list(organisations_where(request.user, *EDITING_ROLES))
        with_tree = set(CollegePage.objects.filter(organisation__in=own).values_list("organisation_id", flat=True))
        context = {
            "waiting": courses_in_review(request.user, limit=10),
            "written": courses_written_by(own, limit=5),
            "colleges": [o for o in own if o.pk in with_tree],
            "may_open": opened_by(request.user).exists(),
            "may_staff": staffed_by(request.user).exists(),
        }
        return render_to_string("tenancy/cms_panel.html", context, request=request)


@hooks.register("construct_homepage_panels")
def show_courses(request: HttpRequest, panels: Any) -> None:
    panels.insert(1, CoursesPanel())
