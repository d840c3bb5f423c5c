"""Entering many people at once: the template, the upload, what was found line by line, and the taking in."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from certification.applications import services
from certification.applications.access import intake_for, intakes_visible_to, organisations_entering, plan_to_enter
from certification.applications.entered import STANDING_LABELS, told_entries
from certification.applications.labels import FIELD_LABELS
from certification.applications.models import Intake, RecordSettings
from certification.applications.record_form import RecordSettingsForm, TableFileForm
from certification.applications.rules.intakes import RUNNING_STATUSES, IntakeStatus
from certification.applications.rules.record import SENSITIVE_FIELDS
from certification.applications.selectors import sensitive_fields_of
from certification.applications.services.intakes import look_again
from certification.applications.table_template import CONTENT_TYPE, template_table
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.crypto import mask_name
from lms.core.errors import DomainError
from lms.core.forms import offer_choices, posted, whole_number
from lms.core.messages import text_of
from lms.core.models import Job, JobRow
from lms.notices.facts import unpacked
from lms.organisations.rules import Role
from lms.organisations.selectors import organisations_where

PAGE = 100
CHIPS = {
    IntakeStatus.CHECKING: "wait",
    IntakeStatus.CHECKED: "warn",
    IntakeStatus.REFUSED: "bad",
    IntakeStatus.TAKING: "wait",
    IntakeStatus.DONE: "good",
    IntakeStatus.DROPPED: "neutral",
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def intakes(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The tables handed in for a plan by my organisation, and the form for another one."""
    plan = plan_to_enter(request.user, pk)
    organisations = list(organisations_entering(request.user, plan))
    form = TableFileForm(posted(request), request.FILES if request.method == "POST" else None)
    offer_choices(form, "organisation", [(str(row.pk), row.name) for row in organisations])
    form.initial["organisation"] = str(organisations[0].pk)
    if request.method == "POST" and form.is_valid():
        chosen = next(row for row in organisations if str(row.pk) == form.cleaned_data["organisation"])
        try:
            received = services.receive_table(
                plan, organisation=chosen, upload=form.cleaned_data["file"], actor=request.user, now=clock.now()
            )
        except DomainError as error:
            form.add_error("file", text_of(error))
        else:
            return redirect(received)
    rows = intakes_visible_to(request.user).filter(plan=plan).order_by("-pk")
    before = whole_number(request.GET.get("before"))
    found = list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])
    context = {
        "plan": plan,
        "form": form,
        "is_open": plan.is_open_on(clock.today()),
        "rows": [{"intake": row, "chip": CHIPS[IntakeStatus(row.status)]} for row in found[:PAGE]],
        "older": found[PAGE - 1].pk if len(found) > PAGE else 0,
        "sensitive": [FIELD_LABELS[name] for name in sensitive_fields_of(plan.organisation_id)],
        "is_head": organisations_where(request.user, Role.HEAD).filter(pk=plan.organisation_id).exists(),
        "crumbs": _crumbs(plan, _("Enter many people")),
    }
    return render(request, "applications/intakes.html", context, status=422 if form.errors else 200)


def _crumbs(plan: Any, *titles: str) -> list[dict[str, str]]:
    return [{"title": _("Desk"), "url": "/desk/"}, {"title": plan.title, "url": plan.get_absolute_url()}] + [
        {"title": title} for title in titles
    ]


@login_required
@require_safe
def table(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The empty table of this plan."""
    plan = plan_to_enter(request.user, pk)
    out = io.BytesIO()
    template_table(plan).save(out)
    return HttpResponse(
        out.getvalue(),
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{plan.number}.xlsx"'},
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def intake(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """How far a table is, what is wrong with which line, and the buttons: take in, go on, throw away."""
    found = intake_for(request.user, pk)
    problem = ""
    if request.method == "POST":
        try:
            return _act(request, found)
        except DomainError as error:
            problem = text_of(error)
    job = found.take_job or found.check_job
    wrong_only = request.GET.get("show") != "all"
    rows, last = _page_of(job, after=whole_number(request.GET.get("after")), wrong_only=wrong_only)
    context = {
        "intake": found,
        "plan": found.plan,
        "chip": CHIPS[IntakeStatus(found.status)],
        "problem": problem,
        "refusal": text_of(DomainError(found.refusal["code"], **unpacked(found.refusal["context"]))) if found.refusal else "",
        "is_running": found.status in RUNNING_STATUSES,
        "counts": _counts(found),
        "rows": rows,
        "after": last,
        "wrong_only": wrong_only,
        "people": _people(found, after=whole_number(request.GET.get("people"))),
        "crumbs": [
            {"title": _("Desk"), "url": "/desk/"},
            {"title": found.plan.title, "url": found.plan.get_absolute_url()},
            {"title": _("Enter many people"), "url": f"/desk/plans/{found.plan_id}/people/"},
            {"title": found.name},
        ],
    }
    return render(request, "applications/intake.html", context, status=409 if problem else 200)


def _act(request: AuthenticatedHttpRequest, found: Intake) -> HttpResponse:
    act = request.POST.get("act")
    if act == "take":
        services.take_in(found, actor=request.user, now=clock.now())
    elif act == "look":
        look_again(found, actor=request.user, now=clock.now())
    elif act == "drop":
        services.drop_intake(found, actor=request.user, now=clock.now())
        messages.success(request, _("The table is thrown away. Nobody was entered from it."))
    return redirect(found)


def _counts(found: Intake) -> dict[str, int]:
    """Return how many lines were looked at, are right and wrong, were taken in and not."""
    checked = _outcomes(found.check_job)
    taken = _outcomes(found.take_job) if found.take_job is not None else (0, 0)
    return {
        "looked_at": sum(checked),
        "right": checked[0],
        "wrong": checked[1],
        "done": sum(taken),
        "entered": taken[0],
        "left_out": taken[1],
        "total": found.take_job.total if found.take_job is not None else found.check_job.total,
    }


def _people(found: Intake, *, after: int) -> dict[str, Any] | None:
    """Return who of the table handed in and who did not: counts, and a page by line; None while nobody was entered."""
    entries = told_entries(found)
    counted = dict(entries.order_by().values_list("standing").annotate(count=Count("pk")))
    if not counted:
        return None
    rows = list(entries.filter(line__gt=after).order_by("line")[: PAGE + 1])
    return {
        "counts": [(label, counted[value]) for value, label in STANDING_LABELS.items() if value in counted],
        "rows": [
            {"line": row.line, "name": mask_name(row.name) if row.name else "—", "standing": STANDING_LABELS[row.standing]}
            for row in rows[:PAGE]
        ],
        "after": rows[PAGE - 1].line if len(rows) > PAGE else 0,
    }


def _outcomes(job: Job) -> tuple[int, int]:
    return job.rows.filter(ok=True).count(), job.rows.filter(ok=False).count()


def _page_of(job: Job, *, after: int, wrong_only: bool) -> tuple[list[dict[str, Any]], int]:
    """Return a page of lines with their sentences, and after which row the next page begins (0 for the last page)."""
    rows = job.rows.filter(pk__gt=after).order_by("pk")
    found = list((rows.filter(ok=False) if wrong_only else rows)[: PAGE + 1])
    return [_line(row) for row in found[:PAGE]], found[PAGE - 1].pk if len(found) > PAGE else 0


def _line(row: JobRow) -> dict[str, Any]:
    return {"number": row.key, "ok": row.ok, "faults": _faults(row.message)}


def _faults(message: str) -> list[dict[str, str]]:
    """Return which column and what is wrong, in the reader's language."""
    if not message:
        return []
    return [
        {
            "column": str(FIELD_LABELS.get(fault["field"], fault["field"])),
            "text": text_of(DomainError(fault["code"], **unpacked(fault["context"]))),
        }
        for fault in json.loads(message)
    ]


class _Line:
    """What a CSV writer writes to: each line is handed on."""

    def write(self, text: str) -> str:
        return text


@login_required
@require_safe
def report(request: AuthenticatedHttpRequest, pk: int) -> StreamingHttpResponse:
    """Every line with what is wrong with it, as a table; no personal number is in it."""
    found = intake_for(request.user, pk)
    job = found.take_job or found.check_job
    writer = csv.writer(_Line())
    headings = [_("Line"), _("Outcome"), _("What is wrong")]
    right, wrong = _("Right"), _("Wrong")

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(headings)
        for row in job.rows.order_by("pk").iterator(chunk_size=500):
            told = "；".join(f"{fault['column']}：{fault['text']}" for fault in _faults(row.message))
            yield writer.writerow([row.key, right if row.ok else wrong, told])

    name = f"{found.plan.number}-{found.pk}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8", headers=headers)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record_settings(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Which sensitive columns my body asks for; only its head decides that."""
    body = organisations_where(request.user, Role.HEAD).order_by("pk").first()
    if body is None:
        raise PermissionDenied
    kept = RecordSettings.objects.filter(organisation=body).first()
    initial = {
        "asked": [name for name in SENSITIVE_FIELDS if getattr(kept, name, False)],
        "reason": kept.reason if kept is not None else "",
    }
    form = RecordSettingsForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        services.set_record_settings(body, asked=set(given["asked"]), reason=given["reason"], actor=request.user, now=clock.now())
        messages.success(request, _("Stored."))
        return redirect("applications:record_settings")
    context = {
        "form": form,
        "body": body,
        "crumbs": [{"title": _("Desk"), "url": "/desk/"}, {"title": _("Columns of the registration form")}],
    }
    return render(request, "applications/record_settings.html", context, status=422 if form.errors else 200)
