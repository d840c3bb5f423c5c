"""Figures in the editors' admin; each author meets only those of her own college's collection."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.chooser import (
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
    SnippetChosenView,
    SnippetCreateView,
)
from wagtail.snippets.views.snippets import CopyView, DeleteView, EditView, HistoryView, SnippetViewSet, UsageView

from courses.catalogue.admin_views import OwnDocumentsApi, OwnImagesApi
from courses.catalogue.models import Figure
from courses.catalogue.permissions import ANY_USE, usable_by


class OwnFiguresMixin:
    """Lists the figures of the collections that the person may take from."""

    request: Any

    def get_object_list(self) -> QuerySet[Figure]:
        return usable_by(self.request.user, Figure)


class OwnFigureMixin:
    """Opens a figure only to those who may use it.

    Wagtail's snippet views ask whether the person may change *some* figure, not this one.
    """

    request: Any

    def get_object(self, *args: Any, **kwargs: Any) -> Figure:
        # Every view that this is mixed into has `get_object`; `object` has not.
        figure: Figure = super().get_object(*args, **kwargs)  # type: ignore[misc]
        policy = policy_registry.get_by_type(Figure)
        if not policy.user_has_any_permission_for_instance(self.request.user, ANY_USE, figure):
            raise PermissionDenied
        return figure


def _own(view: type) -> type:
    return type(f"Figure{view.__name__}", (OwnFigureMixin, view), {})


class NoFigureCreateView(SnippetCreateView):
    """A figure is drawn elsewhere and uploaded on its own page; the chooser has no form for it to show."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404


class FigureChooserViewSet(SnippetChooserViewSet):
    choose_view_class = type("FigureChooseView", (OwnFiguresMixin, ChooseView), {})
    choose_results_view_class = type("FigureChooseResultsView", (OwnFiguresMixin, ChooseResultsView), {})
    chosen_view_class = _own(SnippetChosenView)
    create_view_class = NoFigureCreateView


class FigureViewSet(SnippetViewSet):
    model = Figure
    icon = "image"
    menu_label = _("Figures")
    add_to_admin_menu = True
    menu_order = 310
    list_display = ["title", "collection", "width", "height"]
    chooser_viewset_class = FigureChooserViewSet
    edit_view_class = _own(EditView)
    copy_view_class = _own(CopyView)
    delete_view_class = _own(DeleteView)
    history_view_class = _own(HistoryView)
    usage_view_class = _own(UsageView)

    def get_queryset(self, request: Any) -> QuerySet[Figure]:
        return usable_by(request.user, Figure)


register_snippet(FigureViewSet)


@hooks.register("construct_page_chooser_queryset")
def choose_among_own_pages(pages: QuerySet[Page], request: Any) -> QuerySet[Page]:
    """Show in the page chooser what the person may open in the explorer."""
    own: QuerySet[Page] = policy_registry.get_by_type(Page).explorable_instances(request.user)
    return pages & own


@hooks.register("construct_admin_api", order=1)  # after Wagtail's own, whose names these take over
def tell_of_own_files_only(router: Any) -> None:
    """Put the narrower lists of images and documents in place of Wagtail's."""
    router.register_endpoint("images", OwnImagesApi)
    router.register_endpoint("documents", OwnDocumentsApi)
