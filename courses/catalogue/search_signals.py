"""News from Wagtail that change what can be found."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_delete, post_migrate, post_save
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_unpublished, post_page_move

from courses.catalogue import glossary_search, indexing
from courses.catalogue.models import GlossaryTerm, LessonPage, SearchText


def follow_publication(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    indexing.index_page(instance)


def follow_withdrawal(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    indexing.refresh_public(instance)


def follow_move(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    indexing.index_moved(instance)


def follow_restriction(sender: type[PageViewRestriction], instance: PageViewRestriction, **kwargs: Any) -> None:
    indexing.refresh_public(instance.page)


def follow_word(sender: type[GlossaryTerm], instance: GlossaryTerm, **kwargs: Any) -> None:
    glossary_search.index_word(instance)


def follow_end_of_word(sender: type[GlossaryTerm], instance: GlossaryTerm, **kwargs: Any) -> None:
    glossary_search.forget_word(instance.pk)


def fill_when_empty(sender: Any, using: str, **kwargs: Any) -> None:
    """After an upgrade the index knows nothing of what was published before it."""
    if SearchText._meta.db_table not in connections[using].introspection.table_names():
        return  # migrated back to before the index
    if not SearchText.objects.exists() and LessonPage.objects.live().exists():
        indexing.rebuild()


def connect(app: AppConfig) -> None:
    post_migrate.connect(fill_when_empty, sender=app, dispatch_uid="catalogue-search")
    page_published.connect(follow_publication, dispatch_uid="catalogue-search")
    page_unpublished.connect(follow_withdrawal, dispatch_uid="catalogue-search")
    post_page_move.connect(follow_move, dispatch_uid="catalogue-search")
    post_save.connect(follow_word, sender=GlossaryTerm, dispatch_uid="catalogue-search-word")
    post_delete.connect(follow_end_of_word, sender=GlossaryTerm, dispatch_uid="catalogue-search-word")
    for signal in (post_save, post_delete):
        signal.connect(follow_restriction, sender=PageViewRestriction, dispatch_uid=f"catalogue-search-{id(signal)}")
