"""Lessons of others that one may take, one's own that one shares, and what changed at a source."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.catalogue.models import CollegePage
from courses.sharing import access, services
from courses.sharing.forms import ShareForm, TakeForm
from courses.sharing.models import Reuse, SharedLesson
from courses.sharing.rules import Kind
from courses.sharing.selectors import modules_of, news_in, page_of, shared_with, with_courses
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted, whole_number
from lms.core.messages import text_of


@login_required
@require_safe
def shared(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What others share with us, by key; above it what we took and whose source has news."""
    mine = access.written_for(request.user)
    before = whole_number(request.GET.get("before", ""))
    rows, more = page_of(shared_with(mine), before=before)
    courses = with_courses(row.lesson for row in rows)
    context = {
        "rows": [{"shared": row, "course": courses[row.lesson_id]} for row in rows],
        "older_url": f"?before={rows[-1].pk}" if more else "",
        "newer_url": "?" if before else "",
        "reused": list(
            Reuse.objects.filter(organisation__in=mine).select_related("lesson", "news").order_by("-news", "-pk")[:50]
        ),
        "own": list(SharedLesson.objects.filter(owner__in=mine).select_related("lesson")[:50]),
    }
    return render(request, "sharing/shared.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """With whom one of our lessons is shared."""
    lesson, owner = access.own_lesson(request.user, pk)
    present = SharedLesson.objects.filter(lesson=lesson).prefetch_related("organisations").first()
    initial = {"with_all": present.with_all, "organisations": present.organisations.all()} if present is not None else {}
    form = ShareForm(posted(request), owner=owner, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.share_lesson(
                lesson,
                owner=owner,
                with_all=data["with_all"],
                organisations=list(data["organisations"]),
                actor=request.user,
                now=clock.now(),
            )
        except DomainError as error:
            form.add_error(None, text_of(error))
        else:
            messages.success(request, _("Kept. What others took before stays with them."))
            return redirect("sharing:shared")
    return render(request, "sharing/share.html", {"lesson": lesson, "form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Copy a lesson or subscribe to it, into one of our modules."""
    found = access.shared_for(request.user, pk)
    trees = CollegePage.objects.filter(organisation__in=access.written_for(request.user))
    modules = [module for tree in trees for module in modules_of(tree)]
    form = TakeForm(posted(request), modules=modules)
    if request.method == "POST" and form.is_valid():
        module = access.module_for(request.user, form.cleaned_data["module"])
        kind = Kind(form.cleaned_data["kind"])
        lesson = services.take_lesson(found, into=module, kind=kind, actor=request.user, now=clock.now())
        messages.success(request, _("The lesson stands in your module as a draft."))
        return redirect("wagtailadmin_pages:edit", lesson.pk)
    context = {"shared": found, "form": form, "modules": modules}
    return render(request, "sharing/take.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def news(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What the source changed, line by line."""
    reuse = access.reuse_for(request.user, pk)
    return render(request, "sharing/news.html", {"reuse": reuse, "lines": news_in(reuse)})


@login_required
@require_POST
def take_over(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    lesson = services.take_over(access.reuse_for(request.user, pk), actor=request.user, now=clock.now())
    messages.success(request, _("The update is your newest draft. Read it, and send it to review."))
    return redirect("wagtailadmin_pages:edit", lesson.pk)


@login_required
@require_POST
def leave(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    services.leave_as_it_is(access.reuse_for(request.user, pk), actor=request.user, now=clock.now())
    messages.success(request, _("Your lesson stays as it is. You hear of the next update."))
    return redirect("sharing:shared")
