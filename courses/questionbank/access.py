"""The only way a view reaches an attempt, an item of a bank or a quiz.

An attempt is one's own. Items and quizzes are those of the organisations in which one writes them; of the examination
pool only item writers know anything (invariant I21). What is not there and what is another's get the same answer.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from courses.questionbank.models import Attempt, Blueprint, Item
from courses.questionbank.rules import Pool, Purpose
from lms.accounts.models import User
from lms.organisations.models import Organisation
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role, organisations_where

WRITING_ROLES = (Role.AUTHOR, Role.COLLEGE_ADMIN, Role.ITEM_WRITER)
"""Who writes practice items and quizzes of an organisation."""
EXAM_ROLES = (Role.ITEM_WRITER,)
"""Who reads and writes the items of its examinations."""


def attempts_visible_to(user: User) -> QuerySet[Attempt]:
    """Return the person's own attempts with paper and blueprint."""
    return Attempt.objects.filter(user=user).select_related("paper__blueprint")


def quiz_attempt_for(user: User, pk: int) -> Attempt:
    """Return the person's own attempt at a quiz; 404 otherwise.

    A theory examination is not a quiz: it shows no explanations and has a window of its own.
    """
    attempt = attempts_visible_to(user).filter(pk=pk, paper__blueprint__purpose=Purpose.QUIZ.value).first()
    if attempt is None:
        raise Http404
    return attempt


def banks_of(user: Any) -> QuerySet[Organisation]:
    """Return the organisations in whose bank the person writes."""
    return organisations_where(user, *WRITING_ROLES)


def exam_banks_of(user: Any) -> QuerySet[Organisation]:
    """Return the organisations whose examination items the person writes."""
    return organisations_where(user, *EXAM_ROLES)


def require_writer(user: Any) -> None:
    """Raise `PermissionDenied` for who writes in no bank."""
    if not banks_of(user).exists():
        raise PermissionDenied


def pools_for(user: Any, organisation: Organisation | int) -> frozenset[Pool]:
    """Return the pools of this organisation for which the person writes."""
    if has_role(user, organisation, *EXAM_ROLES):
        return frozenset(Pool)
    return frozenset({Pool.PRACTICE}) if has_role(user, organisation, *WRITING_ROLES) else frozenset()


def items_visible_to(user: Any) -> QuerySet[Item]:
    """Return the items of the person's banks, retired ones too; examination items only to item writers."""
    practice = Q(pool=Pool.PRACTICE.value, organisation__in=banks_of(user).values("pk"))
    exam = Q(pool=Pool.EXAM.value, organisation__in=exam_banks_of(user).values("pk"))
    return Item.objects.filter(practice | exam)


def item_for(user: Any, pk: int) -> Item:
    """Return an item that the person may read and change; 404 for any other."""
    return get_object_or_404(items_visible_to(user).select_related("organisation"), pk=pk)


def quizzes_visible_to(user: Any) -> QuerySet[Blueprint]:
    """Return the quizzes of the person's banks, never what examinations are drawn by."""
    return Blueprint.objects.filter(purpose=Purpose.QUIZ.value, organisation__in=banks_of(user).values("pk"))


def quiz_for(user: Any, pk: int) -> Blueprint:
    """Return a quiz that the person may change; 404 for any other."""
    return get_object_or_404(quizzes_visible_to(user).select_related("organisation"), pk=pk)
