from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.bodies.models import Filing, Room, Site
from certification.plans.rules import (
    MOST_SEATS,
    OCCUPYING_STATUSES,
    PUBLIC_STATUSES,
    Outcome,
    PlanDates,
    StaffRole,
    Status,
    is_open,
    session_of,
)
from certification.standards.models import LEVEL_CHOICES, Scheme, SchemeLevel
from certification.standards.rules import Level
from courses.questionbank.models import Blueprint
from lms.organisations.models import Organisation

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

STATUS_LABELS = {
    Status.DRAFT: pgettext_lazy("plan", "Draft"),
    Status.SUBMITTED: pgettext_lazy("plan", "Waiting for the head"),
    Status.APPROVED: pgettext_lazy("plan", "Approved"),
    Status.PUBLISHED: pgettext_lazy("plan", "Published"),
    Status.REGISTRATION_CLOSED: pgettext_lazy("plan", "Registration closed"),
    Status.ARRANGED: pgettext_lazy("plan", "Seats arranged"),
    Status.IN_EXAM: pgettext_lazy("plan", "Exam running"),
    Status.SCORED: pgettext_lazy("plan", "Scored"),
    Status.IN_PUBLICATION: pgettext_lazy("plan", "Results public"),
    Status.CERTIFIED: pgettext_lazy("plan", "Certified"),
    Status.ARCHIVED: pgettext_lazy("plan", "Archived"),
    Status.CANCELLED: pgettext_lazy("plan", "Cancelled"),
}
OUTCOME_LABELS = {
    Outcome.WAITING: pgettext_lazy("plan", "Waiting for the head"),
    Outcome.APPROVED: pgettext_lazy("plan", "Approved"),
    Outcome.RETURNED: pgettext_lazy("plan", "Returned"),
    Outcome.TAKEN_BACK: pgettext_lazy("plan", "Taken back"),
}
STAFF_ROLE_LABELS = {
    StaffRole.ASSESSOR: _("Assessor"),
    StaffRole.INVIGILATOR: _("Invigilator"),
    StaffRole.SUPERVISOR: _("Quality supervisor"),
}


class PlanQuerySet(models.QuerySet["Plan"]):
    def public(self) -> "PlanQuerySet":
        return self.filter(status__in=[status.value for status in PUBLIC_STATUSES])

    def open_on(self, today: date) -> "PlanQuerySet":
        """Plans one may apply for today."""
        return self.filter(status=Status.PUBLISHED.value, registration_opens__lte=today, registration_closes__gte=today)

    def with_names(self) -> "PlanQuerySet":
        return self.select_related("organisation", "scheme__occupation", "filing")


class Plan(models.Model):
    """One assessment of one level under one scheme version, at one place on one day."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="plans", verbose_name=_("assessment body"))
    # Found and fixed on publication; a draft may be written before the filing is renewed.
    filing = models.ForeignKey(Filing, models.PROTECT, null=True, blank=True, related_name="plans")
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="plans", verbose_name=_("scheme"))
    level = models.PositiveSmallIntegerField(_("level"), choices=LEVEL_CHOICES)
    work_type = models.CharField(_("work type"), max_length=60, blank=True)
    title = models.CharField(_("title"), max_length=120)
    number = models.CharField(_("plan number"), max_length=40, unique=True)
    serial = models.PositiveSmallIntegerField(editable=False)
    # Chosen from the body's register; its words are copied below, so that a printed ticket never changes with it.
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="plans", verbose_name=_("site"))
    site_name = models.CharField(_("site"), max_length=120)
    address = models.CharField(_("address"), max_length=200)
    room = models.CharField(_("room"), max_length=40)
    exam_date = models.DateField(_("exam date"))
    registration_opens = models.DateField(_("registration opens"))
    registration_closes = models.DateField(_("last day to apply"))
    capacity = models.PositiveSmallIntegerField(_("seats"))
    theory_starts_at = models.DateTimeField(_("theory exam starts"))
    theory_minutes = models.PositiveSmallIntegerField(_("minutes for the theory exam"))
    skill_starts_at = models.DateTimeField(_("skill test starts"))
    blueprint = models.ForeignKey(
        Blueprint, models.PROTECT, null=True, blank=True, related_name="plans", verbose_name=_("paper blueprint")
    )
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=[(status.value, label) for status, label in STATUS_LABELS.items()],
        default=Status.DRAFT.value,
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    # The last day for which reminders were looked at; a plan is looked at once a day.
    watched_on = models.DateField(null=True, blank=True, editable=False)

    objects = PlanQuerySet.as_manager()

    if TYPE_CHECKING:
        rooms: RelatedManager["PlanRoom"]
        seats: RelatedManager["Seat"]
        assignments: RelatedManager["StaffAssignment"]
        approvals: RelatedManager["Approval"]
        corrections: RelatedManager["Correction"]

    class Meta:
        verbose_name = _("assessment plan")
        verbose_name_plural = _("assessment plans")
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=[status.value for status in Status]), name="plan_status_known"),
            models.CheckConstraint(condition=models.Q(level__range=(1, 5)), name="plan_level_between_1_and_5"),
            models.CheckConstraint(condition=models.Q(capacity__range=(1, MOST_SEATS)), name="plan_capacity_fits_tickets"),
        ]
        indexes = [
            # The public list asks for open plans by closing day; the desk pages by exam day.
            models.Index(fields=["status", "registration_closes"], name="plan_open"),
            models.Index(fields=["organisation", "-exam_date", "-id"], name="plan_desk"),
            # Once a minute: whose reminders of today were not looked at?
            models.Index(fields=["status", "watched_on"], name="plan_watched"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("applications:plan", args=[self.pk])

    def get_desk_url(self) -> str:
        return reverse("plans:detail", args=[self.pk])

    @property
    def body(self) -> Organisation:
        return self.organisation

    @property
    def level_label(self) -> str:
        return Level(self.level).label

    @property
    def level_label_en(self) -> str:
        return Level(self.level).label_en

    @cached_property
    def scheme_level(self) -> SchemeLevel:
        """Causes a query the first time."""
        return SchemeLevel.objects.select_related("scheme__occupation").get(scheme_id=self.scheme_id, level=self.level)

    @property
    def theory_ends_at(self) -> datetime:
        return self.theory_starts_at + timedelta(minutes=self.theory_minutes)

    @property
    def session(self) -> tuple[datetime, datetime]:
        """From the start of the theory exam until the skill test has had its hour; half-open."""
        return session_of(self.theory_starts_at, minutes=self.theory_minutes, skill_starts_at=self.skill_starts_at)

    @property
    def dates(self) -> PlanDates:
        return PlanDates(
            registration_opens=self.registration_opens,
            registration_closes=self.registration_closes,
            exam_date=self.exam_date,
            theory_starts_at=localtime(self.theory_starts_at),
            theory_minutes=self.theory_minutes,
            skill_starts_at=localtime(self.skill_starts_at),
        )

    def is_open_on(self, today: date) -> bool:
        return is_open(status=self.status, opens=self.registration_opens, closes=self.registration_closes, today=today)


class Approval(models.Model):
    """One time that a plan was handed in, and what became of it; rows are kept as the history of the plan."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="approvals")
    handed_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField()
    outcome = models.CharField(
        max_length=12,
        choices=[(outcome.value, label) for outcome, label in OUTCOME_LABELS.items()],
        default=Outcome.WAITING.value,
    )
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reasons = models.TextField(_("reasons"), blank=True)

    class Meta:
        verbose_name = _("approval of a plan")
        verbose_name_plural = _("approvals of plans")
        ordering = ["plan", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan"], condition=models.Q(outcome=Outcome.WAITING.value), name="a_plan_waits_for_one_approval"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=[outcome.value for outcome in Outcome]), name="approval_outcome_known"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=[Outcome.WAITING.value, Outcome.TAKEN_BACK.value])
                | (models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("handed_in_by"))),
                name="another_person_decides_on_a_plan",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome=Outcome.RETURNED.value) | ~models.Q(reasons=""),
                name="a_plan_is_returned_with_reasons",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.plan_id} {self.outcome}"


class Correction(models.Model):
    """A public notice beside a published plan (更正公告): it explains, and changes no field of it."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="corrections")
    text = models.TextField(_("what is corrected"), max_length=1000)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        verbose_name = _("correction notice")
        verbose_name_plural = _("correction notices")
        ordering = ["plan", "-pk"]

    def __str__(self) -> str:
        return f"#{self.plan_id}"


class PlanRoomQuerySet(models.QuerySet["PlanRoom"]):
    def occupied(self) -> "PlanRoomQuerySet":
        """Rooms of plans that were handed in and not called off."""
        return self.filter(plan__status__in=[status.value for status in OCCUPYING_STATUSES])


class PlanRoom(models.Model):
    """A room of the register that a plan uses, and how many of its seats."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="rooms")
    room = models.ForeignKey(Room, models.PROTECT, related_name="plan_rooms", verbose_name=_("room"))
    seats = models.PositiveSmallIntegerField(_("seats"))
    accessible_seats = models.PositiveSmallIntegerField(_("of them for wheelchairs"), default=0)
    order = models.PositiveSmallIntegerField(default=0)

    objects = PlanRoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room of a plan")
        verbose_name_plural = _("rooms of a plan")
        ordering = ["plan", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "room"], name="a_plan_uses_a_room_once"),
            models.CheckConstraint(condition=models.Q(seats__gte=1), name="a_plan_room_has_seats"),
            models.CheckConstraint(
                condition=models.Q(accessible_seats__lte=models.F("seats")), name="plan_room_accessible_seats_are_seats"
            ),
        ]

    def __str__(self) -> str:
        return str(self.room)


class Seat(models.Model):
    """A bound candidate: from here on the exam knows her by her ticket number."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="seats")
    candidate = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="seats")
    ticket_number = models.CharField(_("admission ticket"), max_length=20)
    plan_room = models.ForeignKey(PlanRoom, models.PROTECT, null=True, blank=True, related_name="places")
    room = models.CharField(_("room"), max_length=40)
    number = models.PositiveSmallIntegerField(_("seat"))

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "ticket_number"], name="one_ticket_per_plan"),
            models.UniqueConstraint(fields=["plan", "candidate"], name="one_seat_per_candidate_and_plan"),
            models.UniqueConstraint(fields=["plan", "room", "number"], name="one_candidate_per_seat"),
        ]

    def __str__(self) -> str:
        return self.ticket_number


class KeptPart(models.Model):
    """A part that the candidate of this seat does not sit: she passed it before, and it holds on the exam day (I26).

    Written when seats are given out and never changed; a trigger guards it. `value` and `until` are what was told her.
    """

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="kept_parts")
    part = models.CharField(_("part"), max_length=12)
    origin = models.ForeignKey(Seat, models.PROTECT, related_name="lent_parts", verbose_name=_("passed at this seat"))
    value = models.DecimalField(_("mark out of 100"), max_digits=5, decimal_places=2)
    until = models.DateField(_("kept until"))

    class Meta:
        verbose_name = _("part kept from an earlier exam")
        verbose_name_plural = _("parts kept from earlier exams")
        ordering = ["seat", "part"]
        constraints = [
            models.UniqueConstraint(fields=["seat", "part"], name="a_part_is_kept_once_by_a_seat"),
            models.CheckConstraint(condition=~models.Q(origin=models.F("seat")), name="a_kept_part_is_of_an_earlier_seat"),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.part} {self.origin_id}"


class StaffAssignment(models.Model):
    """Who acts in a plan, what the recusal check found, and what the person declared (I15)."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="assignments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="plan_assignments")
    role = models.CharField(_("role"), max_length=12, choices=[(role.value, label) for role, label in STAFF_ROLE_LABELS.items()])
    assigned_at = models.DateTimeField()
    declared_at = models.DateTimeField(null=True, blank=True)
    declaration = models.JSONField(default=dict)
    recusal = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["plan", "role", "user"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "user", "role"], name="one_assignment_per_role"),
            models.CheckConstraint(condition=models.Q(role__in=[role.value for role in StaffRole]), name="assignment_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"
