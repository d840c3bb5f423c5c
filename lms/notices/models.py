"""What a person was told, on which way it went out, and how she wants to be told."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lms.notices.facts import unpacked
from lms.notices.kinds import OTHER, Words, kind_of
from lms.notices.rules import DEFAULT_QUIET, Channel, DeliveryStatus, Digest, Quiet, Sort
from lms.organisations.models import Organisation

CHANNEL_LABELS = {Channel.SMS: _("SMS"), Channel.MAIL: pgettext_lazy("way of a message", "E-mail")}
DIGEST_LABELS = {
    Digest.AT_ONCE: _("Each at once"),
    Digest.DAILY: _("Gathered, every morning at 8"),
    Digest.WEEKLY: _("Gathered, on Mondays at 8"),
    Digest.NEVER: _("No such mails; I look here"),
}
DELIVERY_LABELS = {
    DeliveryStatus.WAITING: pgettext_lazy("delivery", "waiting"),
    DeliveryStatus.SENDING: pgettext_lazy("delivery", "being sent"),
    DeliveryStatus.SENT: pgettext_lazy("delivery", "sent"),
    DeliveryStatus.GATHERED: pgettext_lazy("delivery", "in a gathered mail"),
    DeliveryStatus.NEEDLESS: pgettext_lazy("delivery", "not needed any more"),
    DeliveryStatus.FAILED: pgettext_lazy("delivery", "not delivered"),
}


class Notice(models.Model):
    """One message to one person. `subject` and `text` are the words at the time, in the language she read then."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=60, default="notices.other")
    facts = models.JSONField(default=dict)
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, related_name="+")
    """Who tells; its staff sees when the person could not be reached."""
    subject = models.CharField(_("subject"), max_length=120)
    text = models.TextField(_("text"))
    url = models.CharField(max_length=200, blank=True)
    once = models.CharField(max_length=120, blank=True)
    """What makes this notice the same as another: a reminder of one thing is told once."""
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["user", "-id"], name="notices_of_a_person"),
            # The count in the header is asked on every page.
            models.Index(fields=["user", "-id"], condition=Q(read_at=None), name="notices_unread"),
        ]
        constraints = [models.UniqueConstraint(fields=["user", "once"], condition=~Q(once=""), name="told_once")]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        """The address that marks it as read and goes on to what it is about."""
        return reverse("notices:open", args=[self.pk])

    @property
    def sort(self) -> Sort:
        """What its kind says about its ways."""
        return kind_of(self.kind).sort

    @property
    def sent_ways(self) -> list[str]:
        """What its page says of how it went out; one query unless the deliveries were fetched before."""
        done = {DeliveryStatus.SENT.value: _("sent by %(way)s"), DeliveryStatus.FAILED.value: _("could not be sent by %(way)s")}
        ways = [(done[row.status], row.get_channel_display()) for row in self.deliveries.all() if row.status in done]
        return [str(sentence) % {"way": way} for sentence, way in ways]

    @property
    def words(self) -> Words:
        """What it says, in the active language. Words that somebody wrote stay as they are."""
        kind = kind_of(self.kind)
        if kind is OTHER:
            return Words(self.subject, self.text)
        try:
            return kind.write(unpacked(self.facts))
        except (KeyError, TypeError, ValueError):
            # An old notice lacks a fact that today's sentence asks for.
            return Words(self.subject, self.text)


class Delivery(models.Model):
    """One message on its way out: a notice by SMS or mail, or a mail that gathers several notices."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="deliveries")
    """The person; None for a guest without an account, of whom `guest` holds {phone, language, kind, facts, url}."""
    guest = models.JSONField(null=True)
    once = models.CharField(max_length=120, blank=True)
    told_by = models.ForeignKey(Organisation, models.SET_NULL, null=True, related_name="+")
    notice = models.ForeignKey(Notice, models.CASCADE, null=True, related_name="deliveries")
    gathered_in = models.ForeignKey("self", models.SET_NULL, null=True, related_name="gathered")
    channel = models.CharField(max_length=10, choices={key.value: label for key, label in CHANNEL_LABELS.items()})
    status = models.CharField(
        max_length=10,
        choices={key.value: label for key, label in DELIVERY_LABELS.items()},
        default=DeliveryStatus.WAITING.value,
    )
    in_digest = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)
    # What really went out, to where and in which language: kept, whatever the sentences say later.
    sent_to = models.CharField(max_length=254, blank=True)
    sent_subject = models.CharField(max_length=200, blank=True)
    sent_text = models.TextField(blank=True)
    sent_language = models.CharField(max_length=10, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status__in=["waiting", "sending"]), name="deliveries_due"),
            models.Index(fields=["-id"], condition=Q(status="failed"), name="deliveries_failed"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="one_delivery_per_way"),
            models.UniqueConstraint(fields=["once"], condition=~Q(once=""), name="guest_told_once"),
            models.CheckConstraint(
                condition=Q(user=None, guest__isnull=False) | Q(user__isnull=False, guest__isnull=True),
                name="delivery_to_person_or_guest",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in DeliveryStatus]), name="delivery_status_known"
            ),
            models.CheckConstraint(condition=Q(channel__in=[channel.value for channel in Channel]), name="delivery_way_known"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.reference} {self.status}"

    @property
    def guest_words(self) -> Words:
        """What a guest is told, in the active language."""
        assert self.guest is not None
        return kind_of(self.guest["kind"]).write(unpacked(self.guest["facts"]))

    @property
    def reference(self) -> str:
        """The name under which gateways know this message, the same for each try: who gets it twice can tell."""
        return f"funeng-{self.pk}"


class NoticeSettings(models.Model):
    """How a person wants to be told; without a row, as the defaults say."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="notice_settings")
    quiet_from = models.TimeField(_("no SMS from"), default=DEFAULT_QUIET.begin)
    quiet_until = models.TimeField(_("until"), default=DEFAULT_QUIET.end)
    digest = models.CharField(
        _("mails that are not urgent"),
        max_length=10,
        choices={key.value: label for key, label in DIGEST_LABELS.items()},
        default=Digest.DAILY.value,
    )

    class Meta:
        verbose_name = _("notice settings")
        verbose_name_plural = _("notice settings")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.digest}"

    @property
    def quiet(self) -> Quiet:
        return Quiet(self.quiet_from, self.quiet_until)


class NoticeChoice(models.Model):
    """What a person has set for one kind on one way; what she has not set follows the kind."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_choices")
    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=10, choices={key.value: label for key, label in CHANNEL_LABELS.items()})
    wanted = models.BooleanField()

    class Meta:
        verbose_name = _("choice of notices")
        verbose_name_plural = _("choices of notices")
        constraints = [models.UniqueConstraint(fields=["user", "kind", "channel"], name="one_choice_per_kind_and_way")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.channel}: {self.wanted}"
