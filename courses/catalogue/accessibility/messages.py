"""The sentence of each finding: what is wrong, and what to do."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.catalogue.accessibility.rules import Finding

MESSAGES: dict[str, Promise] = {
    "picture_without_alt": _("The picture “%(name)s” has no text alternative. Write what it tells, for those who cannot see it."),
    "picture_alt_empty": _("“%(words)s” does not say what the picture shows. Write what it tells, for those who cannot see it."),
    "picture_faint": _(
        "In the drawing “%(name)s” the words “%(words)s” are hard to make out: contrast %(ratio)s, at least %(needed)s is"
        " needed. Make the words darker or their ground lighter, and upload it anew."
    ),
    "video_without_captions": _("The video has no captions. Upload or write them, for those who cannot hear it."),
    "recording_without_transcript": _("The recording has no transcript. Write down what is said, for those who cannot hear it."),
    "package_without_words": _(
        "The interactive package has no text alternative. Write what one learns in it, for those who cannot use it:"
        " at least %(needed)s characters."
    ),
    "package_without_keys": _("Write how the interactive package is worked by keyboard, for those who cannot use a mouse."),
    "heading_empty": _("A heading is empty. Write it, or make an ordinary paragraph of it."),
    "heading_skips": _("The heading “%(words)s” skips a level. Here it must be of level %(after)s."),
    "link_empty": _("A link has no words. Write where it leads."),
    "link_vague": _("The link “%(words)s” does not say where it leads. Name the page or the file."),
    "table_empty": _("The table has no columns."),
    "table_without_head": _("Column %(column)s of the table has no heading."),
    "table_row_without_name": _("A row of the table has no words in its first cell, which names the row."),
    "key_points_missing": _("No key points close the lesson."),
    "key_points_twice": _("There are key points twice. One list at the end is easier to remember."),
    "key_point_repeated": _("The key point “%(words)s” stands there twice."),
    "easy_read_long": _("“%(words)s” is long for the easy-read version. Sentences of at most %(most)s characters are read best."),
}


def message_of(finding: Finding) -> str:
    """Return the sentence in the language of the moment."""
    return str(MESSAGES[finding.code]) % finding.context
