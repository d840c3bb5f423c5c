"""Figures, words, images and documents belong to collections: a college sees and edits only its own."""

from typing import Any

from django.db.models import Model, Q, QuerySet
from wagtail.models import Page
from wagtail.permission_policies.collections import CollectionPermissionPolicy
from wagtail.permissions import policy_registry, register_permission_policy

from courses.catalogue.glossary_models import SHARED_COLLECTION, GlossaryTerm
from courses.catalogue.models import CoursePage, Figure
from courses.questionbank.models import Item
from courses.questionbank.rules import Pool
from lms.organisations.models import Organisation
from lms.organisations.rules import EDITING_ROLES

ANY_USE = ["choose", "change"]


def register_figure_policy() -> None:
    register_permission_policy(Figure, CollectionPermissionPolicy(Figure))
    register_permission_policy(GlossaryTerm, CollectionPermissionPolicy(GlossaryTerm))


def usable_by(user: Any, model: type[Model]) -> QuerySet[Any]:
    """Return the figures, images or documents of the collections that the person may take from."""
    rows: QuerySet[Any] = policy_registry.get_by_type(model).instances_user_has_any_permission_for(user, ANY_USE)
    return rows


def words_of(user: Any) -> QuerySet[GlossaryTerm]:
    """Return the words that the person may put into a lesson: those of her collections and the shared ones."""
    own = usable_by(user, GlossaryTerm)
    shared = GlossaryTerm.objects.filter(collection__name=SHARED_COLLECTION, collection__depth=2)
    return GlossaryTerm.objects.filter(Q(pk__in=own.values("pk")) | Q(pk__in=shared.values("pk")))


def courses_for_programmes_of(user: Any) -> QuerySet[CoursePage]:
    """Return the courses that the person may put into a programme: of her trees, drafts too, and all published ones."""
    own = policy_registry.get_by_type(Page).explorable_instances(user)
    published = CoursePage.objects.live().public()
    courses: QuerySet[CoursePage] = CoursePage.objects.filter(Q(pk__in=own.values("pk")) | Q(pk__in=published.values("pk")))
    return courses


def practice_items_of(user: Any) -> QuerySet[Item]:
    """Return the practice items that the person may put into a lesson: of her organisations' banks and their partners'."""
    items = Item.objects.filter(pool=Pool.PRACTICE.value, active=True)
    if user.is_superuser:
        return items
    roles = [role.value for role in EDITING_ROLES]
    own = Organisation.objects.filter(memberships__user=user, memberships__role__in=roles)
    banks = Organisation.objects.filter(Q(pk__in=own.values("pk")) | Q(partners__in=own.values("pk")))
    return items.filter(organisation__in=banks.values("pk"))
