"""What papers are drawn by."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from courses.questionbank.models import Blueprint
from courses.questionbank.rules import Purpose, check_blueprint
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.models import Organisation


@transaction.atomic
def set_blueprint(
    *,
    organisation: Organisation,
    name: str,
    purpose: Purpose | str,
    rows: list[dict[str, Any]],
    minutes: int | None = None,
    pass_mark: Decimal = Decimal(60),
    actor: User | None,
    now: datetime,
) -> Blueprint:
    """Create the organisation's blueprint of this name, or bring it up to these values.

    Raises `DomainError` (422) when the rows do not give exactly 100 points, and
    "questionbank.blueprint_in_use" (409) when a theory blueprint with drawn papers would change.
    """
    check_blueprint(rows)
    purpose = Purpose(purpose)
    values = {"purpose": purpose.value, "rows": rows, "minutes": minutes, "pass_mark": pass_mark}
    present = Blueprint.objects.select_for_update().filter(organisation=organisation, name=name).first()
    if present is None:
        present = Blueprint(organisation=organisation, name=name)
    elif all(getattr(present, field) == value for field, value in values.items()):
        return present
    elif Purpose.THEORY.value in (present.purpose, purpose.value) and present.papers.exists():
        raise DomainError("questionbank.blueprint_in_use", name=name)
    return _keep(present, values, actor, now)


@transaction.atomic
def write_quiz(
    *,
    organisation: Organisation,
    name: str,
    rows: list[dict[str, Any]],
    minutes: int | None,
    pass_mark: Decimal,
    actor: User,
    now: datetime,
    quiz: Blueprint | None = None,
    seen: str = "",
) -> Blueprint:
    """Make a new quiz, or change `quiz`, its name too; return it. Drawn papers and published versions keep theirs.

    `seen` is the fingerprint of what was changed. Raises what `check_blueprint` raises,
    "questionbank.blueprint_name_taken" (409), and "questionbank.blueprint_changed" (409) when somebody else was faster.
    """
    check_blueprint(rows)
    # The row of the organisation is the lock: two quizzes never get the same name.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    present = Blueprint(organisation=organisation, purpose=Purpose.QUIZ.value)
    if quiz is not None:
        present = Blueprint.objects.get(pk=quiz.pk, organisation=organisation, purpose=Purpose.QUIZ.value)
        if present.fingerprint != seen:
            raise DomainError("questionbank.blueprint_changed", name=present.name)
    if Blueprint.objects.filter(organisation=organisation, name=name).exclude(pk=present.pk).exists():
        raise DomainError("questionbank.blueprint_name_taken", name=name)
    return _keep(present, {"name": name, "rows": rows, "minutes": minutes, "pass_mark": pass_mark}, actor, now)


def _keep(blueprint: Blueprint, values: dict[str, Any], actor: User | None, now: datetime) -> Blueprint:
    for field, value in values.items():
        setattr(blueprint, field, value)
    blueprint.save()
    facts = {"purpose": blueprint.purpose, "rows": blueprint.rows}
    ledger.append("questionbank.blueprint_set", subject=blueprint, actor=actor, now=now, **facts)
    return blueprint
