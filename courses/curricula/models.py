"""The page of a programme of study, and the courses in it."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index

from courses.catalogue.course_chooser import course_chooser
from courses.catalogue.models import CoursePage
from courses.catalogue.rules import index_words
from courses.curricula.forms import CurriculumPageForm, EntryForm
from courses.curricula.rules import MOST_TERMS, Kind

KIND_LABELS = {
    Kind.REQUIRED: pgettext_lazy("course in a programme", "required"),
    Kind.ELECTIVE: pgettext_lazy("course in a programme", "elective"),
}


class EntriesPanel(InlinePanel):
    """Rows with our own form; Wagtail's inline panel takes none from the model."""

    def get_form_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_options()
        options["formsets"][self.relation_name]["form"] = EntryForm
        return options


class CurriculumPage(Page):
    """专业课程方案: what a college teaches in which term, and what it is good for."""

    title_en = models.CharField(_("English title"), max_length=160, blank=True)
    award_level = models.CharField(_("level of the award"), max_length=60, blank=True)
    terms = models.PositiveSmallIntegerField(
        _("number of terms"), default=6, validators=[MinValueValidator(1), MaxValueValidator(MOST_TERMS)]
    )
    intro = models.TextField(_("introduction"), blank=True)
    aims = StreamField([("aim", blocks.CharBlock(label=_("Aim")))], verbose_name=_("aims"), blank=True)

    base_form_class = CurriculumPageForm
    content_panels = [
        *Page.content_panels,
        FieldPanel("title_en"),
        FieldRowPanel([FieldPanel("award_level"), FieldPanel("terms")]),
        FieldPanel("intro"),
        FieldPanel("aims"),
        EntriesPanel("entries", label=_("Course in the programme"), heading=_("Courses in the programme")),
    ]
    search_fields = [*Page.search_fields, index.SearchField("search_words")]
    parent_page_types = ["catalogue.CollegePage"]
    subpage_types: list[str] = []
    template = "curricula/curriculum_page.html"

    class Meta:
        verbose_name = _("programme of study")
        verbose_name_plural = _("programmes of study")

    def search_words(self) -> str:
        return index_words(" ".join([self.title, self.title_en, self.intro]))

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from courses.curricula.selectors import prospectus_of

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | {"prospectus": prospectus_of(self)}


class CurriculumEntry(Orderable):
    """One course of a programme: online here, or taught on site and only named."""

    page = ParentalKey(CurriculumPage, on_delete=models.CASCADE, related_name="entries")
    term = models.PositiveSmallIntegerField(
        _("term"), default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_TERMS)]
    )
    course = models.ForeignKey(
        CoursePage, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("online course")
    )
    title = models.CharField(
        _("name of the course"), max_length=120, blank=True, help_text=_("For a course that is taught on site.")
    )
    hours = models.PositiveSmallIntegerField(_("class hours"), default=0)
    kind = models.CharField(
        pgettext_lazy("course in a programme", "kind"),
        max_length=10,
        default=Kind.REQUIRED.value,
        choices={kind.value: label for kind, label in KIND_LABELS.items()},
    )
    functions = models.JSONField(_("occupational functions"), default=list, blank=True)
    at_classes = models.JSONField(_("classes of assistive products"), default=list, blank=True)
    note = models.TextField(_("note"), blank=True)

    panels = [
        FieldRowPanel([FieldPanel("term"), FieldPanel("hours"), FieldPanel("kind")]),
        FieldPanel("course", widget=course_chooser.widget_class),
        FieldPanel("title"),
        MultiFieldPanel([FieldPanel("functions"), FieldPanel("at_classes")], heading=_("What it teaches")),
        FieldPanel("note"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("course in a programme")
        verbose_name_plural = _("courses in a programme")
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=[k.value for k in Kind]), name="curriculum_entry_kind_known")
        ]

    def __str__(self) -> str:
        return self.shown_title

    @property
    def shown_title(self) -> str:
        return self.course.title if self.course is not None else self.title

    @property
    def url(self) -> str:
        """Where the course can be taken here; empty for one on site or not published."""
        return self.course.url if self.course is not None and self.course.live else ""
