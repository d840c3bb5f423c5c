"""What a lesson is made of, each block named by what it does for the learner."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.catalogue.blocks.explain import ComparisonBlock, TableBlock, TermBlock
from courses.catalogue.blocks.practise import CaseBlock, KeyPointsBlock, ProcedureBlock, QuizBlock
from courses.catalogue.blocks.show import DocumentBlock, FigureBlock, SlidesBlock
from courses.media.blocks import AudioBlock, VideoBlock
from courses.packages.blocks import PackageBlock

TEXT_FEATURES = ["h2", "h3", "ul", "ol", "bold", "link"]

EXPLAIN, SHOW, PRACTISE = _("Explain"), _("Show"), _("Practise and remember")


class LessonBody(blocks.StreamBlock):
    text = blocks.RichTextBlock(
        features=TEXT_FEATURES,
        label=_("Explain: text"),
        group=EXPLAIN,
        description=_("Headings, paragraphs and lists; a paragraph of three or four sentences reads best."),
        preview_value=_("Assistive products help a person do what she wants to do."),
        template="catalogue/blocks/text.html",
    )
    term = TermBlock(group=EXPLAIN)
    table = TableBlock(group=EXPLAIN)
    comparison = ComparisonBlock(group=EXPLAIN)
    figure = FigureBlock(group=SHOW)
    video = VideoBlock(group=SHOW)
    audio = AudioBlock(group=SHOW)
    slides = SlidesBlock(group=SHOW)
    document = DocumentBlock(group=SHOW)
    steps = ProcedureBlock(group=PRACTISE)
    case = CaseBlock(group=PRACTISE)
    package = PackageBlock(group=PRACTISE)
    quiz = QuizBlock(group=PRACTISE)
    key_points = KeyPointsBlock(group=PRACTISE)
