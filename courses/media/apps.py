from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MediaConfig(AppConfig):
    name = "courses.media"
    label = "media"
    verbose_name = _("Recordings")

    def ready(self) -> None:
        from django.db.models.signals import post_delete, post_save
        from wagtail.signals import page_published

        from courses.catalogue.search_models import SLIDES, TRANSCRIPT
        from courses.catalogue.search_sources import register_lesson_features, register_lesson_texts
        from courses.learning.films import register_films
        from courses.media.access import collections_for
        from courses.media.films import watched_films
        from courses.media.permissions import register_recording_policy
        from courses.media.purposes import Purpose, register_purpose
        from courses.media.rules.containers import container_of
        from courses.media.searchable import offers, slide_words, transcripts
        from courses.media.services.recordings import keep_recording
        from courses.media.services.uploads import check_size
        from courses.media.signals import follow_captions, follow_recording, release_with_lesson

        register_recording_policy()
        register_purpose(
            "recording", Purpose(check_size=check_size, check_head=container_of, collections=collections_for, keep=keep_recording)
        )
        register_films(watched_films)
        register_lesson_texts(TRANSCRIPT, transcripts)
        register_lesson_texts(SLIDES, slide_words)
        register_lesson_features("media", offers)
        for signal in (post_save, post_delete):
            signal.connect(follow_captions, sender="media.CaptionTrack", dispatch_uid=f"media-search-{id(signal)}")
        post_save.connect(follow_recording, sender="media.Recording", dispatch_uid="media-search")
        page_published.connect(release_with_lesson, dispatch_uid="media-release")
