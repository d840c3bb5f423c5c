"""A picture in a lesson: a drawing from the college's figures, or a photograph with its text alternative."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

PICTURE_TEMPLATE = "catalogue/blocks/_picture.html"


class PictureBlock(blocks.StructBlock):
    """Either a figure, which brings its own text alternative, or a photograph and `alt`."""

    figure = SnippetChooserBlock("catalogue.Figure", required=False, label=_("Drawing"))
    photo = ImageChooserBlock(required=False, label=_("or a photograph"))
    alt = blocks.TextBlock(
        required=False,
        rows=2,
        label=_("What the photograph shows"),
        help_text=_("Everything it tells, for those who cannot see it. A drawing brings its own words."),
    )

    class Meta:
        icon = "image"
        label = _("Picture")
        must_have = False
        template = PICTURE_TEMPLATE

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        figure, photo = cleaned.get("figure"), cleaned.get("photo")
        if figure and photo:
            error = ValidationError(_("Please choose either a drawing or a photograph."))
            raise blocks.StructBlockValidationError(block_errors={"photo": error})
        if self.meta.must_have and not (figure or photo) and not self.is_deferred_validation:
            error = ValidationError(_("Please choose a drawing or a photograph."))
            raise blocks.StructBlockValidationError(block_errors={"figure": error})
        return cleaned
