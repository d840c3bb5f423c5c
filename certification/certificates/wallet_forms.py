"""Forms of the holder's wallet: sharing, and asking for a change; and the body's answer."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.applications.services import PHOTO_BYTES, portrait
from certification.certificates.changes import correctable_facts
from certification.certificates.models import CAUSE_LABELS, CLAIM_LABELS, TERM_LABELS, Certificate
from certification.certificates.rules import Cause, Change, Claim, Term
from certification.certificates.rules.requests import MAX_EVIDENCE
from certification.certificates.rules.sharing import USUAL
from certification.certificates.services.requests import KeptFile, keep_file
from lms.accounts.models import User
from lms.core import uploads
from lms.core.errors import DomainError
from lms.core.forms import FilesField, FilesInput
from lms.core.messages import text_of
from lms.core.uploads import CheckedFile

ACCEPTED = "application/pdf,image/jpeg,image/png"
SALT = "certificates.kept-files"


class ShareForm(forms.Form):
    """What to show, for how long, and for whom (a note of the holder's own)."""

    claims = forms.MultipleChoiceField(
        label=_("What it shows"),
        help_text=_("Whether the certificate is valid is always shown. What you leave out stands nowhere on the page."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing to show.")},
    )
    term = forms.ChoiceField(
        label=_("How long it works"),
        choices=[(term.value, label) for term, label in TERM_LABELS.items()],
        initial=Term.MONTH.value,
    )
    note = forms.CharField(
        label=pgettext_lazy("shared link", "For whom"),
        max_length=60,
        required=False,
        help_text=_("Only you see this, so that you know your links apart."),
    )

    def __init__(self, *args: Any, certificate: Certificate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        carried = correctable_facts(certificate)
        absent = {claim for claim in (Claim.ID_NUMBER, Claim.PHOTO) if claim.value not in carried}
        claims = self.fields["claims"]
        assert isinstance(claims, forms.MultipleChoiceField)
        claims.choices = [(claim.value, label) for claim, label in CLAIM_LABELS.items() if claim not in absent]
        claims.initial = [claim.value for claim in USUAL]

    def chosen(self) -> list[Claim]:
        return [Claim(value) for value in self.cleaned_data["claims"]]


class RequestForm(forms.Form):
    """One change of one certificate: what it should say, why, and what proves it.

    Files that pass their check are stored even when something else on the page is wrong; they come back as ticked
    boxes whose values are signed for this person and certificate.
    """

    cause = forms.ChoiceField(
        label=_("What happened"),
        choices=[(cause.value, label) for cause, label in CAUSE_LABELS.items()],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=_("Correct name"),
        max_length=60,
        required=False,
        help_text=_("As it stands in your identity document. Leave it empty if the name is right."),
    )
    id_number = forms.CharField(
        label=_("Correct ID number"),
        max_length=24,
        required=False,
        help_text=_("Leave it empty if the number is right. It is stored encrypted."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    photo = forms.FileField(
        label=_("New photo"),
        required=False,
        help_text=_("Only if the photo is wrong: your face from the front on a white ground; JPG or PNG, up to 5 MB."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
    )
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    evidence = FilesField(label=_("Evidence"), required=False, widget=FilesInput(attrs={"accept": ACCEPTED}))

    def __init__(self, *args: Any, certificate: Certificate, change: Change, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.change = change
        self._signer = f"{SALT}:{user.pk}:{certificate.pk}"
        self._good: list[CheckedFile] = []
        self._good_photo: CheckedFile | None = None
        for name in {"name", "id_number", "photo"} - set(correctable_facts(certificate) if change is Change.CORRECTION else []):
            del self.fields[name]
        if change is not Change.REISSUE:
            del self.fields["cause"]
        self.fields["evidence"].help_text = (
            _(
                "What proves it: identity document, police statement, marriage certificate … PDF or photo, up to %(count)s files of 10 MB."
            )
            if change is Change.CORRECTION
            else _(
                "If you have any: a photo of the spoilt print, a report of the loss. PDF or photo, up to %(count)s files of 10 MB."
            )
        ) % {"count": MAX_EVIDENCE}
        self.kept = self._read("kept", many=True)
        photos = self._read("kept_photo", many=False) if "photo" in self.fields else []
        self.kept_photo = photos[0] if photos else None
        evidence = self.fields["evidence"]
        evidence.required = change is Change.CORRECTION and not self.kept
        evidence.error_messages["required"] = text_of(DomainError("certificates.evidence_needed"))

    def clean_evidence(self) -> None:
        problems = []
        for file in self.cleaned_data.get("evidence") or []:
            try:
                self._good.append(uploads.check(file))
            except DomainError as error:
                problems.append(ValidationError("%(name)s: %(text)s", params={"name": file.name, "text": text_of(error)}))
        if len(self._good) + len(self.kept) > MAX_EVIDENCE:
            problems.append(ValidationError(text_of(DomainError("certificates.too_much_evidence", limit=MAX_EVIDENCE))))
            self._good = self._good[: max(0, MAX_EVIDENCE - len(self.kept))]
        if problems:
            raise ValidationError(problems)

    def clean_photo(self) -> None:
        file = self.cleaned_data.get("photo")
        if not file:
            return
        try:
            checked = uploads.check(file, kinds=("image",), max_bytes=PHOTO_BYTES)
            self._good_photo = CheckedFile(portrait(checked.data), checked.content_type, checked.extension, checked.name)
        except DomainError as error:
            raise ValidationError(text_of(error)) from None

    def keep_files(self) -> None:
        """Store what was uploaded and passed its check, beside what earlier attempts left."""
        known = {file.sha256 for file in self.kept}
        for checked in self._good:
            file = keep_file(checked)
            if file.sha256 not in known:
                self.kept.append(file)
                known.add(file.sha256)
        self._good = []
        if self._good_photo is not None:
            self.kept_photo, self._good_photo = keep_file(self._good_photo), None

    def corrections(self) -> dict[str, str]:
        """Return the new values by name, as `services.requests.file_request` takes them."""
        found: dict[str, str] = {name: self.cleaned_data.get(name) or "" for name in ("name", "id_number") if name in self.fields}
        if self.kept_photo is not None:
            found["photo"] = self.kept_photo.sha256
        return found

    def chosen_cause(self) -> Cause | None:
        return Cause(self.cleaned_data["cause"]) if "cause" in self.fields else None

    @property
    def boxes(self) -> list[dict[str, str]]:
        """Return the boxes of the files that are stored already: field name, value, label."""
        rows = [{"name": "kept", "value": self._sign("kept", file), "label": file.name} for file in self.kept]
        if self.kept_photo is not None:
            rows.append({"name": "kept_photo", "value": self._sign("kept_photo", self.kept_photo), "label": self.kept_photo.name})
        return rows

    def _sign(self, name: str, file: KeptFile) -> str:
        # With the box's name: a file that was checked as evidence was not checked as a portrait.
        return signing.dumps(file.as_json(), salt=f"{self._signer}:{name}")

    def _read(self, name: str, *, many: bool) -> list[KeptFile]:
        """Return the files whose boxes came back ticked; what somebody else signed, or nobody, counts for nothing."""
        data: Any = self.data
        values = data.getlist(name) if hasattr(data, "getlist") else []
        found: dict[str, KeptFile] = {}
        for value in values[: MAX_EVIDENCE if many else 1]:
            try:
                facts: Mapping[str, str] = signing.loads(value, salt=f"{self._signer}:{name}")
            except signing.BadSignature:
                continue
            found[facts["sha256"]] = KeptFile(**facts)
        return list(found.values())


class RefusalForm(forms.Form):
    """Why a request is refused."""

    answer = forms.CharField(
        label=_("Why not"),
        help_text=_("The holder reads this: say what is missing, or what to do instead."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
