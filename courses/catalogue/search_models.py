"""What can be found: one row for each text, kept by `indexing` and asked through `hits`."""

from django.db import models
from django.utils.translation import gettext_lazy as _

COURSE, LESSON, TRANSCRIPT, SLIDES, TERM = "course", "lesson", "transcript", "slides", "term"


class SearchText(models.Model):
    """A text with the words that the index knows of it.

    SQLite follows `kind`, `title_words` and `words` with a full-text table by triggers; PostgreSQL makes two vectors
    of them (migration 0002). So rows are written like any other, and flags may change without touching the index.
    A migration that alters this table on SQLite must make the triggers anew.
    """

    kind = models.CharField(max_length=12)
    object_id = models.PositiveBigIntegerField(help_text="The page's key, or that of the recording or the glossary word.")
    part = models.PositiveSmallIntegerField(default=0, help_text="Long texts have several rows.")
    page = models.ForeignKey("wagtailcore.Page", models.CASCADE, null=True, related_name="+", help_text="Where it is read.")
    course = models.ForeignKey("catalogue.CoursePage", models.CASCADE, null=True, related_name="+")
    public = models.BooleanField(default=True, help_text="Published, with nothing above it that is not, and for everybody.")
    is_open = models.BooleanField(default=True, help_text="May be read without signing in.")
    facts = models.JSONField(default=list, help_text="Of a course: what the filters ask, as [name, value] pairs.")
    link = models.CharField(max_length=200, blank=True, help_text="A whole address, or what follows that of the page.")
    # The small columns stand first: SQLite reads the long ones only when they are asked for.
    title = models.CharField(max_length=255)
    text = models.TextField(blank=True)
    title_words = models.TextField(blank=True)
    words = models.TextField(blank=True, help_text="Those of the title among them.")
    # May be null, so that SQLite adds the column without making the table, and with it the triggers, anew.
    moments = models.JSONField(null=True, help_text="Of what is spoken: [place in the text, milliseconds] of each caption.")

    class Meta:
        verbose_name = _("text to be found")
        verbose_name_plural = _("texts to be found")
        constraints = [models.UniqueConstraint(fields=["kind", "object_id", "part", "page"], name="search_text_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}/{self.part}"
