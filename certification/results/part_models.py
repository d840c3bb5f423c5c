"""What lies between the marks and the decision: each recording, its check by a second person, voided parts."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certification.examday.models.append_only import AppendOnly


class Recording(AppendOnly):
    """One time that the marks of a plan were computed, with all of them; the last one is in force."""

    plan = models.ForeignKey("plans.Plan", models.PROTECT, related_name="recordings", verbose_name=_("plan"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    content = models.JSONField(_("marks"), default=list)
    content_sha256 = models.CharField(_("fingerprint"), max_length=64)

    class Meta:
        verbose_name = _("recording of marks")
        verbose_name_plural = _("recordings of marks")
        ordering = ["plan", "-pk"]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.recorded_at:%Y-%m-%d %H:%M}"


class RecordingCheck(AppendOnly):
    """The second person's name under a recording (I27). `recorded_by` is repeated here so that the database can compare."""

    recording = models.OneToOneField(Recording, models.PROTECT, related_name="check_row", verbose_name=_("recording"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("checked by"))
    checked_at = models.DateTimeField(_("checked at"))
    seen = models.JSONField(_("what stood out"), default=dict)

    class Meta:
        verbose_name = _("check of a recording")
        verbose_name_plural = _("checks of recordings")
        constraints = [
            models.CheckConstraint(condition=~models.Q(checked_by=models.F("recorded_by")), name="marks_are_checked_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.recording_id}"


class Voiding(AppendOnly):
    """Parts of one candidate are to be void. With a stopped exam of the room's record, which two people signed, they are
    so at once; without, when a second person has agreed."""

    seat = models.ForeignKey("plans.Seat", models.PROTECT, related_name="voidings", verbose_name=_("seat"))
    parts = models.JSONField(_("parts"))
    cheating = models.BooleanField(_("cheating: all parts"), default=False)
    reason = models.CharField(_("reason"), max_length=1000)
    incident = models.OneToOneField(
        "examday.Incident", models.PROTECT, null=True, related_name="voiding", verbose_name=_("line of the room's record")
    )
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed at"))

    class Meta:
        verbose_name = _("voiding of parts")
        verbose_name_plural = _("voidings of parts")
        ordering = ["seat", "pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="a_voiding_has_its_reason")]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.parts}"


class VoidingVerdict(AppendOnly):
    """What the second person said. `proposed_by` is repeated here so that the database can compare."""

    voiding = models.OneToOneField(Voiding, models.PROTECT, related_name="verdict", verbose_name=_("voiding"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    agreed = models.BooleanField(_("agreed"))
    note = models.CharField(_("reasons"), max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("second person"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("verdict on a voiding")
        verbose_name_plural = _("verdicts on voidings")
        constraints = [
            models.CheckConstraint(condition=~models.Q(by=models.F("proposed_by")), name="a_voiding_is_agreed_by_another"),
            models.CheckConstraint(
                condition=models.Q(agreed=True) | ~models.Q(note=""), name="a_voiding_is_refused_with_reasons"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.voiding_id} {self.agreed}"


class VoidedPart(AppendOnly):
    """A part that is void: neither a mark nor an absence (I29). Written when the voiding takes effect."""

    seat = models.ForeignKey("plans.Seat", models.PROTECT, related_name="voided_parts", verbose_name=_("seat"))
    part = models.CharField(_("part"), max_length=12)
    voiding = models.ForeignKey(Voiding, models.PROTECT, related_name="rows", verbose_name=_("voiding"))

    class Meta:
        verbose_name = _("void part")
        verbose_name_plural = _("void parts")
        constraints = [models.UniqueConstraint(fields=["seat", "part"], name="a_part_is_void_once")]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.part}"


class StopAnswer(AppendOnly):
    """The head's word that a stopped exam counts all the same: a wrong line, or the stop was not the candidate's doing."""

    incident = models.OneToOneField(
        "examday.Incident", models.PROTECT, related_name="stop_answer", verbose_name=_("line of the room's record")
    )
    reason = models.CharField(_("reason"), max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("answered by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("answer to a stopped exam")
        verbose_name_plural = _("answers to stopped exams")
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="an_answer_to_a_stop_has_its_reason")]

    def __str__(self) -> str:
        return f"{self.incident_id}"


class PreparedList(AppendOnly):
    """The list as an officer prepared it; the head approves exactly this one, and that publishes it."""

    plan = models.ForeignKey("plans.Plan", models.PROTECT, related_name="prepared_lists", verbose_name=_("plan"))
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("prepared by"))
    prepared_at = models.DateTimeField(_("prepared at"))
    rows = models.PositiveIntegerField(_("results"))
    content_sha256 = models.CharField(_("fingerprint of the list"), max_length=64)

    class Meta:
        verbose_name = _("prepared list")
        verbose_name_plural = _("prepared lists")
        ordering = ["plan", "-pk"]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.prepared_at:%Y-%m-%d %H:%M}"
