"""Pages of the template editor: what a body's certificates look like and say, version by version."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.certificates import selectors
from certification.certificates import template_access as access
from certification.certificates.borders import Frame
from certification.certificates.models import KIND_LABELS, Template, TemplateVersion
from certification.certificates.models.templates import FRAME_LABELS
from certification.certificates.previews import Case, preview_pdf, preview_picture, require_drawable
from certification.certificates.rules import Kind, TemplateStatus
from certification.certificates.services import templates as services
from certification.certificates.template_forms import DraftForm, TemplateForm
from certification.certificates.template_report import told
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import offer_rows, posted
from lms.core.messages import text_of

CASE_LABELS = {
    Case.ORDINARY: gettext_lazy("An ordinary name"),
    Case.LONGEST: gettext_lazy("The longest name"),
    Case.MINORITY: gettext_lazy("A name with middle dots"),
    Case.MISSING: gettext_lazy("With as few facts as can be"),
}
FORMS = {"pdf": ("application/pdf", preview_pdf), "png": ("image/png", preview_picture)}


@login_required
@require_safe
def templates(request: AuthenticatedHttpRequest) -> HttpResponse:
    """List the templates of this person's bodies, and the house's own designs."""
    if not access.organisations_edited_by(request.user).exists():
        raise PermissionDenied
    own = [{"template": template, "version": _shown(template)} for template in access.own_templates(request.user)]
    house = [selectors.house_template(kind) for kind in Kind]
    context = {
        "own": own,
        "house": [{"version": version, "kind_label": KIND_LABELS[Kind(version.template.design)]} for version in house],
    }
    return render(request, "certificates/templates_list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_template(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Begin a template: choose a design, give it a name."""
    organisations = access.organisations_edited_by(request.user)
    if not organisations.exists():
        raise PermissionDenied
    form = TemplateForm(posted(request), initial={"organisation": organisations.first(), "design": request.GET.get("design", "")})
    offer_rows(form, "organisation", organisations)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            chosen = form.cleaned_data
            try:
                version = services.create_template(
                    chosen["organisation"],
                    design=Kind(chosen["design"]),
                    name=chosen["name"],
                    actor=request.user,
                    now=clock.now(),
                )
            except DomainError as error:
                form.add_error("name", text_of(error))
                status = error.status
            else:
                return redirect("certificates:edit_template", pk=version.template_id)
    designs = [{"label": KIND_LABELS[kind], "version": selectors.house_template(kind), "value": kind.value} for kind in Kind]
    context = {"form": form, "designs": designs, "crumbs": _crumbs(_("New template"))}
    return render(request, "certificates/templates_new.html", context, status=status)


@login_required
@require_safe
def template(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Show a template: what it prints, its draft, its versions, and how the two engines got on with it."""
    return _page(request, access.template_seen_by(request.user, pk))


def _page(request: AuthenticatedHttpRequest, template: Template, *, status: int = 200) -> HttpResponse:
    versions = list(template.versions.select_related("edited_by", "published_by"))
    draft = next((version for version in versions if version.status == TemplateStatus.DRAFT.value), None)
    published = next((version for version in versions if version.status == TemplateStatus.PUBLISHED.value), None)
    shown = draft or published or (versions[0] if versions else None)
    context = {
        "template": template,
        "kind_label": KIND_LABELS[Kind(template.design)],
        "versions": versions,
        "draft": draft,
        "published": published,
        "shown": shown,
        "report": told(published) if published else None,
        "cases": _cases(),
        "may_edit": access.may_edit(request.user, template),
        "may_publish": access.may_publish(request.user, template),
        "crumbs": _crumbs(template.name),
    }
    return render(request, "certificates/templates_template.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_template(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Write the draft. What is right is saved even when something else is wrong, so that nothing is typed twice."""
    template = access.template_edited_by(request.user, pk)
    draft = template.versions.filter(status=TemplateStatus.DRAFT.value).first()
    if draft is None:
        if request.method != "POST":
            return redirect("certificates:template", pk=pk)
        draft = services.next_draft(template, actor=request.user, now=clock.now())
    draft.template = template
    if request.method == "POST" and "statement_zh" not in request.POST:
        return redirect("certificates:edit_template", pk=pk)  # the button that begins a draft
    form = DraftForm(posted(request), request.FILES or None, version=draft)
    status = 200
    if request.method == "POST":
        sound = form.is_valid()
        try:
            draft = services.edit_draft(draft, contents=form.contents(), actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error(None, text_of(error))
            status = error.status
        else:
            if sound:
                messages.success(request, _("The draft is saved."))
                return redirect("certificates:edit_template" if "look" in request.POST else "certificates:template", pk=pk)
            status = 422
            form.version = draft
    context = {
        "template": template,
        "kind_label": KIND_LABELS[Kind(template.design)],
        "draft": draft,
        "form": form,
        "frames": _frames(form, template),
        "cases": _cases(),
        "crumbs": _crumbs(_("Draft"), template=template),
    }
    return render(request, "certificates/templates_edit.html", context, status=status)


@login_required
@require_POST
def publish_template(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Print on the draft from now on."""
    template = access.template_edited_by(request.user, pk)
    draft = template.versions.filter(status=TemplateStatus.DRAFT.value).first()
    try:
        if draft is None:
            raise DomainError("certificates.version_is_published")
        if not access.may_publish(request.user, template):
            raise PermissionDenied
        # She publishes what she has looked at, not what somebody wrote into it meanwhile.
        if request.POST.get("seen", "") != draft.contents_sha256:
            raise DomainError("certificates.draft_changed")
        # Drawn before the transaction, which would keep everybody else waiting; the service then finds it done.
        require_drawable(draft)
        services.publish_version(draft, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
    else:
        messages.success(request, _("Published. Certificates are printed on it from now on."))
    return redirect("certificates:template", pk=pk)


@login_required
@require_POST
def retire_template(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Print on it no longer."""
    template = access.template_edited_by(request.user, pk)
    try:
        services.retire_template(template, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
    else:
        messages.success(request, _("Retired. Certificates that are out keep their face."))
    return redirect("certificates:template", pk=pk)


@login_required
@require_safe
def template_preview(request: AuthenticatedHttpRequest, pk: int, case: str, form: str) -> HttpResponse:
    """Send a specimen of a version as PDF or as a picture, in another frame where the address says `frame`."""
    version = access.version_seen_by(request.user, pk)
    frame = request.GET.get("frame", version.frame)
    if case not in list(Case) or form not in FORMS or frame not in list(Frame):
        raise Http404
    content_type, draw = FORMS[form]
    return HttpResponse(
        draw(version, Case(case), frame=Frame(frame)),
        content_type=content_type,
        headers={
            "Content-Disposition": f'inline; filename="specimen-{version.key}-{case}.{form}"',
            "Cache-Control": "private, max-age=60",
        },
    )


def _shown(template: Template) -> TemplateVersion | None:
    """Return the version that a list speaks of: the published one, else the newest."""
    published = template.versions.filter(status=TemplateStatus.PUBLISHED.value).first()
    return published or template.versions.first()


def _frames(form: DraftForm, template: Template) -> list[dict[str, Any]]:
    """Return the frames to choose from, each on the house's own design of the kind, which is drawn once for everybody."""
    house, chosen = selectors.house_template(Kind(template.design)), form["frame"].value() or form.version.frame
    return [
        {"value": frame.value, "label": label, "chosen": frame.value == chosen, "version": house}
        for frame, label in FRAME_LABELS.items()
    ]


def _cases() -> list[dict[str, Any]]:
    return [{"value": case.value, "label": label} for case, label in CASE_LABELS.items()]


def _crumbs(last: str, *, template: Template | None = None) -> list[dict[str, str]]:
    middle = [{"title": template.name, "url": f"/desk/templates/{template.pk}/"}] if template else []
    return [{"title": _("Designs of certificates"), "url": "/desk/templates/"}, *middle, {"title": last}]
