"""Standards at the desk: the list, one scheme, two side by side, and what makes a draft a version."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from certification.standards import access, rules, services
from certification.standards.comparison import sections_between
from certification.standards.content import content_of
from certification.standards.equivalence import declarable, declare_equivalent
from certification.standards.equivalence_form import EquivalentForm
from certification.standards.exchange_views import desk_crumbs
from certification.standards.findings import requirement_text
from certification.standards.labels import EVIDENCE_LABELS, PARAMETER_LABELS, PART_LABELS, told
from certification.standards.models import KIND_CHOICES, Scheme
from certification.standards.presentation import shown_parameter, weight_tables
from certification.standards.rules.requirements import alternatives
from certification.standards.selectors import desk_page, newer_version, versions_of
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import whole_number

PAGE = 25
DRAFTS = "draft"


@login_required
@require_safe
def schemes(request: AuthenticatedHttpRequest) -> HttpResponse:
    """All published schemes and one's own drafts, newest first; pages by key, so the last costs as much as the first."""
    access.require_reader(request.user)
    visible = access.schemes_visible_to(request.user)
    wanted = request.GET.get("show", "")
    if wanted == DRAFTS:
        visible = visible.filter(status="draft")
    elif wanted in dict(KIND_CHOICES):
        visible = visible.filter(kind=wanted)
    else:
        wanted = ""
    rows, more = desk_page(visible, before=whole_number(request.GET.get("before")), size=PAGE)
    query = f"show={wanted}&" if wanted else ""
    context = {
        "rows": rows,
        "tabs": [*KIND_CHOICES, (DRAFTS, _("My drafts"))],
        "wanted": wanted,
        "older_url": f"?{query}before={rows[-1].pk}" if more else "",
        "newer_url": f"?{query}" if request.GET.get("before") else "",
        "may_write": access.bodies_kept_by(request.user).exists(),
        "crumbs": [*desk_crumbs()[:1], {"title": _("Standards and norms")}],
    }
    return render(request, "standards/desk.html", context)


@login_required
@require_safe
def scheme(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One version with all its tables; a draft with what keeps it from being published."""
    found = access.scheme_for(request.user, pk)
    levels = list(found.levels.all())
    may_write = access.is_kept_by(request.user, found.owner)
    earlier = declarable(found) if access.may_publish(request.user, found) else []
    problems = rules.publication_problems(content_of(found)) if found.is_draft else []
    versions = list(versions_of(found).filter(pk__in=access.schemes_visible_to(request.user))[:PAGE])
    context = {
        "scheme": found,
        "levels": [{"level": level, "parts": _parts_of(level), "conditions": _conditions_of(level)} for level in levels],
        "columns": levels,
        "tables": weight_tables(found),
        "parameters": [(PARAMETER_LABELS[name], shown_parameter(name, found.parameter(name))) for name in PARAMETER_LABELS],
        "problems": [told(problem.error) for problem in problems],
        "versions": versions,
        "newer": None if found.is_draft else newer_version(found),
        "has_draft": any(version.is_draft for version in versions),
        "equivalents": list(found.equivalents.select_related("earlier", "declared_by")),
        "equivalent_form": EquivalentForm(declarable=earlier) if earlier else None,
        "may_write": may_write,
        "may_publish": found.is_draft and access.may_publish(request.user, found),
        "crumbs": desk_crumbs(str(found)),
    }
    return render(request, "standards/scheme.html", context)


def _parts_of(level: Any) -> list[dict[str, Any]]:
    return [{**part, "label": PART_LABELS.get(part["kind"], part["kind"])} for part in level.parts]


def _conditions_of(level: Any) -> list[dict[str, Any]]:
    return [
        {
            "place": place,
            "condition": condition,
            "lines": [requirement_text(line) for line in condition.requirement],
            "evidence": [[EVIDENCE_LABELS.get(kind, kind) for kind in alternatives(entry)] for entry in condition.evidence],
        }
        for place, condition in enumerate(level.conditions.all(), start=1)
    ]


@login_required
@require_POST
def new_version(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Copy this version into a draft with the next number."""
    found = access.scheme_for(request.user, pk, write=True)
    try:
        draft = services.copy_version(found, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, told(error))
        return redirect(found.get_desk_url())
    messages.success(request, _("The new version is a draft. Change it, then publish it."))
    return redirect(draft.get_desk_url())


@login_required
@require_POST
def publish(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Publish a draft; only the head of the body that keeps it can."""
    found = access.scheme_for(request.user, pk, write=True)
    try:
        services.publish_scheme(found, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, told(error))
    else:
        messages.success(request, _("The version is published. From now on it is never changed."))
    return redirect(found.get_desk_url())


@login_required
@require_POST
def equivalent(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Declare that parts passed under an earlier version count under this one."""
    found = access.scheme_for(request.user, pk, write=True)
    access.require_publisher(request.user, found.owner)
    form = EquivalentForm(request.POST, declarable=declarable(found))
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect(found.get_desk_url())
    try:
        earlier, reason = Scheme.objects.get(pk=form.cleaned_data["earlier"]), form.cleaned_data["reason"]
        declare_equivalent(found, earlier=earlier, reason=reason, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, told(error))
    else:
        messages.success(request, _("Declared: what was passed under that version counts under this one."))
    return redirect(found.get_desk_url())


@login_required
@require_POST
def discard(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    found = access.scheme_for(request.user, pk, write=True)
    try:
        services.discard_draft(found, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, told(error))
        return redirect(found.get_desk_url())
    messages.success(request, _("The draft is thrown away."))
    return redirect("standards:desk")


@login_required
@require_safe
def compare(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Two schemes side by side: by itself, this version and the one before it."""
    found = access.scheme_for(request.user, pk)
    choices = list(_comparable(request, found))
    chosen = whole_number(request.GET.get("with"))
    before = [each for each in choices if each.key == found.key and each.version < found.version]
    other = next((each for each in choices if each.pk == chosen), None) or next(iter(before or choices), None)
    sections = []
    if other is not None:
        other = access.scheme_for(request.user, other.pk)
        sections = sections_between(content_of(other), content_of(found), everything=request.GET.get("all") == "1")
    context = {
        "scheme": found,
        "other": other,
        "choices": choices,
        "sections": sections,
        "everything": request.GET.get("all") == "1",
        "crumbs": desk_crumbs(_("Compared"), scheme=found),
    }
    return render(request, "standards/compare.html", context)


def _comparable(request: AuthenticatedHttpRequest, found: Scheme) -> list[Scheme]:
    """Return what one would lay beside it: other versions of it, and other schemes of its occupation; the newest hundred."""
    same = access.schemes_visible_to(request.user).filter(occupation__code=found.occupation.code).exclude(pk=found.pk)
    return list(same.select_related("occupation").order_by("-pk")[:100])
