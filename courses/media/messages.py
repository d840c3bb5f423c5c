"""The sentences of this room's errors, and of the faults found in captions."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, str | Promise] = {
    "media.unknown_container": _(
        "This is not a video or sound file that can be played here, whatever its name says. Please export it as MP4 (H.264), WebM or MP3."
    ),
    "media.unreadable": _("This recording is cut off or damaged, so it cannot be played. Please export it again."),
    "media.no_length": _("This recording does not say how long it is. Please export it again as MP4."),
    "media.too_long": _("A recording may run for at most %(hours)s hours. Please cut it into parts."),
    "media.too_large": _("This recording is larger than %(megabytes)s MB. Please export it smaller or cut it into parts."),
    "media.empty": _("This file is empty. Please choose another one."),
    "media.no_title": _("Please give the recording a title."),
    "media.wrong_offset": _("The upload goes on at byte %(offset)s."),
    "media.upload_busy": _("Another window is sending this file already."),
    "media.upload_over": _("This upload has ended: the file has arrived already, or was refused. Look for it in the list."),
    "media.too_many_uploads": _("At most %(number)s uploads can wait at the same time. Please finish one first."),
    "media.no_room": _("There is not enough room on the server for this file. Please tell the operator."),
    "media.in_use": _("This recording stands in a lesson, so it cannot be deleted: %(lessons)s."),
    "media.signed_itself": _("The version in sign language must be another video."),
    "media.captions_wrong": _("The captions cannot be taken: %(number)s places need your attention. Nothing was changed."),
    "media.captions_too_large": _("A caption file has at most %(kilobytes)s kB."),
    "media.captions_not_text": _("This file is not a text. Please choose a file that ends in .srt or .vtt."),
    "media.captions_changed": _("Somebody changed these captions meanwhile. Please compare and save again."),
    "media.captions_in_use": _(
        "These captions cannot be deleted: their recording stands in a lesson that is published, waits for its review or was"
        " begun by learners, and its transcript is made from them. Correct them, or send a better file in their place."
    ),
    "media.playlist_wrong": _("Line %(line)s of the playlist: it may hold only byte ranges of this recording’s own file."),
    "media.reports_unreadable": _("The progress could not be read."),
    "media.not_yours": _("Somebody else has signed in on this device."),
}

CAPTION_FAULTS: dict[str, Promise] = {
    "no_timing": _("A time line such as 00:00:01.000 --> 00:00:04.000 is missing"),
    "bad_time": _("The time cannot be read"),
    "end_before_start": _("It ends before it begins"),
    "no_words": _("There are no words"),
    "too_many_words": _("There are too many words for one caption; please divide it"),
    "overlap": _("It begins before the caption before it has ended"),
    "after_the_end": _("It begins after the recording has ended"),
    "no_cues": _("There is no caption in it"),
    "too_many_cues": _("There are too many captions"),
}
