"""Captions: a file, or row by row in the editor. Works without JavaScript and by keyboard alone."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from courses.media import access
from courses.media.forms import CaptionFileForm
from courses.media.messages import CAPTION_FAULTS
from courses.media.models import LANGUAGES, CaptionTrack
from courses.media.rules.captions import MAX_BYTES, CaptionFaults, Cue, Fault, clean_words, format_time, parse_time
from courses.media.selectors import shown
from courses.media.services import captions as services
from courses.media.views.recordings import page_with_problem
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import whole_number
from lms.core.messages import text_of

SPARE_ROWS = 5


def told(faults: list[Fault]) -> list[dict[str, object]]:
    """Return the faults with their sentences."""
    return [{"line": fault.line, "text": CAPTION_FAULTS[fault.code], "found": fault.found} for fault in faults]


@login_required
@require_POST
def upload(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Take a caption file, or say for each line what is wrong with it."""
    recording = access.recording_to_edit(request.user, pk)
    form = CaptionFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return page_with_problem(request, recording, caption_form=form)
    data = form.cleaned_data["file"].read(MAX_BYTES + 1)
    try:
        language = form.cleaned_data["language"]
        services.upload_captions(recording, language=language, data=data, actor=request.user, now=clock.now())
    except CaptionFaults as error:
        return page_with_problem(request, recording, problem=text_of(error), faults=told(error.faults))
    except DomainError as error:
        return page_with_problem(request, recording, problem=text_of(error))
    messages.success(request, _("The captions are stored. The transcript was made from them."))
    return redirect(recording)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthenticatedHttpRequest, pk: int, language: str) -> HttpResponse:
    """Times and words, a row each; an emptied row is taken out."""
    recording = access.recording_to_edit(request.user, pk)
    if language not in LANGUAGES:
        raise Http404
    track = CaptionTrack.objects.filter(recording=recording, language=language).first()
    version = track.version if track else 0
    faults: list[Fault] = []
    problem = ""
    if request.method == "POST":
        rows = _posted_rows(request)
        try:
            cues = _cues(rows)
            services.set_captions(
                recording, language=language, cues=cues, actor=request.user, now=clock.now(),
                seen=whole_number(request.POST.get("version")),
            )  # fmt: skip
        except CaptionFaults as error:
            faults, problem = error.faults, text_of(error)
        except DomainError as error:
            problem = text_of(error)
        else:
            messages.success(request, _("The captions are saved."))
            return redirect("media:edit_captions", pk=pk, language=language)
    else:
        rows = [(format_time(cue.start), format_time(cue.end), cue.text) for cue in track.lines] if track else []
    wrong = {fault.line: CAPTION_FAULTS[fault.code] for fault in faults}
    numbered = [(number, *row, wrong.get(number, "")) for number, row in enumerate([*rows, *[("", "", "")] * SPARE_ROWS], 1)]
    context = {
        "recording": recording, "shown": shown(recording), "language": language, "name": LANGUAGES[language], "rows": numbered,
        "version": version, "problem": problem, "faults": told(faults), "track": track,
    }  # fmt: skip
    return render(request, "media/captions.html", context, status=422 if problem else 200)


def _posted_rows(request: AuthenticatedHttpRequest) -> list[tuple[str, str, str]]:
    sent = [request.POST.getlist(name) for name in ("start", "end", "text")]
    rows = zip(*sent, strict=False)
    return [(start.strip(), end.strip(), text) for start, end, text in rows if start.strip() or end.strip() or text.strip()]


def _cues(rows: list[tuple[str, str, str]]) -> list[Cue]:
    cues, faults = [], []
    for number, (start, end, text) in enumerate(rows, start=1):
        begin, stop = parse_time(start), parse_time(end)
        if begin is None or stop is None:
            faults.append(Fault(number, "bad_time", start if begin is None else end))
        else:
            cues.append(Cue(begin, stop, clean_words(text)))
    if faults:
        raise CaptionFaults(faults)
    return cues


@login_required
@require_POST
def delete(request: AuthenticatedHttpRequest, pk: int, language: str) -> HttpResponse:
    """Take away the captions of one language, unless a lesson needs them."""
    recording = access.recording_to_edit(request.user, pk)
    try:
        services.delete_captions(recording, language=language)
    except DomainError as error:
        return page_with_problem(request, recording, problem=text_of(error))
    messages.success(request, _("The captions are deleted."))
    return redirect(recording)
