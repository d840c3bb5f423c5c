"""What the review asks of officers, members and candidates."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from certification.applications.models import Application
from certification.panels.models import Dossier, JointLook, PanelMember, ReviewAbsence, ReviewSetup
from certification.panels.rules import DossierStatus
from certification.panels.selectors import HANDING_IN
from certification.plans.models import Plan
from certification.plans.rules import Status
from lms.core.queues import QueueRow
from lms.organisations.rules import Role
from lms.organisations.selectors import organisations_where

REVIEWS = gettext_lazy("Comprehensive reviews")
PANELS = gettext_lazy("Review panels")
DOSSIERS = gettext_lazy("Dossiers")
LIVE = [Status.PUBLISHED.value, Status.REGISTRATION_CLOSED.value, Status.ARRANGED.value, Status.IN_EXAM.value]
RUNNING = [Status.ARRANGED.value, Status.IN_EXAM.value]


def desk(user: Any, now: datetime) -> Iterable[QueueRow]:
    """Dossiers, panels, slots and differences for officers; declarations, sheets and differences for members. Five queries."""
    yield from _of_officers(user)
    yield from _of_members(user)
    yield from _of_chairs(user)


def _of_officers(user: Any) -> Iterable[QueueRow]:
    """One row for each plan with something to do, named by the first thing that is."""
    bodies = organisations_where(user, Role.EXAM_OFFICER)
    waiting = Q(dossiers__status=DossierStatus.HANDED_IN.value)
    open_looks = JointLook.objects.filter(defence__panel__plan=OuterRef("pk"), closed_at=None, extra=None)
    unsigned = ReviewAbsence.objects.filter(seat__plan=OuterRef("pk"), confirmed_at=None).exclude(recorded_by=user.pk)
    plans: Iterable[Any] = (
        Plan.objects.filter(organisation__in=bodies, status__in=LIVE, review__isnull=False)
        .annotate(
            handed_in=Count("dossiers", filter=waiting, distinct=True),
            committees=Count("panels", distinct=True),
            seated=Count("seats", distinct=True),
            slots=Count("seats__review_slot", distinct=True),
            differs=Exists(open_looks),
            unsigned=Exists(unsigned),
        )
        .order_by("exam_date", "pk")
    )
    for plan in plans:
        detail = ""
        if plan.differs:
            detail = _("The sheets of a candidate lie far apart")
        elif plan.unsigned:
            detail = _("An absence waits for the second signature")
        elif plan.handed_in:
            count = plan.handed_in
            detail = ngettext("%(count)s dossier to check", "%(count)s dossiers to check", count) % {"count": count}
        elif plan.status in RUNNING and not plan.committees:
            detail = _("Name a review panel")
        elif plan.status in RUNNING and plan.slots < plan.seated:
            detail = _("Give each candidate a slot")
        if detail:
            yield QueueRow(
                queue=REVIEWS,
                title=plan.title,
                detail=detail,
                url=reverse("panels:plan", args=[plan.pk]),
                due=plan.exam_date,
                plan=plan.pk,
                organisation=plan.organisation_id,
            )


def _of_members(user: Any) -> Iterable[QueueRow]:
    """A declaration to give, or candidates to hear and sheets to sign."""
    unsigned = Q(sheets__signed_at=None, sheets__isnull=False)
    places = (
        PanelMember.objects.filter(user=user, left_at=None, panel__plan__status__in=LIVE)
        .select_related("panel__plan")
        .annotate(
            open_sheets=Count("sheets", filter=unsigned, distinct=True),
            slots=Count("panel__slots", distinct=True),
            heard=Count("panel__slots", filter=Q(panel__slots__seat__defence__isnull=False), distinct=True),
            away=Count("panel__slots", filter=Q(panel__slots__seat__review_absence__isnull=False), distinct=True),
        )
        .order_by("panel__starts_at", "pk")
    )
    for place in places:
        to_hear = 0 if place.is_extra else place.slots - place.heard - place.away
        if place.declared_at is None:
            detail = _("Declare that there is no conflict")
        elif place.open_sheets or to_hear:
            left = place.open_sheets + to_hear
            detail = ngettext("%(count)s candidate to hear and score", "%(count)s candidates to hear and score", left)
            detail %= {"count": left}
        else:
            continue
        yield QueueRow(
            queue=PANELS,
            title=place.panel.plan.title,
            detail=detail,
            url=reverse("panels:sit", args=[place.panel_id]),
            due=place.panel.starts_at,
            plan=place.panel.plan_id,
            organisation=place.panel.plan.organisation_id,
        )


def _of_chairs(user: Any) -> Iterable[QueueRow]:
    """Differences that wait for the chair."""
    chairs = PanelMember.objects.filter(user=user, is_chair=True, left_at=None, declared_at__isnull=False)
    looks = JointLook.objects.filter(closed_at=None, extra=None, defence__panel__members__in=chairs)
    for look in looks.select_related("defence__panel__plan", "defence__seat"):
        plan = look.defence.panel.plan
        yield QueueRow(
            queue=PANELS,
            title=plan.title,
            detail=_("Candidate %(ticket)s: the sheets lie far apart") % {"ticket": look.defence.seat.ticket_number},
            url=reverse("panels:look", args=[look.pk]),
            due=look.opened_at,
            plan=plan.pk,
            organisation=plan.organisation_id,
        )


def own(user: Any, now: datetime) -> Iterable[QueueRow]:
    """The candidate's dossier until it is handed in, then her slot until she was heard. Three queries."""
    today = localdate(now)
    cases = Application.objects.filter(candidate=user, status__in=HANDING_IN, plan__status__in=LIVE)
    reviews = ReviewSetup.objects.filter(plan__in=cases.values("plan")).select_related("plan")
    setups = {setup.plan_id: setup for setup in reviews}
    if not setups:
        return
    dossiers = {row.plan_id: row for row in Dossier.objects.filter(candidate=user, plan__in=setups)}
    rows: Any = cases.filter(plan__in=setups).annotate(
        slot_at=F("seat__review_slot__starts_at"), heard=F("seat__defence__pk"), away=F("seat__review_absence__pk")
    )
    for case in rows.order_by("pk"):
        setup, dossier = setups[case.plan_id], dossiers.get(case.plan_id)
        due = dossier.due_on if dossier else setup.dossier_closes
        if (dossier is None or dossier.status == DossierStatus.OPEN) and today <= due:
            detail = _("Hand in your dossier for the review")
        elif case.slot_at is not None and case.heard is None and case.away is None:
            detail, due = _("You defend your work before the panel"), case.slot_at
        else:
            continue
        yield QueueRow(
            queue=DOSSIERS,
            title=setup.plan.title,
            detail=detail,
            url=reverse("panels:dossier", args=[case.pk]),
            due=due,
        )
