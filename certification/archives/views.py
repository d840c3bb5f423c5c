"""The archives of a body: what waits, one archive, its seal, its openings."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.archives import access, selectors, services
from certification.archives.forms import DestructionForm, OpeningForm
from certification.archives.models import Archive
from certification.archives.rules import VOLUMES, OpeningState, Status, volume_file
from certification.archives.services.preparing import STALLED
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted, whole_number
from lms.core.messages import text_of
from lms.notices.facts import unpacked
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role

SHOWN = 20


def _crumbs(*more: dict[str, str]) -> list[dict[str, str]]:
    return [{"title": _("Archives"), "url": "/desk/archives/"}, *more]


@login_required
@require_safe
def overview(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What waits for its archive, and the archives, newest first."""
    before = whole_number(request.GET.get("before"))
    rows, more = selectors.page_of(access.archives_of(request.user), before=before)
    waiting = [] if before else list(access.plans_to_archive(request.user).order_by("exam_date", "pk")[: selectors.PAGE])
    context = {
        "rows": rows,
        "waiting": [{"plan": plan, "due": selectors.due_on(plan)} for plan in waiting],
        "newer_url": "?" if before else "",
        "older_url": f"?before={rows[-1].pk}" if more else "",
    }
    return render(request, "archives/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What is missing before a plan can be archived; the officer has its volumes put together."""
    found = access.plan_for_archive(request.user, pk)
    problem, status = "", 200
    if request.method == "POST":
        try:
            archive = services.prepare_archive(found, actor=request.user, now=clock.now())
        except DomainError as error:
            problem, status = text_of(error), error.status
        else:
            return redirect("archives:detail", pk=archive.pk)
    context = {
        "plan": found,
        "archive": Archive.objects.filter(plan=found).first(),
        "missing": [text_of(error) for error in selectors.missing(found)],
        "without_receipt": selectors.without_receipt(found),
        "due": selectors.due_on(found),
        "officer": has_role(request.user, found.organisation_id, Role.EXAM_OFFICER),
        "problem": problem,
        "crumbs": _crumbs({"title": found.title}),
    }
    return render(request, "archives/plan.html", context, status=status)


@login_required
@require_safe
def detail(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One archive; while it is being put together the part that changes asks for itself."""
    return _detail(request, access.archive_for(request.user, pk))


def _detail(request: AuthenticatedHttpRequest, archive: Archive, problem: str = "", status: int = 200) -> HttpResponse:
    body = archive.plan.organisation_id
    refusal = archive.job.params.get("refusal")
    context: dict[str, Any] = {
        "archive": archive,
        "plan": archive.plan,
        "job": archive.job,
        "building": archive.state is Status.BUILDING and not refusal,
        "stalled": clock.now() - archive.job.started_at >= STALLED,
        "done": archive.job.done,
        "refusal": text_of(DomainError(refusal["code"], **unpacked(refusal["context"]))) if refusal else "",
        "officer": has_role(request.user, body, Role.EXAM_OFFICER),
        "head": has_role(request.user, body, Role.HEAD),
        "problem": problem,
        "crumbs": _crumbs({"title": archive.plan.title}),
    }
    if request.headers.get("X-Fragment"):
        return render(request, "archives/_building.html", context)
    now = clock.now()
    context |= {
        "volumes": selectors.volumes_of(archive),
        "openings": [selectors.seen_at(row, now) for row in selectors.with_acts(archive.openings.all()).order_by("-pk")[:SHOWN]],
        "destructions": archive.destructions.select_related("proposed_by", "verdict__approved_by"),
        "due": selectors.over_retention(Archive.objects.filter(pk=archive.pk), now=now),
    }
    return render(request, "archives/detail.html", context, status=status)


@login_required
@require_POST
def seal(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    archive = access.archive_for(request.user, pk)
    try:
        services.seal_archive(archive, actor=request.user, now=clock.now())
    except DomainError as error:
        return _detail(request, access.archive_for(request.user, pk), text_of(error), error.status)
    messages.success(request, _("The archive is sealed."))
    return redirect("archives:detail", pk=pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Ask to open a sealed archive."""
    archive = access.archive_for(request.user, pk)
    form = OpeningForm(posted(request), archive=archive, actor=request.user)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = services.request_opening(archive, **form.cleaned_data, actor=request.user, now=clock.now())
            except DomainError as error:
                form.add_error(None, text_of(error))
                status = error.status
            else:
                messages.success(request, _("The head has been asked."))
                return redirect("archives:opening", pk=made.pk)
    crumbs = _crumbs({"title": archive.plan.title, "url": f"/desk/archives/{pk}/"}, {"title": _("Open the archive")})
    return render(
        request, "archives/ask.html", {"archive": archive, "plan": archive.plan, "form": form, "crumbs": crumbs}, status=status
    )


@login_required
@require_safe
def opening(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One request: who allowed it, who is there, what was read."""
    return _opening(request, pk)


def _opening(request: AuthenticatedHttpRequest, pk: int, problem: str = "", status: int = 200) -> HttpResponse:
    found = access.opening_for(request.user, pk)
    seen = selectors.seen_at(found, clock.now())
    two = {found.requested_by_id, found.witness_id}
    one_of_two = request.user.pk in two
    context = {
        "opening": found,
        "archive": found.archive,
        "plan": found.archive.plan,
        "seen": seen,
        "may_allow": seen.state is OpeningState.ASKED
        and not one_of_two
        and has_role(request.user, found.archive.plan.organisation_id, Role.HEAD),
        "may_confirm": seen.state is OpeningState.APPROVED and one_of_two and request.user.pk not in seen.present,
        "may_read": seen.state is OpeningState.OPEN and one_of_two,
        "whole": set(found.volumes) == set(VOLUMES),
        "volumes": [volume for volume in selectors.volumes_of(found.archive) if volume.number in found.volumes],
        "views": found.views.select_related("user"),
        "problem": problem,
        "crumbs": _crumbs({"title": _("Opening of %(plan)s") % {"plan": found.archive.plan.number}}),
    }
    return render(request, "archives/opening.html", context, status=status)


@login_required
@require_POST
def allow(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    found = access.opening_for(request.user, pk)
    try:
        services.approve_opening(found, actor=request.user, now=clock.now())
    except DomainError as error:
        return _opening(request, pk, text_of(error), error.status)
    return redirect("archives:opening", pk=pk)


@login_required
@require_POST
def here(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """I am one of the two, and I am there."""
    found = access.opening_for(request.user, pk)
    try:
        services.confirm_presence(found, actor=request.user, now=clock.now())
    except DomainError as error:
        return _opening(request, pk, text_of(error), error.status)
    return redirect("archives:opening", pk=pk)


@login_required
@require_POST
def volume(request: AuthenticatedHttpRequest, pk: int, number: int) -> HttpResponse:
    """Hand out a volume. A POST: each time is written down."""
    found = access.opening_for(request.user, pk)
    try:
        data = services.read_volume(found, number, actor=request.user, now=clock.now())
    except DomainError as error:
        return _opening(request, pk, text_of(error), error.status)
    return _file(data, volume_file(found.archive.plan.number, number), "application/pdf")


@login_required
@require_POST
def package(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Hand out the whole package."""
    found = access.opening_for(request.user, pk)
    try:
        data = services.read_package(found, actor=request.user, now=clock.now())
    except DomainError as error:
        return _opening(request, pk, text_of(error), error.status)
    return _file(data, volume_file(found.archive.plan.number, 0).replace("-0.pdf", ".zip"), "application/zip")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Propose to destroy what is past its last day."""
    archive = access.archive_for(request.user, pk)
    form = DestructionForm(posted(request))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.propose_destruction(archive, **form.cleaned_data, actor=request.user, now=clock.now())
            except DomainError as error:
                form.add_error(None, text_of(error))
                status = error.status
            else:
                messages.success(request, _("A second person has to agree."))
                return redirect("archives:detail", pk=pk)
    crumbs = _crumbs({"title": archive.plan.title, "url": f"/desk/archives/{pk}/"}, {"title": _("After the retention")})
    context = {"archive": archive, "plan": archive.plan, "form": form, "crumbs": crumbs}
    return render(request, "archives/propose.html", context, status=status)


@login_required
@require_POST
def agree(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    found = access.destruction_for(request.user, pk)
    try:
        services.approve_destruction(found, actor=request.user, now=clock.now())
    except DomainError as error:
        return _detail(request, access.archive_for(request.user, found.archive_id), text_of(error), error.status)
    return redirect("archives:detail", pk=found.archive_id)


def _file(data: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
