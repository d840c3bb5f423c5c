"""The course tree: index → college → course → module → lesson, and the drawings that lessons show.

A course is pages, so that colleges get drafts, previews, revisions, schedules and review from
Wagtail. Who learns is rows, in `courses.learning`. What a page shows besides its own fields comes
from the tags in `templatetags/catalogue.py`.
"""

from hashlib import sha256
from html import unescape
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import CollectionMember, Page
from wagtail.rich_text import RichText
from wagtail.search import index

from courses.catalogue.blocks import LessonBody
from courses.catalogue.forms import CoursePageForm, FigureForm, LessonPageForm
from courses.catalogue.rules import AT_CLASSES, index_words
from courses.questionbank.models import Blueprint
from lms.organisations.models import Organisation


class Figure(CollectionMember, index.Indexed, models.Model):
    """A drawing made of shapes and words only. `svg` is the re-written text that `rules.check_svg` returned."""

    title = models.CharField(_("title"), max_length=120)
    alt = models.TextField(_("text alternative"), help_text=_("Everything the drawing tells, for those who cannot see it."))
    svg = models.TextField(_("drawing"), editable=False)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)

    base_form_class = FigureForm
    panels = [FieldPanel("collection"), FieldPanel("title"), FieldPanel("file"), FieldPanel("alt")]
    search_fields = [
        *CollectionMember.search_fields,
        index.SearchField("title"),
        index.AutocompleteField("title"),
        index.FilterField("title"),
    ]

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["title"]
        permissions = [("choose_figure", "Can choose figure")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        # The hash in the address lets browsers keep it for ever.
        return reverse("catalogue:figure", args=[self.pk, self.sha256[:16]])

    def set_svg(self, text: str, *, width: int, height: int) -> None:
        """Take over a checked drawing."""
        self.svg, self.width, self.height = text, width, height
        self.sha256 = sha256(text.encode()).hexdigest()


class CourseIndexPage(Page):
    """`/courses/`: every published course of every college."""

    intro = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["catalogue.CollegePage"]
    max_count = 1
    template = "catalogue/course_index_page.html"

    class Meta:
        verbose_name = _("course index")


class CollegePage(Page):
    """One college's own tree; its authors edit below it and nowhere else."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, related_name="college_page", verbose_name=_("organisation")
    )
    intro = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    parent_page_types = ["catalogue.CourseIndexPage"]
    subpage_types = ["catalogue.CoursePage"]
    template = "catalogue/college_page.html"

    class Meta:
        verbose_name = _("college page")


class CoursePage(Page):
    """A course: what it is for, how long it takes, and modules below it."""

    title_en = models.CharField(_("English title"), max_length=160, blank=True)
    summary = models.TextField(_("summary"), help_text=_("80 to 120 characters for lists."))
    audience = models.TextField(_("for whom"), blank=True)
    hours = models.PositiveSmallIntegerField(_("class hours"), default=0)
    objectives = StreamField([("objective", blocks.CharBlock(label=_("Objective")))], verbose_name=_("objectives"), blank=True)
    at_classes = models.JSONField(_("classes of assistive products"), default=list, blank=True)
    cover = models.ForeignKey(
        Figure, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("cover figure")
    )

    base_form_class = CoursePageForm
    content_panels = [
        *Page.content_panels,
        FieldPanel("title_en"),
        FieldPanel("summary"),
        MultiFieldPanel([FieldPanel("audience"), FieldPanel("hours")], heading=_("Learners")),
        FieldPanel("objectives"),
        FieldPanel("cover"),
        FieldPanel("at_classes"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("search_words")]
    parent_page_types = ["catalogue.CollegePage"]
    subpage_types = ["catalogue.ModulePage"]
    template = "catalogue/course_page.html"

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def search_words(self) -> str:
        return index_words(" ".join([self.title, self.title_en, self.summary, self.audience]))

    @property
    def college_name(self) -> str:
        """The college's name; one query unless a selector has set it already."""
        if "_college_name" not in self.__dict__:
            parent = self.get_parent()
            self._college_name = parent.title if parent else ""
        return str(self._college_name)

    @property
    def at_class(self) -> str:
        """The class whose drawing stands on the card: the only one, or mobility for a general course."""
        return self.at_classes[0] if len(self.at_classes) == 1 else "12"

    @property
    def at_class_name(self) -> str:
        return AT_CLASSES[self.at_classes[0]] if len(self.at_classes) == 1 else ""


class ModulePage(Page):
    """A part of a course, closed by a quiz when it has a blueprint."""

    summary = models.TextField(_("summary"), blank=True)
    blueprint = models.ForeignKey(
        Blueprint,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"purpose": "quiz"},
        verbose_name=_("quiz"),
    )

    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("blueprint")]
    parent_page_types = ["catalogue.CoursePage"]
    subpage_types = ["catalogue.LessonPage"]
    template = "catalogue/module_page.html"

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")


class LessonPage(Page):
    """One lesson: twenty minutes of reading with figures, a case and key points."""

    summary = models.TextField(_("summary"), blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=20)
    functions = models.JSONField(_("occupational functions"), default=list, blank=True)
    at_classes = models.JSONField(_("classes of assistive products"), default=list, blank=True)
    body = StreamField(LessonBody(), verbose_name=_("text of the lesson"), blank=True)

    base_form_class = LessonPageForm
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("minutes"),
        FieldPanel("body"),
        MultiFieldPanel([FieldPanel("functions"), FieldPanel("at_classes")], heading=_("What it teaches")),
    ]
    search_fields = [*Page.search_fields, index.SearchField("search_words")]
    parent_page_types = ["catalogue.ModulePage"]
    subpage_types: list[str] = []
    template = "catalogue/lesson_page.html"

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    def search_words(self) -> str:
        return index_words(f"{self.title} {self.summary} {self.plain_text()}")

    def plain_text(self) -> str:
        """Return all words of the body as one line each, for search and excerpts."""
        lines: list[str] = []
        for block in self.body:
            lines += _lines(block.value)
        return "\n".join(line for line in lines if line)


def _lines(value: Any) -> list[str]:
    if isinstance(value, RichText):
        # A closing tag ends a line, so that words of two paragraphs do not run together.
        return [unescape(strip_tags(value.source.replace("</", " </"))).strip()]
    if isinstance(value, str):
        return [value]
    if isinstance(value, Figure):
        return [value.alt]
    if hasattr(value, "values"):
        return [line for part in value.values() for line in _lines(part)]
    if hasattr(value, "__iter__"):
        return [line for part in value for line in _lines(part)]
    return []
