"""Forms of the packages' pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.media.forms import NewFileForm


class NewPackageForm(NewFileForm):
    kind = "package"
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "A ZIP file: SCORM 1.2, SCORM 2004, or web pages with index.html at the top. An interrupted upload goes on where it stopped."
        ),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )


class PackageForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=160)
