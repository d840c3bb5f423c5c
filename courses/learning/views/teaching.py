"""Pages of a teacher: her classes, who learns in them, and what she tells them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.catalogue.pinned import outline_from, pinned_outline
from courses.catalogue.versions import freeze
from courses.learning import access
from courses.learning.forms import AnnouncementForm, ClassForm, InviteForm, TermsForm
from courses.learning.models import CourseRun
from courses.learning.selectors.classes import (
    announcements_of,
    classes_of,
    figures_of,
    learners_of,
    module_dues,
    teaches_anywhere,
    waiting_requests,
)
from courses.learning.selectors.comparing import newest_for
from courses.learning.selectors.progress import progress_of
from courses.learning.selectors.terms import terms_of
from courses.learning.services import classes as services
from courses.learning.services.announcing import announce as tell_class
from courses.learning.services.terms import set_terms
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted, whole_number
from lms.core.messages import text_of

UNREADABLE_SHOWN = 5
COURSES_A_PAGE = 20


@login_required
@require_safe
def classes(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The classes that the person leads, and the courses on which she may open one."""
    if not teaches_anywhere(request.user):
        raise PermissionDenied
    page = classes_of(access.classes_led_by(request.user), before=request.GET.get("before"), today=clock.today())
    courses = Paginator(access.courses_taught_by(request.user), COURSES_A_PAGE).get_page(request.GET.get("courses"))
    context = {"classes": page, "courses": courses, "today": clock.today()}
    return render(request, "learning/classes.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_class(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Open a class on what is published now."""
    course, organisation = access.course_taught_by(request.user, pk)
    form = ClassForm(posted(request), outline=outline_from(freeze(course), course=course.pk), initial={"way_in": "open"})
    if request.method == "POST" and form.is_valid():
        try:
            run = services.open_class(course, organisation=organisation, facts=form.facts(), actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error(None, text_of(error))
        else:
            messages.success(request, _("The class is open."))
            return redirect(run)
    return _class_form(request, form, {"course": course})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_class(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Change name, dates, places or way in."""
    run = access.class_led_by(request.user, pk)
    form = ClassForm(posted(request), outline=pinned_outline(run.version), run=run)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_class(run, facts=form.facts(), actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error(None, text_of(error))
        else:
            messages.success(request, _("Saved; every learner sees the new dates."))
            return redirect(run)
    return _class_form(request, form, {"course": run.course, "run": run})


def _class_form(request: AuthenticatedHttpRequest, form: ClassForm, context: dict[str, Any]) -> HttpResponse:
    return render(request, "learning/class_form.html", {"form": form, **context}, status=422 if form.errors else 200)


@login_required
@require_safe
def one_class(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Who learns in the class and how far; a page of them, filtered."""
    run, today = access.class_led_by(request.user, pk), clock.today()
    context = {
        "run": run,
        "figures": figures_of(run, today=today),
        "learners": learners_of(run, request.GET, today=today),
        "requests": waiting_requests(run),
        "announcements": announcements_of(run)[:3],
        "dues": module_dues(run, pinned_outline(run.version)),
        "invited": run.invitations.count(),
        "newest": newest_for(run),
        "today": today,
    }
    return render(request, "learning/class.html", context)


@login_required
@require_POST
def decide(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Admit or refuse those who were ticked."""
    run = access.class_led_by(request.user, pk)
    chosen = [whole_number(key) for key in request.POST.getlist("request")]
    admit = request.POST.get("decision") == "admit"
    try:
        number, kept_out = services.decide_requests(run, requests=chosen, admit=admit, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
        return redirect(run)
    if kept_out:
        messages.warning(request, _("Cannot join at the moment: %(names)s.") % {"names": "、".join(kept_out)})
    if number or not kept_out:
        said = ngettext("%(number)s person is decided and told.", "%(number)s people are decided and told.", number)
        messages.success(request, said % {"number": number})
    return redirect(run)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Paste or upload the list of those who may join."""
    run = access.class_led_by(request.user, pk)
    form = InviteForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            added, unreadable = services.invite(run, text=form.text(), actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error(None, text_of(error))
        else:
            said = ngettext("%(number)s contact is new on the list.", "%(number)s contacts are new on the list.", added)
            messages.success(request, said % {"number": added})
            if unreadable:
                shown = "、".join(unreadable[:UNREADABLE_SHOWN])
                messages.warning(
                    request, _("%(number)s entries could not be read: %(shown)s") % {"number": len(unreadable), "shown": shown}
                )
            return redirect(run)
    context = {"run": run, "form": form, "invited": run.invitations.count()}
    return render(request, "learning/invite.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def announce(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Tell the class something, or only those who are behind; what was told before stands below."""
    run = access.class_led_by(request.user, pk)
    form = AnnouncementForm(posted(request), initial={"behind_only": "behind" in request.GET})
    if request.method == "POST" and form.is_valid():
        told = tell_class(run, **form.cleaned_data, actor=request.user, now=clock.now()).told
        said = ngettext("%(number)s person is told.", "%(number)s people are told.", told)
        messages.success(request, said % {"number": told})
        return redirect(run)
    context = {"run": run, "form": form, "announcements": announcements_of(run)}
    return render(request, "learning/announce.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def renew_link(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Make a new link; the old one opens nothing any more."""
    run: CourseRun = access.class_led_by(request.user, pk)
    services.renew_link(run, actor=request.user, now=clock.now())
    messages.success(request, _("The class has a new link; the old one is closed."))
    return redirect(run)


@login_required
@require_safe
def learner(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """How far one learner of the class is: each module, its quiz and its day."""
    enrolment = access.learner_led_by(request.user, pk)
    progress = progress_of(enrolment)
    rows = [
        {
            "number": number,
            "module": module,
            "read": sum(lesson.done for lesson in module.lessons),
            "due": progress.dues.get(module.pk),
        }
        for number, module in enumerate(progress.modules, start=1)
    ]
    context = {
        "enrolment": enrolment,
        "run": enrolment.run,
        "progress": progress,
        "rows": rows,
        "today": clock.today(),
    }
    return render(request, "learning/learner.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_out(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Ask, then take somebody out of the class; her course and her progress stay hers."""
    enrolment = access.learner_led_by(request.user, pk)
    run = enrolment.run
    if request.method == "POST" and run is not None:
        services.take_out(enrolment, actor=request.user, now=clock.now())
        messages.success(request, _("%(name)s is no longer in the class.") % {"name": enrolment.user.name})
        return redirect(run)
    return render(request, "learning/take_out.html", {"enrolment": enrolment, "run": run})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What the college asks before the course and at its end."""
    course = access.course_at_home_for(request.user, pk)
    others = [other for other in access.courses_taught_by(request.user) if other.pk != course.pk]
    present = terms_of(course)
    initial = {
        "prerequisites": list(present.prerequisites.values_list("pk", flat=True)) if present else [],
        "by_class_only": bool(present and present.by_class_only),
        "quizzes_needed": present is None or present.quizzes_needed,
        "watch_percent": present.watch_percent if present else 0,
    }
    form = TermsForm(posted(request), others=others, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            set_terms(course, **form.cleaned_data, actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error(None, text_of(error))
        else:
            messages.success(request, _("Saved. Who has begun already keeps the terms of her first day."))
            return redirect("learning:classes")
    return render(request, "learning/terms.html", {"course": course, "form": form}, status=422 if form.errors else 200)
