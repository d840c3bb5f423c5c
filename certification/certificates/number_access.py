"""The only way a view reaches the numbers of a filing."""

from django.db.models import QuerySet
from django.http import Http404

from certification.bodies.models import Filing
from lms.accounts.models import User
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role, organisations_where

KEEPERS = (Role.EXAM_OFFICER, Role.HEAD)


def filings_kept_by(user: User) -> QuerySet[Filing]:
    """Return the filings of the bodies whose exam officer or head this person is (I42)."""
    return Filing.objects.filter(organisation__in=organisations_where(user, *KEEPERS)).select_related("organisation")


def may_change_way(user: User, filing: Filing) -> bool:
    """Tell whether this person may say which way the filing gets its numbers: the head of its body."""
    return has_role(user, filing.organisation_id, Role.HEAD)


def filing_kept_by(user: User, pk: int) -> Filing:
    """Return one of them; another body's is not found."""
    filing = filings_kept_by(user).filter(pk=pk).first()
    if filing is None:
        raise Http404
    return filing
