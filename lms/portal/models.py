"""What a person keeps of her desk: named views, and what she did with many rows at once."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

LONGEST_QUERY = 400


class SavedView(models.Model):
    """A choice of rows under a name of one's own; nobody else sees it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="desk_views")
    name = models.CharField(_("name of the view"), max_length=40)
    query = models.CharField(max_length=LONGEST_QUERY)
    """The narrowing as the query of the desk's address, as `Wish.query` writes it."""
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["user", "name"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="a_persons_view_has_its_own_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('portal:desk')}?{self.query}"


class BulkAct(models.Model):
    """One action with many rows of the desk. The page that previews it makes the token, so it happens once."""

    token = models.UUIDField(unique=True, default=uuid.uuid4)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="desk_acts")
    action = models.CharField(max_length=60)
    chosen = models.JSONField(default=dict)
    at = models.DateTimeField()
    undo_until = models.DateTimeField(null=True)
    """None where it cannot be undone."""
    undone_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        lines: RelatedManager["BulkLine"]

    class Meta:
        verbose_name = _("bulk action of a desk")
        verbose_name_plural = _("bulk actions of desks")

    def __str__(self) -> str:
        return f"{self.action} {self.token}"

    def get_absolute_url(self) -> str:
        return reverse("portal:act_done", args=[self.token])

    def can_be_undone(self, now: datetime) -> bool:
        return self.undo_until is not None and self.undone_at is None and now < self.undo_until


class BulkLine(models.Model):
    """What became of one row, and of its undoing."""

    act = models.ForeignKey(BulkAct, models.CASCADE, related_name="lines")
    title = models.CharField(max_length=300)
    url = models.CharField(max_length=200, blank=True)
    ok = models.BooleanField()
    text = models.TextField()
    undo = models.JSONField(default=dict)
    undone = models.BooleanField(null=True)
    """None until it is undone; False where that was not possible any more, and `undo_text` says why."""
    undo_text = models.TextField(blank=True)

    class Meta:
        verbose_name = _("row of a bulk action")
        verbose_name_plural = _("rows of bulk actions")
        ordering = ["act", "pk"]

    def __str__(self) -> str:
        return self.title
