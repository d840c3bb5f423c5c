"""Forms of teachers."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.catalogue.models import CoursePage
from courses.catalogue.pinned import PinnedOutline
from courses.learning.models import WAY_IN_LABELS, CourseRun
from lms.core.uploads import MAX_BYTES

LIST_BYTES = 1_000_000


def day_field(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class ClassForm(forms.Form):
    """A class; one date for each module of its version."""

    title = forms.CharField(label=_("Name of the class"), max_length=80, help_text=_("As learners know it, with term or month."))
    starts_on = day_field(_("First day"))
    ends_on = day_field(_("Last day"))
    capacity = forms.IntegerField(
        label=_("Places"), required=False, min_value=1, max_value=100_000, help_text=_("Leave it empty for no limit.")
    )
    way_in = forms.ChoiceField(
        label=_("How one comes in"),
        choices=[(way.value, label) for way, label in WAY_IN_LABELS.items()],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, outline: PinnedOutline, run: CourseRun | None = None, **kwargs: Any) -> None:
        if run is not None:
            facts = {name: getattr(run, name) for name in ("title", "starts_on", "ends_on", "capacity", "way_in")}
            dues = {f"due-{pk}": date.fromisoformat(day) for pk, day in run.dues.items()}
            kwargs["initial"] = {**facts, **dues}
        super().__init__(*args, **kwargs)
        self.modules = [part.module.pk for part in outline.parts]
        for part in outline.parts:
            self.fields[f"due-{part.module.pk}"] = day_field(part.module.title, required=False)

    def due_fields(self) -> list[forms.BoundField]:
        return [self[f"due-{pk}"] for pk in self.modules]

    def facts(self) -> dict[str, Any]:
        """Return the fields of a class as the services take them."""
        data = self.cleaned_data
        dues = {str(pk): data[f"due-{pk}"].isoformat() for pk in self.modules if data[f"due-{pk}"]}
        return {**{name: data[name] for name in ("title", "starts_on", "ends_on", "capacity", "way_in")}, "dues": dues}


class AnnouncementForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=80)
    text = forms.CharField(label=_("Text"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6}))
    behind_only = forms.BooleanField(label=_("Only to those who are behind"), required=False)


class InviteForm(forms.Form):
    """Pasted, or as a text or CSV file; either is enough."""

    contacts = forms.CharField(
        label=_("Phones and e-mails"),
        required=False,
        max_length=LIST_BYTES,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One a line; a name may stand beside it after a comma."),
    )
    file = forms.FileField(label=_("Or a file"), required=False, help_text=_("CSV or text, at most 1 MB."))

    def text(self) -> str:
        """Return what was pasted and what stands in the file. A file that is no text gives what can be read of it."""
        upload = self.cleaned_data["file"]
        data = upload.read(min(LIST_BYTES, MAX_BYTES)) if upload else b""
        try:
            words = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            words = data.decode("gb18030", errors="replace")  # what Chinese Excel writes
        return f"{self.cleaned_data['contacts']}\n{words}"


class AnswerForm(forms.Form):
    answer = forms.CharField(label=_("Answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6}))
    shared = forms.BooleanField(
        label=_("Let the whole class read question and answer"),
        required=False,
        help_text=_("Without the name of who asked."),
    )


class TermsForm(forms.Form):
    prerequisites = forms.ModelMultipleChoiceField(
        label=_("Courses to complete before"),
        queryset=CoursePage.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody begins without the completion statement of each of these."),
    )
    by_class_only = forms.BooleanField(label=_("Only in a class, not on one's own"), required=False)
    quizzes_needed = forms.BooleanField(label=_("Every quiz has to be passed"), required=False)
    watch_percent = forms.IntegerField(
        label=_("Per cent of each film to be watched"), min_value=0, max_value=100, help_text=_("0 asks for nothing.")
    )

    def __init__(self, *args: Any, others: list[CoursePage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["prerequisites"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = CoursePage.objects.filter(pk__in=[course.pk for course in others]).order_by("title")
