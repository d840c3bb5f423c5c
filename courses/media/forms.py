"""Forms of the recordings' pages."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection

from courses.media import access
from courses.media.models import AUDIENCE_LABELS, LANGUAGES, Recording
from courses.media.purposes import purpose
from courses.media.rules.kinds import Audience
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.core.forms import offer_choices, offer_rows
from lms.core.messages import text_of

ACCEPTED = "video/mp4,video/webm,audio/mp4,audio/mpeg,audio/webm,.mp4,.m4v,.m4a,.webm,.mp3"


class NewFileForm(forms.Form):
    """Asks for a file that lessons show; what it may be is told by its purpose (`courses.media.purposes`)."""

    kind: str
    title = forms.CharField(label=_("Title"), max_length=160)
    collection = forms.ModelChoiceField(label=_("Belongs to"), queryset=Collection.objects.none(), empty_label=None)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "collection", purpose(self.kind).collections(user))

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        try:
            purpose(self.kind).check_size(upload.size or 0)
        except DomainError as error:
            raise ValidationError(text_of(error)) from None
        return upload


class NewRecordingForm(NewFileForm):
    kind = "recording"
    file = forms.FileField(
        label=_("File"),
        help_text=_("MP4 (H.264), WebM or MP3. An interrupted upload goes on where it stopped."),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )


class RecordingForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=160)
    audience = forms.TypedChoiceField(
        label=_("Who may watch it, once a lesson with it is published"),
        choices=[(audience.value, label) for audience, label in AUDIENCE_LABELS.items()],
        coerce=Audience,
        widget=forms.RadioSelect,
    )
    signed = forms.ModelChoiceField(
        label=_("The same in sign language"),
        help_text=_("A second video of your college. Learners switch between both at the same place."),
        queryset=Recording.objects.none(),
        required=False,
        empty_label=_("None"),
    )

    def __init__(self, *args: Any, user: User, recording: Recording, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if recording.is_video:
            others = access.recordings_editable_by(user).filter(kind="video").exclude(pk=recording.pk)
            offer_rows(self, "signed", others.order_by("title"))
        else:
            del self.fields["signed"]


class PictureForm(forms.Form):
    picture = forms.FileField(label=_("Picture"), widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}))


class PlaylistForm(forms.Form):
    playlist = forms.FileField(
        label=_("HLS playlist"),
        help_text=_("For very long films: a .m3u8 file of byte ranges in this same file."),
        widget=forms.FileInput(attrs={"accept": ".m3u8"}),
    )


class CaptionFileForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"))
    file = forms.FileField(
        label=_("Caption file"), help_text=_("SRT or WebVTT."), widget=forms.FileInput(attrs={"accept": ".srt,.vtt,text/vtt"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "language", LANGUAGES.items())
