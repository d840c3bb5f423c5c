"""One guard for every address below `/cms/`: whatever an address names must be the asker's to see.

Wagtail asks in each view anew what the person may *do*, and some of its views tell the title
before they ask. So what an address names, in its path, its query or a posted form, is looked up
once, before any view runs. What is not there and what is another college's get the same answer.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from wagtail.admin.auth import permission_denied
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection, CollectionMember, Page
from wagtail.permissions import policy_registry

from courses.catalogue.admin_fields import newly_chosen
from courses.catalogue.choosers import NAME as PRACTICE_ITEMS
from courses.catalogue.course_chooser import NAME as PROGRAMME_COURSES
from courses.catalogue.models import CoursePage, Figure, GlossaryTerm
from courses.catalogue.permissions import courses_for_programmes_of, practice_items_of, usable_by, words_of
from courses.media.choosers import NAME as VIDEOS
from courses.media.models import Recording
from courses.packages.models import Package
from courses.questionbank.models import Item

View = Callable[..., HttpResponse]
Named = dict[type[Model], set[str]]

LARGEST_KEY = 2**31 - 1  # a larger number is no row's, and the database would stumble over it

# What the parts of a path are called, wherever they stand.
PATH_NAMES: dict[str, type[Model]] = {
    "page_id": Page,
    "parent_page_id": Page,
    "page_to_move_id": Page,
    "destination_id": Page,
    "page_pk": Page,
    "image_id": Image,
    "document_id": Document,
    "doc_id": Document,
    "collection_id": Collection,
}
# Of what `pk` in the path and `?id=` speak, which is told only by where they stand.
ROOMS: dict[str, type[Model]] = {
    "wagtailadmin_pages": Page,
    "wagtailadmin_collections": Collection,
    "wagtailimages_chooser": Image,
    "wagtaildocs_chooser": Document,
    "wagtailsnippets_catalogue_figure": Figure,
    "wagtailsnippetchoosers_catalogue_figure": Figure,
    "wagtailsnippets_catalogue_glossaryterm": GlossaryTerm,
    "wagtailsnippetchoosers_catalogue_glossaryterm": GlossaryTerm,
    PRACTICE_ITEMS: Item,
    PROGRAMME_COURSES: CoursePage,
    VIDEOS: Recording,
    "wagtailsnippets_media_recording": Recording,
    "wagtailsnippetchoosers_media_recording": Recording,
    "wagtailsnippets_packages_package": Package,
    "wagtailsnippetchoosers_packages_package": Package,
}
CHOSEN = {"wagtailadmin_choose_page_chosen_multiple", "chosen_multiple"}
# Fields of queries and forms that name a page; Wagtail shows a chosen page's title when it shows the form again.
PAGE_FIELDS = ("new_parent_page", "parent_page", "parent_page_id", "chooser", "target_pages[]")
BULK = "own_bulk_action"


def guarded(view: View) -> View:
    """Run the view only if the person may see all that the address names."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Who may not enter the admin at all is turned away by the view, and the keepers see everything.
        if request.user.has_perm("wagtailadmin.access_admin") and not request.user.is_superuser:
            for model, keys in named_by(request, kwargs).items():
                if not sees_all(request.user, model, keys):
                    refusal: HttpResponse = permission_denied(request)
                    return refusal
        return view(request, *args, **kwargs)

    return answer


def visible_to(user: Any, model: type[Model]) -> QuerySet[Any]:
    """Return what the admin may show the person: pages that she may open, files of her collections."""
    policy = policy_registry.get_by_type(model)
    if model is CoursePage:
        rows: QuerySet[Any] = courses_for_programmes_of(user)
    elif issubclass(model, Page):
        rows = policy.explorable_instances(user)
    elif model is GlossaryTerm:
        rows = words_of(user)
    elif model is Item:
        rows = practice_items_of(user)
    elif issubclass(model, CollectionMember):
        rows = usable_by(user, model)
    else:
        rows = policy.instances_user_has_any_permission_for(user, {"add", "change", "delete"})
    return rows


def sees_all(user: Any, model: type[Model], keys: Iterable[str]) -> bool:
    wanted = set(keys)
    numbers = {int(key) for key in wanted if key.isdecimal() and int(key) <= LARGEST_KEY}
    return len(numbers) == len(wanted) and visible_to(user, model).filter(pk__in=numbers).distinct().count() == len(numbers)


def named_by(request: HttpRequest, kwargs: dict[str, Any]) -> Named:
    """Return the keys that the request names, by model."""
    named: Named = defaultdict(set)
    _read_path(named, request, kwargs)
    _read_fields(named, request)
    for model, keys in newly_chosen(request, kwargs).items():
        named[model] |= keys
    return named


def _read_path(named: Named, request: HttpRequest, kwargs: dict[str, Any]) -> None:
    room = _room(request)
    for name, value in kwargs.items():
        model = room if name == "pk" else PATH_NAMES.get(name)
        if model is not None and value is not None:
            named[model].add(str(value))


def _read_fields(named: Named, request: HttpRequest) -> None:
    match = request.resolver_match
    sent = (request.GET, request.POST)
    for field in PAGE_FIELDS:
        _add(named, Page, [value for fields in sent for value in fields.getlist(field)])
    if match is None:
        return
    if match.url_name in CHOSEN:
        _add(named, _room(request) or Page, request.GET.getlist("id"))
    if match.url_name == BULK and match.kwargs.get("model_name") == "page":
        _add(named, Page, request.GET.getlist("childOf"))


def _add(named: Named, model: type[Model], values: Iterable[str]) -> None:
    filled = {value for value in values if value}
    if filled:
        named[model] |= filled


def _room(request: HttpRequest) -> type[Model] | None:
    spaces = request.resolver_match.namespaces if request.resolver_match else []
    return next((ROOMS[space] for space in spaces if space in ROOMS), None)
