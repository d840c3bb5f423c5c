from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save, pre_delete
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    name = "courses.catalogue"
    label = "catalogue"
    verbose_name = _("Course catalogue")

    def ready(self) -> None:
        from wagtail.documents.models import Document
        from wagtail.images.models import Image
        from wagtail.models import Page, PageViewRestriction
        from wagtail.signals import page_published, page_unpublished, post_page_move, workflow_submitted

        from courses.catalogue.functions import function_names
        from courses.catalogue.glossary_search import words_explained, words_of_courses
        from courses.catalogue.kept import keep_what_is_shown
        from courses.catalogue.models import Figure, GlossaryTerm
        from courses.catalogue.permissions import register_figure_policy
        from courses.catalogue.publishing import follow_publication
        from courses.catalogue.search_models import TERM
        from courses.catalogue.search_signals import connect as follow_what_can_be_found
        from courses.catalogue.search_sources import register_lesson_texts, register_own_texts
        from courses.catalogue.shown_items import items_in_lessons
        from courses.catalogue.signals import follow_membership, hold_up_at_the_gate
        from courses.questionbank.functions import register_functions
        from courses.questionbank.showings import register_showings
        from lms.core import freshness

        register_showings(items_in_lessons)
        register_functions(function_names)
        register_figure_policy()
        for kind in (Page, PageViewRestriction, Image, Document):
            freshness.shown(kind)
        # Wagtail has many ways to delete a file, and all come by here.
        for kind in (Figure, GlossaryTerm, Image, Document):
            pre_delete.connect(keep_what_is_shown, sender=kind, dispatch_uid=f"catalogue-kept-{kind.__name__}")
        post_page_move.connect(freshness.note_change, dispatch_uid="catalogue-freshness")
        register_lesson_texts(TERM, words_explained)
        register_own_texts(TERM, words_of_courses)
        follow_what_can_be_found(self)
        for signal in (post_save, post_delete):
            signal.connect(follow_membership, sender="organisations.Membership", dispatch_uid=f"catalogue-{id(signal)}")
        workflow_submitted.connect(hold_up_at_the_gate, dispatch_uid="catalogue-gate")
        for signal in (page_published, page_unpublished, post_page_move):
            signal.connect(follow_publication, dispatch_uid=f"catalogue-version-{id(signal)}")
