"""Files of schemes: looked at row by row first, kept as a draft when somebody says so; and out again."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.standards import access, services
from certification.standards.content import content_of, owner_of
from certification.standards.exchange import workbook, yaml_file
from certification.standards.exchange.report import Report, look_at
from certification.standards.forms import SchemeFileForm
from certification.standards.models import Scheme
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted
from lms.core.messages import text_of

CHECKED_FOR = 3600
"""Seconds within which a file that was looked at can be kept."""
SALT = "standards.file"
FORMS = {"yaml": (yaml_file.written, "application/yaml"), "xlsx": (workbook.written, workbook.CONTENT_TYPE)}
SHOWN = 400
"""How many right rows one page shows; wrong ones all, up to the same number."""


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Choose a file; POST tells of each of its rows what is wrong with it, and writes nothing."""
    if not access.bodies_kept_by(request.user).exists():
        raise PermissionDenied
    form = SchemeFileForm(posted(request), request.FILES or None)
    report: Report | None = None
    refusal, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                report = look_at(form.cleaned_data["file"].read())
            except DomainError as error:
                form.add_error("file", text_of(error))
        if report is not None and report.is_sound:
            if access.is_kept_by(request.user, owner_of(report.content)):
                status = 200
            else:
                refusal = _("Only the people of the body that keeps this scheme can store it.")
    sound = report is not None and report.is_sound and not refusal
    context = {
        "form": form,
        "report": report,
        "rows": report.rows[:SHOWN] if report and report.is_sound else (report.wrong[:SHOWN] if report else []),
        "right": len(report.rows) - len(report.wrong) if report else 0,
        "refusal": refusal,
        "ticket": _ticket(request, report.content) if sound and report else "",
        "target": _target(report.content) if sound and report else None,
        "crumbs": desk_crumbs(_("Upload a scheme")),
    }
    return render(request, "standards/upload.html", context, status=status)


def _target(content: dict[str, Any]) -> dict[str, Any]:
    """Return which version the content would become, and whether a draft is written over."""
    latest = Scheme.objects.filter(key=content["key"]).order_by("-version").first()
    over = latest is not None and latest.is_draft
    return {"version": latest.version + (not over) if latest else 1, "over": over}


def _ticket(request: AuthenticatedHttpRequest, content: dict[str, Any]) -> str:
    """Return what lets this person keep exactly this content; nothing of it stays here."""
    return signing.dumps({"user": request.user.pk, "content": content}, salt=SALT, compress=True)


@login_required
@require_POST
def take(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Keep a file that was looked at on the page before, by the same person, within the hour."""
    if not access.bodies_kept_by(request.user).exists():
        raise PermissionDenied
    try:
        checked = signing.loads(request.POST.get("ticket", ""), salt=SALT, max_age=CHECKED_FOR)
        if checked["user"] != request.user.pk:
            raise signing.BadSignature
        draft = services.keep_draft(checked["content"], actor=request.user, now=clock.now())
    except signing.BadSignature:
        messages.error(request, text_of(DomainError("standards.report_expired")))
    except DomainError as error:
        messages.error(request, text_of(error))
    else:
        messages.success(request, _("The draft is stored. Check it and publish."))
        return redirect(draft.get_desk_url())
    return redirect("standards:upload")


@login_required
@require_safe
def download(request: AuthenticatedHttpRequest, pk: int, form: str) -> HttpResponse:
    """The scheme as a file that can be changed and uploaded again."""
    scheme = access.scheme_for(request.user, pk)
    if form not in FORMS:
        raise Http404
    write, content_type = FORMS[form]
    name = f"{scheme.key}-v{scheme.version}.{form}"
    return HttpResponse(
        write(content_of(scheme)), content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def desk_crumbs(*titles: str, scheme: Scheme | None = None) -> list[dict[str, str]]:
    middle = [{"title": str(scheme), "url": scheme.get_desk_url()}] if scheme else []
    start = [{"title": _("Desk"), "url": "/desk/"}, {"title": _("Standards and norms"), "url": reverse("standards:desk")}]
    return [*start, *middle, *({"title": title} for title in titles)]
