"""The candidate's own dossier: what is asked, until when, what is there, and when she is heard."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from certification.applications.models import Application
from certification.panels import access, rules, services
from certification.panels.forms import FileForm, HandInForm
from certification.panels.models import KIND_LABELS, Dossier, Slot
from certification.panels.rules import DossierKind, DossierStatus
from certification.panels.selectors import case_url, setup_of
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.messages import text_of


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def dossier(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Attach files, hand in, or take back; the slot stands here once there is one."""
    case = access.case_with_review(request.user, pk)
    kinds = _kinds(case)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    upload = FileForm(request.POST, request.FILES, kinds=kinds) if act == "attach" else FileForm(kinds=kinds)
    confirm = HandInForm(request.POST) if act == "hand_in" else HandInForm()
    if request.method != "POST":
        return _page(request, case, upload, confirm)
    try:
        row = services.open_dossier(case, actor=request.user, now=clock.now())
        if act == "attach" and upload.is_valid():
            facts = upload.cleaned_data
            services.attach_file(row, kind=facts["kind"], upload=facts["file"], actor=request.user, now=clock.now())
            messages.success(request, _("The file is attached."))
        elif act == "hand_in" and confirm.is_valid():
            services.hand_in_dossier(row, anonymous=confirm.cleaned_data["anonymous"], actor=request.user, now=clock.now())
            messages.success(request, _("Your dossier is handed in. The exam officer looks at it next."))
        elif act == "take_back":
            services.take_back_dossier(row, actor=request.user, now=clock.now())
            messages.success(request, _("You can change your dossier again. Do not forget to hand it in."))
        else:
            return _page(request, case, upload, confirm, status=422)
    except DomainError as error:
        if act == "attach":
            upload.add_error("file", text_of(error))
        elif act == "hand_in":
            confirm.add_error("anonymous", text_of(error))
        else:
            messages.error(request, text_of(error))
        return _page(request, case, upload, confirm, status=error.status)
    return redirect("panels:dossier", pk)


@login_required
@require_POST
def remove(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Take a file out of the own dossier."""
    file = access.own_file(request.user, pk)
    services.remove_file(file, actor=request.user, now=clock.now())
    return redirect(case_url(file.dossier))


def _kinds(case: Application) -> list[tuple[str, Any]]:
    setup = setup_of(case.plan)
    asked = setup.asked if setup else {}
    return [(kind, KIND_LABELS[DossierKind(kind)]) for kind in asked]


def _page(
    request: AuthenticatedHttpRequest, case: Application, upload: FileForm, confirm: HandInForm, *, status: int = 200
) -> HttpResponse:
    plan = case.plan
    setup = setup_of(plan)
    assert setup is not None
    row = Dossier.objects.filter(plan=plan, candidate=request.user).prefetch_related("files").first()
    files = list(row.files.all()) if row else []
    have = {file.kind for file in files}
    state = DossierStatus(row.status) if row else DossierStatus.OPEN
    due_on = row.due_on if row else setup.dossier_closes
    context = {
        "case": case,
        "plan": plan,
        "setup": setup,
        "dossier": row,
        "files": files,
        "wanted": [
            {"label": KIND_LABELS[DossierKind(kind)], "required": required, "done": kind in have}
            for kind, required in setup.asked.items()
        ],
        "complete": not rules.missing_kinds(setup.asked, have),
        "due_on": due_on,
        "is_open": state is DossierStatus.OPEN and clock.today() <= due_on,
        "late": state is DossierStatus.OPEN and clock.today() > due_on,
        "may_take_back": state is DossierStatus.HANDED_IN and clock.today() <= due_on,
        "state": state.value,
        "slot": Slot.objects.filter(seat__plan=plan, seat__candidate=request.user).select_related("panel", "seat").first(),
        "upload": upload,
        "confirm": confirm,
    }
    return render(request, "panels/dossier.html", context, status=status)
