"""What a lesson is made of, each block named by what it does for the learner."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

TEXT_FEATURES = ["h2", "ul", "ol", "bold"]


class FigureBlock(blocks.StructBlock):
    figure = SnippetChooserBlock("catalogue.Figure", label=_("Figure"))
    caption = blocks.CharBlock(required=False, label=_("Caption"), help_text=_("What the learner should look at in it."))

    class Meta:
        icon = "image"
        label = _("Show: a figure")
        description = _("A drawing with its text alternative, when a picture says it sooner than words.")
        template = "catalogue/blocks/figure.html"


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Step"))
    text = blocks.TextBlock(required=False, label=_("How"))


class ProcedureBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"))
    steps = blocks.ListBlock(StepBlock(), min_num=2, label=_("Steps"))

    class Meta:
        icon = "list-ol"
        label = _("Practise: a procedure, step by step")
        description = _("What the learner does with her hands, in order; at least two steps.")
        preview_value = {
            "title": _("Measuring the width of the seat"),
            "steps": [
                {"title": _("Let the person sit upright"), "text": _("Hips and knees at a right angle.")},
                {"title": _("Measure the widest point of the hips"), "text": _("Add two centimetres.")},
            ],
        }
        template = "catalogue/blocks/steps.html"


class CaseBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"))
    situation = blocks.TextBlock(label=_("Situation"))
    analysis = blocks.TextBlock(label=_("Analysis"))
    result = blocks.TextBlock(label=_("How it turned out"))

    class Meta:
        icon = "user"
        label = _("Apply: a worked case")
        description = _("One person, her situation, how the adviser thought, and how it turned out.")
        preview_value = {
            "title": _("Mrs Li comes home"),
            "situation": _("After a stroke she walks ten metres with help."),
            "analysis": _("The door of the bathroom is 70 cm wide."),
            "result": _("A walker of 60 cm and a grab bar beside the basin."),
        }
        template = "catalogue/blocks/case.html"


class KeyPointsBlock(blocks.StructBlock):
    points = blocks.ListBlock(blocks.CharBlock(label=_("Key point")), min_num=1, max_num=8, label=_("Key points"))

    class Meta:
        icon = "check"
        label = _("Remember: key points")
        description = _("Three to five sentences that close the lesson; quiz items come from them.")
        preview_value = {"points": [_("Measure the person first, then choose the device."), _("Try it where it will be used.")]}
        template = "catalogue/blocks/key_points.html"


class LessonBody(blocks.StreamBlock):
    text = blocks.RichTextBlock(
        features=TEXT_FEATURES,
        label=_("Explain: text"),
        description=_("Headings, paragraphs and lists; a paragraph of three or four sentences reads best."),
        preview_value=_("Assistive products help a person do what she wants to do."),
        template="catalogue/blocks/text.html",
    )
    figure = FigureBlock()
    steps = ProcedureBlock()
    case = CaseBlock()
    key_points = KeyPointsBlock()
