"""Recordings in a lesson, each block named by what it does for the learner."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock


class RecordingBlock(blocks.StructBlock):
    """One recording; which kind is checked when the page is saved, since both lie in one collection."""

    kind = ""

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        recording = cleaned.get("recording")
        if recording is not None and recording.kind != self.kind:
            message = _("This is a sound; please use the block for sound.")
            if self.kind == "audio":
                message = _("This is a video; please use the block for video.")
            raise blocks.StructBlockValidationError({"recording": ValidationError(message)})
        return cleaned


class VideoBlock(RecordingBlock):
    kind = "video"

    recording = SnippetChooserBlock("media.Recording", label=_("Video"))
    task = blocks.CharBlock(required=False, label=_("Task"), help_text=_("What the learner should watch for."))

    class Meta:
        icon = "media"
        label = _("Show: a video")
        description = _(
            "A film with captions and transcript. How much of each film must be watched is said in the terms of the course;"
            " at first nothing is asked."
        )
        preview_value = {"task": _("Watch how the helper stands before she begins.")}
        template = "media/blocks/recording.html"


class AudioBlock(RecordingBlock):
    kind = "audio"

    recording = SnippetChooserBlock("media.Recording", label=_("Sound"))
    task = blocks.CharBlock(required=False, label=_("Task"), help_text=_("What the learner should listen for."))

    class Meta:
        icon = "volume-up"
        label = _("Listen: a sound recording")
        description = _("A conversation or an explanation to hear, with its transcript.")
        preview_value = {"task": _("Listen for what the visitor cannot do at home.")}
        template = "media/blocks/recording.html"
