"""The secret address under which a calendar program finds a person's due dates."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarKey(models.Model):
    """Whoever knows the token reads the due dates of this person, and nothing else."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_key", verbose_name=_("person")
    )
    token = models.CharField(max_length=43, unique=True)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("calendar key")
        verbose_name_plural = _("calendar keys")

    def __str__(self) -> str:
        return str(self.user_id)
