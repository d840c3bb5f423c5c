"""Words of the trade with their meaning in plain words."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import CollectionMember
from wagtail.search import index

from courses.catalogue.forms import GlossaryTermForm
from courses.catalogue.pinyin import sort_key
from lms.core.freshness import shown

SHARED_COLLECTION = "共用术语"
"""Its words may be chosen by the authors of every college."""


@shown
class GlossaryTerm(CollectionMember, index.Indexed, models.Model):
    """One word of a college's glossary, or of the shared one; lessons show it through a block."""

    term = models.CharField(_("word"), max_length=60)
    term_en = models.CharField(_("in English"), max_length=120, blank=True)
    meaning = models.TextField(_("meaning"), help_text=_("One or two sentences that a carer understands at once."))
    course = models.ForeignKey(
        "catalogue.CoursePage",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="glossary",
        verbose_name=_("course"),
        help_text=_("Whose glossary lists it; left empty, it stands in the glossary of every course that uses it."),
    )
    sort_key = models.CharField(max_length=250, editable=False)

    base_form_class = GlossaryTermForm
    panels = [
        FieldPanel("collection"),
        FieldPanel("term"),
        FieldPanel("term_en"),
        FieldPanel("meaning"),
        FieldPanel("course"),
    ]
    search_fields = [
        *CollectionMember.search_fields,
        index.SearchField("term"),
        index.AutocompleteField("term"),
        index.AutocompleteField("term_en"),
        index.FilterField("term"),
        index.FilterField("sort_key"),
    ]

    class Meta:
        verbose_name = _("glossary word")
        verbose_name_plural = _("glossary")
        ordering = ["sort_key", "pk"]
        permissions = [("choose_glossaryterm", "Can choose glossary term")]
        constraints = [models.UniqueConstraint(fields=["collection", "term"], name="glossary_term_once_per_collection")]
        indexes = [models.Index(fields=["course", "sort_key"], name="glossary_of_course")]

    def __str__(self) -> str:
        return self.term

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = sort_key(self.term)
        super().save(*args, **kwargs)
