"""Pages of notices: mine, how I want to be told, and whom the staff could not reach."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.forms import posted, whole_number
from lms.notices import access, services
from lms.notices.forms import ChoicesForm, changed_boxes
from lms.notices.kinds import kind_of
from lms.notices.selectors import failures_page, notices_page, rooms_of, settings_of


@login_required
@require_safe
def notices(request: AuthenticatedHttpRequest) -> HttpResponse:
    """My notices, newest first; `?unread` shows those I have not read."""
    only_unread = "unread" in request.GET
    mine = access.own_notices(request.user)
    before = whole_number(request.GET.get("before"))
    page, more = notices_page(mine.filter(read_at=None) if only_unread else mine, before=before)
    chosen = "unread&" if only_unread else ""
    context = {
        "notices": page,
        "only_unread": only_unread,
        "newest": page[0].pk if page else 0,
        "older_url": f"?{chosen}before={page[-1].pk}" if more else "",
        "newer_url": f"?{chosen}" if before else "",
    }
    return render(request, "notices/list.html", context)


@login_required
@require_safe
def open_notice(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Mark the notice as read and go to what it is about."""
    notice = access.notice_for(request.user, pk)
    services.mark_read(notice, now=clock.now())
    ours = url_has_allowed_host_and_scheme(notice.url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(notice.url if notice.url and ours else "notices:list")


@login_required
@require_POST
def read(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Mark one as read and stay."""
    services.mark_read(access.notice_for(request.user, pk), now=clock.now())
    return _back(request)


@login_required
@require_POST
def read_all(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Mark all as read, up to the newest that the page had shown."""
    count = services.mark_all_read(request.user, newest=whole_number(request.POST.get("newest")), now=clock.now())
    messages.success(
        request, ngettext("%(count)s message marked as read.", "%(count)s messages marked as read.", count) % {"count": count}
    )
    return _back(request)


def _back(request: AuthenticatedHttpRequest) -> HttpResponse:
    target = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(target if ours else "notices:list")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: AuthenticatedHttpRequest) -> HttpResponse:
    """How I want to be told: language, quiet hours, gathered mails, and each kind on each way."""
    user = request.user
    rooms = rooms_of(user)
    form = ChoicesForm(posted(request), user=user, present=settings_of(user))
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        services.save_settings(user, **form.cleaned_data, now=now)
        services.save_choices(user, choices=changed_boxes(rooms, request.POST), now=now)
        messages.success(request, _("Saved. From now on you are told in this way."))
        return redirect("notices:choices")
    return render(request, "notices/choices.html", {"form": form, "rooms": rooms}, status=422 if form.errors else 200)


@csrf_exempt  # the token is the proof, and mail programs post here by themselves (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """End one kind of mails from a link in one, without signing in. A look changes nothing: programs look at links."""
    user, key = access.person_of_link(token)
    kind = kind_of(key) if key else None
    done = request.method == "POST"
    if done:
        services.stop_mails(user, kind=key, now=clock.now())
    return render(request, "notices/stop.html", {"kind": kind, "done": done})


@login_required
@require_safe
def failures(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Whom we could not reach, so that somebody phones her; newest first."""
    before = whole_number(request.GET.get("before"))
    page, more = failures_page(access.failures_visible_to(request.user), before=before)
    context = {
        "rows": page,
        "older_url": f"?before={page[-1].pk}" if more else "",
        "newer_url": "?" if before else "",
    }
    return render(request, "notices/failures.html", context)


@login_required
@require_POST
def again(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Let the message be sent again."""
    services.try_again(access.failure_for(request.user, pk), now=clock.now())
    messages.success(request, _("The message is sent again within a minute."))
    return redirect("notices:failures")
