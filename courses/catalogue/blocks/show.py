"""Blocks that let the learner see it: a picture, a narrated sequence, a file to take along."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock

from courses.catalogue.blocks.pictures import PictureBlock
from courses.catalogue.blocks.samples import FIGURE, FILE


class FigureBlock(PictureBlock):
    caption = blocks.CharBlock(required=False, label=_("Caption"), help_text=_("What the learner should look at in it."))

    class Meta:
        icon = "image"
        label = _("Show: a figure")
        must_have = True
        description = _("A drawing or a photograph with its text alternative, when a picture says it sooner than words.")
        template = "catalogue/blocks/figure.html"
        preview_value = {"figure": FIGURE, "caption": _("The footrest carries the feet, so the thigh lies level.")}


class SlideBlock(blocks.StructBlock):
    picture = PictureBlock(must_have=True)
    narration = blocks.TextBlock(
        rows=3, label=_("Spoken words"), help_text=_("One to three short sentences; they become captions and transcript.")
    )


class SlidesBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"))
    slides = blocks.ListBlock(SlideBlock(), min_num=2, max_num=20, label=_("Slides"))

    class Meta:
        icon = "media"
        label = _("Show: narrated slides")
        description = _("A sequence of pictures with spoken words, for what is understood best one moment after the other.")
        template = "catalogue/blocks/slides.html"
        preview_value = {
            "title": _("From bed to wheelchair"),
            "slides": [
                {"picture": {"figure": FIGURE}, "narration": _("Put the wheelchair beside the bed and lock both brakes.")},
                {"picture": {"figure": FIGURE}, "narration": _("Feet flat on the floor, lean forward, and stand up together.")},
            ],
        }


class DocumentBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("File"))
    title = blocks.CharBlock(
        required=False, label=_("What it is"), help_text=_("Left empty, the title of the file stands in its place.")
    )
    note = blocks.TextBlock(required=False, rows=2, label=_("What to do with it"))

    class Meta:
        icon = "doc-full"
        label = _("Take along: a file")
        description = _("A form or a checklist to print; the learner sees type and size before she downloads it.")
        template = "catalogue/blocks/document.html"
        preview_value = {
            "document": FILE,
            "title": _("Checklist for a home visit"),
            "note": _("Print it and fill it in with the person."),
        }
