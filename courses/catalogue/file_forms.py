"""Forms of what lessons show: drawings, photographs and documents. What readers see is not changed, only put beside it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from courses.catalogue.forms import offer_own_collections
from courses.catalogue.kept import is_kept
from courses.catalogue.rules import MAX_SVG_BYTES, check_svg
from lms.core.errors import DomainError
from lms.core.messages import text_of


class FigureForm(WagtailAdminModelForm):
    """Takes an SVG file and keeps only its checked, re-written text; offers only one's own collections."""

    file = forms.FileField(
        label=_("Drawing (SVG)"), required=False, widget=forms.FileInput(attrs={"accept": "image/svg+xml,.svg"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_own_collections(self)

    def clean_file(self) -> Any:
        upload = self.cleaned_data.get("file")
        if upload is None:
            if not self.instance.svg:
                raise ValidationError(_("Please choose the SVG file of the drawing."))
            return None
        try:
            return check_svg(upload.read(MAX_SVG_BYTES + 1))
        except DomainError as error:
            raise ValidationError(text_of(error)) from None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        changed = self._changed(cleaned)
        if changed and self.instance.pk and is_kept(self.instance):
            for name in changed:
                self.add_error(name, self._refusal())
        return cleaned

    def _changed(self, cleaned: dict[str, Any]) -> list[str]:
        """Return which of what learners get is another one now; the same file or words sent again are no change."""
        drawing, words = cleaned.get("file"), cleaned.get("alt", self.instance.alt)
        changed = ["file"] if drawing is not None and drawing.text != self.instance.svg else []
        # The instance has its new words only after this; a browser sends line ends of its own.
        return changed + (["alt"] if words.split() != self.instance.alt.split() else [])

    def _refusal(self) -> Any:
        copy = reverse(type(self.instance).snippet_viewset.get_url_name("copy"), args=[self.instance.pk])
        return format_html(
            '{} <a href="{}" target="_blank" rel="noopener">{}</a>',
            _(
                "A lesson shows this drawing that is published, waits for its review or was begun by learners, so drawing and"
                " words stay as they are. Change a copy, and choose that in the lesson."
            ),
            copy,
            _("Make a copy"),
        )

    def save(self, commit: bool = True) -> Any:
        drawing = self.cleaned_data.get("file")
        if drawing is not None:
            self.instance.set_svg(drawing.text, width=drawing.width, height=drawing.height)
        return super().save(commit=commit)


class KeptFileMixin:
    """Refuses another file in the place of one that readers see."""

    def clean_file(self: Any) -> Any:
        file = self.cleaned_data["file"]
        if self.instance.pk and "file" in self.changed_data and is_kept(self.instance):
            raise ValidationError(
                _(
                    "A lesson or another page shows this file that is published, waits for its review or was begun by learners,"
                    " so the file stays as it is. Upload the new one beside it, and choose that in the lesson."
                )
            )
        return file


class ImageForm(KeptFileMixin, BaseImageForm):
    pass


class DocumentForm(KeptFileMixin, BaseDocumentForm):
    pass
