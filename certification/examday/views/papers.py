"""The log of sealed papers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from certification.examday import access
from certification.examday.forms import HandOverForm, ReceiptForm
from certification.examday.selectors.papers import bags_of
from certification.examday.services import custody
from certification.examday.views.seating import crumbs_of
from certification.plans.access import is_officer
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted
from lms.core.messages import text_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def log(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Every bag and every hand it went through; below, hand one on."""
    plan = access.plan_with_papers(request.user, pk)
    people = custody.holders(plan)
    others = [(str(key), person.name) for key, person in people.items() if key != request.user.pk]
    form = HandOverForm(posted(request), people=others)
    if request.method == "POST" and form.is_valid():
        facts = {**form.cleaned_data, "receiver": people[int(form.cleaned_data["receiver"])]}
        try:
            custody.hand_over(plan, **facts, actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error(None, text_of(error))
        else:
            messages.success(request, _("Written down. The receiver confirms it at her own desk."))
            return redirect("examday:papers", pk=pk)
    crumbs = crumbs_of(plan) if is_officer(request.user, plan) else [{"title": _("My duties"), "url": "/desk/duties/"}]
    context = {
        "plan": plan,
        "form": form,
        "bags": bags_of(plan),
        "crumbs": [*crumbs, {"title": _("Hand-over of papers")}],
    }
    return render(request, "examday/papers.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def receive(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Confirm a bag that was handed to me, and say how its seal is."""
    row = access.bag_for(request.user, pk)
    form = ReceiptForm(posted(request))
    if request.method == "POST" and form.is_valid():
        whole = form.cleaned_data["seal"] == "whole"
        try:
            custody.receive(row, seal_whole=whole, note=form.cleaned_data["note"], actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error("note", text_of(error))
        else:
            messages.success(request, _("You have confirmed the bag."))
            return redirect("examday:papers", pk=row.plan_id)
    crumbs = [{"title": _("My duties"), "url": "/desk/duties/"}, {"title": _("Confirm a bag")}]
    context = {"plan": row.plan, "row": row, "form": form, "crumbs": crumbs}
    return render(request, "examday/receive.html", context, status=422 if form.errors else 200)
