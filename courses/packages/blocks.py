"""The interactive package in a lesson, with what it teaches in words beside it."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock


class PackageBlock(blocks.StructBlock):
    """`words` and `keys` may wait while a draft is written; without them the lesson cannot be submitted."""

    package = SnippetChooserBlock("packages.Package", label=_("Interactive package"))
    task = blocks.CharBlock(required=False, label=_("Task"), help_text=_("What the learner should find out with it."))
    words = blocks.TextBlock(
        required=False,
        rows=4,
        label=_("What one learns here, in words"),
        help_text=_("The same for those who cannot use the package, and for reading without a network."),
    )
    keys = blocks.TextBlock(
        required=False,
        rows=2,
        label=_("How one works it by keyboard"),
        help_text=_("Which keys move on, choose and check. Try it yourself without a mouse."),
    )

    class Meta:
        icon = "code"
        label = _("Try out: an interactive package")
        description = _(
            "A small exercise to click through (SCORM or web pages). It is practice and never part of an examination."
        )
        preview_value = {
            "task": _("Find the wheelchair that fits her."),
            "words": _("Whoever sits all day needs a seat that is neither too wide nor too deep."),
            "keys": _("Tab moves on, the space bar chooses, Enter checks."),
        }
        template = "packages/blocks/package.html"
