"""The course tree: index → college → course → module → lesson, and the drawings that lessons show.

A course is pages, so that colleges get drafts, previews, revisions, schedules and review from
Wagtail. Who learns is rows, in `courses.learning`. What a page shows besides its own fields comes
from the tags in `templatetags/catalogue.py`.
"""

from hashlib import sha256
from html import unescape
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.blocks.list_block import ListValue
from wagtail.contrib.typed_table_block.blocks import TypedTable
from wagtail.fields import StreamField
from wagtail.models import CollectionMember, Page, Revision
from wagtail.rich_text import RichText
from wagtail.search import index
from wagtail.url_routing import RouteResult

from courses.catalogue.accessibility.gate import require_accessible
from courses.catalogue.accessibility.panel import AccessibilityPanel
from courses.catalogue.blocks import LessonBody
from courses.catalogue.forms import CoursePageForm, LessonPageForm
from courses.catalogue.glossary_models import GlossaryTerm as GlossaryTerm
from courses.catalogue.quiz_choice import ModulePageForm
from courses.catalogue.reading import Reading, offered, remember
from courses.catalogue.rules import AT_CLASSES, index_words
from courses.catalogue.search_models import SearchText as SearchText
from courses.catalogue.version_models import CourseVersion as CourseVersion
from courses.catalogue.version_models import VersionedLesson as VersionedLesson
from courses.media.choosers import video_chooser
from courses.media.models import Recording
from courses.media.rules.kinds import Audience
from courses.packages.models import Package
from courses.questionbank.models import Blueprint
from lms.core.freshness import shown
from lms.organisations.models import Organisation


@shown
class Figure(CollectionMember, index.Indexed, models.Model):
    """A drawing made of shapes and words only. `svg` is the re-written text that `rules.check_svg` returned."""

    title = models.CharField(_("title"), max_length=120)
    alt = models.TextField(_("text alternative"), help_text=_("Everything the drawing tells, for those who cannot see it."))
    svg = models.TextField(_("drawing"), editable=False)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    # Where a loader took it from (course/file), so that it finds the figure again.
    source = models.CharField(max_length=160, blank=True, editable=False, db_index=True)

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

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find a course, module or lesson by its whole address: one query, where Wagtail asks twice for each part of it."""
        kinds: dict[int, type[Page]] = {2: CoursePage, 3: ModulePage, 4: LessonPage}
        kind = kinds.get(len(path_components))
        if kind is not None:
            page = kind.objects.live().filter(url_path=f"{self.url_path}{'/'.join(path_components)}/").first()
            if page is not None:
                return RouteResult(page)
        return super().route(request, path_components)


class CollegePage(Page):
    """One college's own tree; its authors edit below it and nowhere else."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, related_name="college_page", verbose_name=_("organisation")
    )
    intro = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    parent_page_types = ["catalogue.CourseIndexPage"]
    subpage_types = ["catalogue.CoursePage", "curricula.CurriculumPage"]
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
    occupations = models.JSONField(_("occupations"), default=list, blank=True)
    levels = models.JSONField(_("skill levels"), default=list, blank=True)
    credits = models.DecimalField(
        _("credit units"),
        max_digits=4,
        decimal_places=1,
        default=0,
        help_text=_("What the course counts in the bank of credits; 0 when it gives none."),
    )
    is_open = models.BooleanField(
        _("open to the public"),
        default=True,
        help_text=_("Everybody may read the lessons. Otherwise only who has signed in may."),
    )
    cover = models.ForeignKey(
        Figure, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("cover figure")
    )

    base_form_class = CoursePageForm
    content_panels = [
        *Page.content_panels,
        FieldPanel("title_en"),
        FieldPanel("summary"),
        MultiFieldPanel(
            [FieldPanel("audience"), FieldPanel("hours"), FieldPanel("credits"), FieldPanel("is_open")], heading=_("Learners")
        ),
        FieldPanel("objectives"),
        FieldPanel("cover"),
        MultiFieldPanel(
            [FieldPanel("occupations"), FieldPanel("levels"), FieldPanel("at_classes")], heading=_("Where it is found")
        ),
    ]
    search_fields = [*Page.search_fields, index.SearchField("search_words")]
    parent_page_types = ["catalogue.CollegePage"]
    subpage_types = ["catalogue.ModulePage"]
    template = "catalogue/course_page.html"

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def search_words(self) -> str:
        """Return the words by which editors find the page in the admin; learners ask `search`."""
        return index_words(f"{self.title} {self.title_en}")

    def plain_text(self) -> str:
        """Return what the course says of itself as one line each, for search and excerpts."""
        lines = [self.summary, self.title_en, self.audience, *(str(objective.value) for objective in self.objectives)]
        return "\n".join(line for line in lines if line)

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

    base_form_class = ModulePageForm
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
    easy_read = models.TextField(
        _("easy-read version"),
        blank=True,
        help_text=_("One short sentence a line, in plain words; learners may switch to it. Left empty, there is none."),
    )
    sign_film = models.ForeignKey(
        Recording,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("film in sign language"),
        help_text=_("The lesson told in sign language: a video of your college."),
    )
    # Told here so that only a lesson that came from another college costs the question whose it is.
    borrowed = models.BooleanField(default=False, editable=False)

    base_form_class = LessonPageForm
    content_panels = [
        *Page.content_panels,
        AccessibilityPanel(heading=_("Can everybody follow this lesson?")),
        FieldPanel("summary"),
        FieldPanel("minutes"),
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("easy_read"), FieldPanel("sign_film", widget=video_chooser.widget_class)],
            heading=_("For whom the text is too hard"),
        ),
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
        """Return the words by which editors find the page in the admin; the text itself is for `search`."""
        return index_words(f"{self.title} {self.summary}")

    @property
    def easy_sentences(self) -> list[str]:
        return [line.strip() for line in self.easy_read.splitlines() if line.strip()]

    @property
    def readings(self) -> list[Reading]:
        """Return the ways in which this lesson can be followed; the full text always comes first."""
        return offered(has_easy_read=bool(self.easy_sentences), has_sign_film=self.sign_film_id is not None)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return remember(request, super().serve(request, *args, **kwargs))

    def save_revision(self, *args: Any, overwrite_revision: Revision | None = None, **kwargs: Any) -> Any:
        # The editor saves again and again over her own last revision; one that somebody reads must stay as it was reviewed.
        if overwrite_revision is not None and self._is_read(overwrite_revision):
            overwrite_revision = None
        return super().save_revision(*args, overwrite_revision=overwrite_revision, **kwargs)

    def _is_read(self, revision: Revision) -> bool:
        live = Page.objects.filter(pk=self.pk, live_revision=revision.pk)
        return bool(live.exists() or VersionedLesson.objects.filter(revision=revision.pk).exists())

    def publish(self, revision: Revision, *args: Any, **kwargs: Any) -> Any:
        # What waited for its hour was asked when the hour was set; refusing now would hold up every other page.
        if kwargs.get("log_action") != "wagtail.publish.scheduled":
            require_accessible(revision.as_object())
        return super().publish(revision, *args, **kwargs)

    def plain_text(self, *, spoken: bool = True) -> str:
        """Return all words of the body as one line each; without `spoken`, what recordings and slides say is left out."""
        lines: list[str] = []
        for block in self.body:
            lines += _lines(block.value) if spoken else _silent_lines(block.value)
        return "\n".join(line for line in lines if line)


def _silent_lines(value: Any) -> list[str]:
    if isinstance(value, Recording):
        return [value.title]
    if isinstance(value, blocks.StructValue):
        return [line for name, part in value.items() if name != "narration" for line in _silent_lines(part)]
    if isinstance(value, ListValue):
        return [line for part in value for line in _silent_lines(part)]
    return _lines(value)


def _lines(value: Any) -> list[str]:
    if isinstance(value, RichText):
        # A closing tag ends a line, so that words of two paragraphs do not run together.
        return [unescape(strip_tags(value.source.replace("</", " </"))).strip()]
    if isinstance(value, str):
        return [value]
    if isinstance(value, Figure):
        return [value.alt]
    if isinstance(value, GlossaryTerm):
        return [f"{value.term} {value.term_en} {value.meaning}"]
    if isinstance(value, Recording):
        # What only learners may watch is not found by others, not even in its words.
        return [value.title, value.transcript] if value.audience == Audience.EVERYONE else [value.title]
    if isinstance(value, Package):
        return [value.title]
    if isinstance(value, TypedTable):
        return [*(column["heading"] for column in value.columns), *(cell for row in value.row_data for cell in row["values"])]
    if hasattr(value, "values"):
        return [line for part in value.values() for line in _lines(part)]
    if hasattr(value, "__iter__"):
        return [line for part in value for line in _lines(part)]
    return []
