"""Every address of the site. Each room mounts its own; Wagtail's pages come last."""

from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from lms.api import api
from lms.portal.views import language

urlpatterns = [
    # What strangers ask comes first: each address before theirs would be tried for every code that is scanned.
    path("", include("certification.registry.urls")),
    path("", include("lms.portal.urls")),
    path("", include("courses.media.urls")),
    path("", include("courses.packages.urls")),
    path("", include("courses.questionbank.urls")),
    path("", include("courses.catalogue.urls")),
    path("", include("courses.tenancy.urls")),
    path("", include("courses.sharing.urls")),
    path("", include("courses.learning.urls")),
    path("", include("courses.venues.urls")),
    path("", include("certification.standards.urls")),
    path("", include("certification.bodies.urls")),
    path("", include("certification.plans.urls")),
    path("", include("certification.applications.urls")),
    path("", include("certification.examday.urls")),
    path("", include("certification.supervision.urls")),
    path("", include("certification.assessment.urls")),
    path("", include("certification.panels.urls")),
    path("", include("certification.results.urls")),
    path("", include("certification.certificates.urls")),
    path("", include("certification.archives.urls")),
    path("api/v1/", RedirectView.as_view(pattern_name="api:openapi-json"), name="api"),
    path("api/v1/", api.urls),
    path("", include("lms.insights.urls")),
    path("", include("lms.notices.urls")),
    path("", include("lms.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("language/", language, name="set_language"),
    # One door for everybody: with codes, two-step sign-in and a limit on guesses.
    path("cms/login/", RedirectView.as_view(pattern_name="account_login", query_string=True), name="cms_login"),
    path("cms/", include("courses.catalogue.admin_urls")),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("", include(wagtail_urls)),
]
