"""Addresses below `/cms/` that come before Wagtail's own, with the same rights as the rest of its admin."""

from django.urls import path
from wagtail.admin import urls as wagtail_admin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.utils.urlpatterns import decorate_urlpatterns

from courses.catalogue.admin_guard import guarded
from courses.catalogue.admin_views import OwnPagesBrowseView, StaffPageTypesReport, own_bulk_action

browse = require_admin_access(OwnPagesBrowseView.as_view())
types_report = require_admin_access(StaffPageTypesReport.as_view())

urlpatterns = [
    path("choose-page/", browse, name="own_pages"),
    path("choose-page/<int:parent_page_id>/", browse, name="own_pages_below"),
    path(
        "bulk/<str:app_label>/<str:model_name>/<str:action>/",
        require_admin_access(own_bulk_action),
        name="own_bulk_action",
    ),
    path("reports/page-types-usage/", types_report, name="page_types_report"),
    path("reports/page-types-usage/results/", types_report, name="page_types_report_results"),
]

# The list of Wagtail's addresses is decorated where it lies, as Wagtail does it with `require_admin_access`:
# no address, of today's or of a later version, stands outside the guard.
decorate_urlpatterns(urlpatterns, guarded)
decorate_urlpatterns(wagtail_admin_urls.urlpatterns, guarded)
