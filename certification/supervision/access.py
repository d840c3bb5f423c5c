"""The only way a view reaches a session's supervision, a record or a draw."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from certification.plans.models import Plan, StaffAssignment
from certification.plans.rules import StaffRole
from certification.supervision.models import Sampling, SupervisorRecord
from lms.accounts.models import User
from lms.organisations.models import Organisation
from lms.organisations.rules import Kind, Role
from lms.organisations.selectors import organisations_where

WATCHING = (Role.HEAD, Role.EXAM_OFFICER, Role.WATCHER)
"""Whoever in an authority looks at the quality of bodies."""


def plan_supervised_by(user: User, pk: int) -> Plan:
    """Return a plan that this person supervises; another one is not found."""
    named = StaffAssignment.objects.filter(user=user, role=StaffRole.SUPERVISOR.value).values("plan")
    return get_object_or_404(Plan.objects.select_related("organisation", "scheme__occupation").filter(pk__in=named), pk=pk)


def plan_to_read(user: User, pk: int) -> Plan:
    """Return a plan whose records this person may read: its supervisors, officers, heads and supervisors of the body,
    and an authority for which it was drawn."""
    bodies = organisations_where(user, Role.EXAM_OFFICER, Role.HEAD, Role.SUPERVISOR)
    named = StaffAssignment.objects.filter(user=user, role=StaffRole.SUPERVISOR.value).values("plan")
    drawn: set[int] = set()
    for keys in Sampling.objects.filter(authority__in=authorities_of(user)).values_list("drawn", flat=True):
        drawn.update(keys)
    plans = Plan.objects.select_related("organisation", "scheme__occupation")
    return get_object_or_404(plans.filter(Q(organisation__in=bodies) | Q(pk__in=named) | Q(pk__in=drawn)), pk=pk)


def plan_to_name_for(user: User, pk: int) -> Plan:
    """Return a plan of a body that this person heads."""
    plans = Plan.objects.select_related("organisation", "scheme__occupation")
    return get_object_or_404(plans.filter(organisation__in=organisations_where(user, Role.HEAD)), pk=pk)


def own_record(user: User, pk: int) -> SupervisorRecord:
    """Return a record that this person signed, or 404."""
    return get_object_or_404(SupervisorRecord.objects.select_related("plan"), pk=pk, supervisor=user)


def authorities_of(user: User) -> QuerySet[Organisation]:
    """Return the authorities for which this person watches."""
    return organisations_where(user, *WATCHING).filter(kind=Kind.AUTHORITY.value)


def authority_of(user: User) -> Organisation:
    """Return the authority for which this person draws sessions; `PermissionDenied` for anybody else."""
    authority = authorities_of(user).order_by("pk").first()
    if authority is None:
        raise PermissionDenied
    return authority


def sessions_watched_by(user: User) -> QuerySet[Plan]:
    """Return the plans that this person's overview counts: all of them for an authority, else those of the own bodies.

    Raises `Http404` for who watches over nothing.
    """
    if authorities_of(user).exists():
        return Plan.objects.all()
    bodies = organisations_where(user, Role.HEAD, Role.EXAM_OFFICER, Role.SUPERVISOR)
    if not bodies.exists():
        raise Http404
    return Plan.objects.filter(organisation__in=bodies)


def sampling_of(user: User, pk: int) -> Sampling:
    """Return a draw of the person's own authority, or 404."""
    return get_object_or_404(Sampling.objects.select_related("authority"), pk=pk, authority__in=authorities_of(user))
