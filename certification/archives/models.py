"""The archive of a plan, its volumes, who opened and read it, and what was destroyed after its time."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certification.archives.labels import KEPT_LABELS, STATUS_LABELS, VOLUME_LABELS
from certification.archives.rules import Status
from certification.examday.models.append_only import AppendOnly
from lms.core.models import Job

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

USER = settings.AUTH_USER_MODEL


class Archive(models.Model):
    """The file of one plan. Once sealed it is never changed; a trigger guards it.

    `turn` counts how often it was put together; the volumes of the last turn are its volumes.
    """

    plan = models.OneToOneField("plans.Plan", models.PROTECT, related_name="archive", verbose_name=_("plan"))
    turn = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=[(status.value, label) for status, label in STATUS_LABELS.items()],
        default=Status.BUILDING.value,
    )
    job = models.ForeignKey(Job, models.PROTECT, related_name="+")
    prepared_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("prepared by"))
    prepared_at = models.DateTimeField(_("prepared at"))
    index_sha256 = models.CharField(_("fingerprint of the index"), max_length=64, blank=True)
    seal_sha256 = models.CharField(_("seal"), max_length=64, blank=True)
    package_sha256 = models.CharField(_("fingerprint of the package"), max_length=64, blank=True)
    signer_sha256 = models.CharField(_("fingerprint of the signer's certificate"), max_length=64, blank=True)
    sealed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("sealed by"))
    sealed_at = models.DateTimeField(_("sealed at"), null=True)
    paper_until = models.DateField(_("papers kept until"), null=True)
    electronic_until = models.DateField(_("electronic volumes kept until"), null=True)
    video_until = models.DateField(_("recordings kept until"), null=True)

    if TYPE_CHECKING:
        volumes: RelatedManager["Volume"]
        openings: RelatedManager["Opening"]
        destructions: RelatedManager["Destruction"]

    class Meta:
        verbose_name = _("archive")
        verbose_name_plural = _("archives")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=[s.value for s in Status]), name="archive_status_known"),
            models.CheckConstraint(
                condition=models.Q(status=Status.SEALED.value, sealed_by__isnull=False, sealed_at__isnull=False)
                & models.Q(paper_until__isnull=False, electronic_until__isnull=False, video_until__isnull=False)
                & ~models.Q(seal_sha256="")
                & ~models.Q(index_sha256="")
                & ~models.Q(package_sha256="")
                | ~models.Q(status=Status.SEALED.value) & models.Q(sealed_by=None, sealed_at=None, seal_sha256=""),
                name="a_sealed_archive_is_complete",
            ),
            models.CheckConstraint(
                condition=models.Q(sealed_by=None) | ~models.Q(sealed_by=models.F("prepared_by")),
                name="two_people_seal_an_archive",
            ),
        ]
        # Once a day: whose time is over?
        indexes = [models.Index(fields=["status", "paper_until"], name="archive_retention")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.status}"

    @property
    def state(self) -> Status:
        return Status(self.status)

    @property
    def is_sealed(self) -> bool:
        return self.state is Status.SEALED


class Volume(AppendOnly):
    """One volume as it was printed; `content_sha256` covers the words in it, `items` say what is in it and where."""

    archive = models.ForeignKey(Archive, models.PROTECT, related_name="volumes", verbose_name=_("archive"))
    turn = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField(_("volume"), choices=list(VOLUME_LABELS.items()))
    sha256 = models.CharField(_("fingerprint"), max_length=64)
    content_sha256 = models.CharField(max_length=64)
    bytes = models.PositiveBigIntegerField(_("bytes"))
    pages = models.PositiveIntegerField(_("pages"))
    items = models.JSONField(_("contents"), default=list)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("volume")
        verbose_name_plural = _("volumes")
        ordering = ["archive", "turn", "number"]
        constraints = [
            models.UniqueConstraint(fields=["archive", "turn", "number"], name="one_volume_of_a_number"),
            models.CheckConstraint(condition=models.Q(number__in=list(VOLUME_LABELS)), name="volume_number_known"),
        ]

    def __str__(self) -> str:
        return f"{self.archive_id}/{self.number}"


class Opening(AppendOnly):
    """Somebody asks to read volumes of a sealed archive, for a reason, with another person beside her."""

    archive = models.ForeignKey(Archive, models.PROTECT, related_name="openings", verbose_name=_("archive"))
    volumes = models.JSONField(_("volumes"))
    purpose = models.TextField(_("purpose"))
    requested_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("asked for by"))
    witness = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("second person present"))
    requested_at = models.DateTimeField(_("asked for at"))

    if TYPE_CHECKING:
        presences: RelatedManager["Presence"]
        views: RelatedManager["OpeningView"]

    class Meta:
        verbose_name = _("opening of an archive")
        verbose_name_plural = _("openings of archives")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(witness=models.F("requested_by")), name="two_people_open_an_archive"),
            models.CheckConstraint(condition=~models.Q(purpose=""), name="an_opening_has_its_purpose"),
        ]

    def __str__(self) -> str:
        return f"{self.archive_id} {self.requested_at:%Y-%m-%d}"


class OpeningApproval(AppendOnly):
    """The head allows an opening. Both people are repeated here so that the database can compare."""

    opening = models.OneToOneField(Opening, models.PROTECT, related_name="approval", verbose_name=_("opening"))
    requested_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("asked for by"))
    witness = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("second person present"))
    approved_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("approved by"))
    approved_at = models.DateTimeField(_("approved at"))

    class Meta:
        verbose_name = _("approval of an opening")
        verbose_name_plural = _("approvals of openings")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(approved_by=models.F("requested_by")) & ~models.Q(approved_by=models.F("witness")),
                name="a_third_person_allows_an_opening",
            )
        ]

    def __str__(self) -> str:
        return f"{self.opening_id}"


class Presence(AppendOnly):
    """One of the two confirms, signed in herself, that she is there."""

    opening = models.ForeignKey(Opening, models.PROTECT, related_name="presences", verbose_name=_("opening"))
    user = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("person"))
    at = models.DateTimeField(_("moment"))

    class Meta:
        verbose_name = _("presence at an opening")
        verbose_name_plural = _("presences at openings")
        ordering = ["opening", "pk"]
        constraints = [models.UniqueConstraint(fields=["opening", "user"], name="one_presence_each")]

    def __str__(self) -> str:
        return f"{self.opening_id} {self.user_id}"


class OpeningView(AppendOnly):
    """A volume was handed out: who, which, when (I43). `volume` 0 is the whole package."""

    opening = models.ForeignKey(Opening, models.PROTECT, related_name="views", verbose_name=_("opening"))
    user = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("person"))
    volume = models.PositiveSmallIntegerField(_("volume"))
    at = models.DateTimeField(_("moment"))

    class Meta:
        verbose_name = _("reading of an archive")
        verbose_name_plural = _("readings of archives")
        ordering = ["opening", "pk"]

    def __str__(self) -> str:
        return f"{self.opening_id} {self.volume}"


class Destruction(AppendOnly):
    """After its time, somebody proposes to destroy one kind of what is kept; the head agrees (`DestructionVerdict`)."""

    archive = models.ForeignKey(Archive, models.PROTECT, related_name="destructions", verbose_name=_("archive"))
    kept = models.CharField(_("what"), max_length=10, choices=[(kept.value, label) for kept, label in KEPT_LABELS.items()])
    reason = models.TextField(_("how and why"))
    proposed_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed at"))

    class Meta:
        verbose_name = _("destruction after the retention")
        verbose_name_plural = _("destructions after the retention")
        ordering = ["archive", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["archive", "kept"], name="destroyed_once"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="a_destruction_has_its_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.archive_id} {self.kept}"


class DestructionVerdict(AppendOnly):
    """The head's name under a destruction. `proposed_by` is repeated here so that the database can compare."""

    destruction = models.OneToOneField(Destruction, models.PROTECT, related_name="verdict", verbose_name=_("destruction"))
    proposed_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    approved_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("approved by"))
    approved_at = models.DateTimeField(_("approved at"))

    class Meta:
        verbose_name = _("approval of a destruction")
        verbose_name_plural = _("approvals of destructions")
        constraints = [
            models.CheckConstraint(condition=~models.Q(approved_by=models.F("proposed_by")), name="two_people_destroy")
        ]

    def __str__(self) -> str:
        return f"{self.destruction_id}"
