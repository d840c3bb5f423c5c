"""Which quizzes the editor of a module may choose among."""

from typing import Any

from django.db.models import Q, QuerySet
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import Page
from wagtail.permissions import policy_registry

from courses.questionbank.models import Blueprint
from lms.organisations.rules import EDITING_ROLES, Role
from lms.organisations.selectors import organisations_where


def quizzes_for(user: Any, *, present: int | None = None) -> QuerySet[Blueprint]:
    """Return the quizzes of the person's own organisations, those that stand in her trees, and the one that is chosen.

    Another organisation's quizzes are not even named: their titles tell what its courses are about.
    """
    quizzes = Blueprint.objects.filter(purpose="quiz")
    if user.is_superuser:
        return quizzes
    from courses.catalogue.models import ModulePage

    mine = policy_registry.get_by_type(Page).explorable_instances(user)
    standing = ModulePage.objects.filter(page_ptr__in=mine.values("pk")).exclude(blueprint=None).values("blueprint_id")
    own = organisations_where(user, *EDITING_ROLES, Role.ITEM_WRITER)
    return quizzes.filter(Q(organisation__in=own) | Q(pk__in=standing) | Q(pk=present))


class ModulePageForm(WagtailAdminPageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "blueprint" in self.fields and self.for_user is not None:
            self.fields["blueprint"].queryset = quizzes_for(self.for_user, present=self.instance.blueprint_id)
