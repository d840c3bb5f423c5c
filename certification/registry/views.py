"""What anybody may ask: by QR code, by the three things printed on the paper, or with the file.

Nobody signs in, nothing is kept but a count of questions, and no PDF is ever drawn here.
"""

import datetime
import json
import re
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from certification.certificates.rules import Status
from certification.certificates.validation import FileReport, Finding, check_pdf, trusted_roots, trusted_stamps
from certification.registry import lookup
from certification.registry.availability import RegisterAway
from certification.registry.forms import FileForm, KeysForm
from certification.registry.front import Answer, wants_json
from certification.registry.lookup import Told
from certification.registry.offline.builder import FILE_NAME, kept_offline_page
from certification.registry.pages import open_to_all, page, text_of_page, wants_fragment
from certification.registry.throttle import TOKEN_LIMIT, Limit, limited
from lms.core import clock

MAX_FILE_BYTES = 5 * 1024 * 1024

STATUS_WORDS = {
    Status.VALID: (_("Valid"), _("This certificate is genuine and valid today.")),
    Status.SUSPENDED: (_("Suspended"), _("This certificate is genuine, but its body has suspended it. Do not rely on it now.")),
    Status.REVOKED: (_("Revoked"), _("This certificate was issued and then revoked. It is no longer valid.")),
    Status.REPLACED: (
        _("Replaced"),
        _("There is a newer version of this certificate, and only that one counts. Ask its holder for it."),
    ),
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
AWAY_WORDS = (
    _("No answer just now"),
    _("The register does not answer at the moment. That says nothing about the certificate. Please try again in a minute."),
)
INTACT_WORDS = (
    _("Signature genuine"),
    _(
        "The file is unchanged and was signed by a body of this register. Whether the certificate still holds, the "
        "register cannot say at the moment. Please try again in a minute."
    ),
)


SHA256 = re.compile(r"[0-9a-f]{64}")
RETRY_SECONDS = 30


@csrf_exempt
@limited(Limit("search", 20), methods=("POST",))
@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Look up by number, name and last four; changes nothing, so it needs no CSRF cookie either."""
    form = KeysForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            token = lookup.token_for_keys(**form.cleaned_data)
        except RegisterAway:
            return _away(request)
        if token is not None:
            answer = redirect("registry:certificate", token=token)
            if "lang" in request.GET:
                answer["Location"] += f"?lang={translation.get_language()}"
            return answer
        return _search_page(request, form, status=404, missed=True)
    return _search_page(request, form, status=422 if request.method == "POST" else 200)


@csrf_exempt
@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def check_file(request: HttpRequest) -> HttpResponse:
    """Judge a file, or answer about its fingerprint alone: a file that is one of ours need not be sent at all."""
    if request.method != "POST":
        return redirect("registry:search")
    sha256 = request.POST.get("sha256", "").lower()
    if "file" not in request.FILES and SHA256.fullmatch(sha256):
        return _check_fingerprint(request, sha256)  # type: ignore[no-any-return]
    return _check_upload(request)  # type: ignore[no-any-return]


@limited(Limit("fingerprint", 60))
def _check_fingerprint(request: HttpRequest, sha256: str) -> HttpResponse:
    try:
        told = lookup.told_about_file(sha256, now=clock.now())
    except RegisterAway:
        return _away(request)
    if told is None:
        if wants_json(request) or wants_fragment(request):
            return _plain({"status": "not_found"}, status=404)
        return page(request, "registry/not_found.html", status=404)
    return _answer(request, told, file_sha256=sha256)


@limited(Limit("file", 10))
def _check_upload(request: HttpRequest) -> HttpResponse:
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _file_problem(request, form, status=422)
    upload = form.cleaned_data["file"]
    if upload.size > MAX_FILE_BYTES:
        form.add_error("file", _("This file is larger than 5 MB, so it is not one of ours."))
        return _file_problem(request, form, status=413)
    report = check_pdf(upload.read(), roots=trusted_roots(), stamp_roots=trusted_stamps())
    word, text = FINDING_WORDS[report.finding]
    status = 422
    try:
        told = lookup.told_about_file(report.sha256, now=clock.now())
    except RegisterAway:
        if not report.ok:
            told = None
        else:
            (word, text), told, status = INTACT_WORDS, None, 503
    if told is not None:
        return _answer(request, told, report=report, file_sha256=report.sha256)
    if wants_json(request):
        return _plain({"status": "file_refused" if status == 422 else "unavailable", "file": report.as_json()}, status=status)
    context = {"word": word, "text": text, "report": report, "name": upload.name}
    return page(request, "registry/file.html", context, status=status)


@limited(Limit("offline", 10))
@open_to_all
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Give the page that checks QR codes without a server, to be kept; never to be opened here."""
    try:
        data = kept_offline_page(now=clock.now())
    except RegisterAway:
        return _away(request)
    response = HttpResponse(data, content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response


@limited(TOKEN_LIMIT)
@open_to_all
@require_safe
def certificate(request: HttpRequest, token: str) -> HttpResponse:
    """Answer the QR code."""
    try:
        told = lookup.told_about_token(token, now=clock.now())
    except RegisterAway:
        return _away(request)
    if told is None:
        if wants_json(request):
            return _plain({"status": "not_found"}, status=404)
        return page(request, "registry/not_found.html", status=404)
    return _answer(request, told)


def _answer(
    request: HttpRequest, told: Told, *, report: FileReport | None = None, file_sha256: str | None = None
) -> HttpResponse:
    basis = None if told.is_old or file_sha256 is not None else told.basis
    if wants_json(request):
        facts = {**told.facts, "file": report.as_json()} if report else told.facts
        return Answer(json.dumps(facts, ensure_ascii=False), basis, content_type="application/json")
    return Answer(_answer_text(request, told, report=report, is_file=file_sha256 is not None), basis)


def _answer_text(request: HttpRequest, told: Told, *, report: FileReport | None = None, is_file: bool = False) -> str:
    facts = told.facts
    state = Status(facts["status"])
    word, text = STATUS_WORDS[state]
    proof = facts["proof"]
    context = {
        "answer": facts,
        "word": word,
        "text": text,
        "verdict": VERDICT_CLASSES[state],
        "since": datetime.datetime.fromisoformat(facts["status_since"]),
        "issued_on": datetime.date.fromisoformat(facts["issued_on"]),
        "valid_until": datetime.date.fromisoformat(facts["valid_until"]) if facts.get("valid_until") else None,
        "chain": [
            one | {name: datetime.datetime.fromisoformat(one[name]) for name in ("valid_from", "valid_until")}
            for one in proof["chain"]
        ],
        "logged_at": datetime.datetime.fromisoformat(proof["log"]["signed_at"]) if proof["log"] else None,
        "as_of": told.as_of if told.is_old else None,
        "is_file": is_file,
        "report": report,
        # What the browser compares with the signed code of the paper.
        "compared": {
            "kind": facts["kind"],
            "number": facts["number"],
            "name_masked": facts["holder"]["name_masked"],
            "subject": facts["subject"],
            "issued_on": facts["issued_on"],
            "valid_until": facts.get("valid_until"),
            "level": facts["level"]["code"] if facts.get("level") else None,
            "issuer": proof["issuer"],
        },
    }
    return text_of_page(request, "registry/certificate.html", context)


def _search_page(request: HttpRequest, form: KeysForm, *, status: int, missed: bool = False) -> HttpResponse:
    if wants_json(request) and status != 200:
        return _plain({"status": "not_found" if missed else "invalid"}, status=status)
    context = {"form": form, "file_form": FileForm(), "missed": missed, "max_bytes": MAX_FILE_BYTES}
    return page(request, "registry/search.html", context, status=status)


def _file_problem(request: HttpRequest, form: FileForm, *, status: int) -> HttpResponse:
    if wants_json(request):
        return _plain({"status": "invalid"}, status=status)
    if wants_fragment(request):
        context = {
            "word": _("Not checked"),
            "text": " ".join(str(error) for error in form.errors.get("file", [])),
            "report": None,
            "name": "",
        }
        return page(request, "registry/file.html", context, status=status)
    context = {"form": KeysForm(), "file_form": form, "max_bytes": MAX_FILE_BYTES}
    return page(request, "registry/search.html", context, status=status)


def _away(request: HttpRequest) -> HttpResponse:
    """Say that there is no answer; never that there is no certificate."""
    if wants_json(request):
        response: HttpResponse = _plain({"status": "unavailable"}, status=503)
    else:
        word, text = AWAY_WORDS
        response = page(request, "registry/away.html", {"word": word, "text": text}, status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def _plain(facts: dict[str, Any], *, status: int = 200) -> JsonResponse:
    """Return JSON with Chinese as Chinese."""
    return JsonResponse(facts, status=status, json_dumps_params={"ensure_ascii": False})
