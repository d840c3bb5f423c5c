"""The chooser of a programme's courses: those of one's own tree, drafts too, and what any college has published."""

from typing import Any

from django import forms
from django.core.paginator import Page as PageOfRows
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import (
    BaseChooseView,
    ChooseResultsView,
    ChooseView,
    ChosenMultipleView,
    ChosenView,
    CreateView,
)
from wagtail.admin.viewsets.chooser import ChooserViewSet

NAME = "programme_courses"


def _courses_for(user: Any) -> QuerySet[Any]:
    from courses.catalogue.permissions import courses_for_programmes_of

    return courses_for_programmes_of(user)


class CourseFilterForm(BaseFilterForm):
    q = forms.CharField(
        label=_("Name of the course"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Name of the course")}),
    )

    def filter(self, objects: QuerySet[Any]) -> QuerySet[Any]:
        objects = super().filter(objects)
        query = self.cleaned_data.get("q")
        if not query:
            return objects
        self.is_searching, self.search_query = True, query
        return objects.filter(Q(title__icontains=query) | Q(title_en__icontains=query))


class ProgrammeCoursesMixin(BaseChooseView):
    filter_form_class = CourseFilterForm
    per_page = 20

    def get_object_list(self) -> QuerySet[Any]:
        return _courses_for(self.request.user).order_by("title", "pk")

    def get_results_page(self, request: HttpRequest) -> PageOfRows[Any]:
        from courses.catalogue.selectors import with_colleges

        page: PageOfRows[Any] = super().get_results_page(request)
        page.object_list = with_colleges(page.object_list)
        return page

    @property
    def columns(self) -> list[Column]:
        return [*super().columns, Column("college", label=_("College"), accessor="college_name")]


class CourseChooseView(ProgrammeCoursesMixin, ChooseView):
    pass


class CourseChooseResultsView(ProgrammeCoursesMixin, ChooseResultsView):
    pass


class CourseChosenView(ChosenView):
    def get_object(self, pk: Any) -> Any:
        course = _courses_for(self.request.user).filter(pk=pk).first()
        if course is None:
            raise Http404
        return course


class CourseChosenMultipleView(ChosenMultipleView):
    def get_objects(self, pks: Any) -> Any:
        return _courses_for(self.request.user).filter(pk__in=pks)


class NoCreateView(CreateView):
    """A course is begun on its own page; the chooser has no form for it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404


class CourseChooserViewSet(ChooserViewSet):
    model = "catalogue.CoursePage"
    icon = "doc-full"
    choose_one_text = _("Choose a course")
    choose_another_text = _("Choose another course")
    choose_view_class = CourseChooseView
    choose_results_view_class = CourseChooseResultsView
    chosen_view_class = CourseChosenView
    chosen_multiple_view_class = CourseChosenMultipleView
    create_view_class = NoCreateView
    register_widget = False


course_chooser = CourseChooserViewSet(NAME, url_prefix="programme-courses")
