"""Figures and words in the editors' admin; each author meets only those of her own college's collection."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.documents.models import Document
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

from courses.catalogue.admin_guard import visible_to
from courses.catalogue.admin_views import GatedPagesApi, OwnDocumentsApi, OwnImagesApi
from courses.catalogue.choosers import PracticeItemChooserViewSet, practice_item_chooser
from courses.catalogue.course_chooser import CourseChooserViewSet, course_chooser
from courses.catalogue.file_forms import FigureForm
from courses.catalogue.models import Figure, GlossaryTerm, LessonPage
from courses.catalogue.permissions import ANY_USE, usable_by
from courses.catalogue.readers import is_closed, is_for_everybody, live_pages_with, may_read_one_of


class OwnListMixin:
    """Lists what the person may put into a lesson: her collections' figures, her words and the shared ones."""

    request: Any
    model_class: Any

    def get_object_list(self) -> QuerySet[Any]:
        return visible_to(self.request.user, self.model_class)


class ChosenMixin:
    """Chooses only what the person may put into a lesson."""

    request: Any

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        chosen = super().get_object(*args, **kwargs)  # type: ignore[misc]
        if not visible_to(self.request.user, type(chosen)).filter(pk=chosen.pk).exists():
            raise PermissionDenied
        return chosen


class OwnMixin:
    """Opens a figure or a word only to those whose collection it lies in.

    Wagtail's snippet views ask whether the person may change *some* figure, not this one.
    """

    request: Any

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        # Every view that this is mixed into has `get_object`; `object` has not.
        opened = super().get_object(*args, **kwargs)  # type: ignore[misc]
        policy = policy_registry.get_by_type(type(opened))
        if not policy.user_has_any_permission_for_instance(self.request.user, ANY_USE, opened):
            raise PermissionDenied
        return opened


def _own(view: type) -> type:
    return type(f"Own{view.__name__}", (OwnMixin, view), {})


class NoCreateView(SnippetCreateView):
    """Figures and words have a page of their own; the chooser has no form for them to show."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404


class OwnChooserViewSet(SnippetChooserViewSet):
    choose_view_class = type("OwnChooseView", (OwnListMixin, ChooseView), {})
    choose_results_view_class = type("OwnChooseResultsView", (OwnListMixin, ChooseResultsView), {})
    chosen_view_class = type("OwnChosenView", (ChosenMixin, SnippetChosenView), {})
    create_view_class = NoCreateView


class OwnSnippetViewSet(SnippetViewSet):
    add_to_admin_menu = True
    chooser_viewset_class = OwnChooserViewSet
    edit_view_class = _own(EditView)
    copy_view_class = _own(CopyView)
    delete_view_class = _own(DeleteView)
    history_view_class = _own(HistoryView)
    usage_view_class = _own(UsageView)

    def get_queryset(self, request: Any) -> QuerySet[Any]:
        return usable_by(request.user, self.model)


class FigureCopyView(OwnMixin, CopyView):
    """A copy begins with the drawing itself; Wagtail's own would ask for its file again."""

    def get_initial_form_instance(self) -> Figure:
        copy: Figure = self.get_object()
        copy.pk, copy.source, copy._state.adding = None, "", True
        return copy

    def get_add_url(self) -> str:
        return str(self.request.path)


class FigureViewSet(OwnSnippetViewSet):
    model = Figure
    edit_handler = ObjectList(
        [FieldPanel("collection"), FieldPanel("title"), FieldPanel("file"), FieldPanel("alt")], base_form_class=FigureForm
    )
    copy_view_class = FigureCopyView
    icon = "image"
    menu_label = _("Figures")
    menu_order = 310
    list_display = ["title", "collection", "width", "height"]


class GlossaryViewSet(OwnSnippetViewSet):
    model = GlossaryTerm
    icon = "openquote"
    menu_label = _("Glossary")
    menu_order = 320
    list_display = ["term", "term_en", "course", "collection"]


register_snippet(FigureViewSet)
register_snippet(GlossaryViewSet)


@hooks.register("register_admin_viewset")
def practice_items() -> PracticeItemChooserViewSet:
    """The chooser that the block of self-check questions opens."""
    return practice_item_chooser


@hooks.register("register_admin_viewset")
def programme_courses() -> CourseChooserViewSet:
    """The chooser that a row of a programme opens."""
    return course_chooser


@hooks.register("construct_page_chooser_queryset")
def choose_among_own_pages(pages: QuerySet[Page], request: Any) -> QuerySet[Page]:
    """Show in the page chooser what the person may open in the explorer."""
    own: QuerySet[Page] = policy_registry.get_by_type(Page).explorable_instances(request.user)
    return pages & own


@hooks.register("construct_admin_api", order=1)  # after Wagtail's own, whose names these take over
def tell_of_own_files_only(router: Any) -> None:
    """Put the narrower lists of images and documents, and the gate before publishing, in place of Wagtail's."""
    router.register_endpoint("pages", GatedPagesApi)
    router.register_endpoint("images", OwnImagesApi)
    router.register_endpoint("documents", OwnDocumentsApi)


@hooks.register("before_serve_document")
def keep_documents_of_drafts(document: Document, request: Any) -> HttpResponse | None:
    """Hand a document out once a published page shows it; before that only to those who may take it into a lesson.

    What stands only in lessons of courses that are not open asks its reader to sign in, as those lessons do.
    """
    if usable_by(request.user, Document).filter(pk=document.pk).exists():
        return None
    if not may_read_one_of(live_pages_with(document), request):
        raise Http404
    if request.user.is_authenticated or is_for_everybody(document):
        return None
    return redirect_to_login(request.get_full_path())


@hooks.register("before_serve_page")
def ask_who_reads(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse | None:
    """Ask the reader of a lesson to sign in when its course is not open to the public."""
    if not isinstance(page, LessonPage) or request.user.is_authenticated:
        return None
    if is_closed(page.path):
        return redirect_to_login(request.get_full_path())
    return None
