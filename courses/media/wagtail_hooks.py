"""Recordings in the editors' admin: a chooser for lessons, and the way to the pages where they are kept."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CopyView, CreateView, DeleteView, EditView, IndexView

from courses.catalogue.wagtail_hooks import OwnSnippetViewSet
from courses.media import access
from courses.media.choosers import VideoChooserViewSet, video_chooser
from courses.media.models import Recording


class ElsewhereMixin:
    """What Wagtail would do with a form of its own is done on our pages, where uploads can be taken up again.

    Their addresses are named after the model: `media:recordings` and `media:recording`.
    """

    model: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        one_of_them, pk = self.model._meta.label_lower.replace(".", ":"), str(kwargs.get("pk", ""))
        if not pk:
            return HttpResponseRedirect(reverse(f"{one_of_them}s"))
        if not pk.isdecimal():
            raise Http404
        return HttpResponseRedirect(reverse(one_of_them, args=[int(pk)]))


def _elsewhere(view: type) -> type:
    return type(f"Elsewhere{view.__name__}", (ElsewhereMixin, view), {})


class KeptFileViewSet(OwnSnippetViewSet):
    """A kind of file that lessons show: chosen in the editors' admin, kept on pages of its own."""

    add_to_admin_menu = False
    list_display = ["title", "kind", "collection"]
    index_view_class = _elsewhere(IndexView)
    index_results_view_class = index_view_class
    add_view_class = _elsewhere(CreateView)
    edit_view_class = _elsewhere(EditView)
    copy_view_class = _elsewhere(CopyView)
    delete_view_class = _elsewhere(DeleteView)


class RecordingViewSet(KeptFileViewSet):
    model = Recording
    icon = "media"


register_snippet(RecordingViewSet)


@hooks.register("register_admin_viewset")
def videos() -> VideoChooserViewSet:
    """The chooser for a lesson's film in sign language."""
    return video_chooser


class RecordingsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return access.is_editor(request.user)


@hooks.register("register_admin_menu_item")
def recordings_in_the_menu() -> MenuItem:
    return RecordingsMenuItem(_("Videos and sounds"), reverse("media:recordings"), icon_name="media", order=320)
