"""Views of Wagtail's admin that would show another college's drafts, narrowed to one's own tree."""

from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_list_or_404
from rest_framework.exceptions import ValidationError
from wagtail.admin.api.actions.publish import PublishPageAPIAction
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.admin.views.chooser import BrowseView
from wagtail.admin.views.reports.page_types_usage import PageTypesUsageReportView
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.documents.models import Document
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.images.models import Image
from wagtail.models import Page
from wagtail.permissions import policy_registry

from courses.catalogue.accessibility.gate import require_accessible
from courses.catalogue.admin_guard import LARGEST_KEY, visible_to
from courses.catalogue.models import LessonPage
from courses.catalogue.permissions import usable_by
from lms.core.errors import DomainError
from lms.core.messages import text_of


class OwnPagesBrowseView(BrowseView):
    """The page chooser begins at the top of one's own tree; the guard keeps it from pages outside."""

    def get(self, request: HttpRequest, parent_page_id: int | None = None) -> HttpResponse:
        if parent_page_id is None:
            root = policy_registry.get_by_type(Page).explorable_root_instance(request.user)
            if root is None:
                raise PermissionDenied
            parent_page_id = root.pk
        response: HttpResponse = super().get(request, parent_page_id)
        return response


class OwnObjectsMixin:
    """A bulk action upon what the person may see, whichever rows she asks for, and upon "all" likewise.

    Wagtail names also those with which it then does nothing.
    """

    request: HttpRequest

    def get_queryset(self, model: type[Model], object_ids: Any) -> list[Any]:
        keys = {int(key) for key in map(str, object_ids) if key.isdecimal() and int(key) <= LARGEST_KEY}
        return get_list_or_404(visible_to(self.request.user, model).distinct(), pk__in=keys)


def own_bulk_action(request: HttpRequest, app_label: str, model_name: str, action: str) -> HttpResponse:
    """Wagtail's bulk action of this name, narrowed to one's own."""
    action_class = bulk_action_registry.get_bulk_action_class(app_label, model_name, action)
    if action_class is None:
        raise Http404
    own: Any = type(f"Own{action_class.__name__}", (OwnObjectsMixin, action_class), {})
    response: HttpResponse = own(request, apps.get_model(app_label, model_name)).dispatch(request)
    return response


class StaffPageTypesReport(PageTypesUsageReportView):
    """Names the page last edited anywhere, so it is for the site's keepers alone."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_superuser:
            raise PermissionDenied
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response


class AccessiblePublishAction(PublishPageAPIAction):
    """Publishing through the API goes by the gate too; Wagtail's own action does not pass through the page."""

    def execute(self, instance: Page, data: Any) -> Any:
        lesson = instance.get_latest_revision_as_object()
        if isinstance(lesson, LessonPage):
            try:
                require_accessible(lesson)
            except DomainError as error:
                raise ValidationError(text_of(error)) from None
        return super().execute(instance, data)


class GatedPagesApi(PagesAdminAPIViewSet):
    actions = {**PagesAdminAPIViewSet.actions, "publish": AccessiblePublishAction}


class OwnImagesApi(ImagesAdminAPIViewSet):
    """Images of the collections that the person may take from; Wagtail's own lists every collection."""

    def get_queryset(self) -> QuerySet[Image]:
        images: QuerySet[Image] = super().get_queryset() & usable_by(self.request.user, Image)
        return images


class OwnDocumentsApi(DocumentsAdminAPIViewSet):
    """Documents likewise."""

    def get_queryset(self) -> QuerySet[Document]:
        documents: QuerySet[Document] = super().get_queryset() & usable_by(self.request.user, Document)
        return documents
