"""Pages of a bank's items: all of them, a new one, one as a learner sees it, the same to change."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.questionbank import access
from courses.questionbank.forms import ItemForm, item_initial
from courses.questionbank.functions import function_names
from courses.questionbank.models import DIFFICULTY_LABELS, KIND_LABELS, POOL_LABELS, Item
from courses.questionbank.rules import CheckedItem, Pool, freeze_item
from courses.questionbank.selectors import short_blueprints, with_words
from courses.questionbank.services.items import open_item, restore_item, retire_item, write_item
from courses.questionbank.views.banks import bank_of, context_of
from courses.questionbank.wording import shortage_words
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted, whole_number
from lms.core.messages import text_of
from lms.organisations.models import Organisation

PAGE_SIZE = 30
USED, RETIRED = "used", "retired"


@login_required
@never_cache
@require_safe
def listing(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The items of the person's banks, newest first; a page costs the same wherever it is."""
    access.require_writer(request.user)
    visible = access.items_visible_to(request.user)
    asked = request.GET
    query = asked.get("q", "").strip()[:100]
    rows = with_words(visible, query)
    for name, values in (("kind", KIND_LABELS), ("pool", POOL_LABELS)):
        if asked.get(name) in {value.value for value in values}:
            rows = rows.filter(**{name: asked[name]})
    if whole_number(asked.get("level")) in DIFFICULTY_LABELS:
        rows = rows.filter(difficulty=whole_number(asked.get("level")))
    if asked.get("function"):
        rows = rows.filter(function=asked["function"][:60])
    if asked.get("bank"):
        rows = rows.filter(organisation=whole_number(asked["bank"]))
    if asked.get("state") in (USED, RETIRED):
        rows = rows.filter(active=asked["state"] == USED)
    before = whole_number(asked.get("before"))
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.select_related("organisation").order_by("-pk")[: PAGE_SIZE + 1])
    banks = list(access.banks_of(request.user))
    context = {
        "rows": found[:PAGE_SIZE],
        "before": found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None,
        "is_first": not before,
        "query": query,
        "is_filtered": any(asked.get(name) for name in ("q", "kind", "pool", "level", "function", "bank", "state")),
        "kinds": [(kind.value, label) for kind, label in KIND_LABELS.items()],
        "pools": [(pool.value, label) for pool, label in POOL_LABELS.items()]
        if access.exam_banks_of(request.user).exists()
        else [],
        "levels": [(str(level), label) for level, label in DIFFICULTY_LABELS.items()],
        "functions": visible.order_by("function").values_list("function", flat=True).distinct(),
        "banks": banks if len(banks) > 1 else [],
    }
    return render(request, "questionbank/items.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Write a new item; "preview" shows it without keeping it."""
    bank, banks = bank_of(request)
    return _form_page(request, bank, None, context_of(bank, banks))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Change an item; papers that were drawn keep the text they have."""
    item = access.item_for(request.user, pk)
    if request.method != "POST":
        open_item(item, actor=request.user, now=clock.now())
    return _form_page(request, item.organisation, item, {"papers": item.paper_items.count()})


def _form_page(request: AuthenticatedHttpRequest, bank: Organisation, item: Item | None, context: dict[str, Any]) -> HttpResponse:
    pools = access.pools_for(request.user, bank)
    own = access.items_visible_to(request.user).filter(organisation=bank)
    functions = [*function_names(), *own.order_by("function").values_list("function", flat=True).distinct()]
    initial = item_initial(item) if item else _like_the_last(request, own)
    form = ItemForm(posted(request), initial=initial, functions=functions, pools=pools, item=item)
    preview: dict[str, Any] | None = None
    status = 200
    if request.method == "POST" and not form.is_valid():
        status = 422
    elif request.method == "POST" and "preview" in request.POST:
        assert form.checked is not None
        preview = as_learners_see(form.checked)
    elif request.method == "POST":
        seen = request.POST.get("seen", "")
        try:
            kept = write_item(
                form.row(), organisation=bank, pools=pools, actor=request.user, now=clock.now(), item=item, seen=seen
            )
        except DomainError as error:
            form.refuse(error)
            status = error.status
        else:
            messages.success(request, _("The question is saved."))
            another = f"{reverse('questionbank:new')}?bank={bank.pk}&like={kept.pk}"
            return redirect(another) if "another" in request.POST else redirect("questionbank:item", pk=kept.pk)
    context |= {
        "form": form,
        "item": item,
        "bank": bank,
        "preview": preview,
        "seen": request.POST.get("seen", item.as_checked().sha256 if item else ""),
        "modules": own.exclude(module="").order_by("module").values_list("module", flat=True).distinct()[:200],
    }
    return render(request, "questionbank/item_form.html", context, status=status)


def _like_the_last(request: AuthenticatedHttpRequest, own: QuerySet[Item]) -> dict[str, Any]:
    """Let the next question begin where the last one stood: its kind, function, module, difficulty and pool."""
    last = own.filter(pk=whole_number(request.GET.get("like"))).first()
    if last is None:
        return {"pool": Pool.PRACTICE.value}
    return {name: getattr(last, name) for name in ("kind", "function", "module", "difficulty", "pool")}


def as_learners_see(item: CheckedItem) -> dict[str, Any]:
    """Return the question as a paper would freeze it, its options shuffled."""
    return freeze_item(item, seed="preview")


@login_required
@never_cache
@require_safe
def item(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One item as a learner sees it, before and after handing in. Who opens one of an examination is noted."""
    found = access.item_for(request.user, pk)
    open_item(found, actor=request.user, now=clock.now())
    checked = found.as_checked()
    preview = as_learners_see(checked)
    context = {"item": found, "preview": preview, "right": preview["answer"], "papers": found.paper_items.count()}
    return render(request, "questionbank/item.html", context)


@login_required
@require_POST
def retire(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Take an item out of use, and say which quizzes that leaves short."""
    found = access.item_for(request.user, pk)
    try:
        retire_item(found, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
    else:
        messages.success(request, _("The question is out of use. Papers that have it keep it."))
        for blueprint, short in short_blueprints(found.organisation_id, Pool(found.pool)):
            if any(row.value in (found.function, found.module) and row.kind == found.kind for row in short):
                words = {"name": blueprint.name, "short": shortage_words(short[0])}
                messages.warning(request, _("“%(name)s” can no longer be drawn. %(short)s") % words)
    return redirect("questionbank:item", pk=pk)


@login_required
@require_POST
def restore(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Put a retired item back into use."""
    found = access.item_for(request.user, pk)
    try:
        restore_item(found, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
    else:
        messages.success(request, _("The question is in use again."))
    return redirect("questionbank:item", pk=pk)
