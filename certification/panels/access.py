"""The only way a view reaches a dossier, a panel or a sheet. What belongs to another is not found."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

from certification.applications.access import application_for
from certification.applications.models import Application
from certification.panels.models import Defence, DefenceSheet, Dossier, DossierFile, JointLook, Panel, PanelMember, Slot
from certification.panels.rules import DossierStatus
from certification.panels.selectors import HANDING_IN, setup_of
from certification.plans.access import plan_for, plans_visible_to
from certification.plans.models import Plan, Seat
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role, organisations_where

Row = TypeVar("Row", bound=Model)


# --- the candidate ------------------------------------------------------------------------------


def case_with_review(user: User, pk: int) -> Application:
    """Return the candidate's own live case in a plan whose review is set up; everything else is not found."""
    case = application_for(user, pk)
    if case.status not in HANDING_IN or setup_of(case.plan) is None:
        raise Http404
    return case


def own_file(user: User, pk: int) -> DossierFile:
    """Return a file of the candidate's own dossier."""
    return _one(DossierFile.objects.filter(dossier__candidate=user).select_related("dossier__plan"), pk)


# --- the office ---------------------------------------------------------------------------------


def plan_with_review(user: Any, pk: int, *, write: bool = False) -> Plan:
    """Return a plan of the person's own body; only its exam officers write (403)."""
    return plan_for(user, pk, write=write)


def panel_kept_by(user: User, pk: int) -> Panel:
    """Return a panel of a plan of the officer's body."""
    bodies = organisations_where(user, Role.EXAM_OFFICER)
    rows = Panel.objects.filter(plan__organisation__in=bodies)
    return _one(rows.select_related("plan__organisation", "plan__scheme__occupation"), pk)


def dossier_for_officer(user: User, pk: int) -> Dossier:
    """Return a dossier that was handed in to the officer's body; one still being put together is the candidate's alone."""
    bodies = organisations_where(user, Role.EXAM_OFFICER)
    rows = Dossier.objects.filter(plan__organisation__in=bodies).exclude(status=DossierStatus.OPEN.value)
    return _one(rows.select_related("plan__organisation", "candidate"), pk)


def file_for_officer(user: User, pk: int) -> DossierFile:
    """Return a file of such a dossier."""
    bodies = organisations_where(user, Role.EXAM_OFFICER)
    rows = DossierFile.objects.filter(dossier__plan__organisation__in=bodies).exclude(dossier__status=DossierStatus.OPEN.value)
    return _one(rows.select_related("dossier__plan__organisation"), pk)


def look_for_officer(user: User, pk: int) -> JointLook:
    """Return a difference in a plan of the officer's body."""
    bodies = organisations_where(user, Role.EXAM_OFFICER)
    rows = JointLook.objects.filter(defence__panel__plan__organisation__in=bodies)
    return _one(rows.select_related("defence__seat", "defence__panel__plan__organisation", "defence__panel__plan__scheme"), pk)


def plans_led_by(user: User) -> QuerySet[Plan]:
    return plans_visible_to(user)


# --- the panel ----------------------------------------------------------------------------------


def places_of(user: User) -> QuerySet[PanelMember]:
    """Return the person's places on panels, the latest first."""
    rows = PanelMember.objects.filter(user=user, left_at=None).select_related("panel__plan__organisation")
    return rows.order_by("-panel__starts_at", "-pk")


def own_place(user: User, panel_pk: int) -> PanelMember:
    """Return the person's own place on this panel, declared or not; nobody else's panel is found."""
    rows = PanelMember.objects.filter(user=user, left_at=None, panel=panel_pk)
    found = rows.select_related("panel__plan__organisation", "panel__plan__scheme__occupation").first()
    if found is None:
        raise Http404
    return found


def declared_place(user: User, panel_pk: int) -> PanelMember:
    """Return the person's place after she has declared; before that nothing about candidates is shown (I15)."""
    place = own_place(user, panel_pk)
    if place.declared_at is None:
        raise DomainError("plans.declare_first", status=403)
    return place


def slot_heard_by(user: User, pk: int) -> tuple[Slot, PanelMember]:
    """Return a slot of a panel on which the person sits, and her place; an additional member reaches hers alone."""
    slot = _one(Slot.objects.select_related("seat__plan", "panel__plan__organisation"), pk)
    place = declared_place(user, slot.panel_id)
    if place.is_extra and not DefenceSheet.objects.filter(member=place, defence__seat=slot.seat_id).exists():
        raise Http404
    return slot, place


def released_dossier(slot: Slot) -> Dossier | None:
    """Return the dossier of the slot's candidate once the officer gave it to the panel."""
    rows = Dossier.objects.filter(plan=slot.seat.plan_id, candidate=slot.seat.candidate_id)
    return rows.filter(status=DossierStatus.RELEASED.value).prefetch_related("files").first()


def file_for_member(user: User, pk: int) -> DossierFile:
    """Return a file of a released dossier whose candidate is heard by a panel on which the person sits."""
    rows = DossierFile.objects.filter(dossier__status=DossierStatus.RELEASED.value).select_related("dossier")
    file = _one(rows, pk)
    slot = Slot.objects.filter(seat__plan=file.dossier.plan_id, seat__candidate=file.dossier.candidate_id).first()
    if slot is None:
        raise Http404
    slot_heard_by(user, slot.pk)
    return file


def defence_of(slot: Slot) -> Defence | None:
    return Defence.objects.filter(seat=slot.seat_id).select_related("panel__plan").prefetch_related("questions").first()


def own_sheet(user: User, pk: int) -> DefenceSheet:
    """Return the member's own sheet; another's is not found, signed or not (I23)."""
    rows = DefenceSheet.objects.filter(member__user=user, member__left_at=None, member__declared_at__isnull=False)
    return _one(rows.select_related("defence__seat__review_slot", "defence__panel__plan", "member__user"), pk)


def look_for_chair(user: User, pk: int) -> JointLook:
    """Return a difference on the panel that the person chairs."""
    rows = JointLook.objects.filter(
        defence__panel__members__in=PanelMember.objects.filter(user=user, is_chair=True, left_at=None, declared_at__isnull=False)
    )
    return _one(rows.select_related("defence__seat__review_slot", "defence__panel__plan__organisation"), pk)


def seat_for_witness(user: User, pk: int) -> Seat:
    """Return a seat for whoever may record or sign its absence: an officer of the body, or a declared member of its panels."""
    seat = _one(Seat.objects.select_related("plan__organisation", "plan__scheme"), pk)
    sits = PanelMember.objects.filter(panel__plan=seat.plan_id, user=user, left_at=None, declared_at__isnull=False)
    if not has_role(user, seat.plan.organisation, Role.EXAM_OFFICER) and not sits.exists():
        raise Http404
    return seat


def _one(rows: QuerySet[Row], pk: int) -> Row:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
