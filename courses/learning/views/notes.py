"""A learner's own notes and highlights."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.learning import access
from courses.learning.selectors.notes import notes_in
from courses.learning.services.notes import rewrite_note, throw_away, write_note
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.core.texts import writable


@login_required
@require_safe
def notes(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """All notes in one course, newest first."""
    enrolment = access.enrolment_in(request.user, pk)
    page = notes_in(enrolment, before=request.GET.get("before"))
    return render(request, "learning/notes.html", {"course": enrolment.course, "notes": page})


@login_required
@require_POST
def write(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Keep a note on this lesson and return to it."""
    _lesson, enrolment = access.lesson_for(request.user, pk)
    sent = request.POST
    try:
        note = write_note(
            enrolment,
            lesson=pk,
            text=sent.get("text", ""),
            quote=sent.get("quote", ""),
            block=writable(sent.get("block", "")),
            now=clock.now(),
        )
    except DomainError as error:
        messages.error(request, text_of(error))
        return redirect(reverse("learning:lesson", args=[pk]) + "#notes")
    return redirect(reverse("learning:lesson", args=[pk]) + (f"#b-{note.block}" if note.block else "#notes"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def note(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Change or delete one's own note."""
    own = access.note_for(request.user, pk)
    back = reverse("learning:lesson", args=[own.lesson_id]) + "#notes"
    error = ""
    if request.method == "POST":
        if "delete" in request.POST:
            throw_away(own)
            messages.success(request, _("The note is deleted."))
            return redirect(back)
        try:
            rewrite_note(own, text=request.POST.get("text", ""), now=clock.now())
            return redirect(back)
        except DomainError as problem:
            error = text_of(problem)
    return render(request, "learning/note.html", {"note": own, "error": error, "back": back}, status=422 if error else 200)
