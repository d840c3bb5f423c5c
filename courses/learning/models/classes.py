"""Classes: one version of a course, taught to a group by dates."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.catalogue.models import CoursePage, CourseVersion
from courses.learning.rules.classes import RequestStatus, WayIn
from lms.core.freshness import shown
from lms.organisations.models import Organisation

WAY_IN_LABELS = {
    WayIn.OPEN: pgettext_lazy("way into a class", "Open to everybody"),
    WayIn.APPROVAL: pgettext_lazy("way into a class", "A teacher admits each person"),
    WayIn.LIST: pgettext_lazy("way into a class", "Only those on the list"),
    WayIn.LINK: pgettext_lazy("way into a class", "Whoever has the link"),
}
REQUEST_STATUS_LABELS = {
    RequestStatus.ASKED: pgettext_lazy("request to join", "Waiting"),
    RequestStatus.ADMITTED: pgettext_lazy("request to join", "Admitted"),
    RequestStatus.REFUSED: pgettext_lazy("request to join", "Refused"),
}


@shown
class CourseRun(models.Model):
    """A class (班次). `dues` says for the pk of each module the last day on which it should be finished."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="course_runs", verbose_name=_("college")
    )
    course = models.ForeignKey(CoursePage, on_delete=models.PROTECT, related_name="runs", verbose_name=_("course"))
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="runs", verbose_name=_("version"))
    title = models.CharField(_("name of the class"), max_length=80)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    capacity = models.PositiveIntegerField(_("places"), null=True, blank=True)
    way_in = models.CharField(_("way in"), max_length=10, choices=[(way.value, label) for way, label in WAY_IN_LABELS.items()])
    dues = models.JSONField(_("due dates"), default=dict, blank=True)
    token = models.CharField(max_length=43, unique=True)
    opened_at = models.DateTimeField(_("opened at"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("opened by")
    )

    class Meta:
        verbose_name = _("class")
        verbose_name_plural = _("classes")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(way_in__in=[way.value for way in WayIn]), name="course_run_way_in"),
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="course_run_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("learning:class", args=[self.pk])


class JoinRequest(models.Model):
    """One person asks to be in a class that admits by approval."""

    run = models.ForeignKey(CourseRun, on_delete=models.CASCADE, related_name="requests", verbose_name=_("class"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="class_requests", verbose_name=_("person")
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=[(status.value, label) for status, label in REQUEST_STATUS_LABELS.items()],
        default=RequestStatus.ASKED.value,
    )
    asked_at = models.DateTimeField(_("asked at"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )

    class Meta:
        verbose_name = _("request to join a class")
        verbose_name_plural = _("requests to join a class")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "user"], name="one_request_per_class"),
            models.CheckConstraint(
                condition=models.Q(status__in=[status.value for status in RequestStatus]), name="join_request_status"
            ),
        ]
        indexes = [models.Index(fields=["run", "status", "id"], name="learning_waiting_requests")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.user_id}"


class Invitation(models.Model):
    """A phone (`+8613…`) or an e-mail on the list of a class; whoever has proved it may join."""

    run = models.ForeignKey(CourseRun, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("class"))
    contact = models.CharField(_("phone or e-mail"), max_length=254)
    added_at = models.DateTimeField(_("added at"))

    class Meta:
        verbose_name = _("invitation to a class")
        verbose_name_plural = _("invitations to a class")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["run", "contact"], name="contact_once_per_class")]

    def __str__(self) -> str:
        return self.contact


class Announcement(models.Model):
    """What a teacher told the class; `told` says how many people she reached."""

    run = models.ForeignKey(CourseRun, on_delete=models.CASCADE, related_name="announcements", verbose_name=_("class"))
    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("text"))
    posted_at = models.DateTimeField(_("posted at"))
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("posted by")
    )
    behind_only = models.BooleanField(_("only to those who are behind"), default=False)
    told = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title
