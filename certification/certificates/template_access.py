"""The only way a view reaches templates of certificates: a body's own, and the house's to look at."""

from django.db.models import Q, QuerySet
from django.http import Http404

from certification.certificates.models import Template, TemplateVersion
from lms.accounts.models import User
from lms.organisations.models import Organisation
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role, organisations_where

EDITORS = (Role.HEAD, Role.EXAM_OFFICER, Role.COLLEGE_ADMIN)
PUBLISHERS = (Role.HEAD, Role.COLLEGE_ADMIN)


def organisations_edited_by(user: User) -> QuerySet[Organisation]:
    """Return the bodies whose templates this person may write (I42)."""
    return organisations_where(user, *EDITORS).order_by("name")


def own_templates(user: User) -> QuerySet[Template]:
    """Return the templates of these bodies."""
    return Template.objects.filter(organisation__in=organisations_edited_by(user)).select_related("organisation")


def template_edited_by(user: User, pk: int) -> Template:
    """Return one of them; another body's, or the house's, is not found."""
    template = own_templates(user).filter(pk=pk).first()
    if template is None:
        raise Http404
    return template


def template_seen_by(user: User, pk: int) -> Template:
    """Return a template that this person may look at: her bodies' and the house's."""
    if not organisations_edited_by(user).exists():
        raise Http404
    visible = Q(organisation__in=organisations_edited_by(user)) | Q(organisation=None)
    template = Template.objects.filter(visible, pk=pk).select_related("organisation").first()
    if template is None:
        raise Http404
    return template


def version_seen_by(user: User, pk: int) -> TemplateVersion:
    """Return a version of such a template."""
    version = TemplateVersion.objects.filter(pk=pk).first()
    if version is None:
        raise Http404
    version.template = template_seen_by(user, version.template_id)
    return version


def may_edit(user: User, template: Template) -> bool:
    """Tell whether the person may write drafts of it; nobody writes the house's here."""
    return template.organisation_id is not None and has_role(user, template.organisation_id, *EDITORS)


def may_publish(user: User, template: Template) -> bool:
    """Tell whether the person may publish and retire its versions."""
    return template.organisation_id is not None and has_role(user, template.organisation_id, *PUBLISHERS)
