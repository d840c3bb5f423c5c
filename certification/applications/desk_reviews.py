"""The reviews on the desk: what waits for a reviewer, and who of several takes it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from certification.applications import notice_kinds
from certification.applications.access import applications_reviewable_by, require_reviewer
from certification.applications.models import Application, Review
from certification.applications.rules import WAITING_STATUSES, Status, Verdict, check_reviewer
from certification.applications.selectors import review_queue
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.core.queues import Action, Chosen, Done, Line, QueueRow, Show, TableSource, queue_key
from lms.core.queues.keeping import claim, release
from lms.notices.services import news, tell_many
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role, organisations_where, people_with

REVIEW = gettext_lazy("Eligibility review")


class ReviewSource(TableSource):
    """Cases that wait for this reviewer; due when the plan's registration closes."""

    queue = REVIEW
    sort = "plan__registration_closes"
    plan = "plan"
    body = "plan__organisation"
    words = ("candidate__name", "plan__title", "plan__number")
    claimable = True
    stage = "status"

    def waiting(self, user: Any, now: datetime) -> QuerySet[Any]:
        return review_queue(applications_reviewable_by(user), reviewer=user)

    def row(self, found: Any, now: datetime) -> QueueRow:
        step = _("second review") if found.status == Status.FIRST_OK else _("first review")
        return QueueRow(
            queue=REVIEW,
            title=_("%(name)s: %(step)s") % {"name": found.candidate.name, "step": step},
            detail=" · ".join(part for part in (found.plan.title, found.condition.code if found.condition else "") if part),
            url=reverse("applications:review", args=[found.pk]),
            due=found.plan.registration_closes,
            plan=found.plan_id,
            organisation=found.plan.organisation_id,
        )


@transaction.atomic
def assign_review(application: Application, *, holder: User | None, actor: User, now: datetime) -> dict[str, Any]:
    """Note who is to review a waiting case, or that nobody is, and return what `release` needs to undo it.

    The others of the body still see the case under "with colleagues" and may decide it: an assignment puts work in
    order and gives no right. Raises `PermissionDenied` unless the actor reviews for the body, and `DomainError`:
    nothing waits, the holder is no reviewer there, it is her own case or she gave the first verdict (I10).
    """
    organisation = application.plan.organisation
    require_reviewer(actor, organisation)
    if application.status not in {status.value for status in WAITING_STATUSES}:
        raise DomainError("queues.not_waiting")
    if holder is not None:
        first = {application.pk} if _first_by(holder, [application]) else set()
        _check_holder(application, holder, bodies={organisation.pk} if _reviews(holder, organisation) else set(), first=first)
    key = queue_key(REVIEW)
    return claim(key, application.pk, stage=application.status, holder=holder, actor=actor, now=now)


def _reviews(holder: User, organisation: Any) -> bool:
    return has_role(holder, organisation, Role.ELIGIBILITY_REVIEWER)


def _check_holder(case: Application, holder: User, *, bodies: set[int], first: set[int]) -> None:
    if case.plan.organisation_id not in bodies:
        raise DomainError("applications.not_a_reviewer", name=holder.name)
    step = 2 if case.status == Status.FIRST_OK else 1
    first_reviewer = holder.pk if case.pk in first else None
    check_reviewer(reviewer=holder.pk, candidate=case.candidate_id, first_reviewer=first_reviewer, step=step)


def _first_by(holder: User, cases: Sequence[Application]) -> set[int]:
    """Return the keys of the cases whose first verdict of this round she gave. One query."""
    submitted = {case.pk: case.submitted_at for case in cases}
    given = Review.objects.filter(
        application__in=list(submitted), reviewer=holder, step=1, verdict=Verdict.APPROVE.value
    ).values_list("application_id", "at")
    return {pk for pk, at in given if (handed_in := submitted[pk]) is not None and at >= handed_in}


class HolderForm(forms.Form):
    holder = forms.ChoiceField(label=pgettext_lazy("of a review", "Who reviews"))

    def __init__(self, *args: Any, people: Iterable[User], actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [(str(person.pk), person.name) for person in people if person.pk != actor.pk]
        field = self.fields["holder"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(actor.pk), _("Me")), *others, ("nobody", pgettext_lazy("holder", "Nobody: give back"))]
        field.initial = str(actor.pk)


class AssignReviews(Action):
    """Take reviews, give them to a colleague or give them back."""

    key = "applications.assign"
    label = gettext_lazy("Take or hand over reviews")
    effect = gettext_lazy(
        "The cases leave the desks of the other reviewers, who still find them under “With colleagues”. You can undo it for 7 days, unless somebody went on with the case."
    )
    undo_for = timedelta(days=7)

    def takes(self, row: QueueRow) -> bool:
        return row.queue_key == queue_key(REVIEW)

    def form(self, data: Any, rows: Sequence[QueueRow], *, actor: Any, now: datetime) -> forms.Form | None:
        bodies = {row.organisation for row in rows if row.organisation}
        people = [
            person for body in sorted(bodies) for person in people_with(body, Role.ELIGIBILITY_REVIEWER).filter(is_active=True)
        ]
        return HolderForm(data, people=list({person.pk: person for person in people}.values()), actor=actor)

    def preview(self, rows: Sequence[QueueRow], chosen: Chosen, *, actor: Any, now: datetime) -> list[Line]:
        holder = _holder(chosen)
        cases = applications_reviewable_by(actor).in_bulk([int(row.key) for row in rows])
        first = _first_by(holder, list(cases.values())) if holder else set()
        bodies = set(organisations_where(holder, Role.ELIGIBILITY_REVIEWER).values_list("pk", flat=True)) if holder else set()
        return [self._line(row, cases.get(int(row.key)), holder, bodies, first) for row in rows]

    def _line(self, row: QueueRow, case: Application | None, holder: User | None, bodies: set[int], first: set[int]) -> Line:
        try:
            if case is None:
                raise DomainError("queues.not_waiting")
            if holder is not None:
                _check_holder(case, holder, bodies=bodies, first=first)
                if row.holder_key == holder.pk:
                    raise DomainError("queues.held_already", name=holder.name)
            elif not row.holder:
                raise DomainError("queues.held_by_nobody")
        except DomainError as error:
            return Line(row, text_of(error), ok=False)
        return Line(row, _went_to(holder, row.holder))

    def apply(self, row: QueueRow, chosen: Chosen, *, actor: Any, now: datetime) -> Done:
        case = applications_reviewable_by(actor).filter(pk=int(row.key)).first()
        if case is None:
            raise DomainError("queues.not_waiting")
        holder = _holder(chosen)
        return Done(_went_to(holder, row.holder), assign_review(case, holder=holder, actor=actor, now=now))

    def afterwards(self, rows: Sequence[QueueRow], chosen: Chosen, *, actor: Any, now: datetime) -> None:
        """Tell a colleague once what was given to her."""
        holder = _holder(chosen)
        if holder is None or holder.pk == actor.pk:
            return
        days = [day for row in rows if (day := row.due_day) is not None]
        facts = {"name": actor.name, "count": len(rows), "day": min(days, default=None)}
        address = f"{reverse('portal:desk')}?show={Show.MINE.value}&queue={queue_key(REVIEW)}"
        organisation = rows[0].organisation if len({row.organisation for row in rows}) == 1 else None
        notice = news(notice_kinds.REVIEWS, holder, facts=facts, url=address, organisation=organisation, now=now)
        tell_many([notice])

    def undo(self, facts: Mapping[str, Any], *, actor: Any, now: datetime) -> None:
        case = applications_reviewable_by(actor).filter(pk=facts["row"], status=facts["stage"]).first()
        if case is None:
            raise DomainError("queues.changed_since")
        release(facts, actor=actor, now=now)


def _holder(chosen: Chosen) -> User | None:
    return None if chosen["holder"] == "nobody" else User.objects.get(pk=int(chosen["holder"]), is_active=True)


def _went_to(holder: User | None, before: str) -> str:
    if holder is None:
        return _("From %(name)s back to everybody") % {"name": before}
    if before:
        return _("From %(before)s to %(name)s") % {"before": before, "name": holder.name}
    return _("To %(name)s") % {"name": holder.name}
