"""The only way a view reaches uploads: exam officer and head of the filing's body (I42)."""

from django.db.models import QuerySet
from django.http import Http404

from certification.bodies.models import Filing
from certification.plans.models import Plan
from certification.registry.upload.models import UploadBatch
from lms.accounts.models import User
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role, organisations_where

READERS = (Role.EXAM_OFFICER, Role.HEAD)


def uploads_visible_to(user: User) -> QuerySet[UploadBatch]:
    """Return the uploads of this person's bodies, newest first."""
    return UploadBatch.objects.filter(filing__organisation__in=organisations_where(user, *READERS)).select_related(
        "filing", "prepared_by", "released_by", "receipt"
    )


def upload_for(user: User, pk: int) -> UploadBatch:
    """Return one of them; another body's is not found."""
    batch = uploads_visible_to(user).filter(pk=pk).first()
    if batch is None:
        raise Http404
    return batch


def filings_to_report(user: User) -> QuerySet[Filing]:
    """Return the filings for which this person may prepare an upload."""
    return Filing.objects.filter(organisation__in=organisations_where(user, *READERS)).order_by("-valid_from", "pk")


def plans_to_report(user: User) -> QuerySet[Plan]:
    """Return the plans whose certificates this person may report, newest exam first."""
    return Plan.objects.filter(organisation__in=organisations_where(user, *READERS), filing__isnull=False).order_by(
        "-exam_date", "-pk"
    )


def is_head(user: User, batch: UploadBatch) -> bool:
    """Tell whether the person is head of the batch's body."""
    return has_role(user, batch.filing.organisation_id, Role.HEAD)


def may_release(user: User, batch: UploadBatch) -> bool:
    """Tell whether the person may freeze and release it: head, and not who prepared it."""
    return batch.prepared_by_id != user.pk and is_head(user, batch)
