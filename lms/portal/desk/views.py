"""The pages of the desk: what waits, many rows at once, saved views."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.core.queues import Place, Wish, actions
from lms.organisations.rules import Role
from lms.organisations.selectors import posts_read_once
from lms.portal.access import act_for, for_staff, view_for, views_of
from lms.portal.context_processors import DESK_ROLES
from lms.portal.desk import acting, saving
from lms.portal.desk.page import PAGE, PRINTED, desk_page
from lms.portal.models import BulkAct

FIGURES_ROLES = frozenset({Role.EXAM_OFFICER, Role.HEAD, Role.WATCHER})
"""Who finds the figures beside her own work; they are public."""
CALENDAR_ROLES = frozenset(Role) - {
    Role.AUTHOR,
    Role.COURSE_REVIEWER,
    Role.WATCHER,
    Role.ITEM_WRITER,
    Role.TEACHER,
    Role.COLLEGE_ADMIN,
}
"""Who has to do with assessment plans."""


@login_required
@require_safe
def desk(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What waits for this member of staff, oldest due first; pages by place, so the last costs as much as the first."""
    wish, after = Wish.read(request.GET), Place.read(request.GET.get("after", ""))
    prints = "all" in request.GET
    with posts_read_once(request.user) as roles:
        page = desk_page(request.user, clock.now(), wish, after=None if prints else after, size=PRINTED if prints else PAGE)
    query = wish.query()
    views = list(views_of(request.user))
    context = {
        "page": page,
        "rows": page.rows,
        "views": [{"view": view, "is_chosen": bool(query) and view.query == query} for view in views],
        "query": query,
        "first_url": f"?{query}" if after and not prints else "",
        "next_url": f"?{page.next_query}" if page.next_query and not prints else "",
        "prints": prints,
        "roles": roles,
        "today": clock.today(),
        "now": clock.now(),
        "shows_figures": bool(FIGURES_ROLES & roles),
        "shows_calendar": bool(CALENDAR_ROLES & roles),
        "only_writes_items": DESK_ROLES & roles == {Role.ITEM_WRITER},
    }
    return render(request, "portal/desk.html", context, status=200 if DESK_ROLES & roles else 403)


@for_staff
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What an action would do with the picked rows, row by row; and, when that was seen, doing it.

    A look at this address only leads back: what was picked came with a submit.
    """
    if request.method != "POST":
        return redirect("portal:desk")
    sent, now = request.POST, clock.now()
    token = _token(sent.get("token", ""))
    done = acting.act_of(token, request.user)
    if done is not None:
        return redirect(done)
    back = Wish.read(QueryDict(sent.get("back", ""))).query()
    action, idents = actions().get(sent.get("action", "")), list(dict.fromkeys(sent.getlist("row")))
    refusal = _refusal(action is not None, len(idents))
    if action is None or refusal:
        messages.error(request, refusal)
        return redirect(f"/desk/?{back}" if back else "portal:desk")
    seen = sent if "seen" in sent else None
    preview = acting.preview(action, idents, seen, actor=request.user, now=now)
    if "do" in sent and preview.chosen is not None and _seen(preview.chosen) == sent.get("seen"):
        return redirect(acting.carry_out(action, idents, preview.chosen, token=token, actor=request.user, now=now))
    context = {
        "preview": preview,
        "action": action,
        "idents": idents,
        "token": token,
        "seen": _seen(preview.chosen or {}),
        "back": back,
        "today": clock.today(),
        "has_changed": "do" in sent and preview.chosen is not None,
    }
    wrong = preview.form is not None and bool(preview.form.errors)
    return render(request, "portal/desk_act.html", context, status=422 if wrong else 200)


def _refusal(is_known: bool, count: int) -> str:
    if not count:
        return _("Tick the rows first.")
    if not is_known:
        return _("Choose what is to be done with the rows.")
    if count > acting.MOST_ROWS:
        return _("At most %(count)s rows can be changed at once.") % {"count": acting.MOST_ROWS}
    return ""


def _seen(chosen: dict[str, str]) -> str:
    """Return the choice as the page sends it back, so that nothing is done that was not shown before."""
    query = QueryDict(mutable=True)
    query.update(dict(sorted(chosen.items())))
    return query.urlencode()


def _token(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


@for_staff
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def act_done(request: AuthenticatedHttpRequest, token: UUID) -> HttpResponse:
    """What became of each row, and the button that undoes it as long as that is possible."""
    act, now = act_for(request.user, token), clock.now()
    if request.method == "POST":
        try:
            acting.undo(act, actor=request.user, now=now)
        except DomainError as error:
            messages.error(request, text_of(error))
        return redirect(act)
    return render(request, "portal/desk_done.html", _done(act, now))


def _done(act: BulkAct, now: Any) -> dict[str, Any]:
    lines = list(act.lines.all())
    action = actions().get(act.action)
    return {
        "act": act,
        "label": action.label if action else act.action,
        "lines": lines,
        "worked": sum(line.ok for line in lines),
        "failed": sum(not line.ok for line in lines),
        "undone": sum(line.undone is True for line in lines),
        "stayed": sum(line.undone is False for line in lines),
        "can_be_undone": act.can_be_undone(now) and any(line.ok for line in lines),
    }


@for_staff
@require_POST
def save_view(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Keep the present choice of rows under a name."""
    wish = Wish.read(QueryDict(request.POST.get("query", "")))
    try:
        view = saving.save_view(request.POST.get("name", ""), wish, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
        query = wish.query()
        return redirect(f"/desk/?{query}" if query else "portal:desk")
    messages.success(request, _("The view “%(name)s” is saved. Only you see it.") % {"name": view.name})
    return redirect(view)


@for_staff
@require_POST
def remove_view(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Forget a view."""
    view = view_for(request.user, pk)
    saving.remove_view(view, actor=request.user, now=clock.now())
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": view.name})
    return redirect("portal:desk")
