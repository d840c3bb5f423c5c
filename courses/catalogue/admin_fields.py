"""What a posted page form chooses: figures, files, questions and pages, in fields, streams, texts and rows below.

Wagtail shows the title of whatever key a form held when it shows the form again, and keeps it when it does not. So
each key that a form names must be the asker's to see, or stand in the page already, or be public.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey, Model
from django.http import HttpRequest
from modelcluster.models import get_all_child_relations
from wagtail.documents.models import Document
from wagtail.fields import RichTextField, StreamField
from wagtail.images.models import Image
from wagtail.models import CollectionMember, Page
from wagtail.rich_text import RichText

from courses.questionbank.models import Item

FORMS = {"add", "edit", "preview_on_add", "preview_on_edit"}
IN_TEXT = re.compile(r"<(?:embed|a)\b[^>]*?\b(?:embedtype|linktype)=\"(image|document|page)\"[^>]*>")
KEY = re.compile(r"\bid=\"(\d+)\"")
TEXT_MODELS: dict[str, type[Model]] = {"image": Image, "document": Document, "page": Page}

Chosen = dict[type[Model], set[str]]


def newly_chosen(request: HttpRequest, kwargs: dict[str, Any]) -> Chosen:
    """Return the keys that a posted page form names and that neither stand in the page already nor are live pages."""
    match = request.resolver_match
    if request.method != "POST" or match is None or "wagtailadmin_pages" not in match.namespaces or match.url_name not in FORMS:
        return {}
    page, model = _page_and_model(kwargs)
    if model is None:
        return {}
    chosen: Chosen = defaultdict(set)
    for kind, key in _posted(request, model):
        chosen[kind].add(key)
    present = _present(page) if page is not None and chosen else set()
    if Page in chosen:
        numbers = [int(key) for key in chosen[Page] if key.isdecimal() and len(key) < 10]
        live = Page.objects.live().filter(pk__in=numbers).values_list("pk", flat=True)
        present |= {(Page, str(pk)) for pk in live}
    left = {kind: {key for key in keys if (kind, key) not in present} for kind, keys in chosen.items()}
    return {kind: keys for kind, keys in left.items() if keys}


def _page_and_model(kwargs: dict[str, Any]) -> tuple[Page | None, type[Model] | None]:
    if key := kwargs.get("page_id"):
        page = Page.objects.filter(pk=key).first()
        return (page.specific, page.specific_class) if page is not None else (None, None)
    try:
        model = apps.get_model(kwargs.get("content_type_app_name", ""), kwargs.get("content_type_model_name", ""))
    except LookupError:
        return None, None
    return None, model if issubclass(model, Page) else None


def kind_of(model: type[Model]) -> type[Model] | None:
    """Return what a chosen thing counts as: a page as a page, a member of a collection or a question of a bank as itself."""
    kind: type[Model] | None = None
    if issubclass(model, Page):
        kind = Page
    elif issubclass(model, CollectionMember | Item):
        kind = model
    return kind


def _posted(request: HttpRequest, model: type[Model]) -> Iterator[tuple[type[Model], str]]:
    for field in model._meta.get_fields():
        if isinstance(field, ForeignKey) and (kind := kind_of(field.related_model)):
            yield from ((kind, value) for value in request.POST.getlist(field.name) if value)
        elif isinstance(field, StreamField):
            yield from _things_in(_stream(field, request))
        elif isinstance(field, RichTextField):
            yield from _named_in_text("".join(request.POST.getlist(field.name)))
    for relation in get_all_child_relations(model):
        for field in relation.related_model._meta.get_fields():
            if isinstance(field, ForeignKey) and (kind := kind_of(field.related_model)):
                row = re.compile(rf"{re.escape(relation.get_accessor_name())}-\w+-{re.escape(field.name)}")
                for name in request.POST:
                    if row.fullmatch(name):
                        yield from ((kind, value) for value in request.POST.getlist(name) if value)


def _stream(field: StreamField, request: HttpRequest) -> Any:
    if f"{field.name}-count" not in request.POST:
        return None
    try:
        return field.stream_block.value_from_datadict(request.POST, request.FILES, field.name)
    except (ValueError, KeyError, OverflowError):
        return None  # a crooked form, which Wagtail refuses as well


def _present(page: Page) -> set[tuple[type[Model], str]]:
    """Return what stands in the page, as published and as last drafted."""
    return {thing for version in (page, page.get_latest_revision_as_object()) for thing in _things_of(version)}


def _things_of(page: Page) -> Iterator[tuple[type[Model], str]]:
    for field in page._meta.get_fields():
        if isinstance(field, ForeignKey) and (kind := kind_of(field.related_model)):
            key = getattr(page, field.attname)
            if key is not None:
                yield kind, str(key)
        elif isinstance(field, StreamField):
            yield from _things_in(getattr(page, field.name))
        elif isinstance(field, RichTextField):
            yield from _named_in_text(getattr(page, field.name) or "")


def _things_in(value: Any) -> Iterator[tuple[type[Model], str]]:
    """Yield the rows that a value of a stream names, however deep."""
    if isinstance(value, Model):
        if kind := kind_of(type(value)):
            yield kind, str(value.pk)
    elif isinstance(value, RichText):
        yield from _named_in_text(value.source)
    elif hasattr(value, "values"):
        for part in value.values():
            yield from _things_in(part)
    elif hasattr(value, "block") and hasattr(value, "value"):
        yield from _things_in(value.value)
    elif hasattr(value, "__iter__") and not isinstance(value, str | bytes):
        for part in value:
            yield from _things_in(part)


def _named_in_text(html: str) -> Iterator[tuple[type[Model], str]]:
    for tag in IN_TEXT.finditer(html):
        if key := KEY.search(tag[0]):
            yield TEXT_MODELS[tag[1]], key[1]
