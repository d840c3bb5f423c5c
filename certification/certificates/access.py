"""The only way a view reaches certificates. The public answer has its own way in, by token: `registry.access`."""

from django.db.models import QuerySet
from django.http import Http404

from certification.certificates.models import Certificate, CertificateQuerySet, IssueBatch
from certification.plans.models import Plan
from lms.accounts.models import User
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role, organisations_where

READERS = (Role.HEAD, Role.EXAM_OFFICER)


def plans_to_certify(user: User) -> QuerySet[Plan]:
    """Return the plans whose certificates this person may see: head or exam officer of the body (I42)."""
    return Plan.objects.filter(organisation__in=organisations_where(user, *READERS)).select_related(
        "organisation", "scheme__occupation", "filing"
    )


def plan_to_certify(user: User, pk: int) -> Plan:
    """Return such a plan; another body's is not found."""
    plan = plans_to_certify(user).filter(pk=pk).first()
    if plan is None:
        raise Http404
    return plan


def certificates_visible_to(user: User) -> CertificateQuerySet:
    """Return the certificates that the body of this head or officer has issued."""
    return Certificate.objects.filter(organisation__in=organisations_where(user, *READERS)).select_related(
        "organisation", "issued_by", "signing_key", "decision__seat__plan", "programme"
    )


def certificate_for(user: User, pk: int) -> Certificate:
    """Return one of them."""
    certificate = certificates_visible_to(user).public().filter(pk=pk).first()
    if certificate is None:
        raise Http404
    return certificate


def own_certificates(user: User) -> CertificateQuerySet:
    """Return the person's own certificates, newest first, the revoked and replaced ones too."""
    return Certificate.objects.public().filter(holder=user).select_related("organisation")


def certificate_to_download(user: User, pk: int) -> Certificate:
    """Return a certificate whose file this person may have: her own, or her body's."""
    certificate = own_certificates(user).filter(pk=pk).first()
    return certificate or certificate_for(user, pk)


def may_issue(user: User, plan: Plan) -> bool:
    """Tell whether the person is head of the plan's body."""
    return has_role(user, plan.organisation_id, Role.HEAD)


def batch_for(user: User, pk: int) -> IssueBatch:
    """Return a list of certificates to issue of this person's body; another body's is not found."""
    batch = (
        IssueBatch.objects.filter(organisation__in=organisations_where(user, *READERS), pk=pk)
        .select_related("organisation", "plan", "programme", "prepared_by", "approved_by")
        .first()
    )
    if batch is None:
        raise Http404
    return batch


def may_approve(user: User, batch: IssueBatch) -> bool:
    """Tell whether the person may approve this list: head of the body, and not who prepared it."""
    return batch.prepared_by_id != user.pk and has_role(user, batch.organisation_id, Role.HEAD)


def may_steer(user: User, batch: IssueBatch) -> bool:
    """Tell whether the person may pause, resume or cancel this list."""
    return has_role(user, batch.organisation_id, *READERS)


def may_change(user: User, certificate: Certificate) -> bool:
    """Tell whether the person may suspend or revoke it, or answer what its holder asks for."""
    return has_role(user, certificate.organisation_id, Role.HEAD)
