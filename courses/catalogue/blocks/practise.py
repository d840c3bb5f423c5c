"""Blocks in which the learner does something: a procedure, a case, a self-check, and what to keep."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.catalogue.blocks.pictures import PictureBlock
from courses.catalogue.blocks.samples import ITEM
from courses.catalogue.choosers import PracticeItemBlock


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Step"))
    text = blocks.TextBlock(required=False, label=_("How"))
    picture = PictureBlock(label=_("Picture of this step"), collapsed=True)


class ProcedureBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"))
    steps = blocks.ListBlock(StepBlock(), min_num=2, label=_("Steps"))

    class Meta:
        icon = "list-ol"
        label = _("Practise: a procedure, step by step")
        description = _("What the learner does with her hands, in order; at least two steps, each with its picture if it helps.")
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


class QuizBlock(blocks.StructBlock):
    """Practice items of the bank; nothing is counted or kept."""

    title = blocks.CharBlock(label=_("Title"))
    items = blocks.ListBlock(PracticeItemBlock(label=_("Question")), min_num=1, max_num=5, label=_("Questions"))

    class Meta:
        icon = "help"
        label = _("Check: questions to oneself")
        description = _("Two or three practice questions from the bank; the learner sees at once what is right and why.")
        template = "catalogue/blocks/quiz.html"
        preview_value = {"title": _("Check yourself"), "items": [ITEM]}


class KeyPointsBlock(blocks.StructBlock):
    points = blocks.ListBlock(blocks.CharBlock(label=_("Key point")), min_num=1, max_num=8, label=_("Key points"))

    class Meta:
        icon = "check"
        label = _("Remember: key points")
        description = _("Three to five sentences that close the lesson; quiz items come from them.")
        preview_value = {"points": [_("Measure the person first, then choose the device."), _("Try it where it will be used.")]}
        template = "catalogue/blocks/key_points.html"
