"""Exhibition venues (展示馆/体验馆) as pages, their visits, and who comes."""

import secrets
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, Page
from wagtail.search import index

from courses.catalogue.models import Figure
from courses.catalogue.rules import index_words
from courses.venues.forms import VenuePageForm
from courses.venues.rules import Access, BookingStatus, OnHolidays, visit_key
from lms.organisations.models import Organisation

HOLIDAY_LABELS = {
    OnHolidays.USUAL: _("open as on any such weekday"),
    OnHolidays.CLOSED: _("closed"),
    OnHolidays.SUNDAY: _("open as on Sundays"),
}
ACCESS_LABELS = {
    Access.STEP_FREE: _("Step-free way from the street to all rooms"),
    Access.LIFT: _("Lift with low buttons and voice"),
    Access.TOILET: _("Accessible toilet"),
    Access.PARKING: _("Parking place for wheelchair users"),
    Access.WHEELCHAIR_LOAN: _("Wheelchairs to borrow"),
    Access.TACTILE: _("Tactile paving and Braille signs"),
    Access.HEARING_LOOP: _("Hearing loop at the desk"),
    Access.SIGN_LANGUAGE: _("Sign-language guide on request"),
    Access.GUIDE_DOG: _("Guide dogs are welcome"),
    Access.QUIET: _("Quiet room"),
}
BOOKING_LABELS = {
    BookingStatus.BOOKED: pgettext_lazy("booking", "booked"),
    BookingStatus.CANCELLED: pgettext_lazy("booking", "cancelled by the visitor"),
    BookingStatus.CALLED_OFF: pgettext_lazy("booking", "called off by the venue"),
}
WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


def new_token() -> str:
    """Return the part of a booking's address that nobody can guess."""
    return secrets.token_urlsafe(12)


class VenueIndexPage(Page):
    """`/venues/`: all venues."""

    intro = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["venues.VenuePage"]
    max_count = 1
    template = "venues/venue_index_page.html"

    class Meta:
        verbose_name = _("list of venues")


class VenuePage(Page):
    """One venue: where it is, when it is open, whether I can come in, and the visits to book."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("who runs it"))
    summary = models.TextField(_("summary"), help_text=_("What there is to see and to try, in two sentences."))
    address = models.CharField(_("address"), max_length=200)
    getting_there = models.TextField(_("how to get there"), blank=True, help_text=_("Metro, bus, and the step-free way."))
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    on_holidays = models.CharField(
        _("on public holidays"),
        max_length=10,
        choices={key.value: label for key, label in HOLIDAY_LABELS.items()},
        default=OnHolidays.SUNDAY.value,
    )
    access = models.JSONField(_("accessibility"), default=list, blank=True)
    access_note = models.TextField(_("more about accessibility"), blank=True)
    visit_minutes = models.PositiveSmallIntegerField(
        _("minutes of a visit"), default=60, validators=[MinValueValidator(15), MaxValueValidator(480)]
    )
    capacity = models.PositiveSmallIntegerField(_("people per visit"), default=12, validators=[MinValueValidator(1)])
    days_ahead = models.PositiveSmallIntegerField(
        _("days ahead that can be booked"), default=14, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    cover = models.ForeignKey(
        Figure, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("figure")
    )

    base_form_class = VenuePageForm
    content_panels = [
        *Page.content_panels,
        FieldPanel("organisation", permission="superuser"),  # who runs it sees the visitors
        FieldPanel("summary"),
        MultiFieldPanel([FieldPanel("address"), FieldPanel("getting_there"), FieldPanel("phone")], heading=_("Place")),
        InlinePanel("hours", label=_("Opening hours"), heading=_("Opening hours")),
        FieldPanel("on_holidays"),
        InlinePanel("special_days", label=_("Single day"), heading=_("Single days")),
        MultiFieldPanel([FieldPanel("access"), FieldPanel("access_note")], heading=_("Accessibility")),
        MultiFieldPanel([FieldPanel("visit_minutes"), FieldPanel("capacity"), FieldPanel("days_ahead")], heading=_("Visits")),
        FieldPanel("cover"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("search_words")]
    parent_page_types = ["venues.VenueIndexPage"]
    subpage_types: list[str] = []
    template = "venues/venue_page.html"

    class Meta:
        verbose_name = _("venue")
        verbose_name_plural = _("venues")

    def search_words(self) -> str:
        return index_words(" ".join([self.title, self.summary, self.address]))

    @property
    def access_labels(self) -> list[Any]:
        """The facts in the order in which the register names them."""
        return [label for fact, label in ACCESS_LABELS.items() if fact.value in self.access]


class OpeningHours(Orderable):
    """One stretch of hours on one weekday; two rows make a rest at noon."""

    page = ParentalKey(VenuePage, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("day"), choices=WEEKDAYS)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta(Orderable.Meta):
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}–{self.closes:%H:%M}"

    def clean(self) -> None:
        super().clean()
        if self.opens and self.closes and self.opens >= self.closes:
            raise ValidationError({"closes": _("It closes after it opens.")})


class SpecialDay(Orderable):
    """One day that is not as usual; without hours it is closed."""

    page = ParentalKey(VenuePage, on_delete=models.CASCADE, related_name="special_days")
    day = models.DateField(_("day"))
    opens = models.TimeField(_("opens"), null=True, blank=True)
    closes = models.TimeField(_("closes"), null=True, blank=True)
    reason = models.CharField(_("why"), max_length=80, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("single day")
        verbose_name_plural = _("single days")

    def __str__(self) -> str:
        return f"{self.day}"

    def clean(self) -> None:
        super().clean()
        if bool(self.opens) != bool(self.closes):
            raise ValidationError(_("Give both times, or none for a closed day."))
        if self.opens and self.closes and self.opens >= self.closes:
            raise ValidationError({"closes": _("It closes after it opens.")})


class Visit(models.Model):
    """One visit that somebody has booked or that the venue has closed. Made when it is first needed."""

    venue = models.ForeignKey(VenuePage, models.PROTECT, related_name="visits")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    capacity = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["venue", "starts_at"], name="one_visit_at_a_time"),
            # What the booking's WHERE clause keeps, kept once more.
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="never_overbooked"),
        ]

    def __str__(self) -> str:
        return f"{self.venue_id} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def key(self) -> str:
        """How an address names it."""
        return visit_key(self.starts_at)

    @property
    def free(self) -> int:
        return 0 if self.closed_at else self.capacity - self.taken


class Booking(models.Model):
    """Somebody comes with so many people. Who has the address may see and cancel it."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="bookings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="venue_bookings")
    phone = models.CharField(_("phone"), max_length=16, db_index=True)
    size = models.PositiveSmallIntegerField(_("how many people"))
    needs = models.CharField(_("what you need"), max_length=300, blank=True)
    language = models.CharField(max_length=10)
    token = models.CharField(max_length=32, unique=True, default=new_token)
    status = models.CharField(
        max_length=12,
        choices={key.value: label for key, label in BOOKING_LABELS.items()},
        default=BookingStatus.BOOKED.value,
    )
    booked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in BookingStatus]), name="booking_status_known"
            ),
            models.CheckConstraint(condition=Q(size__gte=1), name="somebody_comes"),
        ]

    def __str__(self) -> str:
        return f"{self.visit} × {self.size}"

    def get_absolute_url(self) -> str:
        return reverse("venues:booking", args=[self.token])
