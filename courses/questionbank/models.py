"""Items in a bank, the blueprint of a paper, one drawn paper, and one person's attempt at it."""

from decimal import Decimal
from hashlib import sha256
from json import dumps
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.questionbank.rules import FULL_MARK, Candidate, CheckedItem, Kind, Pool, Purpose, Status, blueprint_items
from lms.core.freshness import shown
from lms.organisations.models import Organisation

KIND_LABELS = {
    Kind.SINGLE: _("Single choice"),
    Kind.MULTIPLE: _("Multiple choice"),
    Kind.TRUE_FALSE: _("True or false"),
}
PURPOSE_LABELS = {
    Purpose.QUIZ: pgettext_lazy("purpose of a paper", "Module quiz"),
    Purpose.THEORY: pgettext_lazy("purpose of a paper", "Theory examination"),
}
DIFFICULTY_LABELS = {
    1: pgettext_lazy("difficulty of an item", "Easy"),
    2: pgettext_lazy("difficulty of an item", "Medium"),
    3: pgettext_lazy("difficulty of an item", "Hard"),
}
POOL_LABELS = {
    Pool.PRACTICE: pgettext_lazy("pool of items", "Practice"),
    Pool.EXAM: pgettext_lazy("pool of items", "Examination"),
}
STATUS_LABELS = {
    Status.OPEN: pgettext_lazy("attempt", "In progress"),
    Status.SUBMITTED: pgettext_lazy("attempt", "Handed in"),
}


@shown
class Item(models.Model):
    """A question with its right answer. Papers keep their own frozen copy, so an item may be improved."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="items", verbose_name=_("organisation"))
    key = models.CharField(_("key"), max_length=60)
    kind = models.CharField(_("kind"), max_length=12, choices=[(k.value, label) for k, label in KIND_LABELS.items()])
    stem = models.TextField(_("question"))
    options = models.JSONField(_("options"), default=list, blank=True)
    answer = models.JSONField(_("right answer"), default=list)
    explanation = models.TextField(_("explanation"), blank=True)
    function = models.CharField(_("occupational function"), max_length=60)
    module = models.CharField(_("course module"), max_length=60, blank=True)
    difficulty = models.PositiveSmallIntegerField(_("difficulty"), default=2)
    pool = models.CharField(
        _("pool"),
        max_length=8,
        choices=[(p.value, label) for p, label in POOL_LABELS.items()],
        default=Pool.EXAM.value,
        help_text=_("Quizzes show right answers; they draw only practice items, theory papers only examination items."),
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ["organisation", "key"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="item_key_once_per_organisation"),
            models.CheckConstraint(condition=models.Q(kind__in=[k.value for k in Kind]), name="item_kind_known"),
            models.CheckConstraint(condition=models.Q(difficulty__range=(1, 3)), name="item_difficulty_1_to_3"),
            models.CheckConstraint(condition=models.Q(pool__in=[p.value for p in Pool]), name="item_pool_known"),
        ]
        indexes = [
            # A draw reads the active items of one bank by function or by module.
            models.Index(fields=["organisation", "active", "function"], name="item_bank_by_function"),
            models.Index(fields=["organisation", "active", "module"], name="item_bank_by_module"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def difficulty_name(self) -> Any:
        return DIFFICULTY_LABELS[self.difficulty]

    def as_candidate(self) -> Candidate:
        return Candidate(pk=self.pk, key=self.key, kind=Kind(self.kind), function=self.function, module=self.module)

    def as_checked(self) -> CheckedItem:
        return CheckedItem(
            key=self.key,
            kind=Kind(self.kind),
            stem=self.stem,
            options=tuple(self.options),
            answer=tuple(self.answer),
            explanation=self.explanation,
            function=self.function,
            module=self.module,
            difficulty=self.difficulty,
            pool=Pool(self.pool),
        )


@shown
class Blueprint(models.Model):
    """Which items make a paper: rows of function or module, kind, count and points."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="blueprints",
        verbose_name=_("organisation"),
        help_text=_("Papers are drawn from the bank of this organisation."),
    )
    name = models.CharField(_("name"), max_length=120)
    purpose = models.CharField(_("purpose"), max_length=8, choices=[(p.value, label) for p, label in PURPOSE_LABELS.items()])
    rows = models.JSONField(_("rows"), default=list)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    pass_mark = models.DecimalField(_("pass mark"), max_digits=5, decimal_places=2, default=Decimal(60))

    class Meta:
        verbose_name = _("paper blueprint")
        verbose_name_plural = _("paper blueprints")
        ordering = ["organisation", "name"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="blueprint_name_once_per_organisation"),
            models.CheckConstraint(condition=models.Q(purpose__in=[p.value for p in Purpose]), name="blueprint_purpose"),
            models.CheckConstraint(
                condition=models.Q(pass_mark__gte=0, pass_mark__lte=FULL_MARK), name="blueprint_pass_mark_0_to_100"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def fingerprint(self) -> str:
        """64 hex over all that may be changed: who changes it says by this what she saw."""
        minutes = "" if self.minutes is None else str(self.minutes)
        content = dumps([self.name, self.rows, minutes, str(self.pass_mark.normalize())], ensure_ascii=False, sort_keys=True)
        return sha256(content.encode()).hexdigest()

    @property
    def item_count(self) -> int:
        return blueprint_items(self.rows)


class Paper(models.Model):
    """One drawn paper; never changed afterwards."""

    blueprint = models.ForeignKey(Blueprint, on_delete=models.PROTECT, related_name="papers", verbose_name=_("paper blueprint"))
    seed = models.CharField(_("seed"), max_length=200)
    total = models.DecimalField(_("total points"), max_digits=6, decimal_places=2)
    drawn_at = models.DateTimeField(_("drawn at"))

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")

    def __str__(self) -> str:
        return f"{self.blueprint_id}/{self.seed}"


class PaperItem(models.Model):
    """A question of a paper, frozen as it was shown: texts, shuffled options, right answer."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="items", verbose_name=_("paper"))
    position = models.PositiveSmallIntegerField(_("position"))
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="paper_items", verbose_name=_("item"))
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2)
    frozen = models.JSONField(_("question as shown"))

    class Meta:
        verbose_name = _("question of a paper")
        verbose_name_plural = _("questions of a paper")
        ordering = ["paper", "position"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "position"], name="paper_position_once"),
            models.UniqueConstraint(fields=["paper", "item"], name="paper_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id}:{self.position}"


class Attempt(models.Model):
    """One person answers one paper. `mark` is out of 100 and exists once it is handed in."""

    paper = models.OneToOneField(Paper, on_delete=models.PROTECT, related_name="attempt", verbose_name=_("paper"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attempts", verbose_name=_("person")
    )
    started_at = models.DateTimeField(_("started at"))
    deadline_at = models.DateTimeField(_("deadline"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("handed in at"), null=True, blank=True)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=[(s.value, label) for s, label in STATUS_LABELS.items()],
        default=Status.OPEN.value,
    )
    mark = models.DecimalField(_("mark"), max_digits=5, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["-started_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=[s.value for s in Status]), name="attempt_status_known"),
            models.CheckConstraint(
                condition=models.Q(status=Status.OPEN.value, mark=None, submitted_at=None)
                | models.Q(status=Status.SUBMITTED.value, mark__isnull=False, submitted_at__isnull=False),
                name="attempt_mark_with_submission",
            ),
        ]
        # The best mark of a person in a blueprint is asked for on each course page.
        indexes = [models.Index(fields=["user", "status"], name="attempt_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id}/{self.paper_id}"

    @property
    def is_open(self) -> bool:
        return self.status == Status.OPEN.value


class Response(models.Model):
    """The latest saved answer to one question; `seq` grows with each change made at the screen."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="responses", verbose_name=_("attempt"))
    paper_item = models.ForeignKey(
        PaperItem, on_delete=models.CASCADE, related_name="responses", verbose_name=_("question of a paper")
    )
    answer = models.JSONField(_("answer"), default=list)
    seq = models.PositiveBigIntegerField(_("sequence"))
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        constraints = [models.UniqueConstraint(fields=["attempt", "paper_item"], name="response_once_per_question")]

    def __str__(self) -> str:
        return f"{self.attempt_id}:{self.paper_item_id}"


class LateAnswer(models.Model):
    """An answer that arrived after the paper was closed: evidence, never part of the mark, never changed.

    `told_at` is when the page says that it was chosen. It is kept as told and decides nothing; the
    moment that counts is `received_at`, by the server's clock.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="late_answers", verbose_name=_("attempt"))
    paper_item = models.ForeignKey(
        PaperItem, on_delete=models.PROTECT, related_name="late_answers", verbose_name=_("question of a paper")
    )
    answer = models.JSONField(_("answer"), default=list)
    seq = models.PositiveBigIntegerField(_("sequence"))
    told_at = models.DateTimeField(_("chosen at, as the page told"), null=True)
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("late answer")
        verbose_name_plural = _("late answers")
        ordering = ["attempt", "paper_item", "seq"]
        constraints = [models.UniqueConstraint(fields=["attempt", "paper_item", "seq"], name="late_answer_once")]

    def __str__(self) -> str:
        return f"{self.attempt_id}:{self.paper_item_id}:{self.seq}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A late answer is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("A late answer is never removed.")
