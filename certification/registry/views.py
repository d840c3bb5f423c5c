"""The public pages. They read, they ask for no sign-in, and they start no session."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from certification.certificates.models import Certificate
from certification.certificates.rules import Status
from certification.certificates.validation import FileReport, Finding, check_pdf, trusted_roots, trusted_stamps
from certification.registry import access
from certification.registry.answers import public_answer
from certification.registry.forms import FileForm, KeysForm
from certification.registry.throttle import limited

MAX_FILE_BYTES = 5 * 1024 * 1024

STATUS_WORDS = {
    Status.VALID: (_("Valid"), _("This certificate is genuine and valid today.")),
    Status.SUSPENDED: (_("Suspended"), _("This certificate is genuine, but its body has suspended it. Do not rely on it now.")),
    Status.REVOKED: (_("Revoked"), _("This certificate was issued and then revoked. It is no longer valid.")),
    Status.REPLACED: (_("Replaced"), _("This certificate was replaced by another one. Ask its holder for the new one.")),
    Status.EXPIRED: (_("Expired"), _("This certificate is genuine, but its term has ended.")),
}
VERDICT_CLASSES = {
    Status.VALID: "valid",
    Status.SUSPENDED: "suspended",
    Status.REVOKED: "revoked",
    Status.REPLACED: "replaced",
    Status.EXPIRED: "suspended",
}
# Title and text for a file that the register does not hold. An intact file of ours that it does not hold
# cannot exist unless the register lost a row, and then the register is what counts.
FINDING_WORDS = {
    Finding.INTACT: (
        _("Not in the register"),
        _("The signature is genuine, but the register does not know this file. Ask the issuing body."),
    ),
    Finding.UNKNOWN_STAMP: (
        _("Time not proven"),
        _(
            "The signature is genuine, but its time stamp comes from a service that is not trusted here, or no longer. "
            "Ask the issuing body for the newest file."
        ),
    ),
    Finding.UNKNOWN_SIGNER: (
        _("Signed by a stranger"),
        _("The file is signed, but not with the key of a body in this register. It is not a certificate of ours."),
    ),
    Finding.CHANGED: (_("Changed"), _("This file was changed after it was signed. It does not count, whatever it says.")),
    Finding.ADDED_TO: (
        _("Changed"),
        _("Something was added to this file after it was signed. It does not count, whatever it says."),
    ),
    Finding.SIGNATURE_DAMAGED: (_("Signature damaged"), _("The signature in this file is damaged, so it proves nothing.")),
    Finding.UNSIGNED: (
        _("Not signed"),
        _(
            "This file carries no signature. It may be a print or a copy; ask for the file that was issued, or look the certificate up by its number."
        ),
    ),
    Finding.NOT_PDF: (_("Not a PDF"), _("This file is not a PDF, so it cannot be a certificate of ours.")),
}


def wants_json(request: HttpRequest) -> bool:
    """Tell whether a machine asks: JSON preferred to HTML in Accept."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


@csrf_exempt
@limited(20, name="search", methods=("POST",))
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Look up by number, name and last four; changes nothing, so it needs no CSRF cookie either."""
    form = KeysForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = access.certificate_by_keys(**form.cleaned_data)
        if found is not None:
            return redirect("registry:certificate", token=found.token)
        return _search_page(request, form, status=404, missed=True)
    return _search_page(request, form, status=422 if request.method == "POST" else 200)


@csrf_exempt
@limited(10, name="file", methods=("POST",))
@require_http_methods(["GET", "HEAD", "POST"])
def check_file(request: HttpRequest) -> HttpResponse:
    """Judge a file: first whether it is one of ours byte for byte, then what is wrong with it."""
    if request.method != "POST":
        return redirect("registry:search")
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _file_problem(request, form, status=422)
    upload = form.cleaned_data["file"]
    if upload.size > MAX_FILE_BYTES:
        form.add_error("file", _("This file is larger than 5 MB, so it is not one of ours."))
        return _file_problem(request, form, status=413)
    report = check_pdf(upload.read(), roots=trusted_roots(), stamp_roots=trusted_stamps())
    found = access.certificate_by_file(report.sha256)
    if found is not None:
        return _answer(request, found, report=report)
    if wants_json(request):
        return _plain({"status": "file_refused", "file": report.as_json()}, status=422)
    word, text = FINDING_WORDS[report.finding]
    context = {"word": word, "text": text, "report": report, "name": upload.name}
    return render(request, "registry/file.html", context, status=422)


@limited(60, name="token")
@require_safe
def certificate(request: HttpRequest, token: str) -> HttpResponse:
    """Answer the QR code."""
    found = access.certificate_by_token(token)
    if found is None:
        if wants_json(request):
            return _plain({"status": "not_found"}, status=404)
        return render(request, "registry/not_found.html", status=404)
    return _answer(request, found)


def _answer(request: HttpRequest, found: Certificate, *, report: FileReport | None = None) -> HttpResponse:
    answer = public_answer(found)
    if wants_json(request):
        return _plain({**answer, "file": report.as_json()} if report else answer)
    state = Status(answer["status"])
    word, text = STATUS_WORDS[state]
    context = {
        "certificate": found,
        "answer": answer,
        "word": word,
        "text": text,
        "verdict": VERDICT_CLASSES[state],
        "report": report,
    }
    response = render(request, "registry/certificate.html", context)
    # A status may change at any moment, and a copy in between must not say the old one.
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _search_page(request: HttpRequest, form: KeysForm, *, status: int, missed: bool = False) -> HttpResponse:
    if wants_json(request) and status != 200:
        return _plain({"status": "not_found" if missed else "invalid"}, status=status)
    context = {"form": form, "file_form": FileForm(), "missed": missed}
    return render(request, "registry/search.html", context, status=status)


def _file_problem(request: HttpRequest, form: FileForm, *, status: int) -> HttpResponse:
    if wants_json(request):
        return _plain({"status": "invalid"}, status=status)
    return render(request, "registry/search.html", {"form": KeysForm(), "file_form": form}, status=status)


def _plain(facts: dict[str, Any], *, status: int = 200) -> JsonResponse:
    """Return JSON with Chinese as Chinese, never cached."""
    return JsonResponse(
        facts,
        status=status,
        json_dumps_params={"ensure_ascii": False},
        headers={"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Vary": "Accept"},
    )
