"""Forms of the template editor. What a file or a text may be is asked of `pictures` and `rules.wording`."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from certification.certificates.lettering import without_glyph
from certification.certificates.models import KIND_LABELS, TemplateVersion
from certification.certificates.models.templates import FRAME_LABELS
from certification.certificates.pictures import checked_seal, checked_signature
from certification.certificates.rules import Kind
from certification.certificates.rules.wording import LONGEST_EN, LONGEST_ZH, check_wording
from lms.core import store
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.organisations.models import Organisation

SIGNATORIES = (1, 2, 3)
PNG = {"accept": "image/png"}
LONGEST_NAME, LONGEST_TITLE_ZH, LONGEST_TITLE_EN = 20, 14, 24
"""What fits under a signature beside two others."""


class TemplateForm(forms.Form):
    """A new template: whose, on which design, under what name."""

    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"), queryset=Organisation.objects.none(), empty_label=None
    )
    design = forms.ChoiceField(
        label=gettext_lazy("Design"),
        choices=[(kind.value, label) for kind, label in KIND_LABELS.items()],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=pgettext_lazy("template", "Name"),
        help_text=gettext_lazy("Only your organisation sees it."),
        max_length=80,
        strip=True,
    )


class DraftForm(forms.Form):
    """A draft's border, wording, seal and signatures. What is right is kept even when something else is wrong: `contents()`."""

    frame = forms.ChoiceField(
        label=gettext_lazy("Border"),
        choices=[(frame.value, label) for frame, label in FRAME_LABELS.items()],
        widget=forms.RadioSelect,
        required=False,  # unsaid: as it was
    )
    statement_zh = forms.CharField(
        label=gettext_lazy("Wording"),
        help_text=gettext_lazy("Empty: the design's own words. The name stands above, the subject below."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=LONGEST_ZH,
    )
    statement_en = forms.CharField(
        label=gettext_lazy("Wording in English"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "lang": "en"}),
        max_length=LONGEST_EN,
    )
    seal = forms.FileField(
        label=gettext_lazy("Seal"),
        help_text=gettext_lazy("PNG with a transparent ground, at most 2 MB. Empty: a seal drawn from the organisation's name."),
        required=False,
        widget=forms.FileInput(attrs=PNG),
    )
    remove_seal = forms.BooleanField(label=gettext_lazy("Take the uploaded seal away"), required=False)

    def __init__(self, data: Any = None, files: Any = None, *, version: TemplateVersion) -> None:
        self.version = version
        self.kind = Kind(version.template.design)
        rows = list(version.signatories)
        initial: dict[str, Any] = {
            "frame": version.frame,
            "statement_zh": version.statement_zh,
            "statement_en": version.statement_en,
        }
        for place, row in zip(SIGNATORIES, rows, strict=False):
            initial |= {f"{name}_{place}": row.get(name, "") for name in ("name", "title_zh", "title_en")}
        super().__init__(data, files, initial=initial)
        for place in SIGNATORIES:
            self.fields |= _signatory_fields(place)
        self._stored: dict[str, str] = {}

    @property
    def places(self) -> list[dict[str, Any]]:
        """The three places for a signature, each with its bound fields and whether a picture is kept for it."""
        rows = list(self.version.signatories)
        return [
            {
                "number": place,
                "fields": [self[f"{name}_{place}"] for name in ("name", "title_zh", "title_en", "picture")],
                "remove": self[f"remove_picture_{place}"],
                "has_picture": place <= len(rows) and bool(rows[place - 1].get("picture_sha256")),
            }
            for place in SIGNATORIES
        ]

    def clean(self) -> dict[str, Any]:
        for name in ("statement_zh", "statement_en"):
            self._check_words(name, kind=self.kind)
        self._check_picture("seal", checked_seal)
        for place in SIGNATORIES:
            for name in ("name", "title_zh", "title_en"):
                self._check_words(f"{name}_{place}", kind=self.kind)
            self._check_picture(f"picture_{place}", checked_signature)
            asked = [self.cleaned_data.get(f"{name}_{place}") for name in ("title_zh", "title_en", "picture")]
            if any(asked) and not self.cleaned_data.get(f"name_{place}") and f"name_{place}" not in self.errors:
                self.add_error(f"name_{place}", _("Whose signature is it?"))
        return self.cleaned_data

    def contents(self) -> dict[str, Any]:
        """Return what is right, for `edit_draft`; whatever is wrong leaves the draft as it is at that place."""
        old = list(self.version.signatories)
        found: dict[str, Any] = {
            name: self.cleaned_data[name] for name in ("statement_zh", "statement_en") if name in self.cleaned_data
        }
        if self.cleaned_data.get("frame"):
            found["frame"] = self.cleaned_data["frame"]
        if "seal" in self._stored:
            found["seal_sha256"] = self._stored["seal"]
        elif self.cleaned_data.get("remove_seal"):
            found["seal_sha256"] = ""
        rows = []
        for place in SIGNATORIES:
            kept = old[place - 1] if place <= len(old) else {}
            row = {
                name: self.cleaned_data.get(f"{name}_{place}", kept.get(name, "")) for name in ("name", "title_zh", "title_en")
            }
            picture = self._stored.get(f"picture_{place}", kept.get("picture_sha256", ""))
            if self.cleaned_data.get(f"remove_picture_{place}") and f"picture_{place}" not in self._stored:
                picture = ""
            if row["name"]:
                rows.append({**row, "picture_sha256": picture})
        found["signatories"] = rows
        return found

    def _check_words(self, name: str, *, kind: Kind) -> None:
        if name not in self.cleaned_data:
            return
        try:
            words = check_wording(self.cleaned_data[name], kind=kind)
            if missing := without_glyph(words):
                raise DomainError("certificates.glyph_missing", status=422, characters=missing)
        except DomainError as error:
            self.add_error(name, text_of(error))
        else:
            self.cleaned_data[name] = words

    def _check_picture(self, name: str, check: Callable[[Any], bytes]) -> None:
        upload = self.cleaned_data.get(name)
        if not upload:
            return
        try:
            self._stored[name] = store.put(check(upload), suffix=".png")
        except DomainError as error:
            self.add_error(name, text_of(error))


def _signatory_fields(place: int) -> dict[str, forms.Field]:
    return {
        f"name_{place}": forms.CharField(label=_("Name"), required=False, max_length=LONGEST_NAME),
        f"title_zh_{place}": forms.CharField(label=_("Post, in Chinese"), required=False, max_length=LONGEST_TITLE_ZH),
        f"title_en_{place}": forms.CharField(label=_("Post, in English"), required=False, max_length=LONGEST_TITLE_EN),
        f"picture_{place}": forms.FileField(
            label=_("Picture of the signature"),
            help_text=_("PNG with a transparent ground, at most 2 MB."),
            required=False,
            widget=forms.FileInput(attrs=PNG),
        ),
        f"remove_picture_{place}": forms.BooleanField(label=_("Take the picture away"), required=False),
    }
