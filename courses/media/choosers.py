"""The chooser for a lesson's film in sign language: the videos of the collections that the person may take from."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.generic.chooser import (
    BaseChooseView,
    ChooseResultsView,
    ChooseView,
    ChosenMultipleView,
    ChosenView,
    CreateView,
)
from wagtail.admin.viewsets.chooser import ChooserViewSet

from courses.media.models import Recording
from courses.media.rules.kinds import Kind

NAME = "videos"


def _own_videos(user: Any) -> QuerySet[Recording]:
    from courses.catalogue.permissions import usable_by

    return usable_by(user, Recording).filter(kind=Kind.VIDEO.value)


class OwnVideosMixin(BaseChooseView):
    per_page = 20

    def get_object_list(self) -> QuerySet[Recording]:
        return _own_videos(self.request.user)


class VideoChooseView(OwnVideosMixin, ChooseView):
    pass


class VideoChooseResultsView(OwnVideosMixin, ChooseResultsView):
    pass


class VideoChosenView(ChosenView):
    def get_object(self, pk: Any) -> Recording:
        video = _own_videos(self.request.user).filter(pk=pk).first()
        if video is None:
            raise Http404
        return video


class VideoChosenMultipleView(ChosenMultipleView):
    def get_objects(self, pks: Any) -> QuerySet[Recording]:
        return _own_videos(self.request.user).filter(pk__in=pks)


class NoCreateView(CreateView):
    """A recording is uploaded on its own page; the chooser has no form for it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404


class VideoChooserViewSet(ChooserViewSet):
    model = "media.Recording"
    icon = "media"
    choose_one_text = _("Choose a video")
    choose_another_text = _("Choose another video")
    choose_view_class = VideoChooseView
    choose_results_view_class = VideoChooseResultsView
    chosen_view_class = VideoChosenView
    chosen_multiple_view_class = VideoChosenMultipleView
    create_view_class = NoCreateView
    register_widget = False


video_chooser = VideoChooserViewSet(NAME, url_prefix="videos")
