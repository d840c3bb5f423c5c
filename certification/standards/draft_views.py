"""Changing a draft, one page for each part of it. Every page writes the whole through one service."""

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from certification.standards import access, forms, services
from certification.standards.content import content_of
from certification.standards.exchange_views import desk_crumbs
from certification.standards.findings import level_name
from certification.standards.labels import told
from certification.standards.models import Scheme
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted


def _draft(request: AuthenticatedHttpRequest, pk: int) -> tuple[Scheme, dict[str, Any]]:
    draft = access.scheme_for(request.user, pk, write=True)
    if not draft.is_draft:
        raise DomainError("standards.frozen")
    return draft, content_of(draft)


def _level(content: dict[str, Any], number: int) -> dict[str, Any]:
    found: dict[str, Any] | None = next((level for level in content["levels"] if level["level"] == number), None)
    if found is None:
        raise Http404
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def facts(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    draft, content = _draft(request, pk)
    form = forms.FactsForm(posted(request), initial=content)
    return _page(request, draft, content, form, title=_("Facts"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def parameters(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    draft, content = _draft(request, pk)
    form = forms.ParametersForm(posted(request), parameters=content["parameters"])
    return _page(request, draft, content, form, title=_("Parameters"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def level(request: AuthenticatedHttpRequest, pk: int, number: int) -> HttpResponse:
    draft, content = _draft(request, pk)
    form = forms.LevelForm(posted(request), level=_level(content, number))
    return _page(request, draft, content, form, title=level_name(number), template="standards/draft_level.html")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def condition(request: AuthenticatedHttpRequest, pk: int, number: int, place: int) -> HttpResponse:
    """Change the condition at this place of a level, counted from 1; 0 is a new one."""
    draft, content = _draft(request, pk)
    found = _level(content, number)
    if place > len(found["conditions"]):
        raise Http404
    if request.method == "POST" and "delete" in request.POST and place:
        kept = [each for at, each in enumerate(found["conditions"], start=1) if at != place]
        return _delete(request, draft, forms.with_level(content, {**found, "conditions": kept}))
    form = forms.ConditionForm(posted(request), level=found, place=place - 1 if place else None)
    title = _("Condition of %(level)s") % {"level": level_name(number)}
    return _page(request, draft, content, form, title=title, template="standards/draft_condition.html", place=place)


def _delete(request: AuthenticatedHttpRequest, draft: Scheme, content: dict[str, Any]) -> HttpResponse:
    try:
        _save(request, draft, content)
    except DomainError as error:
        messages.error(request, told(error))
    return redirect(draft.get_desk_url())


def _save(request: AuthenticatedHttpRequest, draft: Scheme, content: dict[str, Any]) -> None:
    services.change_draft(draft, content=content, seen=request.POST.get("seen", ""), actor=request.user, now=clock.now())
    messages.success(request, _("The draft is changed."))


def _page(
    request: AuthenticatedHttpRequest,
    draft: Scheme,
    content: dict[str, Any],
    form: django_forms.Form,
    *,
    title: str,
    template: str = "standards/draft_form.html",
    **more: Any,
) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _save(request, draft, form.content(content))  # type: ignore[attr-defined]
            except DomainError as error:
                form.add_error(None, told(error))
                status = error.status
            else:
                return redirect(draft.get_desk_url())
    context = {
        "scheme": draft,
        "form": form,
        "title": title,
        "seen": request.POST.get("seen") or draft.content_sha256,
        "crumbs": desk_crumbs(title, scheme=draft),
        **more,
    }
    return render(request, template, context, status=status)
