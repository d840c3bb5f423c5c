"""Reads of the review: who may sit, who is heard when, what is signed, what is missing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from certification.applications.models import Application
from certification.applications.rules import Status as CaseStatus
from certification.assessment.selectors import part_kinds
from certification.bodies.conflicts import Conflict
from certification.bodies.rules import card_covers
from certification.bodies.selectors import assessors_available, cards_on
from certification.bodies.sources import Duty
from certification.examday.services.dispatch import bound_to
from certification.panels.models import (
    Defence,
    DefenceSheet,
    Dossier,
    JointLook,
    Panel,
    PanelMember,
    ReviewAbsence,
    ReviewSetup,
    Slot,
)
from certification.panels.rules import LEAST_MINUTES, REVIEW_PART
from certification.plans.conflicts import blocking, conflicts_of
from certification.plans.kept import seats_sitting
from certification.plans.models import Plan, Seat
from certification.plans.rules import StaffRole
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.organisations.rules import Role
from lms.organisations.selectors import people_with

HANDING_IN = frozenset(
    status.value for status in (CaseStatus.SUBMITTED, CaseStatus.FIRST_OK, CaseStatus.APPROVED, CaseStatus.SEATED)
)
"""From the handing in of her application on a candidate may put her dossier together; a paper takes weeks."""
PANEL_DUTY = _("Member of a review panel")


def requires_review(plan: Plan) -> bool:
    """Tell whether the plan's level has a comprehensive review (I4). One query."""
    return REVIEW_PART in part_kinds(plan)


def least_minutes(plan: Plan) -> int:
    """Return how long each defence lasts at least: what the scheme asks for, never under fifteen minutes."""
    part = plan.scheme_level.part(REVIEW_PART) or {}
    return max(LEAST_MINUTES, int(part.get("minutes") or 0))


def setup_of(plan: Plan) -> ReviewSetup | None:
    return ReviewSetup.objects.filter(plan=plan).first()


def panels_of(plan: Plan) -> QuerySet[Panel]:
    return Panel.objects.filter(plan=plan).order_by("number")


def members_of(plan: Plan) -> dict[int, list[PanelMember]]:
    """Return who sits on each panel of the plan now, the chair first. One query."""
    found: dict[int, list[PanelMember]] = defaultdict(list)
    rows = PanelMember.objects.filter(panel__plan=plan, left_at=None).select_related("user")
    for member in rows.order_by("panel", "is_extra", "-is_chair", "pk"):
        found[member.panel_id].append(member)
    return found


def sits_or_sat(user: User, plan: Plan) -> bool:
    """Tell whether the person belongs, or belonged, to a panel of the plan: she had a part in examining (I44)."""
    return PanelMember.objects.filter(panel__plan=plan, user=user).exists()


def duties(organisation: int, user: int) -> list[Duty]:
    """Return the panels of the body on which the person sits or sat; `bodies.sources` asks this."""
    rows = PanelMember.objects.filter(panel__plan__organisation=organisation, user=user).select_related("panel__plan")
    return [
        Duty(row.panel.plan.title, PANEL_DUTY, localdate(row.panel.starts_at)) for row in rows.order_by("-panel__starts_at")[:200]
    ]


# --- who may sit on a panel ---------------------------------------------------------------------


@dataclass(frozen=True)
class Offer:
    """One person, what keeps her from a panel, and what the officer should think about."""

    user: User
    against: list[DomainError] = field(default_factory=list)
    warnings: list[Conflict] = field(default_factory=list)
    also_assessor: bool = False
    """She scores the skill test of this plan. That is allowed (domain.md §1.4: assessors score stations and reviews), but
    she has seen these ticket numbers at work; a draw leaves her out."""


def look_at(plan: Plan, people: Sequence[User], *, on: date) -> list[Offer]:
    """Return for each person what speaks against her sitting on a panel of this plan that day (I14, I15, I17).

    Constant queries however many people.
    """
    senior = plan.scheme.parameter("senior_assessor_levels")
    cards = cards_on(plan.scheme.occupation, on=on).filter(user__in=people)
    covered = {
        card.user_id for card in cards if card_covers(kind=card.kind, levels=card.levels, level=plan.level, senior_levels=senior)
    }
    found = conflicts_of(people, candidate_ids=bound_to(plan), plan=plan)
    roles: dict[int, set[str]] = defaultdict(set)
    for user, role in plan.assignments.filter(user__in=people).values_list("user_id", "role"):
        roles[user].add(role)
    officers = set(people_with(plan.organisation_id, Role.EXAM_OFFICER).values_list("pk", flat=True))
    offers = []
    for person in people:
        against = []
        if person.pk not in covered:
            against.append(DomainError("plans.card_missing", status=422, names=[person.name], date=on))
        if person.pk in officers:
            against.append(DomainError("panels.officer_on_panel", status=422, name=person.name))
        if roles[person.pk] - {StaffRole.ASSESSOR.value}:
            against.append(DomainError("plans.role_taken", status=422, name=person.name))
        if reasons := blocking(found[person.pk]):
            against.append(DomainError("plans.assessor_conflict", status=422, name=person.name, reasons=reasons[0].label))
        warnings = [conflict for conflict in found[person.pk] if not conflict.blocks]
        offers.append(Offer(person, against, warnings, StaffRole.ASSESSOR.value in roles[person.pk]))
    return offers


def offers_for(plan: Plan, *, on: date) -> list[Offer]:
    """Return the body's people whose card covers the level that day, by name, with what speaks against each."""
    cards = assessors_available(
        plan.organisation,
        occupation=plan.scheme.occupation,
        level=plan.level,
        on=on,
        senior_levels=plan.scheme.parameter("senior_assessor_levels"),
    )
    return look_at(plan, [card.user for card in cards], on=on)


# --- dossiers -----------------------------------------------------------------------------------


def files_as_shown(dossier: Dossier) -> list[list[object]]:
    """Return what the panel sees, as plain data: key, kind and fingerprint of each file."""
    return [[file.pk, file.kind, file.shown_sha256] for file in dossier.files.order_by("pk")]


def case_urls(plan: Plan) -> dict[int, str]:
    """Return for each candidate where her dossier of this plan lies. One query."""
    cases = Application.objects.filter(plan=plan, status__in=HANDING_IN).order_by("pk").values_list("candidate_id", "pk")
    return {candidate: reverse("panels:dossier", args=[case]) for candidate, case in cases}


def case_url(dossier: Dossier) -> str:
    cases = Application.objects.filter(plan=dossier.plan_id, candidate=dossier.candidate_id, status__in=HANDING_IN)
    case = cases.order_by("-pk").values_list("pk", flat=True).first()
    return reverse("panels:dossier", args=[case]) if case else "/apply/"


# --- how far the review is ----------------------------------------------------------------------


@dataclass(frozen=True)
class ReviewRow:
    """One candidate of the plan: her dossier, slot, defence, and how many sheets are signed; never a point."""

    seat: Seat
    dossier: Dossier | None
    slot: Slot | None
    defence: Defence | None
    signed: int
    sheets: int
    look: JointLook | None
    absence: ReviewAbsence | None

    @property
    def done(self) -> bool:
        """True when nothing is missing any more: absent, signed by two; or heard, signed by all, no difference open."""
        if self.absence is not None:
            return self.absence.counts
        heard = self.defence is not None and self.defence.ended_at is not None
        return heard and self.sheets > 0 and self.signed == self.sheets and not (self.look and self.look.is_open)


def review_rows(plan: Plan) -> list[ReviewRow]:
    """Return one row per seat in ticket order. Seven queries whatever the size."""
    seats = list(seats_sitting(plan, REVIEW_PART).select_related("candidate").order_by("ticket_number"))
    dossiers = {row.candidate_id: row for row in Dossier.objects.filter(plan=plan)}
    slots = {row.seat_id: row for row in Slot.objects.filter(seat__plan=plan).select_related("panel")}
    defences = {row.seat_id: row for row in Defence.objects.filter(seat__plan=plan)}
    absences = {row.seat_id: row for row in ReviewAbsence.objects.filter(seat__plan=plan).select_related("recorded_by")}
    looks = {row.defence_id: row for row in JointLook.objects.filter(defence__seat__plan=plan)}
    signed: dict[int, int] = defaultdict(int)
    sheets: dict[int, int] = defaultdict(int)
    states = DefenceSheet.objects.filter(defence__seat__plan=plan, look=None)
    for of_defence, signed_at in states.values_list("defence_id", "signed_at"):
        sheets[of_defence] += 1
        signed[of_defence] += signed_at is not None
    rows = []
    for seat in seats:
        defence = defences.get(seat.pk)
        key = defence.pk if defence else 0
        rows.append(
            ReviewRow(
                seat=seat,
                dossier=dossiers.get(seat.candidate_id),
                slot=slots.get(seat.pk),
                defence=defence,
                signed=signed[key],
                sheets=sheets[key],
                look=looks.get(key),
                absence=absences.get(seat.pk),
            )
        )
    return rows


@dataclass(frozen=True)
class HearingRow:
    """One candidate as a member sees her: a ticket number, a time, whether the dossier is there, the own sheet."""

    slot: Slot
    ticket_number: str
    has_dossier: bool
    absence: ReviewAbsence | None
    defence: Defence | None
    sheet: DefenceSheet | None


def hearing_rows(member: PanelMember) -> list[HearingRow]:
    """Return the candidates of the member's panel in the order of the day; an additional member sees only hers. Six queries."""
    slots = list(Slot.objects.filter(panel=member.panel_id).select_related("seat").order_by("starts_at"))
    released = Dossier.objects.filter(plan=member.panel.plan_id, released_at__isnull=False)
    with_panel = set(released.values_list("candidate_id", flat=True))
    absences = {row.seat_id: row for row in ReviewAbsence.objects.filter(seat__review_slot__panel=member.panel_id)}
    defences = {row.seat_id: row for row in Defence.objects.filter(panel=member.panel_id)}
    own = {row.defence_id: row for row in DefenceSheet.objects.filter(member=member)}
    rows = []
    for slot in slots:
        defence = defences.get(slot.seat_id)
        sheet = own.get(defence.pk) if defence else None
        if member.is_extra and sheet is None:
            continue
        rows.append(
            HearingRow(
                slot=slot,
                ticket_number=slot.seat.ticket_number,
                has_dossier=slot.seat.candidate_id in with_panel,
                absence=absences.get(slot.seat_id),
                defence=defence,
                sheet=sheet,
            )
        )
    return rows


def totals_of(defences: Iterable[int]) -> dict[int, list[DefenceSheet]]:
    """Return the signed sheets of each defence, by key. One query."""
    found: dict[int, list[DefenceSheet]] = defaultdict(list)
    rows = DefenceSheet.objects.filter(defence__in=defences, signed_at__isnull=False)
    for sheet in rows.order_by("pk"):
        found[sheet.defence_id].append(sheet)
    return found
