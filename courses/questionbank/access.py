"""The only way a view reaches an attempt: it is one's own or it is not found."""

from django.db.models import QuerySet
from django.http import Http404

from courses.questionbank.models import Attempt
from courses.questionbank.rules import Purpose
from lms.accounts.models import User


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
