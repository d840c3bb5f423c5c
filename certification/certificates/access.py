"""The only way a view reaches certificates. The public answer has its own way in, by token: `registry.access`."""

from django.db.models import QuerySet
from django.http import Http404

from certification.certificates.models import Certificate
from certification.plans.models import Plan
from lms.accounts.models import User
from lms.core.models import Job
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


def certificates_visible_to(user: User) -> QuerySet[Certificate]:
    """Return the certificates that the body of this head or officer has issued."""
    return Certificate.objects.filter(organisation__in=organisations_where(user, *READERS)).select_related(
        "organisation", "issued_by", "signing_key", "decision__seat__plan"
    )


def certificate_for(user: User, pk: int) -> Certificate:
    """Return one of them."""
    certificate = certificates_visible_to(user).filter(pk=pk).first()
    if certificate is None:
        raise Http404
    return certificate


def own_certificates(user: User) -> QuerySet[Certificate]:
    """Return the person's own certificates, newest first, the revoked ones too."""
    return Certificate.objects.filter(holder=user).select_related("organisation")


def certificate_to_download(user: User, pk: int) -> Certificate:
    """Return a certificate whose file this person may have: her own, or her body's."""
    certificate = own_certificates(user).filter(pk=pk).first()
    return certificate or certificate_for(user, pk)


def may_issue(user: User, plan: Plan) -> bool:
    """Tell whether the person is head of the plan's body."""
    return has_role(user, plan.organisation_id, Role.HEAD)


def issue_job_of(plan: Plan) -> Job | None:
    """Return the latest run of issuing for this plan; reach the plan through `plan_to_certify` first."""
    return Job.objects.filter(kind="certificates.issue", params__plan=plan.pk).order_by("-pk").first()
