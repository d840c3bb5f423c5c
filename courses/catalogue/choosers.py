"""The chooser for practice questions: a lesson shows right answers, so examination items never appear in it."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import (
    BaseChooseView,
    ChooseResultsView,
    ChooseView,
    ChosenMultipleView,
    ChosenView,
)
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets.chooser import BaseChooser
from wagtail.blocks import ChooserBlock
from wagtail.coreutils import resolve_model_string

NAME = "practice_items"


def _own_items(user: Any) -> QuerySet[Any]:
    from courses.catalogue.permissions import practice_items_of

    return practice_items_of(user)


class ItemFilterForm(BaseFilterForm):
    q = forms.CharField(
        label=_("Words of the question"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Words of the question")}),
    )
    module = forms.CharField(label=_("Course module"), required=False)

    def filter(self, objects: QuerySet[Any]) -> QuerySet[Any]:
        objects = super().filter(objects)
        query, module = self.cleaned_data.get("q"), self.cleaned_data.get("module")
        if query:
            objects = objects.filter(stem__icontains=query)
            self.is_searching, self.search_query = True, query
        return objects.filter(module=module) if module else objects


class OwnItemsMixin(BaseChooseView):
    filter_form_class = ItemFilterForm
    per_page = 20

    def get_object_list(self) -> QuerySet[Any]:
        return _own_items(self.request.user).order_by("key")

    @property
    def columns(self) -> list[Column]:
        kind = Column("kind", label=_("kind"), accessor="get_kind_display")
        module = Column("module", label=_("Course module"), accessor="module")
        return [*super().columns, Column("stem", label=_("Question"), accessor="stem"), kind, module]


class ItemChooseView(OwnItemsMixin, ChooseView):
    pass


class ItemChooseResultsView(OwnItemsMixin, ChooseResultsView):
    pass


class ItemChosenView(ChosenView):
    def get_display_title(self, instance: Any) -> str:
        return f"{instance.key} · {instance.stem}"

    def get_object(self, pk: Any) -> Any:
        item = _own_items(self.request.user).filter(pk=pk).first()
        if item is None:
            raise Http404
        return item


class ItemChosenMultipleView(ChosenMultipleView):
    def get_display_title(self, instance: Any) -> str:
        return f"{instance.key} · {instance.stem}"

    def get_objects(self, pks: Any) -> Any:
        return _own_items(self.request.user).filter(pk__in=pks)


class ItemChooser(BaseChooser):
    def get_display_title(self, instance: Any) -> str:
        return f"{instance.key} · {instance.stem}"


class PracticeItemChooserViewSet(ChooserViewSet):
    model = "questionbank.Item"
    icon = "help"
    choose_one_text = _("Choose a practice question")
    choose_another_text = _("Choose another question")
    choose_view_class = ItemChooseView
    choose_results_view_class = ItemChooseResultsView
    chosen_view_class = ItemChosenView
    chosen_multiple_view_class = ItemChosenMultipleView
    base_widget_class = ItemChooser
    register_widget = False


practice_item_chooser = PracticeItemChooserViewSet(NAME, url_prefix="practice-items")


class PracticeItemBlock(ChooserBlock):
    """One active practice item of the bank."""

    @cached_property
    def target_model(self) -> Any:
        return resolve_model_string("questionbank.Item")

    @cached_property
    def widget(self) -> Any:
        return practice_item_chooser.widget_class()

    @cached_property
    def field(self) -> Any:
        return forms.ModelChoiceField(
            queryset=self.model_class.objects.filter(pool="practice", active=True),
            widget=self.widget,
            required=self._required,
            validators=self._validators,
            help_text=self._help_text,
        )

    class Meta:
        icon = "help"
