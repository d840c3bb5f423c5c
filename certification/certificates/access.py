"""The only way a view reaches certificates. The public answer has its own way in, by token: `registry.access`."""

from django.db.models import Q, QuerySet
from django.http import Http404

from certification.certificates.models import (
    Certificate,
    CertificateQuerySet,
    ChangeRequest,
    IssueBatch,
    RequestEvidence,
    ShareLink,
)
from certification.plans.models import Plan
from lms.accounts.models import User
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role, organisations_where

READERS = (Role.HEAD, Role.EXAM_OFFICER)
ISSUERS = (*READERS, Role.COLLEGE_ADMIN)
"""Who prepares lists of a programme reads what became of them. Who teaches sees nothing of an assessment."""


def _of_bodies(user: User) -> Q:
    """Return what certificates and lists belong to this person's work: all of a body to its head and officers, to its
    administrators those of programmes alone.
    """
    return Q(organisation__in=organisations_where(user, *READERS)) | Q(
        organisation__in=organisations_where(user, *ISSUERS), programme__isnull=False
    )


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
    """Return the certificates that the body of this head or officer has issued, or of this administrator's programmes."""
    return Certificate.objects.filter(_of_bodies(user)).select_related(
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
        IssueBatch.objects.filter(_of_bodies(user), pk=pk)
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
    return has_role(user, batch.organisation_id, *ISSUERS)


def may_change(user: User, certificate: Certificate) -> bool:
    """Tell whether the person is head of the body that issued it."""
    return has_role(user, certificate.organisation_id, Role.HEAD)


def may_decide(user: User, certificate: Certificate) -> bool:
    """Tell whether the person may suspend, reinstate or revoke it: head of the body, and not its holder."""
    return certificate.holder_id != user.pk and may_change(user, certificate)


def own_certificate(user: User, pk: int) -> Certificate:
    """Return one of the person's own certificates, whatever became of it."""
    certificate = own_certificates(user).select_related("programme", "holder").filter(pk=pk).first()
    if certificate is None:
        raise Http404
    return certificate


def own_links(user: User, certificate: Certificate) -> QuerySet[ShareLink]:
    """Return the links under which this holder has shared any version of the certificate's number, newest first."""
    return ShareLink.objects.filter(certificate__holder=user, certificate__number=certificate.number)


def own_link(user: User, pk: int) -> ShareLink:
    """Return a link of this holder's; another person's is not found."""
    link = ShareLink.objects.select_related("certificate").filter(certificate__holder=user, pk=pk).first()
    if link is None:
        raise Http404
    return link


def _change_requests() -> QuerySet[ChangeRequest]:
    return ChangeRequest.objects.select_related(
        "certificate__organisation", "certificate__holder", "certificate__programme", "filed_by", "answered_by", "result"
    )


def own_requests(user: User) -> QuerySet[ChangeRequest]:
    """Return what was asked about this holder's certificates, newest first, by herself or at the counter."""
    return _change_requests().filter(certificate__holder=user)


def own_request(user: User, pk: int) -> ChangeRequest:
    """Return one of them."""
    request = own_requests(user).filter(pk=pk).first()
    if request is None:
        raise Http404
    return request


def requests_visible_to(user: User) -> QuerySet[ChangeRequest]:
    """Return what was asked of the bodies of this head or officer."""
    return _change_requests().filter(certificate__organisation__in=organisations_where(user, *READERS))


def request_for(user: User, pk: int) -> ChangeRequest:
    """Return one of them; another body's is not found."""
    request = requests_visible_to(user).filter(pk=pk).first()
    if request is None:
        raise Http404
    return request


def request_to_read(user: User, pk: int) -> ChangeRequest:
    """Return a request that is the person's own or one of her body's."""
    return own_requests(user).filter(pk=pk).first() or request_for(user, pk)


def evidence_to_read(user: User, pk: int) -> RequestEvidence:
    """Return a file of a request that this person may read."""
    evidence = RequestEvidence.objects.filter(pk=pk).first()
    if evidence is None:
        raise Http404
    evidence.request = request_to_read(user, evidence.request_id)
    return evidence


def may_answer(user: User, request: ChangeRequest) -> bool:
    """Tell whether the person may answer it: head of the body, neither who filed it nor whom it is about."""
    return user.pk not in (request.filed_by_id, request.certificate.holder_id) and has_role(
        user, request.certificate.organisation_id, Role.HEAD
    )
