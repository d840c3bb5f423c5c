"""One thing a page: each step of the form stores what it was told and goes on to the next."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from certification.applications import forms, services
from certification.applications.access import application_for, applications_of
from certification.applications.explanation import explain
from certification.applications.models import Application, RecordSettings
from certification.applications.presentation import STEP_TITLES, correction_of, record_rows, steps_of
from certification.applications.record_form import RecordForm
from certification.applications.resits import part_line, resit_of
from certification.applications.rules import BINDING_STATUSES
from certification.applications.selectors import evidence_label, missing_for_submission, sensitive_fields_of
from certification.applications.services.entries import confirm_document as confirm_entered_document
from certification.plans.kept import Earlier
from certification.standards.findings import sentences_of
from lms.accounts.http import AuthenticatedHttpRequest
from lms.accounts.services import record_identity
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted
from lms.core.messages import text_of

KEYS = list(STEP_TITLES)
BINDING = frozenset(status.value for status in BINDING_STATUSES)


def _editable(request: AuthenticatedHttpRequest, pk: int) -> Application:
    application = application_for(request.user, pk)
    if not application.is_editable:
        raise DomainError("applications.not_editable")
    if not application.window_is_open(clock.today()):
        raise DomainError("plans.registration_closed", date=application.plan.registration_closes)
    return application


def _page(
    request: AuthenticatedHttpRequest, application: Application, key: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    missing = missing_for_submission(application)
    crumbs = [
        {"title": _("Certification"), "url": "/apply/"},
        {"title": application.plan.title, "url": application.get_absolute_url()},
        {"title": STEP_TITLES[key]},
    ]
    shared = {
        "application": application,
        "plan": application.plan,
        "steps": steps_of(application, missing),
        "missing": missing,
        "key": key,
        "number": KEYS.index(key) + 1,
        "total": len(KEYS),
        "title": STEP_TITLES[key],
        "crumbs": crumbs,
        "correction": correction_of(application, today=clock.today()),
    }
    return render(request, f"applications/step_{key}.html", shared | context, status=status)


def _onward(application: Application, key: str) -> HttpResponse:
    return redirect(f"applications:{KEYS[KEYS.index(key) + 1]}", pk=application.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def identity(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The document; it can be corrected only while no case of the person is with reviewers."""
    application = _editable(request, pk)
    recorded = getattr(request.user, "identity", None)
    fixed = applications_of(request.user).filter(status__in=BINDING).exists()
    form = forms.IdentityForm(posted(request))
    if request.method == "POST" and fixed:
        raise DomainError("applications.identity_fixed")
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                # The rows of her cases are the lock: handing in from another window waits, or has happened.
                mine = list(Application.objects.select_for_update().filter(candidate=request.user).order_by("pk").only("status"))
                if any(case.status in BINDING for case in mine):
                    raise DomainError("applications.identity_fixed")
                record_identity(
                    request.user,
                    kind=given["kind"],
                    number=given["number"],
                    birth_date=given["birth_date"],
                    sex=given["sex"] or None,
                    actor=request.user,
                    now=clock.now(),
                )
        except DomainError as error:
            form.add_error("number", text_of(error))
        else:
            return _onward(application, "identity")
    entry = getattr(application, "entry", None)
    entered = entry if entry is not None and entry.number and recorded is None else None
    context = {"form": form, "recorded": recorded, "fixed": fixed, "entered": entered}
    return _page(request, application, "identity", context, status=422 if form.errors else 200)


@login_required
@require_POST
def confirm_document(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Say that the document somebody entered is mine."""
    application = _editable(request, pk)
    entry = getattr(application, "entry", None)
    if entry is None or getattr(request.user, "identity", None) is not None:
        raise DomainError("applications.nothing_to_confirm")
    confirm_entered_document(entry, actor=request.user, now=clock.now())
    return _onward(application, "identity")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def facts(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    application = _editable(request, pk)
    data = posted(request)
    form = forms.FactsForms(application.plan.scheme, facts=application.facts, data=data)
    if data is not None and not form.changes_rows and form.is_valid():
        try:
            services.save_facts(application, facts=form.facts(), actor=request.user, now=clock.now())
        except DomainError as error:
            form.refuse(text_of(error))
        else:
            return _saved(request, application, "facts")
    context = {"form": form, "stated": application.record.get("stated_certificate")}
    return _page(request, application, "facts", context, status=422 if form.errors else 200)


def _saved(request: AuthenticatedHttpRequest, application: Application, key: str) -> HttpResponse:
    """Go on, or, for who wants to stop here, back to the case, which says where to go on."""
    if "leave" not in request.POST:
        return _onward(application, key)
    day = date_format(application.plan.registration_closes, "DATE_FORMAT")
    messages.success(request, _("Saved. You can go on at any time until %(date)s.") % {"date": day})
    return redirect(application)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The registration form; it can be saved half filled in."""
    application = _editable(request, pk)
    organisation = application.plan.organisation_id
    sensitive = sensitive_fields_of(organisation)
    known = resit_of(application)
    form = RecordForm(posted(request), sensitive=sensitive, initial=_known_of(application, known.earlier))
    if request.method == "POST" and form.is_valid():
        services.save_record(application, record=form.record(), actor=request.user, now=clock.now())
        return _saved(request, application, "record")
    reason = RecordSettings.objects.filter(organisation=organisation).values_list("reason", flat=True).first()
    passed = [part_line(part) for part in known.earlier.parts]
    context = {"form": form, "reason": reason if sensitive else "", "passed": passed}
    return _page(request, application, "record", context, status=422 if form.errors else 200)


def _known_of(application: Application, earlier: Earlier) -> dict[str, Any]:
    """Return what the form begins with: what was saved, else what follows from facts and account."""
    employments = application.facts.get("employments", [])
    present = next((row["employer"] for row in employments if not row["ended_on"]), "")
    first = min((row["started_on"] for row in employments), default="")
    known = {
        "employer": present,
        "work_started_on": first,
        "email": application.candidate.email or "",
        "exam_type": "resit" if earlier.failed_on else "first",
        "collect": "electronic",
    }
    return {**known, **application.record, **application.private_record}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def condition(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """All conditions of the level, each evaluated and explained; the candidate claims one."""
    application = _editable(request, pk)
    conditions = application.plan.scheme_level.conditions.order_by("code")
    form = forms.ConditionForm(posted(request), conditions=conditions)
    if request.method == "POST" and form.is_valid():
        services.save_facts(application, condition=form.cleaned_data["condition"], actor=request.user, now=clock.now())
        return _onward(application, "condition")
    options = [_option(application, row) for row in conditions]
    best = next((option["row"].pk for option in options if option["explanation"].met), None)
    chosen = form.data.get("condition") or application.condition_id or best
    context = {"form": form, "options": options, "chosen": str(chosen or ""), "any_met": best is not None}
    return _page(request, application, "condition", context, status=422 if form.errors else 200)


def _option(application: Application, row: Any) -> dict[str, Any]:
    attached = {file.kind for file in application.evidence.all()}
    return {"row": row, "explanation": explain(row, application, on=clock.today(), attached=attached)}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    application = _editable(request, pk)
    form = forms.EvidenceForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.attach_evidence(application, kind=given["kind"], upload=given["file"], actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error("file", text_of(error))
        else:
            messages.success(request, _("The file is attached."))
            return redirect("applications:evidence", pk=pk)
    missing = missing_for_submission(application)
    wanted = _wanted_evidence(application)
    if not form.is_bound and wanted:
        first = next((row for row in wanted if not row["done"]), wanted[0])
        form.initial = {"kind": first["kinds"][0]}
    context = {
        "form": form,
        "wanted": wanted,
        "files": list(application.evidence.all()),
        "complete": application.condition is not None and not any(item.step == "evidence" for item in missing),
    }
    return _page(request, application, "evidence", context, status=422 if form.errors else 200)


def _wanted_evidence(application: Application) -> list[dict[str, Any]]:
    if application.condition is None:
        return []
    present = {file.kind for file in application.evidence.all()}
    entries = [[kinds] if isinstance(kinds, str) else kinds for kinds in application.condition.evidence]
    return [{"kinds": kinds, "label": evidence_label(kinds), "done": bool(set(kinds) & present)} for kinds in entries]


@login_required
@require_POST
def remove_evidence(request: AuthenticatedHttpRequest, pk: int, evidence_pk: int) -> HttpResponse:
    application = _editable(request, pk)
    row = get_object_or_404(application.evidence, pk=evidence_pk)
    services.remove_evidence(row, actor=request.user, now=clock.now())
    messages.success(request, _("The file is taken out."))
    return redirect("applications:evidence", pk=pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def photo(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    application = _editable(request, pk)
    form = forms.PhotoForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.attach_photo(application, upload=form.cleaned_data["photo"], actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error("photo", text_of(error))
        else:
            messages.success(request, _("The photo is stored."))
            return redirect("applications:photo", pk=pk)
    return _page(request, application, "photo", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Everything once more on one page, the undertaking, and the one button that hands it in."""
    application = _editable(request, pk)
    form = forms.UndertakingForm(posted(request))
    problem = ""
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        try:
            # Both or neither: an undertaking must not stay behind for a case that was refused.
            with transaction.atomic():
                services.give_undertaking(application, actor=request.user, now=now)
                services.submit_application(application, actor=request.user, now=now)
        except DomainError as error:
            problem = text_of(error)
        else:
            messages.success(request, _("Your application is handed in."))
            return redirect(application)
    missing = [item for item in missing_for_submission(application) if item.step != "undertaking"]
    context = {
        "form": form,
        "problem": problem,
        "missing_here": missing,
        "unmet": sentences_of(application.evaluation, met=False),
        "recorded": getattr(request.user, "identity", None),
        "record": record_rows(application.record),
        "files": list(application.evidence.all()),
    }
    return _page(request, application, "submit", context, status=422 if problem or form.errors else 200)
